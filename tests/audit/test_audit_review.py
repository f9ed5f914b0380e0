"""The review of code: principals against capabilities."""

import textwrap

import pytest

ROLE = """
resource "aws_iam_role" "deploy" {
  name               = "deploy"
  assume_role_policy = jsonencode({ Statement = [] })
}
"""


def inline(statement, kind="role", name="deploy"):
    return f"""
    resource "aws_iam_{kind}_policy" "p" {{
      {kind}   = aws_iam_{kind}.{name}.name
      policy = jsonencode({{ Statement = [{statement}] }})
    }}
    """


def allow(actions, resource='"*"', more=""):
    return f'{{ Effect = "Allow", Action = {actions}, Resource = {resource} {more} }}'


def template(text):
    return {"t.yaml": textwrap.dedent(text)}


@pytest.mark.parametrize(
    ("statement", "reach"),
    [
        (allow('"ec2:CreateSnapshot"'), "unlimited"),
        (
            allow('"ec2:CreateSnapshot"', more=', Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }'),
            "conditional",
        ),
        (allow('"ec2:CreateSnapshot"', '["arn:aws:ec2:*:*:volume/vol-1", "arn:aws:ec2:*::snapshot/*"]'), "scoped"),
    ],
)
def test_a_cell_says_how_far_a_right_goes(table, statement, reach):
    assert table({"main.tf": ROLE + inline(statement)}) == {"deploy": {"create": reach}}


def test_a_template_is_reviewed_like_terraform(table):
    found = table(
        template("""
        Resources:
          Deploy:
            Type: AWS::IAM::Role
            Properties:
              RoleName: deploy
              AssumeRolePolicyDocument: {Statement: []}
              Policies:
                - PolicyName: p
                  PolicyDocument:
                    Statement: [{Effect: Allow, Action: 'ec2:ModifySnapshotAttribute', Resource: '*'}]
        """)
    )
    assert found == {"deploy": {"share": "unlimited"}}


def test_a_principal_without_any_of_the_rights_has_an_empty_row(reviewed):
    found = reviewed({"main.tf": ROLE + inline(allow('"s3:*"'))})
    assert [(entry.name, entry.cells) for entry in found.entries] == [("deploy", {})]
    assert found.holders == []


def test_neighbouring_rights_count_only_beside_rights_over_copies(table):
    neighbour = allow('["ec2:RunInstances", "kms:CreateGrant"]')
    lone = table({"main.tf": ROLE + inline(allow('"kms:CreateGrant"'))})
    assert lone == {"deploy": {}}
    both = table({"main.tf": ROLE + inline(neighbour + ", " + allow('"ec2:CopySnapshot"'))})
    assert both["deploy"]["enable"] == "unlimited"
    assert both["deploy"]["copy"] == "unlimited"


def test_a_user_has_the_rights_of_its_groups_and_the_cell_says_through_which(reviewed):
    found = reviewed(
        {
            "main.tf": """
        resource "aws_iam_user" "anna" { name = "anna" }
        resource "aws_iam_group" "ops" { name = "ops" }
        resource "aws_iam_user_group_membership" "m" {
          user   = aws_iam_user.anna.name
          groups = [aws_iam_group.ops.name]
        }
        """
            + inline(allow('"ec2:CopySnapshot"'), "group", "ops")
        }
    )
    cells = {entry.name: entry.cells["copy"] for entry in found.entries}
    assert [source.via for source in cells["anna"].sources] == ["aws_iam_group.ops"]
    assert [source.via for source in cells["ops"].sources] == [""]


def test_a_cell_leads_to_the_lines_of_its_statements(reviewed):
    code = (
        ROLE
        + """
resource "aws_iam_role_policy" "p" {
  role = aws_iam_role.deploy.name
  policy = jsonencode({
    Statement = [
      { Sid = "One", Effect = "Allow", Action = "ec2:CreateSnapshot", Resource = "*" },
      {
        Effect   = "Allow"
        Action   = "ec2:CreateSnapshots"
        Resource = "arn:aws:ec2:*:*:*/x"
      },
      { Effect = "Allow", Action = "rds:CreateDBSnapshot", Resource = "*" },
    ]
  })
}
"""
    )
    (entry,) = reviewed({"main.tf": code}).entries
    places = [(source.file, source.line, source.policy, source.sid) for source in entry.cells["create"].sources]
    assert ("main.tf", 11, "aws_iam_role_policy.p", "One") in places
    assert ("main.tf", 17, "aws_iam_role_policy.p", "") in places
    assert entry.cells["create"].actions == ["ec2:CreateSnapshot", "ec2:CreateSnapshots", "rds:CreateDBSnapshot"]
    assert (entry.file, entry.line) == ("main.tf", 2)


