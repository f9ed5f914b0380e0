"""How fast an estate of restored machines behind many security groups is judged, and how that grows with the rules.

The estate is Terraform text: for each step 200 instances restored from snapshots, 50 groups with 40 rules each (half
in the groups, half resources of their own), each instance in two of them. Every tenth group lets the world in by one
rule; the others hold ranges of their own. Reading, resolving every attribute of every resource, and judging (building
the estate and running all checks) are told apart. The figures are CPU time of one core, the best of some runs.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from snapguard.discovery import Target
from snapguard.judging import Assignment, ErrorLog, in_order, judge_roots, read
from snapguard.scan import checks_to_run
from snapguard.settings import Settings

STEP_INSTANCES, STEP_GROUPS, RULES_EACH = 200, 50, 40
RUNS = 3


def estate(steps: int) -> Iterator[str]:
    """The text of an estate of so many steps."""
    for number in range(steps * STEP_GROUPS):
        yield f'resource "aws_security_group" "g{number}" {{\n  name = "g{number}"\n'
        for rule in range(RULES_EACH // 2):
            yield f"  ingress {{\n{_rule(number, rule, 'cidr_blocks', 'protocol')}  }}\n"
        yield "}\n"
        for rule in range(RULES_EACH // 2, RULES_EACH):
            yield f'resource "aws_vpc_security_group_ingress_rule" "g{number}r{rule}" {{\n'
            yield f"  security_group_id = aws_security_group.g{number}.id\n"
            yield f"{_rule(number, rule, 'cidr_ipv4', 'ip_protocol')}}}\n"
    groups = steps * STEP_GROUPS
    for number in range(steps * STEP_INSTANCES):
        names = ", ".join(f"aws_security_group.g{at % groups}.id" for at in (number, number * 7 + 1))
        yield f"""resource "aws_instance" "m{number}" {{
  ami                    = "ami-12345678"
  instance_type          = "t3.micro"
  vpc_security_group_ids = [{names}]
  ebs_block_device {{
    device_name = "/dev/sdf"
    snapshot_id = "snap-{number:017x}"
    encrypted   = true
  }}
}}
"""


def _rule(group: int, rule: int, ranges: str, protocol: str) -> str:
    is_open = rule == 3 and group % 10 == 0
    block = "0.0.0.0/0" if is_open else f"10.{group % 250}.{rule}.0/24"
    port = 22 if rule % 2 else 443
    value = f'["{block}"]' if ranges == "cidr_blocks" else f'"{block}"'
    return f'    {protocol} = "tcp"\n    from_port = {port}\n    to_port = {port}\n    {ranges} = {value}\n'


class Figures(NamedTuple):
    """The seconds that each stage took, and how many findings there are."""

    reading: float
    resolving: float
    judging: float
    findings: int


def measure(steps: int) -> Figures:
    """Read, resolve and judge an estate of so many steps."""
    settings = Settings()
    codes = in_order(checks_to_run(settings))
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "main.tf").write_text("".join(estate(steps)), encoding="utf-8")
        target = Target("terraform", directory, None)
        gc.collect()
        times = [time.process_time()]
        roots = read(target, settings)
        times.append(time.process_time())
        for resource in roots[0].resources():
            for name in resource.attribute_names():
                resource.get(name)
        times.append(time.process_time())
        judgement = judge_roots(roots, Assignment(target, codes, settings, False), ErrorLog(directory))
        times.append(time.process_time())
    if judgement.errors:
        sys.exit(judgement.errors[0].traceback)
    reading, resolving, judging = (after - before for before, after in pairwise(times))
    return Figures(reading, resolving, judging, len(judgement.verdicts))


def main() -> None:
    """Print the figures of estates of 1, 3 and 10 steps."""
    gc.disable()
    measure(1)
    for steps in (1, 3, 10):
        runs = [measure(steps) for _ in range(RUNS)]
        reading, resolving, judging = (min(run[part] for run in runs) for part in range(3))
        instances, groups = steps * STEP_INSTANCES, steps * STEP_GROUPS
        print(
            f"{instances} instances, {groups} groups, {groups * RULES_EACH} rules: {reading:.2f} s to read, "
            f"{resolving:.2f} s to resolve, {judging:.2f} s to judge; {runs[0].findings} findings"
        )


if __name__ == "__main__":
    main()
