locals {
  x    = "X"
  list = ["1", "2"]
}

resource "terraform_data" "h" {
  input = {
    plain = <<EOT
first ${local.x}
  second "quoted" \n not escaped
	tab
EOT
    indented = <<-EOT
      first
        second ${local.x}

      fourth
      EOT
    interpolated_indent = <<-EOT
        ${local.x} starts
      less
          more
    EOT
    directive = <<-EOT
      %{ for n in local.list ~}
      item ${n}
      %{ endfor ~}
      after
    EOT
    directive_plain = <<EOT
%{ for n in local.list }
item ${n}
%{ endfor }
EOT
    conditional = <<-EOT
      %{ if local.x == "X" }
        is x
      %{ else }
        is not
      %{ endif }
    EOT
    strip = <<-EOT
      a
      ${~ local.x ~}
      b
    EOT
    escaped = <<EOT
$${not} %%{if} $ % \" \\
EOT
    only = <<EOT
${local.x}
EOT
    tabs = <<-EOT
		two tabs
			three
	EOT
    empty = <<EOT
EOT
    blank = <<-EOT

      x

    EOT
    marker_in_text = <<END
ENDING
 END of it
END
    json = jsonencode(jsondecode(<<EOF
{"a": [1, "${local.x}"], "b": {"c": null}}
EOF
    ))
    trimmed = trimspace(<<-EOT
      hello
    EOT
    )
    list = [<<-A
      one
    A
      , <<-B
      two
    B
    ]
    concat = join("|", split("\n", <<EOT
a
b
EOT
    ))
  }
}
