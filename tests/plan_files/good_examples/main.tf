module "snap101" {
  source = "./snap101"
}

module "snap102" {
  source = "./snap102"
}

module "snap103" {
  source = "./snap103"
}

module "snap104" {
  source = "./snap104"
}

module "snap105" {
  source = "./snap105"
}

module "snap106" {
  source = "./snap106"
}

module "snap201" {
  source = "./snap201"
}

module "snap202" {
  source = "./snap202"
}

module "snap203" {
  source = "./snap203"
}

module "snap204" {
  source = "./snap204"
}

module "snap205" {
  source = "./snap205"
}

module "snap206" {
  source = "./snap206"
}

module "snap207" {
  source = "./snap207"
}

module "snap301" {
  source = "./snap301"
}

module "snap302" {
  source = "./snap302"
}

module "snap303" {
  source = "./snap303"
}

module "snap304" {
  source = "./snap304"
}

module "snap305" {
  source = "./snap305"
}

module "snap306" {
  source = "./snap306"
}

module "snap307" {
  source = "./snap307"
}

module "snap401" {
  source = "./snap401"
}

module "snap402" {
  source = "./snap402"
}

module "snap403" {
  source = "./snap403"
}

module "snap404" {
  source = "./snap404"
}
