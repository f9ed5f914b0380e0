variable "enabled" {
  type    = bool
  default = true
}

variable "name" {
  type    = string
  default = null
}

variable "vault_name" {
  type    = string
  default = null
}

variable "vault_kms_key_arn" {
  description = "the key of the vault; one is made where this is null"
  type        = string
  default     = null
}

variable "locked" {
  type    = bool
  default = false
}

variable "retention" {
  type = object({
    min_days           = optional(number, 7)
    max_days           = optional(number, 365)
    changeable_for_day = optional(number)
  })
  default = {}
}

variable "rules" {
  type    = any
  default = []
}

variable "selections" {
  type    = any
  default = {}
}

variable "air_gapped" {
  type = object({
    name     = string
    min_days = optional(number, 7)
    max_days = optional(number, 90)
    share_to = optional(list(string), [])
  })
  default = null
}

variable "copiers" {
  description = "principals that may copy into the vault"
  type        = list(string)
  default     = []
}

variable "organization_id" {
  type    = string
  default = ""
}

variable "iam_role_arn" {
  type    = string
  default = null
}

variable "tags" {
  type    = map(string)
  default = {}
}
