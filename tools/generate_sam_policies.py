"""Write SAM's policy templates that the package ships, from the aws-sam-translator package.

usage: generate_sam_policies.py OUTPUT_FILE

aws-sam-translator (Apache-2.0) is what CloudFormation itself runs for `Transform: AWS::Serverless-2016-10-31`. What is
written holds, for each policy template, the statements that it stands for.
"""

import json
import pathlib
import sys
from importlib import metadata, resources


def main(output: str) -> None:
    """Write the statements of every policy template, with the version that they come from."""
    source = resources.files("samtranslator") / "policy_templates_data" / "policy_templates.json"
    templates = json.loads(source.read_text(encoding="utf-8"))["Templates"]
    document = {
        "origin": f"aws-sam-translator {metadata.version('aws-sam-translator')} (Apache-2.0), policy templates",
        "templates": {name: one["Definition"]["Statement"] for name, one in sorted(templates.items())},
    }
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    pathlib.Path(output).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
