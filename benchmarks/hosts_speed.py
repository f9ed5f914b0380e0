"""What SnapGuard costs where people already are: as a hook of pre-commit, beside Checkov's own, and inside Checkov.

run: python benchmarks/hosts_speed.py [RUNS]

Needs an environment with `pip install '.[checkov]'`. Writes a repository of 5,000 lines of Terraform (22 root modules
that call a shared one), changes one file, and prints the median wall and processor time of RUNS (9) runs of what each
hook runs on that commit: `snapguard check FILE` and Checkov's `checkov -d .`; then of `checkov -d .` with a directory
of checks that has none, with SnapGuard's, and with SnapGuard's where Checkov is told to leave out the frameworks that
exist for checks of one's own. Runs of the commands alternate, so that a busy machine is busy for all of them; ratios
are the medians of those of each turn.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOTS = 22
FILES = 6
LINES = 5_000

HOOK = "snapguard check FILE"
CHECKOV = "checkov -d ."

BODY = """\
resource "aws_security_group" "service_{n}" {{
  name   = "service-{n}"
  vpc_id = var.vpc

  ingress {{
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }}
}}

resource "aws_instance" "service_{n}" {{
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.small"
  vpc_security_group_ids = [aws_security_group.service_{n}.id]

  root_block_device {{
    encrypted = true
  }}
}}

resource "aws_iam_role_policy" "service_{n}" {{
  role = "service-{n}"
  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["arn:aws:s3:::data-{n}/*"]
    }}]
  }})
}}

module "disk_{n}" {{
  source = "../../modules/disk"
  size   = {n}
}}

"""

VPC = 'variable "vpc" {\n  default = "vpc-0123456789abcdef0"\n}\n'

MODULE = """\
variable "size" { type = number }

resource "aws_ebs_volume" "this" {
  availability_zone = "eu-west-1a"
  size              = var.size
  encrypted         = true
}
"""


def write_repository(directory: Path) -> Path:
    """Write the repository; gives the file that the commit changes."""
    module = directory / "modules" / "disk" / "main.tf"
    module.parent.mkdir(parents=True)
    module.write_text(MODULE, encoding="utf-8")
    lines = 0
    for number in range(ROOTS * FILES):
        path = directory / "roots" / f"service{number % ROOTS}" / f"part{number // ROOTS}.tf"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = BODY.format(n=number) + (VPC if number < ROOTS else "")
        path.write_text(text, encoding="utf-8")
        lines += text.count("\n")
    if lines < LINES:
        raise SystemExit(f"{lines} lines instead of {LINES}")
    return path


class Time(NamedTuple):
    """Seconds on the clock and of the processor."""

    wall: float
    processor: float


def run_time(command: list[str], directory: Path) -> Time:
    """What a command takes; 0 and 1 are the exit statuses of a linter that works."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: {run.stderr}")
    return Time(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def median(times: list[Time]) -> Time:
    """The median of each."""
    return Time(statistics.median(each.wall for each in times), statistics.median(each.processor for each in times))


def ratio(times: list[Time], base: list[Time]) -> Time:
    """The median of what each run takes, as a share of the run of the other command in the same turn."""
    return median(
        [Time(one.wall / other.wall, one.processor / other.processor) for one, other in zip(times, base, strict=True)]
    )


def main(arguments: list[str]) -> None:
    """Measure and print."""
    runs = int(arguments[0]) if arguments else 9
    binaries = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as name:
        directory, no_checks = Path(name, "repository"), Path(name, "none")
        changed = write_repository(directory)
        no_checks.mkdir()
        (no_checks / "__init__.py").touch()
        subprocess.run(["git", "init", "--quiet"], cwd=directory, check=True)
        printed = subprocess.run(
            [binaries / "snapguard", "checkov-checks-dir"], capture_output=True, text=True, check=True
        )
        checkov = [str(binaries / "checkov"), "-d", ".", "--skip-download", "--quiet", "--compact"]
        with_checks = [*checkov, "--external-checks-dir", printed.stdout.strip()]
        commands = {
            HOOK: [str(binaries / "snapguard"), "check", str(changed.relative_to(directory))],
            "snapguard check .": [str(binaries / "snapguard"), "check", "."],
            CHECKOV: checkov,
            f"{CHECKOV} with no checks beside": [*checkov, "--external-checks-dir", str(no_checks)],
            f"{CHECKOV} with SnapGuard": with_checks,
            f"{CHECKOV} --skip-framework json yaml, the same": [*with_checks, "--skip-framework", "json", "yaml"],
        }
        times: dict[str, list[Time]] = {label: [] for label in commands}
        for turn in range(runs + 1):
            for label, command in commands.items():
                taken = run_time(command, directory)
                if turn:  # the first turn fills the caches
                    times[label].append(taken)
    for label, found in times.items():
        middle, share = median(found), ratio(found, times[CHECKOV])
        print(
            f"{label:48} {middle.wall:6.2f} s wall  {middle.processor:6.2f} s processor"
            f"  {share.wall:7.1%} and {share.processor:7.1%} of {CHECKOV}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
