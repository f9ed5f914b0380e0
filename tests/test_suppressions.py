"""Ignore comments and metadata: which findings they take away, and which they leave."""

import pytest

PLAIN = '  availability_zone = "eu-west-1a"\n  encrypted         = false\n}\n'


@pytest.fixture
def statuses(scan_text):
    """The status of each finding but those on comments, by check and line."""

    def run(language, code, **settings):
        results = scan_text(language, code, **settings)
        return [(result.code, result.span.line, result.status.value) for result in results]

    return run


@pytest.mark.parametrize(
    "code",
    [
        'resource "aws_ebs_volume" "v" { # snapguard: ignore[SNAP201] reason="x"\n' + PLAIN,
        '# snapguard: ignore[SNAP201] reason="x"\nresource "aws_ebs_volume" "v" {\n' + PLAIN,
        '// snapguard: ignore[SNAP201]\n# another comment\nresource "aws_ebs_volume" "v" {\n' + PLAIN,
        'resource "aws_ebs_volume" "v" {\n  encrypted = false # snapguard:ignore[SNAP201]\n}\n',
        'resource "aws_ebs_volume" "v" {\n  # snapguard: ignore[volume-not-encrypted]\n  encrypted = false\n}\n',
        'resource "aws_ebs_volume" "v" { # snapguard: ignore[SNAP301, SNAP2]\n' + PLAIN,
        'resource "aws_ebs_volume" "v" { # snapguard: ignore[encryption] until=9999-12-31\n' + PLAIN,
        '\ufeff# snapguard: ignore[SNAP201]\nresource "aws_ebs_volume" "v" {\n' + PLAIN,
    ],
)
def test_a_comment_beside_or_above_the_line_or_the_resource_suppresses(code, statuses):
    found = statuses("terraform", code, select=["SNAP201"])

    assert [(check, status) for check, _, status in found] == [("SNAP201", "suppressed")]


@pytest.mark.parametrize(
    "code",
    [
        'resource "aws_ebs_volume" "v" { # snapguard: ignore[SNAP301]\n' + PLAIN,
        'resource "aws_ebs_volume" "v" { # snapguard: ignore\n' + PLAIN,
        'resource "aws_ebs_volume" "v" { # snapguard: ignore[SNAP201] until=2020-01-01\n' + PLAIN,
        'resource "aws_ebs_volume" "v" { # snapguard: ignore[SNAP201] until=soon\n' + PLAIN,
        '# snapguard: ignore[SNAP201]\n\n\nresource "aws_ebs_volume" "v" {\n' + PLAIN,
        'resource "aws_ebs_volume" "v" {\n' + PLAIN + "# snapguard: ignore[SNAP201]\n",
        'locals { a = "# snapguard: ignore[SNAP201]" }\nresource "aws_ebs_volume" "v" {\n' + PLAIN,
        'resource "aws_ebs_volume" "v" {\n  tags = { a = "# snapguard: ignore[SNAP201]" }\n  encrypted = false\n}\n',
        'locals {\n  a = <<EOT\n# snapguard: ignore[SNAP201]\nEOT\n}\nresource "aws_ebs_volume" "v" {\n' + PLAIN,
    ],
)
def test_a_comment_that_means_something_else_or_is_none_suppresses_nothing(code, statuses):
    found = statuses("terraform", code, select=["SNAP201"])

    assert [(check, status) for check, _, status in found] == [("SNAP201", "fail")]


OPEN_MACHINE = """
resource "aws_security_group" "restore" {
  description = "restore" # {header}
  ingress {
    from_port   = 22 # {outer}
    to_port     = 22
    protocol    = "tcp"
    # {above}
    cidr_blocks = ["0.0.0.0/0"] # {beside}
  }
  tags = {} # {after}
}

resource "aws_instance" "restored" {
  ami                    = "ami-12345678"
  vpc_security_group_ids = [aws_security_group.restore.id] # {evidence}
  ebs_block_device {
    device_name = "/dev/sdf"
    snapshot_id = "snap-0123456789abcdef0"
    encrypted   = true
  }
}
"""


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("outer", "suppressed"),
        ("above", "suppressed"),
        ("beside", "suppressed"),
        ("header", "fail"),
        ("after", "fail"),
        ("evidence", "fail"),
    ],
)
def test_a_comment_on_any_line_of_a_finding_counts_and_one_elsewhere_in_its_resource_does_not(place, status, statuses):
    code = OPEN_MACHINE.replace(f"{{{place}}}", "snapguard: ignore[SNAP401]")

    assert statuses("terraform", code, select=["SNAP401"]) == [("SNAP401", 4, status)]


