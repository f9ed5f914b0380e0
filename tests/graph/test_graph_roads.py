"""The roads out: what is drawn of an estate, what is left out, and what is marked."""

import pytest

from snapguard.graph.model import TIMES, Kind, Mark
from snapguard.graph.survey import survey
from snapguard.settings import Settings


@pytest.fixture
def graph_of(write, project):
    def roads(code, language="terraform", **settings):
        write({"main.tf" if language == "terraform" else "template.yaml": code})
        (section,) = survey(["."], Settings(directory=str(project), **settings)).sections
        return section.graph

    return roads


def labels(graph, kind):
    return [node.label for node in graph.nodes if node.kind is kind]


def roads(graph):
    names = {node.key: node.label for node in graph.nodes}
    return [(names[edge.source], edge.label, names[edge.target]) for edge in graph.edges]


def marks(graph):
    return {node.label: node.mark for node in graph.nodes}


ROLE = """
resource "aws_iam_role" "ops" {
  name = "ops"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "ops" {
  role   = aws_iam_role.ops.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = %s, Resource = %s }] })
}
"""
VOLUME = """
resource "aws_ebs_volume" "data" {
  availability_zone = "a"
  encrypted         = true
}
"""
SNAPSHOT = (
    VOLUME
    + """
resource "aws_ebs_snapshot" "s" {
  volume_id = aws_ebs_volume.data.id
}
"""
)
RESTORED = (
    SNAPSHOT
    + """
resource "aws_security_group" "g" {
  name = "g"
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["%s"]
  }
}

resource "aws_instance" "m" {
  ami                    = "ami-12345678"
  vpc_security_group_ids = [aws_security_group.g.id]
  ebs_block_device {
    device_name = "/dev/sdf"
    snapshot_id = aws_ebs_snapshot.s.id
  }
}
"""
)


def test_a_principal_leads_by_what_it_may_do_to_all_that_it_reaches(graph_of):
    graph = graph_of(ROLE % ('["ec2:CreateSnapshot", "ec2:ModifySnapshotAttribute"]', '"*"') + SNAPSHOT)

    assert roads(graph) == [
        ("aws_iam_role.ops", "may create, share", "all disks and their copies"),
        ("all disks and their copies", "", "aws_ebs_volume.data"),
        ("aws_ebs_volume.data", "copied to", "aws_ebs_snapshot.s"),
    ]
    assert marks(graph)["aws_iam_role.ops"] is Mark.DANGER


def test_a_principal_with_rights_over_one_disk_leads_to_that_one(graph_of):
    other = VOLUME.replace('"data"', '"other"')
    graph = graph_of(ROLE % ('"ec2:CreateSnapshot"', "[aws_ebs_volume.data.arn]") + SNAPSHOT + other)

    assert roads(graph) == [
        ("aws_iam_role.ops", "may create", "aws_ebs_volume.data"),
        ("aws_ebs_volume.data", "copied to", "aws_ebs_snapshot.s"),
    ]
    assert labels(graph, Kind.SOURCE) == ["aws_ebs_volume.data"]


def test_a_principal_who_may_not_copy_is_left_out(graph_of):
    graph = graph_of(ROLE % ('"ec2:DescribeSnapshots"', '"*"') + SNAPSHOT)

    assert labels(graph, Kind.PRINCIPAL) == []


def test_rights_over_databases_do_not_lead_to_disks(graph_of):
    graph = graph_of(ROLE % ('"rds:CreateDBSnapshot"', '"*"') + SNAPSHOT)

    assert labels(graph, Kind.PRINCIPAL) == []
    assert labels(graph, Kind.SOURCE) == ["aws_ebs_volume.data"]


def test_a_policy_that_nobody_holds_stands_for_whoever_is_given_it(graph_of):
    code = """
    resource "aws_iam_policy" "loose" {
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "ec2:*", Resource = "*" }] })
    }
    """
    graph = graph_of(code + VOLUME)

    assert labels(graph, Kind.PRINCIPAL) == ["aws_iam_policy.loose"]


