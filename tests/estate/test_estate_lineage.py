"""Which ways lead from a machine to a snapshot: seen by whether its open group is a finding of SNAP401."""

import pytest

TF_GROUP = """
resource "aws_security_group" "open" {
  name = "open"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
CFN_GROUP = """
Resources:
  Open:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: open
      VpcId: vpc-12345678
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]
"""


def judged(scan_text, language, code):
    """The status of SNAP401 on the open group: fail, unknown or None."""
    results = scan_text(language, {"terraform": TF_GROUP, "cloudformation": CFN_GROUP}[language] + code)
    found = [result for result in results if result.code == "SNAP401"]
    assert len(found) <= 1
    return found[0].status.value if found else None


TF_INSTANCE = """
resource "aws_instance" "i" {
  ami                    = %s
  vpc_security_group_ids = [aws_security_group.open.id]
}
"""


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ('"snap-0123456789abcdef0"', "fail"),
        ("var.required", "fail"),
        ("data.aws_ebs_snapshot.s.id", "fail"),
        ("data.aws_ebs_snapshot_ids.s.ids[0]", "fail"),
        ("aws_ebs_snapshot.s.id", "fail"),
        ("aws_ebs_snapshot_copy.s.id", "fail"),
        ("aws_ebs_snapshot_import.s.id", "fail"),
        ("null", None),
        ('""', None),
        ("var.optional", None),
        ('var.switch ? "snap-0123456789abcdef0" : null', "unknown"),
        ('var.switch ? "snap-0123456789abcdef0" : "snap-0123456789abcdef1"', "fail"),
    ],
)
def test_a_disk_is_a_copy_where_its_snapshot_is_set(scan_text, value, status):
    code = """
    variable "required" {}
    variable "switch" {}
    variable "optional" { default = null }
    data "aws_ebs_snapshot" "s" { most_recent = true }
    data "aws_ebs_snapshot_ids" "s" {}
    resource "aws_ebs_volume" "data" { encrypted = true }
    resource "aws_ebs_snapshot" "s" { volume_id = aws_ebs_volume.data.id }
    resource "aws_ebs_snapshot_copy" "s" {
      source_snapshot_id = "snap-0123456789abcdef0"
      source_region      = "eu-west-1"
    }
    resource "aws_ebs_snapshot_import" "s" {}
    resource "aws_instance" "i" {
      ami                    = "ami-12345678"
      vpc_security_group_ids = [aws_security_group.open.id]
      ebs_block_device {
        device_name = "/dev/sdf"
        snapshot_id = VALUE
      }
    }
    """
    assert judged(scan_text, "terraform", code.replace("VALUE", value)) == status


@pytest.mark.parametrize(
    ("owners", "status"),
    [
        ('["self"]', "fail"),
        ('["111122223333"]', "fail"),
        ("[data.aws_caller_identity.me.account_id]", "fail"),
        ('["self", "111122223333"]', "fail"),
        ('["amazon"]', None),
        ('["aws-marketplace"]', None),
        ('["099720109477"]', None),
        ("[]", None),
        ("null", None),
        ('["self", "amazon"]', "unknown"),
        ("[var.owner]", "unknown"),
    ],
)
def test_an_image_that_is_searched_for_is_a_copy_by_its_owner(scan_text, owners, status):
    code = f"""
    variable "owner" {{}}
    data "aws_caller_identity" "me" {{}}
    data "aws_ami" "a" {{
      most_recent = true
      owners      = {owners}
    }}
    """
    assert judged(scan_text, "terraform", code + TF_INSTANCE % "data.aws_ami.a.id") == status


def test_an_image_that_is_searched_for_without_a_word_on_its_owner_is_no_copy(scan_text):
    code = 'data "aws_ami" "a" { most_recent = true }'
    assert judged(scan_text, "terraform", code + TF_INSTANCE % "data.aws_ami.a.id") is None


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("is-public", "true", None),
        ("is-public", "false", "fail"),
        ("owner-id", "111122223333", "fail"),
        ("owner-id", "099720109477", None),
        ("owner-alias", "amazon", None),
        ("owner-alias", "self", "fail"),
        ("name", "self", None),
    ],
)
def test_an_image_that_is_searched_for_is_a_copy_by_the_filters(scan_text, name, value, status):
    code = f"""
    data "aws_ami" "a" {{
      filter {{
        name   = "{name}"
        values = ["{value}"]
      }}
    }}
    """
    assert judged(scan_text, "terraform", code + TF_INSTANCE % "data.aws_ami.a.id") == status


@pytest.mark.parametrize(("users", "status"), [("self", "fail"), ("all", None), ("111122223333", None)])
def test_an_image_that_is_searched_for_is_a_copy_where_it_was_shared_with_the_account(scan_text, users, status):
    code = f'data "aws_ami" "a" {{ executable_users = ["{users}"] }}'
    assert judged(scan_text, "terraform", code + TF_INSTANCE % "data.aws_ami.a.id") == status


@pytest.mark.parametrize(
    ("image", "status"),
    [
        ('"ami-12345678"', None),
        ("coalesce(var.image, aws_ami.from_snapshot.id)", "unknown"),
        ("module.images.own", "fail"),
        ("var.image", None),
        ("data.aws_ssm_parameter.image.value", None),
        ("aws_ami.from_snapshot.id", "fail"),
        ("aws_ami.plain.id", None),
        ("aws_ami_copy.of_copy.id", "fail"),
        ("aws_ami_copy.of_vendor.id", None),
        ("aws_ami_from_instance.a.id", "fail"),
        ("data.aws_ami_ids.own.ids[0]", "fail"),
        ("one(aws_imagebuilder_image.a.output_resources[0].amis).image", "fail"),
        ("tolist(aws_imagebuilder_image.plain.output_resources[0].amis)[0].image", None),
    ],
)
def test_an_image_is_a_copy_where_the_code_tells_that_it_comes_from_one(scan_text, image, status):
    code = """
    variable "image" {}
    module "images" { source = "./images" }
    data "aws_ssm_parameter" "image" { name = "/aws/service/ami-amazon-linux-latest/x" }
    data "aws_ami_ids" "own" { owners = ["self"] }
    resource "aws_instance" "source" { ami = "ami-12345678" }
    resource "aws_ami_from_instance" "a" {
      name               = "a"
      source_instance_id = aws_instance.source.id
    }
    resource "aws_ami" "from_snapshot" {
      name = "a"
      ebs_block_device {
        device_name = "/dev/xvda"
        snapshot_id = "snap-0123456789abcdef0"
      }
    }
    resource "aws_ami" "plain" { name = "b" }
    resource "aws_ami_copy" "of_copy" { source_ami_id = aws_ami.from_snapshot.id }
    resource "aws_ami_copy" "of_vendor" { source_ami_id = "ami-12345678" }
    resource "aws_imagebuilder_image_recipe" "a" {
      parent_image = "ami-12345678"
      block_device_mapping {
        device_name = "/dev/xvdb"
        ebs { snapshot_id = "snap-0123456789abcdef0" }
      }
    }
    resource "aws_imagebuilder_image" "a" { image_recipe_arn = aws_imagebuilder_image_recipe.a.arn }
    resource "aws_imagebuilder_image_recipe" "plain" { parent_image = "ami-12345678" }
    resource "aws_imagebuilder_image" "plain" { image_recipe_arn = aws_imagebuilder_image_recipe.plain.arn }
    """
    images = """
    data "aws_ami" "own" { owners = ["self"] }
    output "own" { value = data.aws_ami.own.id }
    """
    files = {"main.tf": TF_GROUP + code + TF_INSTANCE % image, "images/main.tf": images}
    found = [each.status.value for each in scan_text("terraform", files, select=["SNAP401"])]
    assert found == ([status] if status else [])


TF_MACHINES = {
    "a volume that is attached": """
        resource "aws_ebs_volume" "v" { snapshot_id = "snap-0123456789abcdef0" }
        resource "aws_instance" "i" {
          ami                    = "ami-12345678"
          vpc_security_group_ids = [aws_security_group.open.id]
        }
        resource "aws_volume_attachment" "a" {
          volume_id   = aws_ebs_volume.v.id
          instance_id = aws_instance.i.id
        }
    """,
    "one of several volumes and machines": """
        resource "aws_ebs_volume" "v" {
          count       = 2
          snapshot_id = "snap-0123456789abcdef0"
        }
        resource "aws_instance" "i" {
          count                  = 2
          ami                    = "ami-12345678"
          vpc_security_group_ids = [aws_security_group.open.id]
        }
        resource "aws_volume_attachment" "a" {
          count       = 2
          volume_id   = aws_ebs_volume.v[count.index].id
          instance_id = aws_instance.i[count.index].id
        }
    """,
    "a template by id": """
        resource "aws_launch_template" "t" {
          block_device_mappings {
            device_name = "/dev/sdf"
            ebs { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
        resource "aws_instance" "i" {
          vpc_security_group_ids = [aws_security_group.open.id]
          launch_template { id = aws_launch_template.t.id }
        }
    """,
    "a template by name": """
        resource "aws_launch_template" "t" {
          name = "restore"
          block_device_mappings {
            ebs { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
        resource "aws_instance" "i" {
          vpc_security_group_ids = [aws_security_group.open.id]
          launch_template { name = "restore" }
        }
    """,
    "an image in a template of a spot request": """
        resource "aws_launch_template" "t" { image_id = data.aws_ami.own.id }
        data "aws_ami" "own" { owners = ["self"] }
        resource "aws_spot_instance_request" "i" {
          vpc_security_group_ids = [aws_security_group.open.id]
          launch_template { id = aws_launch_template.t.id }
        }
    """,
    "a scaling group": """
        resource "aws_launch_configuration" "c" {
          image_id        = "ami-12345678"
          security_groups = [aws_security_group.open.id]
          ebs_block_device {
            device_name = "/dev/sdf"
            snapshot_id = "snap-0123456789abcdef0"
          }
        }
        resource "aws_autoscaling_group" "g" { launch_configuration = aws_launch_configuration.c.name }
    """,
    "a mixed scaling group": """
        resource "aws_launch_template" "t" {
          vpc_security_group_ids = [aws_security_group.open.id]
          block_device_mappings {
            ebs { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
        resource "aws_launch_template" "plain" { image_id = "ami-12345678" }
        resource "aws_autoscaling_group" "g" {
          mixed_instances_policy {
            launch_template {
              launch_template_specification { launch_template_id = aws_launch_template.plain.id }
              override {
                launch_template_specification { launch_template_id = aws_launch_template.t.id }
              }
            }
          }
        }
    """,
    "a spot fleet": """
        resource "aws_spot_fleet_request" "f" {
          launch_specification {
            ami = "ami-12345678"
          }
          launch_specification {
            ami                    = "ami-12345678"
            vpc_security_group_ids = [aws_security_group.open.id]
            ebs_block_device {
              device_name = "/dev/sdf"
              snapshot_id = "snap-0123456789abcdef0"
            }
          }
        }
    """,
    "a spot fleet by template": """
        resource "aws_launch_template" "t" {
          vpc_security_group_ids = [aws_security_group.open.id]
          block_device_mappings {
            ebs { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
        resource "aws_spot_fleet_request" "f" {
          launch_template_config {
            launch_template_specification { id = aws_launch_template.t.id }
          }
        }
    """,
    "a fleet": """
        resource "aws_launch_template" "t" {
          name                   = "restore"
          vpc_security_group_ids = [aws_security_group.open.id]
          block_device_mappings {
            ebs { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
        resource "aws_ec2_fleet" "f" {
          launch_template_config {
            launch_template_specification { launch_template_name = aws_launch_template.t.name }
          }
        }
    """,
    "a batch environment": """
        data "aws_ami" "own" { owners = ["self"] }
        resource "aws_batch_compute_environment" "b" {
          compute_resources {
            security_group_ids = [aws_security_group.open.id]
            ec2_configuration { image_id_override = data.aws_ami.own.id }
          }
        }
    """,
    "a group of cluster nodes": """
        resource "aws_launch_template" "t" {
          vpc_security_group_ids = [aws_security_group.open.id]
          block_device_mappings {
            ebs { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
        resource "aws_eks_node_group" "n" {
          launch_template { id = aws_launch_template.t.id }
        }
    """,
    "a cluster from an own image": """
        data "aws_ami" "own" { owners = ["self"] }
        resource "aws_emr_cluster" "c" {
          custom_ami_id = data.aws_ami.own.id
          ec2_attributes { emr_managed_master_security_group = aws_security_group.open.id }
        }
    """,
    "the volume of a container": """
        resource "aws_ecs_service" "s" {
          network_configuration { security_groups = [aws_security_group.open.id] }
          volume_configuration {
            name = "data"
            managed_ebs_volume { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
    """,
    "a restore test": """
        resource "aws_backup_restore_testing_selection" "t" {
          protected_resource_type    = "EC2"
          protected_resource_arns    = ["*"]
          restore_metadata_overrides = { securityGroupIds = jsonencode([aws_security_group.open.id]) }
        }
    """,
    "a template that nothing starts": """
        resource "aws_launch_template" "t" {
          vpc_security_group_ids = [aws_security_group.open.id]
          block_device_mappings {
            ebs { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
    """,
    "the volume of another restored machine": """
        resource "aws_instance" "first" {
          ebs_block_device {
            device_name = "/dev/sdf"
            snapshot_id = "snap-0123456789abcdef0"
          }
        }
        resource "aws_instance" "i" { vpc_security_group_ids = [aws_security_group.open.id] }
        resource "aws_volume_attachment" "a" {
          volume_id   = aws_instance.first.root_block_device[0].volume_id
          instance_id = aws_instance.i.id
        }
    """,
    "an image of the copy's own instance": """
        resource "aws_ami_from_instance" "a" {
          name               = "a"
          source_instance_id = aws_instance.i.id
        }
        resource "aws_instance" "i" {
          ami                    = aws_ami_copy.c.id
          vpc_security_group_ids = [aws_security_group.open.id]
        }
        resource "aws_ami_copy" "c" { source_ami_id = aws_ami_from_instance.a.id }
    """,
    "the image that a template names": """
        data "aws_ami" "own" { owners = ["self"] }
        resource "aws_launch_template" "t" { image_id = data.aws_ami.own.id }
        resource "aws_instance" "i" {
          ami                    = aws_launch_template.t.image_id
          vpc_security_group_ids = [aws_security_group.open.id]
        }
    """,
    "a volume for the machine that another resource names": """
        resource "aws_instance" "i" { vpc_security_group_ids = [aws_security_group.open.id] }
        resource "aws_eip" "e" { instance = aws_instance.i.id }
        resource "aws_ebs_volume" "v" { snapshot_id = "snap-0123456789abcdef0" }
        resource "aws_volume_attachment" "a" {
          volume_id   = aws_ebs_volume.v.id
          instance_id = aws_eip.e.instance
        }
    """,
}


@pytest.mark.parametrize("way", TF_MACHINES)
def test_a_machine_is_restored_by_way_of(scan_text, way):
    assert judged(scan_text, "terraform", TF_MACHINES[way]) == "fail"


TF_UNRELATED = {
    "another machine by its image alone": """
        resource "aws_security_group" "closed" {}
        resource "aws_instance" "first" {
          ami                    = "ami-12345678"
          vpc_security_group_ids = [aws_security_group.closed.id]
          ebs_block_device {
            device_name = "/dev/sdf"
            snapshot_id = "snap-0123456789abcdef0"
          }
        }
        resource "aws_instance" "i" {
          ami                    = aws_instance.first.ami
          vpc_security_group_ids = [aws_security_group.open.id]
        }
    """,
    "a template whose disk the machine replaces": """
        resource "aws_launch_template" "t" {
          block_device_mappings {
            device_name = "/dev/sdf"
            ebs { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
        resource "aws_instance" "i" {
          vpc_security_group_ids = [aws_security_group.open.id]
          launch_template { id = aws_launch_template.t.id }
          ebs_block_device {
            device_name = "/dev/sdf"
            volume_size = 8
          }
        }
    """,
    "a template whose image the machine replaces": """
        data "aws_ami" "own" { owners = ["self"] }
        resource "aws_launch_template" "t" { image_id = data.aws_ami.own.id }
        resource "aws_instance" "i" {
          ami                    = "ami-12345678"
          vpc_security_group_ids = [aws_security_group.open.id]
          launch_template { id = aws_launch_template.t.id }
        }
    """,
    "a template whose groups the machine replaces": """
        resource "aws_security_group" "shut" { name = "shut" }
        resource "aws_launch_template" "t" {
          vpc_security_group_ids = [aws_security_group.open.id]
          block_device_mappings {
            ebs { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
        resource "aws_instance" "i" {
          vpc_security_group_ids = [aws_security_group.shut.id]
          launch_template { id = aws_launch_template.t.id }
        }
    """,
    "a volume on another machine": """
        resource "aws_ebs_volume" "v" { snapshot_id = "snap-0123456789abcdef0" }
        resource "aws_instance" "i" { vpc_security_group_ids = [aws_security_group.open.id] }
        resource "aws_instance" "other" { ami = "ami-12345678" }
        resource "aws_volume_attachment" "a" {
          volume_id   = aws_ebs_volume.v.id
          instance_id = aws_instance.other.id
        }
    """,
    "a volume that is only named": """
        resource "aws_instance" "i" { vpc_security_group_ids = [aws_security_group.open.id] }
        resource "aws_volume_attachment" "a" {
          volume_id   = "vol-0123456789abcdef0"
          instance_id = aws_instance.i.id
        }
    """,
    "an empty volume": """
        resource "aws_ebs_volume" "v" { size = 8 }
        resource "aws_instance" "i" { vpc_security_group_ids = [aws_security_group.open.id] }
        resource "aws_volume_attachment" "a" {
          volume_id   = aws_ebs_volume.v.id
          instance_id = aws_instance.i.id
        }
    """,
    "the image of a machine with a copied disk": """
        resource "aws_instance" "copy" {
          ami = "ami-12345678"
          ebs_block_device {
            device_name = "/dev/sdf"
            snapshot_id = "snap-0123456789abcdef0"
          }
        }
        resource "aws_instance" "i" {
          ami                    = aws_instance.copy.ami
          vpc_security_group_ids = [aws_security_group.open.id]
        }
    """,
    "a template with a group that has no machine of its own": """
        resource "aws_launch_template" "t" {
          block_device_mappings {
            ebs { snapshot_id = "snap-0123456789abcdef0" }
          }
        }
        resource "aws_instance" "i" { vpc_security_group_ids = [aws_security_group.open.id] }
    """,
    "disks that nobody can tell": """
        variable "disks" {}
        resource "aws_instance" "i" {
          vpc_security_group_ids = [aws_security_group.open.id]
          dynamic "ebs_block_device" {
            for_each = var.disks
            content {
              device_name = ebs_block_device.value.name
              snapshot_id = ebs_block_device.value.snapshot
            }
          }
        }
    """,
    "a restore test that keeps its own groups": """
        resource "aws_backup_restore_testing_selection" "t" {
          protected_resource_type = "EC2"
          protected_resource_arns = ["*"]
        }
    """,
    "images that are copies of each other": """
        resource "aws_ami_copy" "a" { source_ami_id = aws_ami_copy.b.id }
        resource "aws_ami_copy" "b" { source_ami_id = aws_ami_copy.a.id }
        resource "aws_instance" "i" {
          ami                    = aws_ami_copy.a.id
          vpc_security_group_ids = [aws_security_group.open.id]
        }
    """,
    "a machine that does not exist": """
        resource "aws_instance" "i" {
          count                  = 0
          vpc_security_group_ids = [aws_security_group.open.id]
          ebs_block_device {
            device_name = "/dev/sdf"
            snapshot_id = "snap-0123456789abcdef0"
          }
        }
    """,
}


@pytest.mark.parametrize("way", TF_UNRELATED)
def test_a_machine_is_not_restored_by(scan_text, way):
    assert judged(scan_text, "terraform", TF_UNRELATED[way]) is None


def test_a_template_that_is_chosen_by_what_nobody_can_tell_is_no_certain_restore(scan_text):
    code = """
    variable "switch" {}
    resource "aws_launch_template" "t" {
      block_device_mappings {
        ebs { snapshot_id = "snap-0123456789abcdef0" }
      }
    }
    resource "aws_launch_template" "plain" { image_id = "ami-12345678" }
    resource "aws_instance" "i" {
      vpc_security_group_ids = [aws_security_group.open.id]
      launch_template { id = var.switch ? aws_launch_template.t.id : aws_launch_template.plain.id }
    }
    """
    assert judged(scan_text, "terraform", code) == "unknown"


def test_a_volume_that_may_be_on_another_machine_is_no_certain_restore(scan_text):
    code = """
    variable "switch" {}
    resource "aws_ebs_volume" "v" { snapshot_id = "snap-0123456789abcdef0" }
    resource "aws_instance" "i" { vpc_security_group_ids = [aws_security_group.open.id] }
    resource "aws_instance" "other" { ami = "ami-12345678" }
    resource "aws_volume_attachment" "a" {
      volume_id   = aws_ebs_volume.v.id
      instance_id = var.switch ? aws_instance.i.id : aws_instance.other.id
    }
    """
    assert judged(scan_text, "terraform", code) == "unknown"


CFN_MACHINES = {
    "a restore test": """
  T:
    Type: AWS::Backup::RestoreTestingSelection
    Properties:
      ProtectedResourceType: EC2
      RestoreMetadataOverrides: {securityGroupIds: !Sub '["${Open.GroupId}"]'}
""",
    "a block device": """
  I:
    Type: AWS::EC2::Instance
    Properties:
      SecurityGroupIds: [!Ref Open]
      BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
""",
    "a parameter": """
  I:
    Type: AWS::EC2::Instance
    Properties:
      SecurityGroupIds: [!Ref Open]
      BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: !ImportValue Snapshot}}]
""",
    "an attached volume": """
  V: {Type: AWS::EC2::Volume, Properties: {SnapshotId: snap-0123456789abcdef0, AvailabilityZone: a}}
  I: {Type: AWS::EC2::Instance, Properties: {SecurityGroupIds: [!Ref Open]}}
  A: {Type: AWS::EC2::VolumeAttachment, Properties: {VolumeId: !Ref V, InstanceId: !Ref I, Device: /dev/sdf}}
""",
    "a volume that is a copy of another": """
  V: {Type: AWS::EC2::Volume, Properties: {SourceVolumeId: vol-0123456789abcdef0}}
  I:
    Type: AWS::EC2::Instance
    Properties: {SecurityGroupIds: [!Ref Open], Volumes: [{VolumeId: !Ref V, Device: /dev/sdf}]}
""",
    "a launch template": """
  T:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateName: restore
      LaunchTemplateData:
        BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
  I:
    Type: AWS::EC2::Instance
    Properties: {SecurityGroupIds: [!Ref Open], LaunchTemplate: {LaunchTemplateName: restore, Version: "1"}}
""",
    "a launch configuration": """
  C:
    Type: AWS::AutoScaling::LaunchConfiguration
    Properties:
      SecurityGroups: [!Ref Open]
      BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
  G: {Type: AWS::AutoScaling::AutoScalingGroup, Properties: {LaunchConfigurationName: !Ref C}}
""",
    "a launch configuration made after a machine": """
  I:
    Type: AWS::EC2::Instance
    Properties: {BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]}
  C:
    Type: AWS::AutoScaling::LaunchConfiguration
    Properties: {SecurityGroups: [!Ref Open], InstanceId: !Ref I}
""",
    "an override of a scaling group": """
  T:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        SecurityGroupIds: [!Ref Open]
        BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
  P: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {ImageId: ami-12345678}}}
  G:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      MixedInstancesPolicy:
        LaunchTemplate:
          LaunchTemplateSpecification: {LaunchTemplateId: !Ref P, Version: "1"}
          Overrides:
            - LaunchTemplateSpecification: {LaunchTemplateId: !Ref T, Version: "1"}
""",
    "a spot fleet": """
  F:
    Type: AWS::EC2::SpotFleet
    Properties:
      SpotFleetRequestConfigData:
        LaunchSpecifications:
          - SecurityGroups: [{GroupId: !Ref Open}]
            BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
""",
    "a spot fleet by template": """
  T:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        NetworkInterfaces: [{DeviceIndex: 0, Groups: [!Ref Open]}]
        BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
  F:
    Type: AWS::EC2::SpotFleet
    Properties:
      SpotFleetRequestConfigData:
        LaunchTemplateConfigs: [{LaunchTemplateSpecification: {LaunchTemplateId: !Ref T, Version: "1"}}]
""",
    "an override of a fleet": """
  T: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {SecurityGroupIds: [!Ref Open]}}}
  F:
    Type: AWS::EC2::EC2Fleet
    Properties:
      LaunchTemplateConfigs:
        - LaunchTemplateSpecification: {LaunchTemplateId: !Ref T, Version: "1"}
          Overrides:
            - BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
""",
    "a fleet": """
  T:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        SecurityGroupIds: [!Ref Open]
        BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
  F:
    Type: AWS::EC2::EC2Fleet
    Properties:
      LaunchTemplateConfigs: [{LaunchTemplateSpecification: {LaunchTemplateId: !Ref T, Version: "1"}}]
""",
    "an image that is built from a snapshot": """
  R:
    Type: AWS::ImageBuilder::ImageRecipe
    Properties:
      ParentImage: ami-12345678
      BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
  M: {Type: AWS::ImageBuilder::Image, Properties: {ImageRecipeArn: !Ref R}}
  I: {Type: AWS::EC2::Instance, Properties: {ImageId: !GetAtt M.ImageId, SecurityGroupIds: [!Ref Open]}}
""",
    "a batch environment": """
  T:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
  B:
    Type: AWS::Batch::ComputeEnvironment
    Properties:
      ComputeResources: {LaunchTemplate: {LaunchTemplateId: !Ref T}, SecurityGroupIds: [!Ref Open]}
""",
    "a group of cluster nodes": """
  T:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        SecurityGroupIds: [!Ref Open]
        BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}]
  N: {Type: AWS::EKS::Nodegroup, Properties: {LaunchTemplate: {Id: !Ref T}}}
""",
    "a cluster from a built image": """
  R:
    Type: AWS::ImageBuilder::ImageRecipe
    Properties: {BlockDeviceMappings: [{Ebs: {SnapshotId: snap-0123456789abcdef0}}]}
  M: {Type: AWS::ImageBuilder::Image, Properties: {ImageRecipeArn: !Ref R}}
  E:
    Type: AWS::EMR::Cluster
    Properties: {CustomAmiId: !GetAtt M.ImageId, Instances: {EmrManagedMasterSecurityGroup: !Ref Open}}
""",
    "the volume of a container": """
  S:
    Type: AWS::ECS::Service
    Properties:
      NetworkConfiguration: {AwsvpcConfiguration: {SecurityGroups: [!Ref Open]}}
      VolumeConfigurations: [{Name: data, ManagedEBSVolume: {SnapshotId: snap-0123456789abcdef0}}]
""",
}


@pytest.mark.parametrize("way", CFN_MACHINES)
def test_a_machine_of_a_template_is_restored_by_way_of(scan_text, way):
    assert judged(scan_text, "cloudformation", CFN_MACHINES[way]) == "fail"


def test_a_machine_of_a_template_is_not_restored_by_an_image_that_is_only_named(scan_text):
    code = """
  I: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-12345678, SecurityGroupIds: [!Ref Open]}}
  V: {Type: AWS::EC2::Volume, Properties: {AvailabilityZone: a}}
  A: {Type: AWS::EC2::VolumeAttachment, Properties: {VolumeId: !Ref V, InstanceId: !Ref I, Device: /dev/sdf}}
"""
    assert judged(scan_text, "cloudformation", code) is None


def test_the_way_to_the_snapshot_is_told_step_by_step(scan_text):
    code = """
    resource "aws_ebs_volume" "data" { encrypted = true }
    resource "aws_ebs_snapshot" "s" { volume_id = aws_ebs_volume.data.id }
    resource "aws_ebs_volume" "copy" { snapshot_id = aws_ebs_snapshot.s.id }
    resource "aws_instance" "i" { vpc_security_group_ids = [aws_security_group.open.id] }
    resource "aws_volume_attachment" "a" {
      volume_id   = aws_ebs_volume.copy.id
      instance_id = aws_instance.i.id
    }
    """
    (result,) = [each for each in scan_text("terraform", TF_GROUP + code) if each.code == "SNAP401"]
    assert [(step.span.line, step.message) for step in result.evidence] == [
        (15, "aws_instance.i is in aws_security_group.open"),
        (17, "aws_volume_attachment.a puts aws_ebs_volume.copy on aws_instance.i"),
        (14, "aws_ebs_volume.copy is made from snapshot aws_ebs_snapshot.s"),
        (13, "aws_ebs_snapshot.s is a snapshot of aws_ebs_volume.data"),
    ]


def test_a_very_long_way_is_given_up_without_an_error(scan_text):
    links = "\n".join(
        f'resource "aws_ami_copy" "c{number}" {{ source_ami_id = aws_ami_copy.c{number + 1}.id }}'
        for number in range(300)
    )
    code = links + '\nresource "aws_ami_copy" "c300" { source_ami_id = "ami-12345678" }\n'
    assert judged(scan_text, "terraform", code + TF_INSTANCE % "aws_ami_copy.c0.id") is None


CFN_CYCLES = {
    "a launch configuration made after what it starts": """
  C: {Type: AWS::AutoScaling::LaunchConfiguration, Properties: {SecurityGroups: [!Ref Open], InstanceId: !Ref C}}
""",
    "a scaling group that is its own template in several ways": """
  C: {Type: AWS::AutoScaling::LaunchConfiguration, Properties: {InstanceId: !Ref G}}
  G:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      LaunchConfigurationName: !Ref C
      MixedInstancesPolicy:
        LaunchTemplate:
          LaunchTemplateSpecification: {LaunchTemplateId: !Ref C, Version: "1"}
          Overrides: [{ImageId: !Ref G}, {ImageId: !Ref G}, {ImageId: !Ref G}]
""",
    "a machine that holds itself": """
  I:
    Type: AWS::EC2::Instance
    Properties: {SecurityGroupIds: [!Ref Open], Volumes: [{VolumeId: !Ref I}, {VolumeId: !Ref I}], ImageId: !Ref I}
""",
}


@pytest.mark.parametrize("way", CFN_CYCLES)
def test_what_leads_back_to_itself_is_not_restored(scan_text, way):
    assert judged(scan_text, "cloudformation", CFN_CYCLES[way]) is None


@pytest.mark.parametrize(
    ("snapshot", "told"),
    [
        ("snap-0123456789abcdef0", "snap-0123456789abcdef0"),
        ("!ImportValue Snapshot", "export:Snapshot"),
        ("[snap-0123456789abcdef0]", "what the code does not tell"),
    ],
)
def test_the_snapshot_is_told_by_what_the_code_says_of_it(scan_text, snapshot, told):
    code = f"""
  I:
    Type: AWS::EC2::Instance
    Properties:
      SecurityGroupIds: [!Ref Open]
      BlockDeviceMappings: [{{Ebs: {{SnapshotId: {snapshot}}}}}]
"""
    (result,) = [each for each in scan_text("cloudformation", CFN_GROUP + code) if each.code == "SNAP401"]
    assert result.evidence[-1].message == f"I has a disk made from snapshot {told}"
