locals {
  html  = "<a href=\"x\">&</a>"
  value = { b = 1, a = [true, null, "x", 1.5, { z = 1, y = "é\u2028" }], c = {}, d = [] }
}
resource "terraform_data" "unknown" {}
resource "terraform_data" "j" {
  input = {
    object  = jsonencode(local.value)
    html    = jsonencode(local.html)
    text    = jsonencode("tab\t nl\n bs\\ q\" ctl\u0001 del\u007f")
    number  = jsonencode([1, 1.0, 1.50, 1e21, -0.1, 123456789012345678901234567890])
    null    = jsonencode(null)
    bool    = jsonencode(true)
    set     = jsonencode(toset(["b", "a"]))
    keys    = jsonencode({ "z" = 1, "A" = 2, "a" = 3, "_" = 4, "10" = 5, "9" = 6 })
    nested  = jsonencode(jsonencode({ a = 1 }))
    decoded = jsondecode("{\"n\": 1.50, \"l\": [1, \"a\"], \"o\": {\"x\": null}, \"b\": false, \"u\": \"\\u00e9\\n\"}")
    round   = jsondecode(jsonencode(local.value))
    yaml    = yamlencode({ a = [1, "two", true, null], b = { c = "multi\nline", d = "" }, "e f" = "yes" })
    unyaml  = yamldecode("a: 1\nb: [x, 'y', 2.5, ~, true]\nc:\n  d: |\n    block\n    text\ne: 0x1F\nf: 2020-01-01\n")
    csv     = csvdecode("a,b\n1,\"x,y\"\n2,z\n")
    base64  = base64encode(jsonencode({ k = "v" }))
    url     = urlencode("a b&c=d/é")
    policy  = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:Get*"], Resource = "*" }] })
  }
}