def test_a_managed_policy_on_a_role_that_is_only_named_leads_on_too(graph_of):
    code = """
    resource "aws_iam_role_policy_attachment" "a" {
      role       = "ops"
      policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    }
    """
    graph = graph_of(code + VOLUME)

    assert labels(graph, Kind.PRINCIPAL) == ["role ops"]
    assert marks(graph)["role ops"] is Mark.DANGER


def test_disks_that_nobody_copies_lie_on_no_road(write, project):
    write({"main.tf": VOLUME})

    assert survey(["."], Settings(directory=str(project))).sections == []


def test_a_share_leads_from_the_copy_to_whom_it_is_given(graph_of):
    code = """
    resource "aws_snapshot_create_volume_permission" "p" {
      snapshot_id = aws_ebs_snapshot.s.id
      account_id  = "%s"
    }
    """
    graph = graph_of(SNAPSHOT + code % "999988887777")
    assert ("aws_ebs_snapshot.s", "given to", "account 999988887777") in roads(graph)
    assert marks(graph)["aws_ebs_snapshot.s"] is marks(graph)["account 999988887777"] is Mark.DANGER
    assert marks(graph)["aws_ebs_volume.data"] is Mark.CALM

    graph = graph_of(SNAPSHOT + code % "111122223333", trusted_accounts=("111122223333",))
    assert set(marks(graph).values()) == {Mark.CALM}


def test_a_receiver_that_nobody_knows_is_drawn_as_such(graph_of):
    code = """
    variable "who" {}

    resource "aws_snapshot_create_volume_permission" "p" {
      snapshot_id = aws_ebs_snapshot.s.id
      account_id  = var.who
    }
    """
    graph = graph_of(SNAPSHOT + code)

    assert labels(graph, Kind.RECEIVER) == ["an account that is not known"]
    assert marks(graph)["an account that is not known"] is Mark.UNSURE


def test_what_is_looked_up_is_told_from_what_is_made(graph_of):
    code = """
    data "aws_ebs_snapshot" "latest" {
      most_recent = true
    }

    resource "aws_ebs_volume" "v" {
      snapshot_id = data.aws_ebs_snapshot.latest.id
    }
    """
    graph = graph_of(code)

    assert {(node.type, node.name) for node in graph.nodes} == {
        ("data.aws_ebs_snapshot", "latest"),
        ("aws_ebs_volume", "v"),
    }


def test_a_copy_that_is_only_named_is_drawn_by_its_name(graph_of):
    code = 'resource "aws_ami_launch_permission" "p" {\n  image_id = "ami-12345678"\n  group = "all"\n}\n'

    assert roads(graph_of(code)) == [("ami-12345678", "given to", "everyone")]


def test_an_opening_leads_to_the_machine_and_marks_the_way_from_the_copy(graph_of):
    graph = graph_of(RESTORED % "0.0.0.0/0")

    assert roads(graph) == [
        ("aws_ebs_volume.data", "copied to", "aws_ebs_snapshot.s"),
        ("aws_ebs_snapshot.s", "a disk of", "aws_instance.m"),
        ("SSH from all IPv4 addresses", "lets in", "aws_instance.m"),
    ]
    assert {label for label, mark in marks(graph).items() if mark is Mark.DANGER} == {
        "aws_ebs_snapshot.s",
        "aws_instance.m",
        "SSH from all IPv4 addresses",
    }
    (opening,) = [node for node in graph.nodes if node.kind is Kind.OPENING]
    assert (opening.codes, opening.addresses, opening.where) == (["SNAP401"], ["aws_security_group.g"], "main.tf:13")


def test_a_restored_machine_that_nothing_gets_into_is_drawn_calm(graph_of):
    graph = graph_of(RESTORED % "10.0.0.0/8")

    assert labels(graph, Kind.MACHINE) == ["aws_instance.m"]
    assert labels(graph, Kind.OPENING) == []
    assert set(marks(graph).values()) == {Mark.CALM}


