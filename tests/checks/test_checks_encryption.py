"""What the encryption checks find, and what they leave alone."""

import pytest

from snapguard.findings import Status


def told(results, *codes):
    """The findings of the checks as (code, address, line, whether certain)."""
    return [
        (result.code, result.address, result.span.line, result.status is Status.FAIL)
        for result in results
        if result.code in codes
    ]


TERRAFORM_MACHINES = {
    "aws_instance": 'ami = "ami-12345678"',
    "aws_spot_instance_request": 'ami = "ami-12345678"',
    "aws_launch_configuration": 'image_id = "ami-12345678"',
}


@pytest.mark.parametrize(("kind", "image"), TERRAFORM_MACHINES.items())
def test_an_empty_block_device_without_encryption_is_found_at_its_block(scan_text, kind, image):
    results = scan_text(
        "terraform",
        f"""
resource "{kind}" "a" {{
  {image}
  instance_type = "t3.micro"
  ebs_block_device {{
    device_name = "/dev/sdf"
    volume_size = 10
  }}
}}
""",
    )
    assert told(results, "SNAP201") == [("SNAP201", f"{kind}.a", 5, True)]


@pytest.mark.parametrize(("kind", "image"), TERRAFORM_MACHINES.items())
def test_a_machine_without_a_written_block_device_is_left_to_its_image(scan_text, kind, image):
    assert scan_text("terraform", f'resource "{kind}" "a" {{\n  {image}\n  instance_type = "t3.micro"\n}}\n') == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", [("SNAP201", "aws_instance.a", 4, False)]),
        ("encrypted = false", [("SNAP201", "aws_instance.a", 4, True)]),
        ("encrypted = true", []),
        ("encrypted = var.unset", [("SNAP201", "aws_instance.a", 4, False)]),
    ],
)
def test_a_root_device_follows_an_image_that_nobody_knows(scan_text, written, expected):
    results = scan_text(
        "terraform",
        f"""
resource "aws_instance" "a" {{
  ami = "ami-12345678"
  root_block_device {{ {written} }}
}}
variable "unset" {{ type = bool }}
""",
    )
    assert told(results, "SNAP201") == expected


def test_a_root_device_of_a_public_image_is_plain(scan_text):
    results = scan_text(
        "terraform",
        """
data "aws_ami" "public" {
  most_recent = true
  owners      = ["amazon"]
}
resource "aws_instance" "a" {
  ami = data.aws_ami.public.id
  root_block_device {
    volume_size = 20
  }
}
""",
    )
    assert told(results, "SNAP201") == [("SNAP201", "aws_instance.a", 8, True)]


def test_a_volume_is_as_plain_as_the_snapshot_that_another_one_names(scan_text):
    code = """
resource "aws_ebs_volume" "source" {
  availability_zone = "eu-west-1a"
  encrypted         = false
}
resource "aws_ebs_snapshot" "s" {
  volume_id = aws_ebs_volume.source.id
}
resource "aws_ebs_volume" "restored" {
  availability_zone = "eu-west-1a"
  snapshot_id       = aws_ebs_snapshot.s.id
  encrypted         = true
}
resource "aws_ebs_volume" "again" {
  availability_zone = "eu-west-1a"
  snapshot_id       = aws_ebs_volume.restored.snapshot_id
}
"""
    found = [(address, certain) for _, address, _, certain in told(scan_text("terraform", code), "SNAP201")]
    assert found == [("aws_ebs_volume.source", True), ("aws_ebs_volume.again", True)]


def test_a_root_device_of_an_image_that_aws_publishes_as_a_parameter_is_plain(scan_text):
    results = scan_text(
        "terraform",
        """
data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}
data "aws_ssm_parameter" "golden" {
  name = "/images/golden"
}
resource "aws_instance" "a" {
  ami = data.aws_ssm_parameter.image.value
  root_block_device {
    volume_size = 20
  }
}
resource "aws_instance" "b" {
  ami = data.aws_ssm_parameter.golden.value
  root_block_device {
    volume_size = 20
  }
}
""",
    )
    assert told(results, "SNAP201") == [
        ("SNAP201", "aws_instance.a", 10, True),
        ("SNAP201", "aws_instance.b", 16, False),
    ]


@pytest.mark.parametrize(
    ("entry", "given", "certain"),
    [
        ("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64", {}, True),
        ("/images/golden", {}, False),
        ("/images/golden", {"Image": "/aws/service/ami-amazon-linux-latest/x"}, True),
    ],
)
def test_so_is_one_of_a_template_s_parameter_that_looks_it_up(scan_text, entry, given, certain):
    code = f"""
Parameters:
  Image:
    Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>
    Default: {entry}
Resources:
  A:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: !Ref Image
      BlockDeviceMappings:
        - DeviceName: /dev/xvda
          Ebs: {{VolumeSize: 20}}
"""
    results = scan_text("cloudformation", code, parameters=given)
    assert told(results, "SNAP201") == [("SNAP201", "A", 12, certain)]


