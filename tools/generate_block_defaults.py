"""Write what a plan shows in a nested block that the code writes, of what the code does not set there.

usage: SNAPGUARD_PROVIDER_MIRROR=DIR python tools/generate_block_defaults.py CASE_DIR OUTPUT

CASE_DIR holds code with blocks of which little is set (tests/terraform/block_defaults); the real Terraform plans it
(plan_truth.py), and OUTPUT is src/snapguard/terraform/block_defaults.txt: a line per type of resource or data source
with its mode, and by block the value of each argument, or of the arguments of a block inside. An argument is listed
where every block that leaves it out has the same known value in the plan.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from plan_truth import plan

Block = Mapping[str, Any]


def defaults_of(written: Sequence[Block], planned: Sequence[Block]) -> dict[str, Any]:
    """The defaults in blocks of one kind, from the expressions of all that are written and from what is planned."""
    found: dict[str, Any] = {}
    for name in sorted({name for block in planned for name in block}):
        inner = [entry for block in planned for entry in _blocks(block.get(name))]
        if inner:
            expressions = [entry for block in written for entry in _blocks(block.get(name))]
            nested = defaults_of(expressions, inner) if len(expressions) == len(inner) else {}
            if nested:
                found[name] = nested
            continue
        left = [block.get(name) for block in planned]
        for value in _constants(name, written):
            same = next((one for one in left if str(one).lower() == str(value).lower()), None)
            if same in left:
                left.remove(same)
        silent = sum(name not in block for block in written)
        if silent and len(left) == silent and _is_default(left[0]) and all(one == left[0] for one in left):
            found[name] = left[0]
    return found


def _is_default(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _blocks(value: Any) -> list[Block]:
    """The blocks in what an expression or a planned value says of one kind; none for an argument.

    Arguments that may be written as blocks are one constant in a plan, in which null is what no block says.
    """
    if isinstance(value, dict) and isinstance(value.get("constant_value"), list):
        entries = [entry for entry in value["constant_value"] if isinstance(entry, dict)]
        return [{name: {"constant_value": one} for name, one in entry.items() if one is not None} for entry in entries]
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _constants(name: str, written: Sequence[Block]) -> Iterator[Any]:
    for block in written:
        expression = block.get(name)
        if isinstance(expression, dict) and "constant_value" in expression:
            yield expression["constant_value"]


def table(content: Mapping[str, Any]) -> list[str]:
    """The lines of the table, sorted, from a plan as JSON has it."""
    values = {}
    for state in (content["planned_values"], content.get("prior_state", {}).get("values", {})):
        values.update({one["address"]: one["values"] for one in state.get("root_module", {}).get("resources", ())})
    by_type: dict[str, tuple[list[Block], list[Block]]] = {}
    for resource in content["configuration"]["root_module"]["resources"]:
        written, planned = by_type.setdefault(f"{resource['mode']} {resource['type']}", ([], []))
        written.append(resource.get("expressions", {}))
        planned.append(values[resource["address"]])
    lines = []
    for type, (written, planned) in by_type.items():
        blocks = {name: inner for name, inner in defaults_of(written, planned).items() if isinstance(inner, dict)}
        if blocks:
            lines.append(f"{type} {json.dumps(blocks, separators=(',', ':'), sort_keys=True)}\n")
    return sorted(lines)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text("".join(table(plan(Path(sys.argv[1])))), encoding="utf-8")