def test_what_the_code_can_not_tell_is_marked_as_such(graph_of):
    graph = graph_of('variable "who" {}\n' + RESTORED.replace('"%s"', "var.who"))

    (opening,) = labels(graph, Kind.OPENING)
    assert opening == "SSH from addresses that the code does not tell"
    assert marks(graph)[opening] is Mark.UNSURE
    assert marks(graph)["aws_instance.m"] is Mark.CALM


def test_what_may_not_be_there_says_so(graph_of):
    code = (RESTORED % "0.0.0.0/0").replace('"m" {', '"m" {\n  count = var.number')
    graph = graph_of('variable "number" {}\n' + code)

    (machine,) = [node for node in graph.nodes if node.kind is Kind.MACHINE]
    assert (machine.note, machine.mark) == ("may not be there", Mark.CALM)
    assert {edge.mark for edge in graph.edges if edge.target == machine.key} == {Mark.UNSURE}


def test_what_is_suppressed_or_not_selected_is_not_marked(graph_of):
    assert Mark.DANGER not in marks(graph_of(RESTORED % "0.0.0.0/0", ignore=("SNAP401",))).values()

    code = (RESTORED % "0.0.0.0/0").replace(
        "  ingress {", '  # snapguard: ignore[SNAP401] reason="a drill"\n  ingress {'
    )
    assert Mark.DANGER not in marks(graph_of(code)).values()


def test_a_way_out_leads_from_the_machine(graph_of):
    graph = graph_of((RESTORED % "0.0.0.0/0").replace("ingress", "egress"))

    assert roads(graph)[-1] == ("aws_instance.m", "lets out", "SSH to all IPv4 addresses")


def test_an_opening_for_everything_says_so(graph_of):
    code = (RESTORED % "0.0.0.0/0").replace('"tcp"', '"-1"').replace("= 22", "= 0")

    assert labels(graph_of(code), Kind.OPENING) == ["all traffic from all IPv4 addresses"]


def test_the_way_by_an_image_and_a_template_is_marked_to_the_snapshot(graph_of):
    code = """
    resource "aws_ami" "a" {
      name = "a"
      ebs_block_device {
        device_name = "/dev/sda1"
        snapshot_id = aws_ebs_snapshot.s.id
      }
    }

    resource "aws_launch_template" "t" {
      image_id               = aws_ami.a.id
      vpc_security_group_ids = [aws_security_group.g.id]
    }

    resource "aws_autoscaling_group" "fleet" {
      min_size = 1
      launch_template {
        id = aws_launch_template.t.id
      }
    }
    """
    graph = graph_of((RESTORED % "0.0.0.0/0").partition('resource "aws_instance"')[0] + code)

    assert roads(graph)[1:4] == [
        ("aws_ebs_snapshot.s", "registered as", "aws_ami.a"),
        ("aws_ami.a", "starts", "aws_launch_template.t"),
        ("aws_launch_template.t", "starts", "aws_autoscaling_group.fleet"),
    ]
    assert {label for label, mark in marks(graph).items() if mark is Mark.CALM} == {"aws_ebs_volume.data"}


def test_a_vendors_image_lies_on_no_road(graph_of):
    code = """
    data "aws_ami" "linux" {
      owners = ["amazon"]
    }

    resource "aws_instance" "web" {
      ami = data.aws_ami.linux.id
    }

    resource "aws_ami_from_instance" "copy" {
      name               = "copy"
      source_instance_id = aws_instance.web.id
    }
    """

    assert roads(graph_of(code)) == [("aws_instance.web", "imaged as", "aws_ami_from_instance.copy")]


def test_databases_are_followed_from_the_live_one_to_the_public_copy(graph_of):
    code = """
    resource "aws_db_instance" "live" {
      identifier        = "live"
      storage_encrypted = true
    }

    resource "aws_db_snapshot" "s" {
      db_instance_identifier = aws_db_instance.live.identifier
      db_snapshot_identifier = "s"
    }

    resource "aws_db_instance" "copy" {
      snapshot_identifier = aws_db_snapshot.s.id
      publicly_accessible = true
    }
    """
    graph = graph_of(code)

    assert roads(graph) == [
        ("aws_db_instance.live", "copied to", "aws_db_snapshot.s"),
        ("aws_db_snapshot.s", "restored to", "aws_db_instance.copy"),
        ("a public address", "lets in", "aws_db_instance.copy"),
    ]
    assert marks(graph)["a public address"] is marks(graph)["aws_db_snapshot.s"] is Mark.DANGER