def test_a_root_device_of_an_image_of_somebody_else_is_unknown(scan_text):
    results = scan_text(
        "terraform",
        """
data "aws_ami" "golden" {
  owners = ["self", "amazon"]
}
resource "aws_launch_template" "a" {
  image_id = data.aws_ami.golden.id
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 20
    }
  }
}
""",
    )
    assert told(results, "SNAP201") == [("SNAP201", "aws_launch_template.a", 7, False)]


@pytest.mark.parametrize(
    ("mapping", "certain"),
    [
        ('device_name = "/dev/sdf"\n    ebs {\n      volume_size = 1\n    }', True),
        ('device_name = "/dev/sdf"\n    ebs {\n      encrypted = "false"\n    }', True),
        ('device_name = "/dev/xvda"\n    ebs {\n      volume_size = 1\n    }', False),
        ("device_name = var.name\n    ebs {\n      volume_size = 1\n    }", False),
        ('device_name = "/dev/sdf"\n    ebs {\n      snapshot_id = "snap-12345678"\n    }', False),
    ],
)
def test_a_plain_device_of_a_launch_template_is_found(scan_text, mapping, certain):
    code = f"""
variable "name" {{}}
resource "aws_launch_template" "a" {{
  block_device_mappings {{
    {mapping}
  }}
}}
"""
    ((_, address, _, is_certain),) = told(scan_text("terraform", code), "SNAP201")
    assert (address, is_certain) == ("aws_launch_template.a", certain)


@pytest.mark.parametrize(
    "mapping",
    [
        'device_name = "/dev/sdf"\n    ebs {\n      encrypted = "true"\n    }',
        'device_name = "/dev/sdf"\n    virtual_name = "ephemeral0"',
        'device_name = "/dev/sdf"\n    no_device = "true"',
    ],
)
def test_a_device_that_is_encrypted_or_holds_no_volume_is_silent(scan_text, mapping):
    code = f'resource "aws_launch_template" "a" {{\n  block_device_mappings {{\n    {mapping}\n  }}\n}}\n'
    assert scan_text("terraform", code) == []


def test_a_suppressed_device_of_a_launch_configuration_is_silent(scan_text):
    code = """
resource "aws_launch_configuration" "a" {
  image_id      = "ami-12345678"
  instance_type = "t3.micro"
  ebs_block_device {
    device_name = "/dev/sdf"
    no_device   = true
  }
}
"""
    assert scan_text("terraform", code) == []


def test_every_specification_of_a_spot_fleet_is_judged(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_spot_fleet_request" "a" {
  iam_fleet_role  = "arn:aws:iam::111122223333:role/fleet"
  target_capacity = 1
  launch_specification {
    ami           = "ami-12345678"
    instance_type = "t3.micro"
    ebs_block_device {
      device_name = "/dev/sdf"
      encrypted   = true
    }
  }
  launch_specification {
    ami           = "ami-12345678"
    instance_type = "t3.small"
    ebs_block_device {
      device_name = "/dev/sdf"
    }
  }
}
""",
    )
    assert told(results, "SNAP201") == [("SNAP201", "aws_spot_fleet_request.a", 16, True)]


def test_a_key_without_the_switch_encrypts_nothing(scan_text):
    (result,) = scan_text(
        "terraform",
        """
resource "aws_ebs_volume" "a" {
  availability_zone = "eu-west-1a"
  kms_key_id        = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}
""",
    )
    assert (result.code, result.span.line) == ("SNAP201", 4)
    assert "a key is given" in result.message


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        ("encrypted = true", []),
        (
            "encrypted = false",
            [("SNAP201", "aws_ebs_volume.a", 3, True), ("SNAP201", "aws_ebs_volume.restored", 9, True)],
        ),
        (
            "encrypted = var.unset",
            [("SNAP201", "aws_ebs_volume.a", 3, False), ("SNAP201", "aws_ebs_volume.restored", 9, False)],
        ),
    ],
)
def test_a_restored_volume_is_as_plain_as_the_volume_of_its_snapshot(scan_text, volume, expected):
    results = scan_text(
        "terraform",
        f"""
