locals {
  vpc = "10.20.0.0/16"
}
resource "terraform_data" "n" {
  input = {
    abs       = [abs(-3), abs(2.5)]
    ceil      = [ceil(1.1), ceil(-1.1)]
    floor     = [floor(1.9), floor(-1.1)]
    log       = [log(8, 2), log(100, 10)]
    pow       = [pow(2, 10), pow(2, -1), pow(9, 0.5)]
    signum    = [signum(-2), signum(0), signum(7)]
    mod       = [10 % 4, -10 % 4, 5.5 % 2]
    divide    = [10 / 3, 1 / 4, 2 / 3]
    large     = [9007199254740993, 12345678901234567890 + 1, 1e30]
    small     = [0.1 + 0.2, 1e-7, 0.000001]
    text      = ["${10 / 4}", "${1e30}", "${1e-7}", "${0.1 + 0.7}"]
    compare   = [1 < 2, 2.0 == 2, 1e3 == 1000]
    host      = [cidrhost(local.vpc, 5), cidrhost(local.vpc, -2), cidrhost("2001:db8::/32", 1)]
    netmask   = cidrnetmask(local.vpc)
    subnet    = [cidrsubnet(local.vpc, 8, 3), cidrsubnet("2001:db8::/56", 8, 255)]
    subnets   = { for i, name in ["a", "b", "c"] : name => cidrsubnet(local.vpc, 4, i) }
    unusual   = cidrsubnet("10.20.5.1/16", 8, 1)
    tonumber  = [tonumber("10"), tonumber("1.50"), tonumber("-0")]
    tobool    = [tobool("true"), tobool(false)]
    rounding  = floor(10 / 3 * 3)
    zero      = -0
    sums      = sum([for i in range(5) : i * 1.1])
    precision = 1 - 0.9
  }
}