def test_the_instances_of_a_restored_cluster_run_on_it(graph_of):
    code = """
    resource "aws_rds_cluster" "c" {
      snapshot_identifier = "orders"
      storage_encrypted   = true
    }

    resource "aws_rds_cluster_instance" "i" {
      cluster_identifier = aws_rds_cluster.c.id
    }
    """

    assert roads(graph_of(code)) == [
        ("orders", "restored to", "aws_rds_cluster.c"),
        ("aws_rds_cluster.c", "runs on", "aws_rds_cluster_instance.i"),
    ]


def test_an_open_port_of_a_restored_database_leads_in(graph_of):
    code = """
    resource "aws_security_group" "g" {
      ingress {
        protocol    = "tcp"
        from_port   = 5432
        to_port     = 5432
        cidr_blocks = ["0.0.0.0/0"]
      }
    }

    resource "aws_db_instance" "copy" {
      snapshot_identifier    = "orders"
      engine                 = "postgres"
      vpc_security_group_ids = [aws_security_group.g.id]
    }
    """

    assert ("its port from all IPv4 addresses", "lets in", "aws_db_instance.copy") in roads(graph_of(code))


def test_a_backup_plan_leads_to_the_vault_that_it_copies_to(graph_of):
    code = """
    resource "aws_backup_plan" "p" {
      name = "p"
      rule {
        rule_name         = "r"
        target_vault_name = "v"
        copy_action {
          destination_vault_arn = "arn:aws:backup:eu-west-1:999988887777:backup-vault:far"
        }
      }
    }
    """
    graph = graph_of(code)

    assert roads(graph) == [("aws_backup_plan.p", "given to", "vault far")]
    assert marks(graph)["vault far"] is Mark.DANGER


def test_a_vault_that_lets_outsiders_in_leads_to_them(graph_of):
    code = """
    resource "aws_backup_vault" "v" {
      name        = "v"
      kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1"
    }

    resource "aws_backup_vault_policy" "p" {
      backup_vault_name = aws_backup_vault.v.name
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = "*", Action = "backup:CopyFromBackupVault", Resource = "*" }]
      })
    }
    """
    graph = graph_of(code)

    assert [road[1:] for road in roads(graph)] == [("given to", "outsiders")]


def test_a_template_is_drawn_over_all_outcomes_of_its_conditions(graph_of):
    code = """
    Parameters:
      IsOpen: {Type: String}
    Conditions:
      Open: !Equals [!Ref IsOpen, "yes"]
    Resources:
      Copy:
        Type: AWS::EC2::Volume
        Condition: Open
        Properties: {SnapshotId: snap-0123456789abcdef0, AvailabilityZone: a}
      Other:
        Type: AWS::EC2::Volume
        Properties: {SnapshotId: snap-1123456789abcdef0, AvailabilityZone: a}
    """
    graph = graph_of(code, "cloudformation")

    assert roads(graph) == [
        ("snap-0123456789abcdef0", "restored to", "Copy"),
        ("snap-1123456789abcdef0", "restored to", "Other"),
    ]


def test_a_volume_made_of_another_is_a_copy_of_it(graph_of):
    code = """
    Resources:
      Live:
        Type: AWS::EC2::Volume
        Properties: {Size: 1, AvailabilityZone: a}
      Copy:
        Type: AWS::EC2::Volume
        Properties: {SourceVolumeId: !Ref Live, AvailabilityZone: a}
    """

    assert roads(graph_of(code, "cloudformation")) == [("Live", "copied to", "Copy")]