resource "aws_ebs_volume" "a" {{
  {volume}
  availability_zone = "eu-west-1a"
}}
resource "aws_ebs_snapshot" "a" {{
  volume_id = aws_ebs_volume.a.id
}}
resource "aws_ebs_volume" "restored" {{
  availability_zone = "eu-west-1a"
  snapshot_id       = aws_ebs_snapshot.a.id
}}
variable "unset" {{ type = bool }}
""",
    )
    assert told(results, "SNAP201") == expected


def test_a_volume_of_a_plain_snapshot_names_what_it_is_made_from(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_ebs_volume" "a" {
  availability_zone = "eu-west-1a"
}
resource "aws_ebs_snapshot" "a" {
  volume_id = aws_ebs_volume.a.id
}
resource "aws_ebs_volume" "restored" {
  availability_zone = "eu-west-1a"
  snapshot_id       = aws_ebs_snapshot.a.id
}
""",
    )
    restored = next(result for result in results if result.address == "aws_ebs_volume.restored")
    assert [(step.span.line, step.message) for step in restored.evidence] == [
        (5, "aws_ebs_snapshot.a, which it is made from")
    ]


@pytest.mark.parametrize("written", ["", "encrypted = false"])
def test_a_volume_of_a_snapshot_outside_the_code_is_unknown(scan_text, written):
    code = f"""
resource "aws_ebs_volume" "a" {{
  availability_zone = "eu-west-1a"
  snapshot_id       = "snap-0123456789abcdef0"
  {written}
}}
"""
    assert [certain for *_, certain in told(scan_text("terraform", code), "SNAP201")] == [False]


def test_a_volume_that_is_restored_under_a_condition_is_plain_only_if_both_outcomes_are(scan_text):
    def results(encrypted):
        code = f"""
variable "restore" {{ type = bool }}
resource "aws_ebs_volume" "source" {{
  availability_zone = "eu-west-1a"
  encrypted         = {encrypted}
}}
resource "aws_ebs_snapshot" "s" {{
  volume_id = aws_ebs_volume.source.id
}}
resource "aws_ebs_volume" "a" {{
  availability_zone = "eu-west-1a"
  snapshot_id       = var.restore ? aws_ebs_snapshot.s.id : null
}}
"""
        return [item for item in told(scan_text("terraform", code), "SNAP201") if item[1] == "aws_ebs_volume.a"]

    assert results("false") == [("SNAP201", "aws_ebs_volume.a", 10, True)]
    assert results("true") == [("SNAP201", "aws_ebs_volume.a", 10, False)]


@pytest.mark.parametrize(
    ("switch", "volume", "expected"),
    [
        ("", "", []),
        ("enabled = true", "", []),
        ("enabled = var.unset", "", [("SNAP201", "aws_ebs_volume.a", 5, False)]),
        ("enabled = true", "encrypted = false", [("SNAP201", "aws_ebs_volume.a", 7, False)]),
        ("enabled = false", "", [("SNAP201", "aws_ebs_volume.a", 5, True)]),
    ],
)
def test_default_encryption_of_the_account_covers_what_is_not_written(scan_text, switch, volume, expected):
    results = scan_text(
        "terraform",
        f"""
resource "aws_ebs_encryption_by_default" "a" {{
  {switch}
}}
resource "aws_ebs_volume" "a" {{
  availability_zone = "eu-west-1a"
  {volume}
}}
variable "unset" {{ type = bool }}
""",
    )
    assert told(results, "SNAP201") == expected


def test_default_encryption_that_may_not_exist_covers_nothing_for_certain(scan_text):
    results = scan_text(
        "terraform",
        """
variable "regions" { type = set(string) }
resource "aws_ebs_encryption_by_default" "a" {
  for_each = var.regions
  enabled  = true
}
resource "aws_ebs_volume" "a" {
  availability_zone = "eu-west-1a"
}
""",
    )
    assert told(results, "SNAP201") == [("SNAP201", "aws_ebs_volume.a", 7, False)]


