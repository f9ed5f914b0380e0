"""SNAP402: a way out by SSH, from a restored machine to the world."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP402",
    name="restored-instance-ssh-egress",
    category=Category.RESTORE_SSH,
    severity=Severity.MEDIUM,
    attack=("T1048",),
)
def restored_instance_ssh_egress(estate: Estate) -> Iterator[Finding]:
    """A rule lets a machine that is restored from a snapshot open SSH connections to the whole world.

    What was on the disk leaves by `scp` or `rsync` to any host, encrypted, without a trace in the account's logs. A
    rule that lets all traffic out is judged as low: it is what most groups have, and singles out nothing. A group
    without an egress rule is left alone.

    Let the machine out to the hosts and ports that it needs alone, or to none while the copy is looked into.
    """
    for opening in estate.openings(ports=(22,), is_egress=True):
        yield opening.explained(
            f"{opening.subject}, restored from a snapshot, can reach {opening.audience} by SSH",
            severity=Severity.LOW if opening.is_for_all_ports else Severity.MEDIUM,
        )


BAD = {
    "terraform": """
        resource "aws_vpc_security_group_egress_rule" "ssh" {
          security_group_id = "sg-12345678"
          ip_protocol       = "tcp"
          from_port         = 22
          to_port           = 22
          cidr_ipv4         = "0.0.0.0/0"
        }

        resource "aws_instance" "forensics" {
          ami                    = "ami-12345678"
          instance_type          = "t3.micro"
          vpc_security_group_ids = ["sg-12345678"]
          ebs_block_device {
            device_name = "/dev/sdf"
            snapshot_id = "snap-0123456789abcdef0"
            encrypted   = true
          }
        }
    """,
    "cloudformation": """
        Resources:
          Ssh:
            Type: AWS::EC2::SecurityGroupEgress
            Properties: {GroupId: sg-12345678, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}
          Forensics:
            Type: AWS::EC2::Instance
            Properties:
              ImageId: ami-12345678
              SecurityGroupIds: [sg-12345678]
              BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0, Encrypted: true}}]
    """,
}
GOOD = mended(BAD, {"0.0.0.0/0": "10.20.0.0/16"})
