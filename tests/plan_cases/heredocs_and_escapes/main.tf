locals {
  name = "w"
  list = ["a", "b", "c"]
  h1   = <<EOT
line ${local.name}
  indented
EOT
  h2   = <<-EOT
    first
      second ${local.name}
    third
  EOT
  h3   = <<-EOT
	tab
	  more
	EOT
  h4   = <<-EOT
    %{for x in local.list~}
    - ${x}
    %{endfor~}
    end
  EOT
  h5   = <<-EOT
    %{if local.name == "w"}
    yes
    %{else}
    no
    %{endif}
  EOT
  h6   = <<EOT
$${literal} %%{ if } $$ %% $ % \n \" "quoted"
EOT
  h7   = <<-EOT

    a

      b
  EOT
  h8   = <<-EOT
    ${"  x"}
      y
  EOT
  h9   = <<-EOT
  %{~for x in local.list~}
    ${~x~}
  %{~endfor~}
  EOT
  q1   = "a\tb\nc\\d\"e\u00e9\U0001F600"
  q2   = "%{if true}a%{else}b%{endif}-%{for i, x in local.list}${i}${x},%{endfor}"
  q3   = "${local.name}${local.name}"
  q4   = 1 + 1
  q5   = "a ${true} ${1.50} ${1e10}"
  q6   = "x%{if false}y%{endif}z"
  q7   = "  ${~local.name~}  |"
  q8   = "$${a} %%{b} $ % $$ %%"
  q9   = "nested ${"deep ${local.name}"}"
}
resource "terraform_data" "h" {
  input = [local.h1, local.h2, local.h3, local.h4, local.h5, local.h6, local.h7, local.h8, local.h9]
}
resource "terraform_data" "q" {
  input = [local.q1, local.q2, local.q3, local.q4, local.q5, local.q6, local.q7, local.q8, local.q9]
}
resource "terraform_data" "f" {
  input = {
    a = templatestring(local.tpl, { name = "n", items = [1, 2] })
    b = jsonencode({ s = "<>&'\u2028\t\u0001é", n = 1.0, big = 1e21, neg = -0.5, nul = null, e = [], o = {} })
    c = yamlencode({ a = [1, "two", true, null], b = { c = "multi\nline", d = "" }, "1" = "yes", e = [], f = {} })
    d = jsondecode("{\"a\": [1.50, \"\\u00e9\"], \"b\": null}")
    e = yamldecode("a: &x [1, 2]\nb: *x\nc: |\n  t1\n  t2\nd: 0o17\ne: 1e3\nf: .5\ng: 'null'\nh: 2020-01-01\n")
    f = csvdecode("a,b\n1,\"x, y\"\n\"q\"\"q\",z\n")
    g = base64encode("é")
    h = urlencode("a b&c=d/é~*")
    i = title("hello wORLD foo-bar")
    j = replace("hello", "/l+/", "<$0>")
    k = regexall("(\\w)(\\d)?", "a1b")
    l = regex("(?P<y>\\d{4})-(?P<m>\\d\\d)", "2024-05")
    m = split(",", "a,,b,")
    n = substr("héllo", 1, 3)
    o = strrev("añb")
    p = indent(2, "a\nb\n\nc")
    q = trim("xxaxx", "x")
    r = [chomp("a\n\n"), trimprefix("aab", "a"), trimsuffix("baa", "a"), trimspace(" \t a \n")]
    s = join(",", [1, true, "x"])
    t = formatdate("EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2024-02-29T13:05:09Z")
    u = timeadd("2024-02-28T23:00:00Z", "26h30m")
    v = [md5("a"), sha1("a"), sha256("a"), base64sha256("a"), uuidv5("dns", "example.com")]
    w = [cidrsubnet("10.0.0.0/8", 8, 5), cidrhost("10.0.0.0/24", -2), cidrnetmask("10.0.0.0/12"), cidrsubnets("10.0.0.0/16", 4, 4, 8)]
    x = [cidrsubnet("fd00::/48", 16, 10), cidrhost("fd00::/64", 255)]
    y = [startswith("abc", "ab"), endswith("abc", "bc"), strcontains("abc", "b"), lower("ÀÉ"), upper("straße")]
    z = [parseint("ff", 16), parseint("-101", 2), pow(2, 10), log(8, 2), ceil(1.2), floor(-1.2), signum(-3), abs(-4.5), max(1, 5, 3), min([3, 1]...)]
  }
}
variable "tplv" { default = "x" }
locals { tpl = "Hi $${name}%%{ for i in items } $${i}%%{ endfor }" }