def test_default_encryption_encrypts_no_snapshot_that_is_plain(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_ebs_encryption_by_default" "a" {}
resource "aws_ebs_snapshot" "a" {
  volume_id = "vol-12345678"
}
resource "aws_ami" "a" {
  name             = "a"
  root_device_name = "/dev/xvda"
  ebs_block_device {
    device_name = "/dev/xvda"
    snapshot_id = aws_ebs_snapshot.a.id
    encrypted   = false
  }
}
""",
    )
    assert [certain for *_, certain in told(results, "SNAP204")] == [False]


CLOUDFORMATION_DEVICES = {
    "machine": """
  A:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-12345678
      BlockDeviceMappings: [%s]
""",
    "template": """
  A:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        BlockDeviceMappings: [%s]
""",
    "launch configuration": """
  A:
    Type: AWS::AutoScaling::LaunchConfiguration
    Properties:
      ImageId: ami-12345678
      InstanceType: t3.micro
      BlockDeviceMappings: [%s]
""",
    "spot fleet": """
  A:
    Type: AWS::EC2::SpotFleet
    Properties:
      SpotFleetRequestConfigData:
        IamFleetRole: arn:aws:iam::111122223333:role/fleet
        TargetCapacity: 1
        LaunchSpecifications:
          - ImageId: ami-12345678
            BlockDeviceMappings: [%s]
""",
}


@pytest.mark.parametrize("resource", CLOUDFORMATION_DEVICES.values(), ids=CLOUDFORMATION_DEVICES)
@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ("{DeviceName: /dev/sdf, Ebs: {VolumeSize: 1}}", [True]),
        ("{DeviceName: /dev/sdf, Ebs: {VolumeSize: 1, Encrypted: false}}", [True]),
        ("{DeviceName: /dev/sdf, Ebs: {VolumeSize: 1, Encrypted: 'true'}}", []),
        ("{DeviceName: /dev/sda1, Ebs: {VolumeSize: 1}}", [False]),
        ("{DeviceName: /dev/sda1, Ebs: {VolumeSize: 1, Encrypted: false}}", [True]),
        ("{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-12345678}}", [False]),
        ("{DeviceName: /dev/sdf, VirtualName: ephemeral0}", []),
        ("{DeviceName: /dev/sdf, NoDevice: {}}", []),
    ],
)
def test_the_block_devices_of_a_template_are_judged_one_by_one(scan_text, resource, mapping, expected):
    results = scan_text("cloudformation", "Resources:" + resource % mapping)
    assert [certain for *_, certain in told(results, "SNAP201")] == expected


@pytest.mark.parametrize(
    ("encrypted", "expected"), [("", [False]), (", Encrypted: false", [True]), (", Encrypted: true", [])]
)
def test_a_device_that_overrides_a_template_is_the_templates_where_nothing_is_written(scan_text, encrypted, expected):
    results = scan_text(
        "cloudformation",
        f"""
Resources:
  A:
    Type: AWS::EC2::EC2Fleet
    Properties:
      TargetCapacitySpecification: {{TotalTargetCapacity: 1}}
      LaunchTemplateConfigs:
        - LaunchTemplateSpecification: {{LaunchTemplateId: lt-12345678, Version: "1"}}
          Overrides:
            - BlockDeviceMappings:
                - DeviceName: /dev/sdf
                  Ebs: {{VolumeSize: 1{encrypted}}}
""",
    )
    assert [certain for *_, certain in told(results, "SNAP201")] == expected


def test_a_copied_volume_is_encrypted_as_its_source(scan_text):
    results = scan_text(
        "cloudformation",
        """
Resources:
  Sealed:
    Type: AWS::EC2::Volume
    Properties: {AvailabilityZone: eu-west-1a, Size: 1, Encrypted: true}
  Copy:
    Type: AWS::EC2::Volume
    Properties: {AvailabilityZone: eu-west-1a, SourceVolumeId: !Ref Sealed}
  Outside:
    Type: AWS::EC2::Volume
    Properties: {AvailabilityZone: eu-west-1a, SourceVolumeId: vol-12345678}
""",
    )
    assert told(results, "SNAP201") == [("SNAP201", "Outside", 9, False)]


def test_volumes_that_are_copied_in_a_circle_are_unknown(scan_text):
    results = scan_text(
        "cloudformation",
        """
Resources:
  One:
    Type: AWS::EC2::Volume
    Properties: {AvailabilityZone: eu-west-1a, SourceVolumeId: !Ref Other}
  Other:
    Type: AWS::EC2::Volume
    Properties: {AvailabilityZone: eu-west-1a, SourceVolumeId: !Ref One}
""",
    )
    assert told(results, "SNAP201") == [("SNAP201", "One", 3, False), ("SNAP201", "Other", 6, False)]


IMAGES = """
resource "aws_instance" "source" {
  ami = "ami-12345678"
  %s
}
resource "aws_ami_from_instance" "golden" {
  name               = "golden"
  source_instance_id = aws_instance.source.id
}
resource "aws_instance" "restored" {
  ami = aws_ami_from_instance.golden.id
  root_block_device {
    volume_size = 20
  }
}
"""


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        ("root_block_device { encrypted = true }", []),
        ("root_block_device { encrypted = false }", [True]),
        ('ebs_block_device {\n    device_name = "/dev/sdf"\n    encrypted = true\n  }', [False]),
        ("", [False]),
    ],
)
def test_a_machine_of_an_image_is_as_plain_as_the_machine_that_the_image_was_made_from(scan_text, devices, expected):
    results = told(scan_text("terraform", IMAGES % devices), "SNAP201")
    assert [certain for _, address, _, certain in results if address == "aws_instance.restored"] == expected


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("aws_ebs_snapshot_copy", 'source_snapshot_id = "snap-12345678"\n  source_region = "eu-west-1"'),
        ("aws_ami_copy", 'name = "a"\n  source_ami_id = "ami-12345678"\n  source_ami_region = "eu-west-1"'),
        ("aws_ebs_snapshot_import", 'disk_container {\n    format = "VHD"\n  }'),
    ],
)
def test_a_copy_that_asks_for_no_encryption_is_found(scan_text, kind, written):
    results = scan_text("terraform", f'resource "{kind}" "a" {{\n  {written}\n}}\n')
    assert told(results, "SNAP202") == [("SNAP202", f"{kind}.a", 1, True)]


@pytest.mark.parametrize(
    ("encrypted", "copy", "expected"),
    [
        ("true", "", []),
        ("true", "encrypted = false", []),
        ("false", "", [True]),
        ("false", "encrypted = true", []),
        ("var.unset", "", [True]),
    ],
)
def test_a_copy_of_an_encrypted_snapshot_stays_encrypted(scan_text, encrypted, copy, expected):
    results = scan_text(
        "terraform",
        f"""
variable "unset" {{ type = bool }}
resource "aws_ebs_volume" "a" {{
  availability_zone = "eu-west-1a"
  encrypted         = {encrypted}
}}
resource "aws_ebs_snapshot" "a" {{
  volume_id = aws_ebs_volume.a.id
}}
resource "aws_ebs_snapshot_copy" "a" {{
  source_snapshot_id = aws_ebs_snapshot.a.id
  source_region      = "eu-west-1"
  {copy}
}}
""",
    )
    assert [certain for *_, certain in told(results, "SNAP202")] == expected


def test_a_copy_whose_switch_is_not_known_is_unknown(scan_text):
    results = scan_text(
        "terraform",
        """
variable "unset" { type = bool }
resource "aws_ami_copy" "a" {
  name              = "a"
  source_ami_id     = "ami-12345678"
  source_ami_region = "eu-west-1"
  encrypted         = var.unset
}
""",
    )
    assert told(results, "SNAP202") == [("SNAP202", "aws_ami_copy.a", 7, False)]


LIFECYCLE = """
resource "aws_dlm_lifecycle_policy" "a" {
  description        = "a"
  execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { a = "b" }
    schedule {
      name = "daily"
      create_rule { interval = 24 }
      retain_rule { count = 7 }
      cross_region_copy_rule {
        target    = "eu-central-1"
        encrypted = %s
      }
    }
    action {
      name = "copy"
      cross_region_copy {
        target = "eu-central-1"
        encryption_configuration {
          encrypted = %s
        }
      }
    }
  }
}
"""


@pytest.mark.parametrize(
    ("rule", "action", "lines"), [("true", "true", []), ("false", "true", [14]), ("true", "false", [22])]
)
def test_each_copy_of_a_lifecycle_policy_is_judged(scan_text, rule, action, lines):
    results = scan_text("terraform", LIFECYCLE % (rule, action))
    assert [line for _, _, line, _ in told(results, "SNAP202")] == lines


def test_the_copies_of_an_event_policy_of_a_template_are_judged(scan_text):
    results = scan_text(
        "cloudformation",
        """
