"""Whose images are for everybody."""

PUBLISHERS = frozenset(
    {
        "013907871322",  # SUSE
        "075585003325",  # Flatcar
        "099720109477",  # Canonical
        "125523088429",  # CentOS and Fedora
        "131827586825",  # Oracle
        "136693071363",  # Debian
        "137112412989",  # Amazon Linux
        "247102896272",  # Amazon, ParallelCluster
        "309956199498",  # Red Hat
        "379101102735",  # Debian, older releases
        "427812963091",  # NixOS
        "538276064493",  # Alpine Linux
        "540036508848",  # Talos Linux
        "568608671756",  # fck-nat
        "591542846629",  # Amazon, ECS
        "595879546273",  # CoreOS Container Linux
        "602401143452",  # Amazon, EKS
        "679593333241",  # AWS Marketplace
        "764336703387",  # AlmaLinux
        "782442783595",  # FreeBSD
        "792107900819",  # Rocky Linux
        "801119661308",  # Amazon, Windows
    }
)
"""Accounts that publish images for everybody, as each names itself in its documentation: what starts from one of those
is installed, not restored. Any other account is taken for one that shared its image, since nothing else is known of
it; `filter { name = "is-public" }` tells the rest."""

PUBLIC_OWNERS = PUBLISHERS | {"amazon", "aws-marketplace"}
"""How `owners` names those whose images are public, and so never encrypted (EC2 API, DescribeImages, Owners)."""
