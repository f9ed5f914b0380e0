"""How fast IAM policies are judged.

run: python benchmarks/iam_speed.py [POLICIES …]

Writes policies of 20 statements each into one directory, a third of them attached to roles of which each holds several,
and judges them as the IAM checks do, on one core: from the text of each document to the findings. Prints the processor
time, by policy too, for 1,000, 3,000 and 10,000 policies unless other numbers are given: the time by policy tells
whether growth is linear. The time for reading the Terraform code around the documents is given apart.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from snapguard.estate import Estate
from snapguard.iam.capabilities import catalogue
from snapguard.settings import Settings
from snapguard.terraform.modules import read_root

STATEMENTS = 20
WILDCARDS = ("ec2:*", "ec2:*Snapshot*", "rds:Describe*", "s3:Get*", "logs:*", "backup:Start*", "sqs:Send?essage")
RESOURCES = (
    "*",
    "arn:aws:ec2:*:*:volume/vol-{id}",
    "arn:aws:ec2:*::snapshot/*",
    "arn:aws:rds:*:*:snapshot:team-{id}-*",
    "arn:aws:s3:::bucket-{id}/*",
    "arn:aws:backup:*:111122223333:backup-vault:vault-{id}",
)
CONDITIONS = (
    {},
    {"StringEquals": {"aws:ResourceTag/team": "t{id}"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/r{id}"}},
)


def statement(random_: random.Random, names: list[str]) -> dict[str, object]:
    """A statement as people write them: mostly named actions on named resources."""
    number = f"{random_.randrange(100_000):05}"
    actions = random_.sample(names, random_.randrange(1, 6))
    if random_.random() < 0.2:
        actions.append(random_.choice(WILDCARDS))
    resource = random_.choices(RESOURCES, (1, 3, 1, 3, 6, 3))[0].format(id=number)
    condition = json.loads(json.dumps(random_.choices(CONDITIONS, (6, 2, 1, 1))[0]).replace("{id}", number))
    effect = "Deny" if random_.random() < 0.05 else "Allow"
    return {
        "Effect": effect,
        "Action": actions,
        "Resource": resource,
        **({"Condition": condition} if condition else {}),
    }


def estate(directory: Path, policies: int) -> None:
    """Write policies, roles and attachments."""
    random_ = random.Random(policies)
    names = [action.name for entries in catalogue().services.values() for _, action in entries]
    names += [f"{service}:Describe{noun}" for service in ("ec2", "rds", "s3", "iam") for noun in ("One", "All", "Few")]
    parts = []
    for number in range(policies):
        document = {"Version": "2012-10-17", "Statement": [statement(random_, names) for _ in range(STATEMENTS)]}
        parts.append(
            f'resource "aws_iam_policy" "p{number}" {{\n  policy = <<EOF\n{json.dumps(document, indent=1)}\nEOF\n}}\n'
        )
        if number % 3 == 0:
            parts.append(
                f'resource "aws_iam_role_policy_attachment" "a{number}" {{\n'
                f'  role = "role-{number % (policies // 5 + 1)}"\n  policy_arn = aws_iam_policy.p{number}.arn\n}}\n'
            )
    for start in range(0, len(parts), 100):
        (directory / f"f{start}.tf").write_text("".join(parts[start : start + 100]), encoding="utf-8")


def judge(directory: str) -> tuple[float, float, int]:
    """The processor time for reading the code, the time for judging it, and how many statements were found broad."""
    start = time.process_time()
    root = read_root(directory, Settings())
    for one in root.resources_of("aws_iam_policy", "aws_iam_role_policy_attachment"):
        one.get("policy")
    read = time.process_time()
    estate = Estate(root, Settings())
    findings = [grant.report() for grant in estate.broad_grants]
    findings += [*estate.exfiltration_paths, *estate.open_trusts]
    return read - start, time.process_time() - read, len(findings) + len(estate.holdings)


def main() -> None:
    """Print one line a number of policies."""
    gc.disable()  # as the command line does
    for policies in [int(text) for text in sys.argv[1:]] or [1_000, 3_000, 10_000]:
        with tempfile.TemporaryDirectory() as place:
            estate(Path(place), policies)
            reading, judging, findings = judge(place)
        gc.collect()
        print(
            f"{policies:6} policies, {policies * STATEMENTS:7} statements: judged in {judging:6.2f} s, "
            f"{judging / policies * 1000:.2f} ms a policy ({findings} findings; read in {reading:.2f} s)",
            flush=True,
        )


if __name__ == "__main__":
    main()