Resources:
  A:
    Type: AWS::DLM::LifecyclePolicy
    Properties:
      State: ENABLED
      PolicyDetails:
        PolicyType: EVENT_BASED_POLICY
        Actions:
          - Name: copy
            CrossRegionCopy:
              - Target: eu-central-1
                EncryptionConfiguration: {Encrypted: false}
""",
    )
    assert told(results, "SNAP202") == [("SNAP202", "A", 13, True)]


def test_default_encryption_that_is_switched_off_is_found_where_it_is_written(scan_text):
    code = 'variable "on" { type = bool }\nresource "aws_ebs_encryption_by_default" "a" {\n  enabled = %s\n}\n'
    assert told(scan_text("terraform", code % "false"), "SNAP203") == [
        ("SNAP203", "aws_ebs_encryption_by_default.a", 3, True)
    ]
    assert told(scan_text("terraform", code % "var.on"), "SNAP203") == [
        ("SNAP203", "aws_ebs_encryption_by_default.a", 3, False)
    ]


def test_default_encryption_is_on_where_nothing_is_written(scan_text):
    assert scan_text("terraform", 'resource "aws_ebs_encryption_by_default" "a" {}\n') == []


def test_an_image_registered_from_a_plain_snapshot_is_found(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_ebs_snapshot_import" "disk" {
  encrypted = false
  disk_container {
    format = "VHD"
  }
}
resource "aws_ami" "a" {
  name             = "a"
  root_device_name = "/dev/xvda"
  ebs_block_device {
    device_name = "/dev/xvda"
    snapshot_id = aws_ebs_snapshot_import.disk.id
  }
}
""",
    )
    assert told(results, "SNAP202", "SNAP204") == [
        ("SNAP202", "aws_ebs_snapshot_import.disk", 3, True),
        ("SNAP204", "aws_ami.a", 11, True),
    ]