def test_a_comment_within_a_heredoc_is_text(statuses):
    code = (
        'resource "aws_ebs_volume" "v" {\n  tags = { a = <<EOT\n# snapguard: ignore[SNAP201]\nEOT\n  }\n'
        "  encrypted = false\n}\n"
    )

    assert statuses("terraform", code, select=["SNAP201"]) == [("SNAP201", 6, "fail")]


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ('reason="DR account" until=2999-03-31', "DR account"),
        ("until=2999-03-31 reason='two words'", "two words"),
        ("reason=short", "short"),
        ('reason="until=2020-01-01"', "until=2020-01-01"),
        ("", ""),
    ],
)
def test_the_reason_is_kept(comment, reason, scan_text):
    code = f'resource "aws_ebs_volume" "v" {{ # snapguard: ignore[SNAP201] {comment}\n{PLAIN}'
    (result,) = scan_text("terraform", code)

    assert (result.status.value, result.reason) == ("suppressed", reason)


def test_without_a_reason_nothing_is_suppressed_where_one_is_asked_for(statuses):
    code = 'resource "aws_ebs_volume" "v" { # snapguard: ignore[SNAP201]\n' + PLAIN

    assert statuses("terraform", code, require_reason=True) == [("SNAP003", 1, "fail"), ("SNAP201", 3, "fail")]
    assert statuses("terraform", code.replace("]\n", "] reason=x\n"), require_reason=True) == [
        ("SNAP201", 3, "suppressed")
    ]


YAML = """\
Resources:
  # snapguard: ignore[SNAP201] reason="scratch"
  Above:
    Type: AWS::EC2::Volume
    Properties:
      Encrypted: false
  Beside: # snapguard: ignore[SNAP201]
    Type: AWS::EC2::Volume
    Properties:
      Encrypted: false
  Line:
    Type: AWS::EC2::Volume
    Properties:
      Encrypted: false # snapguard: ignore[SNAP201]
  Quoted:
    Type: AWS::EC2::Volume
    Properties:
      Tags: [{Key: a, Value: "b # snapguard: ignore[SNAP201]"}]
      Encrypted: false
  Block:
    Type: AWS::EC2::Volume
    Properties:
      Tags:
        - Key: a
          Value: |
            # snapguard: ignore[SNAP201]
      Encrypted: false
"""


def test_comments_in_yaml_count_and_texts_do_not(scan_text):
    results = scan_text("cloudformation", YAML, select=["SNAP201"])

    assert {result.address: result.status.value for result in results} == {
        "Above": "suppressed",
        "Beside": "suppressed",
        "Line": "suppressed",
        "Quoted": "fail",
        "Block": "fail",
    }


def test_a_comment_after_a_block_of_text_counts(scan_text):
    code = """\
Resources:
  A:
    Type: AWS::EC2::Volume
    Properties:
      Tags:
        - Key: a
          Value: |
            text
      # snapguard: ignore[SNAP201]
      Encrypted: false
"""
    (result,) = scan_text("cloudformation", code)

    assert result.status.value == "suppressed"


def test_comments_before_a_place_that_can_not_be_parsed_count(scan_text):
    code = """\
Resources:
  A: # snapguard: ignore[SNAP201]
    Type: AWS::EC2::Volume
    Properties:
      Encrypted: false
Outputs: {a: [b
"""
    results = scan_text("cloudformation", code)

    assert [(result.code, result.status.value) for result in results] == [
        ("SNAP201", "suppressed"),
        ("SNAP001", "fail"),
    ]


