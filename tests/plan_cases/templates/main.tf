locals {
  names = ["a", "b"]
  on    = true
  map   = { k = "v", x = 1 }
}

resource "terraform_data" "quoted" {
  input = {
    if          = "x%{if local.on}yes%{endif}y"
    else        = "x%{if !local.on}yes%{else}no%{endif}y"
    for         = "[%{for n in local.names}<${n}>%{endfor}]"
    indexed     = "%{for i, n in local.names}${i}=${n};%{endfor}"
    map         = "%{for k, v in local.map}${k}:${v},%{endfor}"
    strip_left  = "a   ${~ "b" }   c"
    strip_right = "a   ${ "b" ~}   c"
    strip_both  = "a \n ${~ "b" ~} \n c"
    strip_if    = "a  %{~ if local.on ~}  b  %{~ endif ~}  c"
    strip_else  = "a  %{~ if !local.on ~} b %{~ else ~}  d  %{~ endif ~}  c"
    strip_for   = "%{for n in local.names ~}  ${n}  %{~ endfor}"
    nested      = "%{for n in local.names}%{if n == "a"}[${n}]%{else}(${n})%{endif}%{endfor}"
    escape      = "$${x} %%{if} ${"$"}{y}"
    empty_if    = "%{if false}x%{endif}"
    only_text   = "%{if true}just%{endif}"
    quote_in    = "say ${"\"hi\""} and ${jsonencode({ a = "b\"c" })}"
    brace_in    = "${"}"} ${"{"} ${{ a = "}" }.a}"
    null_else   = "${true ? "ok" : null}"
    bool        = "${true} and ${false}"
    number      = "${1.0} ${0.1 + 0.2} ${1 / 3}"
  }
}

resource "terraform_data" "files" {
  input = {
    rendered = templatefile("${path.module}/list.tftpl", { names = local.names, title = "T", on = false })
    json     = jsondecode(templatefile("policy.json.tftpl", { actions = ["ec2:CreateSnapshot", "ec2:Describe*"], arn = "arn:aws:ec2:*" }))
    plain    = file("${path.module}/plain.txt")
    text     = templatestring(local.text, { who = "world" })
    trimmed  = chomp(file("plain.txt"))
    base     = filebase64("plain.txt")
    set      = fileset(path.module, "*.t*")
    exists   = [fileexists("plain.txt"), fileexists("nothing.txt")]
    sha      = filesha256("plain.txt")
  }
}

locals {
  text = "hello $${who}"
}