def test_instances_of_a_block_are_one_thing_and_say_how_many_they_are(graph_of):
    code = SNAPSHOT.replace("{\n  availability", "{\n  count = 3\n  availability").replace(
        "{\n  volume_id = aws_ebs_volume.data.id", "{\n  count = 3\n  volume_id = aws_ebs_volume.data[count.index].id"
    )
    graph = graph_of(code)

    assert [node.label for node in graph.nodes] == [f"aws_ebs_volume.data {TIMES}3", f"aws_ebs_snapshot.s {TIMES}3"]
    assert len(graph.edges) == 1


def test_an_instance_that_a_finding_rests_on_stands_apart_from_the_others(graph_of):
    code = """
    resource "aws_ebs_snapshot" "s" {
      count     = 3
      volume_id = "vol-1"
    }

    resource "aws_snapshot_create_volume_permission" "p" {
      snapshot_id = aws_ebs_snapshot.s[1].id
      account_id  = "999988887777"
    }
    """
    graph = graph_of(code)

    assert labels(graph, Kind.COPY) == [f"aws_ebs_snapshot.s {TIMES}2", "aws_ebs_snapshot.s[1]"]
    assert [node.caption for node in graph.nodes][-2:] == ["s[1]", "account 999988887777"]


def chains(number):
    return "".join(
        SNAPSHOT.replace('"data"', f'"d{at}"').replace(".data", f".d{at}").replace('"s"', f'"s{at}"')
        for at in range(number)
    )


def test_many_roads_that_look_alike_are_drawn_once(graph_of):
    assert len(graph_of(chains(3)).nodes) == 6

    graph = graph_of(chains(12))
    assert [node.label for node in graph.nodes] == ["aws_ebs_volume.d0 and 11 more", "aws_ebs_snapshot.s0 and 11 more"]
    assert [node.caption for node in graph.nodes] == ["d0 and 11 more", "s0 and 11 more"]


def machines(number):
    begin, _, machine = (RESTORED % "0.0.0.0/0").removeprefix(SNAPSHOT).partition('resource "aws_instance"')
    machine = machine.replace("aws_ebs_snapshot.s.id", '"snap-AT"')
    each = (
        f'resource "aws_instance"{machine}'.replace('"m"', f'"m{at}"').replace("AT", str(at)) for at in range(number)
    )
    return begin + "".join(each)


def test_what_findings_rest_on_is_drawn_one_by_one_up_to_more(graph_of):
    assert len(labels(graph_of(machines(8)), Kind.MACHINE)) == 8

    graph = graph_of(machines(9))
    assert [node.caption for node in graph.nodes] == [
        "snap-0 and 8 more",
        "m0 and 8 more",
        "SSH from all IPv4 addresses",
    ]
    assert {node.mark for node in graph.nodes} == {Mark.DANGER}


def test_many_that_are_given_the_same_are_drawn_once(graph_of):
    accounts = ", ".join(f'"99998888{number:04}"' for number in range(6))
    code = f'resource "aws_db_snapshot" "s" {{\n  db_instance_identifier = "x"\n  shared_accounts = [{accounts}]\n}}\n'

    assert labels(graph_of(code), Kind.RECEIVER) == ["account 999988880000 and 5 more"]


def test_what_is_no_text_in_a_name_is_replaced(graph_of):
    code = 'resource "aws_db_snapshot" "s" {\n  db_instance_identifier = "a\\u001b[31m\\u0000\\nb"\n}\n'

    assert [node.label for node in graph_of(code).nodes] == ["a\ufffd[31m\ufffd\ufffdb", "aws_db_snapshot.s"]


def test_what_could_not_be_read_or_is_missing_is_told(write, project):
    write({"main.tf": "resource {"})
    found = survey(["main.tf", "nowhere"], Settings(directory=str(project)))

    assert [error.span.file.display for error in found.unread] == ["main.tf"]
    assert (found.missing, found.exit_status) == (["nowhere"], 2)


def test_the_ways_in_that_are_drawn_are_those_that_checks_look_for():
    from snapguard.checks.snap403_restored_instance_remote_admin import SERVICES

    from snapguard.estate.network import REMOTE_SERVICES

    assert {"SSH": (22,), **SERVICES} == REMOTE_SERVICES