def test_a_managed_policy_of_aws_is_named(reviewed):
    (entry,) = reviewed(
        {
            "main.tf": ROLE
            + """
        resource "aws_iam_role_policy_attachment" "a" {
          role       = aws_iam_role.deploy.name
          policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
        }
        """
        }
    ).entries
    assert {cell.reach for cell in entry.cells.values()} == {"unlimited"}
    assert len(entry.cells) == 9
    assert {source.policy for cell in entry.cells.values() for source in cell.sources} == {
        "AWS managed policy AdministratorAccess"
    }


def test_a_deny_takes_a_right_away(table):
    deny = '{ Effect = "Deny", Action = "ec2:ModifySnapshotAttribute", Resource = "*" }'
    statements = allow('["ec2:CreateSnapshot", "ec2:ModifySnapshotAttribute"]') + ", " + deny
    assert table({"main.tf": ROLE + inline(statements)}) == {"deploy": {"create": "unlimited"}}


def test_a_boundary_limits_what_is_left(table):
    code = (
        ROLE.replace('name               = "deploy"', 'name = "deploy"\n  permissions_boundary = aws_iam_policy.b.arn')
        + """
        resource "aws_iam_policy" "b" {
          name   = "b"
          policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "ec2:CreateSnapshot", Resource = "*" }] })
        }
        """
        + inline(allow('"ec2:*"'))
    )
    found = table({"main.tf": code})
    assert found["deploy"] == {"create": "unlimited"}
    assert "b" not in found  # a boundary gives nothing by itself


@pytest.mark.parametrize("arn", ["var.policy", '"arn:aws:iam::111122223333:policy/elsewhere"'])
def test_a_policy_that_is_not_in_the_code_makes_every_right_unknown(reviewed, arn):
    (entry,) = reviewed(
        {
            "main.tf": ROLE
            + f"""
        variable "policy" {{}}
        resource "aws_iam_role_policy_attachment" "a" {{
          role       = aws_iam_role.deploy.name
          policy_arn = {arn}
        }}
        """
        }
    ).entries
    assert {cell.reach for cell in entry.cells.values()} == {"unknown"}
    assert len(entry.cells) == 9
    assert {cell.actions == [] for cell in entry.cells.values()} == {True}
    (source,) = entry.cells["share"].sources
    assert source.line == 10


def test_what_is_certain_stays_so_beside_a_policy_that_is_not_known(table):
    found = table(
        {
            "main.tf": ROLE
            + inline(allow('"ec2:CreateSnapshot"'))
            + """
        variable "policy" {}
        resource "aws_iam_role_policy_attachment" "a" {
          role       = aws_iam_role.deploy.name
          policy_arn = var.policy
        }
        """
        }
    )
    assert found["deploy"]["create"] == "unlimited"
    assert found["deploy"]["share"] == "unknown"


def test_statements_that_are_not_known_make_rights_unknown(table):
    found = table({"main.tf": ROLE + 'variable "more" {}\n' + inline(allow('"ec2:CreateSnapshot"') + ", var.more")})
    assert found["deploy"]["create"] == "unlimited"
    assert found["deploy"]["export"] == "unknown"


def test_a_role_that_may_not_exist_has_no_right_for_certain(table):
    code = (
        ROLE.replace('name               = "deploy"', 'name = "deploy"\n  count = var.n')
        + """
        variable "n" { type = number }
        resource "aws_iam_role_policy" "p" {
          role   = "deploy"
          policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "ec2:CopySnapshot", Resource = "*" }] })
        }
        """
    )
    assert table({"main.tf": code}) == {"deploy": {"copy": "unknown"}}


def test_a_policy_that_nobody_holds_is_listed_by_itself(reviewed):
    found = reviewed(
        {
            "main.tf": """
        resource "aws_iam_policy" "share" {
          name   = "share"
          policy = jsonencode({
            Statement = [{ Effect = "Allow", Action = "ec2:ModifyImageAttribute", Resource = "*" }]
          })
        }
        """
        }
    )
    (entry,) = found.entries
    assert (entry.key.kind, entry.name) == ("unheld policy", "share")
    assert entry.cells["share"].reach == "unlimited"


def test_a_role_that_is_only_named_is_listed_by_its_name(reviewed):
    found = reviewed(
        {
            "main.tf": """
        variable "who" {}
        resource "aws_iam_role_policy" "known" {
          role   = "legacy"
          policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "ec2:CopySnapshot", Resource = "*" }] })
        }
        resource "aws_iam_role_policy" "unknown" {
          role   = var.who
          policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "ec2:CopyImage", Resource = "*" }] })
        }
        """
        }
    )
    assert [(entry.key.principal, entry.name, entry.file, entry.line) for entry in found.entries] == [
        ("${var.who}", "${var.who}", "", 0),
        ("legacy", "legacy", "", 0),
    ]