def test_a_recipe_that_leaves_its_root_device_to_the_parent_image_is_unknown(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_imagebuilder_image_recipe" "a" {
  name         = "a"
  version      = "1.0.0"
  parent_image = "arn:aws:imagebuilder:eu-west-1:aws:image/amazon-linux-2023-x86/x.x.x"
  block_device_mapping {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 20
    }
  }
}
resource "aws_imagebuilder_image" "a" {
  image_recipe_arn                 = aws_imagebuilder_image_recipe.a.arn
  infrastructure_configuration_arn = "arn:aws:imagebuilder:eu-west-1:111122223333:infrastructure-configuration/a"
}
""",
    )
    assert told(results, "SNAP204") == [("SNAP204", "aws_imagebuilder_image_recipe.a", 6, False)]


def test_a_machine_of_a_built_image_follows_the_recipe(scan_text):
    results = scan_text(
        "cloudformation",
        """
Resources:
  Recipe:
    Type: AWS::ImageBuilder::ImageRecipe
    Properties:
      Name: a
      Version: 1.0.0
      ParentImage: ami-12345678
      Components: []
      BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {Encrypted: true}}]
  Image:
    Type: AWS::ImageBuilder::Image
    Properties:
      ImageRecipeArn: !GetAtt Recipe.Arn
      InfrastructureConfigurationArn: arn:aws:imagebuilder:eu-west-1:111122223333:infrastructure-configuration/a
  Machine:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: !GetAtt Image.ImageId
      BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {VolumeSize: 20}}]
