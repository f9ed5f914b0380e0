"""Ask the real Terraform what it plans for a directory of code, and distil that into a truth to hold a reading against.

usage: python tools/plan_truth.py CASE_DIR…

Each directory gets a new `truth.json`. The `terraform` program must be on PATH; where the code needs the AWS provider,
SNAPGUARD_PROVIDER_MIRROR names a directory laid out as a filesystem mirror of providers. A `plan.json` in the
directory gives what belongs on the command line: {"var-files": ["x.tfvars"], "variables": {"name": "text"}}.

The truth has, by address: the mode, the known values (without nulls and empty collections), the unknown ones, and
under "set" the names that the code writes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MIRROR = "SNAPGUARD_PROVIDER_MIRROR"


class PlanError(Exception):
    """Terraform refused the code; the message is its own."""


def options(case: Path) -> dict[str, Any]:
    """What `plan.json` of a case gives for the command line; empty without one."""
    path = case / "plan.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return content


def needs_provider(case: Path) -> bool:
    """Whether the code of a case can't be planned without the AWS provider."""
    return any("hashicorp/aws" in path.read_text(encoding="utf-8") for path in case.rglob("*.tf*"))


def plan(case: Path) -> dict[str, Any]:
    """What `terraform plan` makes of a copy of a directory, as `terraform show -json` has it; raises PlanError."""
    arguments = [f"-var-file={name}" for name in options(case).get("var-files", ())]
    arguments += [f"-var={name}={text}" for name, text in options(case).get("variables", {}).items()]
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch, "case")
        shutil.copytree(case, work)
        configuration = Path(scratch, "cli.tfrc")
        mirror = os.environ.get(MIRROR, os.path.join(scratch, "none"))
        configuration.write_text(f'provider_installation {{ filesystem_mirror {{ path = "{mirror}" }} }}\n')
        environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(configuration), "CHECKPOINT_DISABLE": "1"}

        def run(*command: str) -> str:
            done = subprocess.run(
                ["terraform", *command], cwd=work, env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise PlanError(f"{case}: terraform {command[0]}: {done.stderr or done.stdout}")
            return done.stdout

        run("init", "-no-color", "-input=false")
        run("plan", "-no-color", "-input=false", "-refresh=false", "-lock=false", "-out=the.plan", *arguments)
        content: dict[str, Any] = json.loads(run("show", "-json", "the.plan"))
        return content


def distil(plan: dict[str, Any]) -> dict[str, Any]:
    """The truth of a plan: what it says of each resource and each data source that it read."""
    written = dict(_written(plan["configuration"]["root_module"]))
    unknown = {c["address"]: c["change"].get("after_unknown") or {} for c in plan.get("resource_changes", ())}
    truth: dict[str, Any] = {}
    read = plan.get("prior_state", {}).get("values", {}).get("root_module", {})
    for module in (plan["planned_values"].get("root_module", {}), read):
        for resource in _resources(module):
            address = resource["address"]
            truth[address] = {
                "mode": resource["mode"],
                "set": written.get(_without_indexes(address), []),
                "unknown": trimmed(unknown.get(address, {})),
                "values": trimmed(resource.get("values", {})),
            }
    return truth


def _written(module: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """The names that the code sets, by address without indexes."""
    for resource in module.get("resources", ()):
        yield prefix + resource["address"], sorted(resource.get("expressions", {}))
    for name, call in module.get("module_calls", {}).items():
        yield from _written(call.get("module", {}), f"{prefix}module.{name}.")


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from module.get("resources", ())
    for child in module.get("child_modules", ()):
        yield from _resources(child)


def _without_indexes(address: str) -> str:
    kept: list[str] = []
    is_quoted = is_index = False
    previous = ""
    for mark in address:
        if mark == '"' and previous != "\\":
            is_quoted = not is_quoted
        is_index = is_index or (mark == "[" and not is_quoted)
        if not is_index:
            kept.append(mark)
        is_index = is_index and (mark != "]" or is_quoted)
        previous = mark
    return "".join(kept)


def trimmed(value: Any) -> Any:
    """Without nulls, empty collections and `false` marks that say nothing; elements of lists keep their places."""
    if isinstance(value, dict):
        entries = {name: trimmed(child) for name, child in value.items()}
        return {name: child for name, child in entries.items() if child not in (None, [], {}) or child is False}
    return [trimmed(child) for child in value] if isinstance(value, list) else value


def main(directories: list[str]) -> int:
    """Write the truth of each directory; gives the exit status."""
    failed = 0
    for directory in directories:
        case = Path(directory)
        try:
            truth = distil(plan(case))
        except PlanError as error:
            print(error, file=sys.stderr)
            failed += 1
            continue
        text = json.dumps(truth, indent=1, sort_keys=True, ensure_ascii=False)
        (case / "truth.json").write_text(text + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
