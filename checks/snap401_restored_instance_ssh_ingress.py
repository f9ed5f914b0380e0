"""SNAP401: a way in by SSH, from the world to a restored machine."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended


@check(
    code="SNAP401",
    name="restored-instance-ssh-ingress",
    category=Category.RESTORE_SSH,
    severity=Severity.CRITICAL,
    attack=("T1021.004",),
)
def restored_instance_ssh_ingress(estate: Estate) -> Iterator[Finding]:
    """A machine that is restored from a snapshot accepts SSH from the whole world.

    The technique ends here: the copy of somebody's disk runs on a machine that can be logged in to from anywhere, past
    all that guarded the original, and with the keys, passwords and unpatched software of the day of the snapshot.

    It is less severe where the code shows that something else keeps the world out (no public address, a subnet without
    a route to an internet gateway, an access list), or where the way leads through another machine that is open.

    Let SSH in from the ranges that need it alone, or from none: Session Manager and EC2 Instance Connect need no open
    port. List ranges of your own in `trusted-cidrs`.
    """
    for opening in estate.openings(ports=(22,)):
        message = f"{opening.subject}, restored from a snapshot, can be reached by SSH from {opening.audience}"
        yield opening.explained(message, Severity.CRITICAL)


BAD = {
    "terraform": """
        resource "aws_security_group" "restore" {
          ingress {
            from_port   = 22
            to_port     = 22
            protocol    = "tcp"
            cidr_blocks = ["0.0.0.0/0"]
          }
        }

        resource "aws_instance" "forensics" {
          ami                    = "ami-12345678"
          instance_type          = "t3.micro"
          vpc_security_group_ids = [aws_security_group.restore.id]
          ebs_block_device {
            device_name = "/dev/sdf"
            snapshot_id = "snap-0123456789abcdef0"
            encrypted   = true
          }
        }
    """,
    "cloudformation": """
        Resources:
          Restore:
            Type: AWS::EC2::SecurityGroup
            Properties:
              GroupDescription: restore
              SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]
          Forensics:
            Type: AWS::EC2::Instance
            Properties:
              ImageId: ami-12345678
              SecurityGroupIds: [!GetAtt Restore.GroupId]
              BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0, Encrypted: true}}]
    """,
}
GOOD = mended(BAD, {"0.0.0.0/0": "10.20.0.0/16"})