""",
    )
    assert told(results, "SNAP201", "SNAP204") == []


TERRAFORM_STORES = [
    ("aws_db_instance", "", [True]),
    ("aws_db_instance", "storage_encrypted = false", [True]),
    ("aws_db_instance", "storage_encrypted = true", []),
    ("aws_db_instance", 'snapshot_identifier = "orders"', [False]),
    ("aws_db_instance", 'replicate_source_db = "orders"', [False]),
    ("aws_db_instance", 'restore_to_point_in_time {\n    source_db_instance_identifier = "orders"\n  }', [False]),
    ("aws_rds_cluster", "", [True]),
    ("aws_rds_cluster", 'engine_mode = "provisioned"', [True]),
    ("aws_rds_cluster", 'engine_mode = "serverless"', []),
    ("aws_rds_cluster", 'engine_mode = "serverless"\n  storage_encrypted = false', [True]),
    ("aws_rds_cluster", "engine_mode = var.unset", [False]),
    ("aws_rds_cluster", 'snapshot_identifier = "orders"', [False]),
    ("aws_rds_cluster", 'snapshot_identifier = "orders"\n  kms_key_id = "alias/orders"', []),
    ("aws_rds_cluster", 'kms_key_id = "alias/orders"', [True]),
    ("aws_docdb_cluster", "", [True]),
    ("aws_docdb_cluster", "storage_encrypted = true", []),
    ("aws_neptune_cluster", "", [True]),
    ("aws_neptune_cluster", "storage_encrypted = true", []),
    ("aws_rds_global_cluster", "", [True]),
    ("aws_rds_global_cluster", "storage_encrypted = true", []),
    ("aws_redshift_cluster", "", []),
    ("aws_redshift_cluster", "encrypted = true", []),
    ("aws_redshift_cluster", "encrypted = false", [True]),
    ("aws_redshift_cluster", 'encrypted = "false"', [True]),
    ("aws_efs_file_system", "", [True]),
    ("aws_efs_file_system", "encrypted = true", []),
    ("aws_elasticache_replication_group", "", [True]),
    ("aws_elasticache_replication_group", 'engine = "redis"', [True]),
    ("aws_elasticache_replication_group", 'engine = "valkey"', []),
    ("aws_elasticache_replication_group", 'engine = "valkey"\n  at_rest_encryption_enabled = "false"', [True]),
    ("aws_elasticache_replication_group", 'at_rest_encryption_enabled = "true"', []),
    ("aws_elasticache_replication_group", 'global_replication_group_id = "orders"', [False]),
    ("aws_elasticache_cluster", 'engine = "redis"', [True]),
    ("aws_elasticache_cluster", 'engine = "memcached"', []),
    ("aws_elasticache_cluster", 'engine = "redis"\n  replication_group_id = "orders"', []),
    ("aws_fsx_lustre_file_system", "", []),
    ("aws_dynamodb_table", "", []),
    ("aws_memorydb_cluster", "", []),
]


@pytest.mark.parametrize(("kind", "written", "expected"), TERRAFORM_STORES)
def test_a_store_without_encryption_at_rest_is_found_in_terraform(scan_text, kind, written, expected):
    results = scan_text("terraform", f'variable "unset" {{}}\nresource "{kind}" "a" {{\n  {written}\n}}\n')
    assert [certain for *_, certain in told(results, "SNAP205")] == expected


CLOUDFORMATION_STORES = [
    ("AWS::RDS::DBInstance", "{}", [True]),
    ("AWS::RDS::DBInstance", "{StorageEncrypted: 'true'}", []),
    ("AWS::RDS::DBInstance", "{DBClusterIdentifier: orders}", []),
    ("AWS::RDS::DBInstance", "{DBSnapshotIdentifier: orders}", [False]),
    ("AWS::RDS::DBInstance", "{SourceDBInstanceIdentifier: orders}", [False]),
    ("AWS::RDS::DBCluster", "{Engine: aurora-mysql}", [True]),
    ("AWS::RDS::DBCluster", "{Engine: aurora-mysql, StorageEncrypted: false}", [True]),
    ("AWS::RDS::DBCluster", "{Engine: aurora-mysql, EngineMode: serverless}", []),
    ("AWS::RDS::DBCluster", "{Engine: aurora-mysql, SnapshotIdentifier: orders, KmsKeyId: alias/orders}", []),
    ("AWS::DocDB::DBCluster", "{}", [True]),
    ("AWS::Neptune::DBCluster", "{}", [True]),
    ("AWS::Neptune::DBCluster", "{StorageEncrypted: true}", []),
    ("AWS::RDS::GlobalCluster", "{}", [True]),
    ("AWS::Redshift::Cluster", "{}", []),
    ("AWS::Redshift::Cluster", "{Encrypted: false}", [True]),
    ("AWS::EFS::FileSystem", "{}", [True]),
    ("AWS::EFS::FileSystem", "{Encrypted: true}", []),
    ("AWS::ElastiCache::ReplicationGroup", "{Engine: redis}", [True]),
    ("AWS::ElastiCache::ReplicationGroup", "{Engine: valkey}", []),
    ("AWS::ElastiCache::CacheCluster", "{Engine: redis}", [True]),
    ("AWS::ElastiCache::CacheCluster", "{Engine: memcached}", []),
]


@pytest.mark.parametrize(("kind", "properties", "expected"), CLOUDFORMATION_STORES)
def test_a_store_without_encryption_at_rest_is_found_in_a_template(scan_text, kind, properties, expected):
    results = scan_text("cloudformation", f"Resources:\n  A:\n    Type: {kind}\n    Properties: {properties}\n")
    assert [certain for *_, certain in told(results, "SNAP205")] == expected


@pytest.mark.parametrize(("encrypted", "expected"), [("true", []), ("false", ["Copy", "Source"])])
def test_a_restored_database_of_a_template_follows_its_snapshot(scan_text, encrypted, expected):
    results = scan_text(
        "cloudformation",
        f"""
Resources:
  Source:
    Type: AWS::RDS::DBInstance
    Properties: {{Engine: postgres, StorageEncrypted: {encrypted}}}
  Snapshot:
    Type: AWS::RDS::DBSnapshot
    Properties: {{DBInstanceIdentifier: !Ref Source, DBSnapshotIdentifier: s}}
  Copy:
    Type: AWS::RDS::DBInstance
    Properties: {{DBSnapshotIdentifier: !Ref Snapshot}}
""",
    )
    assert sorted(address for _, address, _, certain in told(results, "SNAP205") if certain) == expected


def test_a_restored_cluster_of_a_template_follows_its_snapshot(scan_text):
    results = scan_text(
        "cloudformation",
        """
Resources:
  Source:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-mysql, StorageEncrypted: true}
  Snapshot:
    Type: AWS::RDS::ClusterSnapshot
    Properties: {DBClusterIdentifier: !Ref Source, DBClusterSnapshotIdentifier: s}
  Copy:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-mysql, SnapshotIdentifier: !Ref Snapshot}
