"""SNAP403: a way in by other means than SSH, from the world to a restored machine."""

from collections.abc import Iterator

from snapguard.api import Category, Estate, Finding, Severity, check, mended

SERVICES = {"RDP": (3389,), "WinRM": (5985, 5986), "VNC": tuple(range(5900, 5911)), "Telnet": (23,)}


@check(
    code="SNAP403",
    name="restored-instance-remote-admin",
    category=Category.RESTORE_SSH,
    severity=Severity.HIGH,
    attack=("T1021",),
)
def restored_instance_remote_admin(estate: Estate) -> Iterator[Finding]:
    """A machine that is restored from a snapshot accepts RDP, WinRM, VNC or Telnet from the whole world.

    Each of them gives a session on the machine, as SSH does, and so all that is on the copied disk. A rule that lets
    SSH in as well is a finding of SNAP401 besides. What makes those less severe does so here.

    Let them in from the ranges that need them alone, or from none: Session Manager forwards ports without an opening.
    List ranges of your own in `trusted-cidrs`.
    """
    for opening, services in estate.openings_by_service(SERVICES):
        names = " and ".join(services)
        message = f"{opening.subject}, restored from a snapshot, can be reached by {names} from {opening.audience}"
        yield opening.explained(message, Severity.HIGH)


BAD = {
    "terraform": """
        resource "aws_vpc_security_group_ingress_rule" "rdp" {
          security_group_id = "sg-12345678"
          ip_protocol       = "tcp"
          from_port         = 3389
          to_port           = 3389
          cidr_ipv4         = "0.0.0.0/0"
        }

        resource "aws_instance" "forensics" {
          ami                    = "ami-12345678"
          instance_type          = "t3.micro"
          vpc_security_group_ids = ["sg-12345678"]
          ebs_block_device {
            device_name = "xvdf"
            snapshot_id = "snap-0123456789abcdef0"
            encrypted   = true
          }
        }
    """,
    "cloudformation": """
        Resources:
          Rdp:
            Type: AWS::EC2::SecurityGroupIngress
            Properties: {GroupId: sg-12345678, IpProtocol: tcp, FromPort: 3389, ToPort: 3389, CidrIp: 0.0.0.0/0}
          Forensics:
            Type: AWS::EC2::Instance
            Properties:
              ImageId: ami-12345678
              SecurityGroupIds: [sg-12345678]
              BlockDeviceMappings: [{DeviceName: xvdf, Ebs: {SnapshotId: snap-0123456789abcdef0, Encrypted: true}}]
    """,
}
GOOD = mended(BAD, {"0.0.0.0/0": "10.20.0.0/16"})