@pytest.mark.parametrize(
    ("ignore", "status"),
    [
        ('[{"check": "SNAP201", "reason": "scratch", "until": "2999-01-01"}]', "suppressed"),
        ('[{"check": ["SNAP301", "SNAP201"]}]', "suppressed"),
        ('["SNAP201"]', "suppressed"),
        ('"SNAP201"', "suppressed"),
        ('[{"check": "SNAP201", "until": "2020-01-01"}]', "fail"),
        ('[{"check": "SNAP201", "until": {"Ref": "X"}}]', "fail"),
        ('[{"check": "SNAP301"}]', "fail"),
        ('[{"check": 3}]', "fail"),
        ("[]", "fail"),
    ],
)
def test_a_template_can_say_it_in_metadata(ignore, status, scan_text):
    code = f"""{{"Resources": {{"V": {{
      "Type": "AWS::EC2::Volume",
      "Metadata": {{"snapguard": {{"ignore": {ignore}}}}},
      "Properties": {{"Encrypted": false}}}}}}}}"""
    results = scan_text("cloudformation", {"t.json": code}, select=["SNAP201"])

    assert [result.status.value for result in results] == [status]


def test_a_date_in_metadata_may_be_written_without_quotes(scan_text):
    code = """\
Resources:
  V:
    Type: AWS::EC2::Volume
    Metadata:
      snapguard:
        ignore: [{check: SNAP201, until: 2020-01-31}]
    Properties: {Encrypted: false}
"""
    results = scan_text("cloudformation", code)

    assert [(result.code, result.status.value) for result in results] == [("SNAP004", "fail"), ("SNAP201", "fail")]


def test_what_looks_like_a_comment_in_json_is_text(scan_text):
    code = '{"Resources": {"V": {"Type": "AWS::EC2::Volume", "Properties": {"Tags": "# snapguard: ignore[SNAP201]"}}}}'
    results = scan_text("cloudformation", {"t.json": code})

    assert [(result.code, result.status.value) for result in results] == [("SNAP201", "fail")]


def test_a_comment_that_suppresses_nothing_is_told(statuses):
    code = '# snapguard: ignore[SNAP201]\nresource "aws_ebs_volume" "v" {\n  encrypted = true\n}\n'

    assert statuses("terraform", code) == [("SNAP003", 1, "fail")]


def test_a_comment_that_names_no_check_is_told(statuses):
    code = '# snapguard: ignore[SNAP999]\nresource "aws_ebs_volume" "v" {\n  encrypted = true\n}\n'

    assert statuses("terraform", code) == [("SNAP003", 1, "fail")]


def test_a_comment_for_a_check_that_was_not_run_is_not_unused(statuses):
    code = '# snapguard: ignore[SNAP201]\nresource "aws_ebs_volume" "v" {\n  encrypted = true\n}\n'

    assert statuses("terraform", code, ignore=["SNAP201"]) == []


def test_a_comment_for_a_check_that_is_ignored_at_its_path_is_not_unused(statuses):
    code = '# snapguard: ignore[SNAP201]\nresource "aws_ebs_volume" "v" {\n}\n'

    assert statuses("terraform", code, per_path_ignores={"main.tf": ["SNAP201"]}) == []


def test_a_comment_in_a_module_that_one_caller_needs_is_used(statuses):
    module = (
        'variable "encrypted" {}\n'
        'resource "aws_ebs_volume" "v" {\n  encrypted = var.encrypted # snapguard: ignore[SNAP201]\n}\n'
    )
    files = {
        "a/main.tf": 'module "m" {\n  source    = "../m"\n  encrypted = true\n}\n',
        "b/main.tf": 'module "m" {\n  source    = "../m"\n  encrypted = false\n}\n',
        "m/main.tf": module,
    }

    assert [(check, status) for check, _, status in statuses("terraform", files)] == [("SNAP201", "suppressed")]
    files["b/main.tf"] = files["a/main.tf"]
    assert statuses("terraform", files) == [("SNAP003", 3, "fail")]


def test_a_comment_that_one_outcome_of_a_template_needs_is_used(statuses):
    code = """\
Parameters: {Env: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  V: # snapguard: ignore[SNAP201]
    Type: AWS::EC2::Volume
    Properties:
      Encrypted: !If [IsProd, true, false]
"""

    assert [(check, status) for check, _, status in statuses("cloudformation", code)] == [("SNAP201", "suppressed")]
