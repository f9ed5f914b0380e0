"""Write the forms that the AWS provider gives to what the code sets, from the provider's own schema.

usage: terraform providers schema -json > SCHEMA.json
       python tools/generate_provider_forms.py SCHEMA.json src/snapguard/terraform/provider_forms.txt

A line per type of resource or data source: mode, type, and what may be set of it that is no text, as JSON. A form is a
letter (n number, b bool), a letter and the form of the elements (l list, s set, m map; `ls` is a list of texts), or
[letter, {name: form}] for nested blocks and objects, where the letter is l, s, m or 1 for a single one.
"""

from __future__ import annotations

import json
import sys
from typing import Any

PROVIDER = "registry.terraform.io/hashicorp/aws"
SIMPLE = {"string": "", "number": "n", "bool": "b", "dynamic": "*"}
MAX_LENGTH = 20_000
"""The few types that write a recursion out to some depth (dashboards, web filters) are not worth their size."""

COLLECTIONS = {"list": "l", "set": "s", "map": "m"}


def form_of_type(type: Any) -> Any:
    """The form of an attribute's type as a schema writes it."""
    if isinstance(type, str):
        return SIMPLE[type]
    kind, inner = type
    if kind == "object":
        return ["1", forms({name: form_of_type(each) for name, each in inner.items()})]
    element = form_of_type(inner)
    if isinstance(element, list):
        return [COLLECTIONS[kind], element[1]] if element[0] == "1" else [COLLECTIONS[kind], {"*": element}]
    return COLLECTIONS[kind] + (element or "t")


def form_of_nesting(nesting: str, inner: Any) -> Any:
    """The form of a nested block or attribute."""
    return [COLLECTIONS.get(nesting, "1"), inner]


def forms(found: dict[str, Any]) -> dict[str, Any]:
    """Without texts, which are what is not listed."""
    return {name: form for name, form in sorted(found.items()) if form != ""}


def forms_of_block(block: dict[str, Any]) -> dict[str, Any]:
    """What may be set in a block, by name."""
    found: dict[str, Any] = {}
    for name, attribute in block.get("attributes", {}).items():
        if not (attribute.get("optional") or attribute.get("required")):
            continue
        nested = attribute.get("nested_type")
        if nested is not None:
            found[name] = form_of_nesting(nested["nesting_mode"], forms_of_block(nested))
        else:
            found[name] = form_of_type(attribute["type"])
    for name, nested in block.get("block_types", {}).items():
        found[name] = form_of_nesting(nested["nesting_mode"], forms_of_block(nested["block"]))
    return forms(found)


def main(schema_path: str, output_path: str) -> None:
    """Write one line a type, sorted."""
    with open(schema_path, encoding="utf-8") as stream:
        provider = json.load(stream)["provider_schemas"][PROVIDER]
    lines = []
    for mode, key in (("managed", "resource_schemas"), ("data", "data_source_schemas")):
        for type, schema in provider[key].items():
            found = forms_of_block(schema["block"])
            found.pop("timeouts", None)
            found.pop("tags_all", None)
            content = json.dumps(found, separators=(",", ":"))
            if len(content) <= MAX_LENGTH:
                lines.append(f"{mode} {type} {content}\n")
    with open(output_path, "w", encoding="utf-8") as stream:
        stream.writelines(sorted(lines))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