def test_the_role_of_a_backup_service_is_listed_with_what_its_service_needs(table):
    service = '{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "backup.amazonaws.com" } }'
    trust = f"jsonencode({{ Statement = [{service}] }})"
    code = ROLE.replace("jsonencode({ Statement = [] })", trust)
    assert table({"main.tf": code + inline(allow('"ec2:CreateSnapshot"'))}) == {"deploy": {"create": "unlimited"}}


def test_a_right_that_hangs_on_a_condition_of_the_template_says_so(reviewed):
    found = reviewed(
        template("""
        Parameters: {Env: {Type: String}}
        Conditions: {Prod: !Equals [!Ref Env, prod]}
        Resources:
          Deploy:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument: {Statement: []}
              Policies:
                - PolicyName: always
                  PolicyDocument: {Statement: [{Effect: Allow, Action: 'ec2:CopySnapshot', Resource: '*'}]}
          Extra:
            Type: AWS::IAM::Policy
            Condition: Prod
            Properties:
              PolicyName: extra
              Roles: [!Ref Deploy]
              PolicyDocument: {Statement: [{Effect: Allow, Action: 'ec2:CreateSnapshot', Resource: '*'}]}
        """)
    )
    (entry,) = found.entries
    assert [source.assumption for source in entry.cells["copy"].sources] == [""]
    (extra,) = entry.cells["create"].sources
    assert "Prod" in extra.assumption


def test_roots_are_named_from_the_directory_of_the_project(reviewed, project, monkeypatch):
    files = {"infra/main.tf": ROLE, "t.yaml": "Resources: {R: {Type: AWS::IAM::Role}}\n"}
    assert reviewed(files).roots == {"infra", "t.yaml"}
    monkeypatch.chdir(project / "infra")
    assert reviewed({}).roots == {"infra"}


def test_unreadable_code_and_missing_paths_are_told(reviewed):
    found = reviewed({"main.tf": 'resource "aws_iam_role" "r" {'}, ".", "nowhere")
    assert [error.span.file.display for error in found.unread] == ["main.tf"]
    assert found.missing == ["nowhere"]
    assert found.exit_status == 2


def test_a_malformed_policy_document_is_told(reviewed):
    found = reviewed({"main.tf": ROLE + inline('{ Effect = "Perhaps", Action = "*", Resource = "*" }')})
    assert ["Effect is Allow or Deny" in error.message for error in found.unread] == [True]
    assert found.exit_status == 1


def test_a_bug_in_one_root_leaves_the_others(write, project, monkeypatch):
    from snapguard.audit import review as module
    from snapguard.settings import Settings

    def broken(target, settings):
        if target.path.endswith("a"):
            raise ZeroDivisionError("oops")
        return original(target, settings)

    original = module.read
    write({"a/main.tf": ROLE, "b/main.tf": ROLE})
    monkeypatch.setattr(module, "read", broken)
    found = module.review(["."], Settings(directory=str(project)))
    assert [entry.key.root for entry in found.entries] == ["b"]
    assert "oops" in found.errors[0].message
    assert found.exit_status == 2


def test_a_statement_that_is_in_all_outcomes_of_a_template_is_listed_once(reviewed):
    found = reviewed(
        template("""
        Parameters: {Env: {Type: String}}
        Conditions: {Prod: !Equals [!Ref Env, prod]}
        Resources:
          Copier:
            Type: AWS::IAM::Role
            Condition: Prod
            Properties:
              AssumeRolePolicyDocument: {Statement: []}
              Policies:
                - PolicyName: p
                  PolicyDocument: {Statement: [{Effect: Allow, Action: 'ec2:CopySnapshot', Resource: '*'}]}
          Reader: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}
        """)
    )
    copier, reader = found.entries
    assert [source.assumption for source in copier.cells["copy"].sources] != [""]
    assert reader.cells == {}


def test_code_and_a_plan_of_it_are_one_root(reviewed):
    resource = {
        "address": "aws_iam_role.deploy",
        "mode": "managed",
        "type": "aws_iam_role",
        "name": "deploy",
        "values": {"name": "deploy", "assume_role_policy": "{}"},
    }
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [resource]}},
        "resource_changes": [],
        "configuration": {"root_module": {}},
    }
    found = reviewed({"infra/main.tf": ROLE, "infra/plan.json": plan})
    assert [entry.key for entry in found.entries] == [("infra", "role", "aws_iam_role.deploy")]


def test_a_policy_that_nobody_holds_and_that_is_not_known_may_give_anything(table):
    code = 'variable "document" {}\nresource "aws_iam_policy" "p" {\n  name   = "p"\n  policy = var.document\n}\n'
    assert set(table({"main.tf": code})["p"].values()) == {"unknown"}


def test_what_only_raises_protection_weakens_nothing(table):
    statement = allow('["ec2:EnableImageBlockPublicAccess", "ec2:CreateSnapshot"]')
    assert table({"main.tf": ROLE + inline(statement)}) == {"deploy": {"create": "unlimited"}}