""",
    )
    assert told(results, "SNAP205") == []


DATABASE_COPIES = """
variable "unset" {{ type = bool }}
resource "aws_db_instance" "a" {{
  storage_encrypted = {encrypted}
}}
resource "aws_db_snapshot" "a" {{
  db_instance_identifier = aws_db_instance.a.identifier
  db_snapshot_identifier = "a"
}}
resource "aws_db_snapshot_copy" "a" {{
  source_db_snapshot_identifier = aws_db_snapshot.a.db_snapshot_arn
  target_db_snapshot_identifier = "b"
  {copy}
}}
"""


@pytest.mark.parametrize(
    ("encrypted", "copy", "expected"),
    [
        ("true", "", []),
        ("false", "", [True]),
        ("false", 'kms_key_id = "alias/a"', []),
        ("var.unset", "", [False]),
        ("var.unset", 'destination_region = "eu-central-1"', [True]),
        ("var.unset", 'destination_region = "eu-central-1"\n  kms_key_id = "alias/a"', []),
    ],
)
def test_the_copy_of_a_database_snapshot_needs_a_key_where_its_source_is_plain_or_far(
    scan_text, encrypted, copy, expected
):
    results = scan_text("terraform", DATABASE_COPIES.format(encrypted=encrypted, copy=copy))
    assert [certain for *_, certain in told(results, "SNAP206")] == expected


@pytest.mark.parametrize(
    ("encrypted", "expected"), [("false", [("SNAP206", "aws_rds_cluster_snapshot_copy.a", 9, True)]), ("true", [])]
)
def test_the_copy_of_a_cluster_snapshot_is_as_plain_as_the_cluster(scan_text, encrypted, expected):
    results = scan_text(
        "terraform",
        f"""
resource "aws_rds_cluster" "a" {{
  engine            = "aurora-postgresql"
  storage_encrypted = {encrypted}
}}
resource "aws_db_cluster_snapshot" "a" {{
  db_cluster_identifier = aws_rds_cluster.a.id
}}
resource "aws_rds_cluster_snapshot_copy" "a" {{
  source_db_cluster_snapshot_identifier = aws_db_cluster_snapshot.a.db_cluster_snapshot_arn
  target_db_cluster_snapshot_identifier = "b"
}}
""",
    )
    assert told(results, "SNAP206") == expected


def test_the_backups_of_a_plain_database_are_replicated_plain(scan_text):
    results = scan_text(
        "terraform",
        """
resource "aws_db_instance" "a" {
  storage_encrypted = false
}
resource "aws_db_instance_automated_backups_replication" "a" {
  source_db_instance_arn = aws_db_instance.a.arn
}
""",
    )
    assert told(results, "SNAP206") == [("SNAP206", "aws_db_instance_automated_backups_replication.a", 5, True)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("", [True]),
        ("kms_key_arn = null", [True]),
        ('kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/aws/backup"', [True]),
        ('kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/a"', []),
        ("kms_key_arn = var.key", []),
        ("kms_key_arn = var.own ? var.key : null", [False]),
    ],
)
def test_a_vault_needs_a_key_that_is_not_the_services_own(scan_text, key, expected):
    code = f"""
variable "key" {{}}
variable "own" {{ type = bool }}
resource "aws_backup_vault" "a" {{
  name = "a"
  {key}
}}
"""
    assert [certain for *_, certain in told(scan_text("terraform", code), "SNAP207")] == expected


def test_a_plan_that_copies_into_a_vault_without_a_key_is_found_with_the_vault_as_evidence(scan_text):
    results = scan_text(
        "cloudformation",
        """
Resources:
  Bare:
    Type: AWS::Backup::BackupVault
    Properties: {BackupVaultName: bare}
  Plan:
    Type: AWS::Backup::BackupPlan
    Properties:
      BackupPlan:
        BackupPlanName: daily
        BackupPlanRule:
          - RuleName: daily
            TargetBackupVault: daily
            CopyActions:
              - DestinationBackupVaultArn: !GetAtt Bare.BackupVaultArn
              - DestinationBackupVaultArn: !Sub arn:aws:backup:eu-west-1:${AWS::AccountId}:backup-vault:other
""",
    )
    assert told(results, "SNAP207") == [("SNAP207", "Bare", 3, True), ("SNAP207", "Plan", 15, True)]
    plan = next(result for result in results if result.address == "Plan")
    assert [(step.span.line, step.message) for step in plan.evidence] == [(3, "the vault Bare")]
