"""How fast Terraform code is parsed and resolved, and how much memory that takes.

run: python benchmarks/terraform_speed.py [LINES] [DIRECTORY]

Writes an estate to a temporary directory: every module in DIRECTORY (the well-built estates of the tests), called as
often as it takes for LINES lines (150,000). Prints, for reading and for resolving every attribute there is, the
processor time and the lines per second; the peak of memory by byte of code; and the times for a nest of 20 modules and
a for_each of 10,000.
"""

from __future__ import annotations

import gc
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from snapguard.settings import Settings
from snapguard.terraform.modules import TerraformRoot, read_root

ESTATES = Path(__file__).parents[1] / "tests" / "estates" / "good"


def estate(directory: Path, lines: int, modules: Path) -> tuple[int, int]:
    """Write an estate of about that many lines from modules; gives its lines and bytes."""
    cases = sorted({path.parent for path in modules.glob("*/*.tf")})
    written = size = number = 0
    calls: list[str] = []
    while written < lines:
        case = cases[number % len(cases)]
        shutil.copytree(case, directory / f"m{number}")
        for path in (directory / f"m{number}").rglob("*.tf"):
            data = path.read_bytes()
            written += data.count(b"\n")
            size += len(data)
        calls.append(f'module "m{number}" {{\n  source = "./m{number}"\n}}\n')
        number += 1
    (directory / "main.tf").write_text("".join(calls), encoding="utf-8")
    return written, size


def resolve(root: TerraformRoot) -> int:
    """Ask for every attribute of every resource and data source; gives how many there were."""
    count = 0
    for one in root.resources():
        for name in one.attribute_names():
            one.get(name)
            count += 1
    return count


def nest(directory: Path, depth: int) -> None:
    """Modules in modules, each handing a value down and an output up."""
    at = directory
    for level in range(depth):
        call = f'module "inner" {{\n  source = "./inner"\n  x = "${{var.x}}{level}"\n}}\n' if level < depth - 1 else ""
        value = "module.inner.x" if call else "var.x"
        text = f'variable "x" {{\n  default = "x"\n}}\n{call}output "x" {{\n  value = {value}\n}}\n'
        at.mkdir(parents=True, exist_ok=True)
        (at / "main.tf").write_text(
            text + 'resource "aws_ebs_volume" "v" {\n  snapshot_id = var.x\n}\n', encoding="utf-8"
        )
        at = at / "inner"


def timed(work: Callable[[], object]) -> float:
    """The seconds that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def peak() -> int:
    """The most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(lines: int, modules: Path) -> None:
    """Print the figures, with the garbage collector as the command line sets it."""
    gc.disable()
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch, "estate")
        directory.mkdir()
        total, size = estate(directory, lines, modules)
        before = peak()
        start = time.process_time()
        root = read_root(str(directory), Settings())
        declared = sum(1 for _ in root._modules(root.module, None))
        read = time.process_time() - start
        attributes = resolve(root)
        both = time.process_time() - start
        print(f"{total:,} lines, {size:,} bytes, {declared:,} modules, {attributes:,} attributes")
        print(f"read      {read:6.2f} s  {total / read:12,.0f} lines/s")
        print(f"and resolve {both:4.2f} s  {total / both:12,.0f} lines/s")
        print(f"memory    {(peak() - before) / size:6.1f} bytes a byte of code")
        nested = Path(scratch, "nest")
        nest(nested, 20)
        print(f"20 nested modules   {timed(lambda: resolve(read_root(str(nested), Settings()))):6.2f} s")
        wide = Path(scratch, "wide")
        wide.mkdir()
        (wide / "main.tf").write_text(
            "locals {\n  hundred = range(100)\n}\n"
            'resource "aws_ebs_volume" "v" {\n'
            '  for_each = toset([for p in setproduct(local.hundred, local.hundred) : join("-", p)])\n'
            "  size = length(each.key)\n  tags = { Name = each.value }\n}\n",
            encoding="utf-8",
        )
        print(f"for_each of 10,000  {timed(lambda: resolve(read_root(str(wide), Settings()))):6.2f} s")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 150_000,
        Path(sys.argv[2]) if len(sys.argv) > 2 else ESTATES,
    )
