"""Make plan files that tests read: code, and what the real Terraform plans for it, without what no reader needs.

usage: python tools/plan_files.py DIRECTORY…

Each directory of code gets a new `planned.json`. What data sources look up (account, organization, keys, snapshots) is
answered by a stand-in for AWS on this machine. The `terraform` program must be on PATH, and SNAPGUARD_PROVIDER_MIRROR
must name a directory laid out as a filesystem mirror of providers, as for tools/plan_truth.py.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs

PROJECT = Path(__file__).resolve().parents[1]
PROVIDER = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "x"
  secret_key                  = "x"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  endpoints {
    ec2           = "ENDPOINT"
    kms           = "ENDPOINT"
    organizations = "ENDPOINT"
    sts           = "ENDPOINT"
  }
}
"""
"""What code needs to be planned without an account."""


def _plan_truth() -> ModuleType:
    spec = importlib.util.spec_from_file_location("plan_truth", PROJECT / "tools" / "plan_truth.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLAN_TRUTH = _plan_truth()


ACCOUNT = "123456789012"
OWNER = "210987654321"
ORGANIZATION = "o-abcdefghij"
ANSWERS = {
    "GetCallerIdentity": f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <GetCallerIdentityResult><Arn>arn:aws:iam::{ACCOUNT}:user/planner</Arn><UserId>AIDA</UserId>
        <Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>""",
    "DescribeSnapshots": f"""<DescribeSnapshotsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
        <snapshotSet><item><snapshotId>snap-0123456789abcdef0</snapshotId><ownerId>{OWNER}</ownerId>
        <status>completed</status></item></snapshotSet></DescribeSnapshotsResponse>""",
    "DescribeKey": json.dumps(
        {
            "KeyMetadata": {
                "AWSAccountId": ACCOUNT,
                "Arn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                "CreationDate": 1700000000,
                "Enabled": True,
                "KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
                "KeyManager": "CUSTOMER",
                "KeyState": "Enabled",
            }
        }
    ),
    "DescribeOrganization": json.dumps(
        {
            "Organization": {
                "Arn": f"arn:aws:organizations::{ACCOUNT}:organization/{ORGANIZATION}",
                "FeatureSet": "ALL",
                "Id": ORGANIZATION,
                "MasterAccountArn": f"arn:aws:organizations::{ACCOUNT}:account/{ORGANIZATION}/{ACCOUNT}",
                "MasterAccountId": ACCOUNT,
            }
        }
    ),
    "ListAccounts": json.dumps({"Accounts": [{"Id": ACCOUNT, "Name": "main", "Status": "ACTIVE"}]}),
    "ListRoots": json.dumps({"Roots": [{"Id": "r-abcd", "Name": "Root", "PolicyTypes": []}]}),
    "ListAWSServiceAccessForOrganization": json.dumps({"EnabledServicePrincipals": []}),
    "ListDelegatedAdministrators": json.dumps({"DelegatedAdministrators": []}),
}
"""What the stand-in says, by the API's operation."""


class _StandIn(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        named = parse_qs(body).get("Action") or [self.headers.get("X-Amz-Target", "").rpartition(".")[2]]
        answer = ANSWERS.get(named[0], "").encode()
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "text/xml" if answer[:1] == b"<" else "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def plan(directory: Path) -> dict[str, Any]:
    """The plan of a copy of a directory, whole; code without a provider of its own gets one. Raises PlanError."""
    with tempfile.TemporaryDirectory() as scratch, ThreadingHTTPServer(("127.0.0.1", 0), _StandIn) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        work = Path(scratch, "code")
        shutil.copytree(directory, work)
        if not any('provider "aws"' in path.read_text(encoding="utf-8") for path in work.glob("*.tf")):
            provider = PROVIDER.replace("ENDPOINT", f"http://127.0.0.1:{server.server_port}")
            (work / "zz_provider.tf").write_text(provider, encoding="utf-8")
        try:
            content: dict[str, Any] = PLAN_TRUTH.plan(work)
        finally:
            server.shutdown()
        return content


def distil(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan without nulls, and without the parts that only Terraform needs."""
    kept = {name: plan[name] for name in ("format_version", "terraform_version", "variables") if name in plan}
    kept["planned_values"] = {"root_module": _module(plan["planned_values"].get("root_module", {}))}
    read = plan.get("prior_state", {}).get("values", {}).get("root_module")
    if read:
        kept["prior_state"] = {"values": {"root_module": _module(read)}}
    kept["resource_changes"] = [
        {
            "address": entry["address"],
            "change": {name: entry["change"].get(name) for name in ("actions", "after_unknown")},
        }
        for entry in plan.get("resource_changes", ())
    ]
    kept["configuration"] = {"root_module": _configured(plan["configuration"]["root_module"])}
    return kept


def _module(module: dict[str, Any]) -> dict[str, Any]:
    names = ("address", "mode", "type", "name", "index")
    kept: dict[str, Any] = {"address": module["address"]} if "address" in module else {}
    kept["resources"] = [
        {
            **{name: entry[name] for name in names if name in entry},
            "values": {name: value for name, value in entry.get("values", {}).items() if value is not None},
        }
        for entry in module.get("resources", ())
    ]
    if "child_modules" in module:
        kept["child_modules"] = [_module(child) for child in module["child_modules"]]
    return kept


def _configured(module: dict[str, Any]) -> dict[str, Any]:
    noise = ("schema_version", "provider_config_key", "mode", "type", "name", "provisioners")
    kept: dict[str, Any] = {name: module[name] for name in ("outputs", "variables") if name in module}
    kept["resources"] = [
        {name: value for name, value in entry.items() if name not in noise} for entry in module.get("resources", ())
    ]
    calls = module.get("module_calls", {})
    if calls:
        kept["module_calls"] = {
            name: {**call, "module": _configured(call.get("module", {}))} for name, call in calls.items()
        }
    return kept


def main(directories: list[str]) -> int:
    """Write the plan of each directory; gives the exit status."""
    failed = 0
    for directory in directories:
        try:
            content = distil(plan(Path(directory)))
        except PLAN_TRUTH.PlanError as error:
            print(error, file=sys.stderr)
            failed += 1
            continue
        text = json.dumps(content, indent=1, ensure_ascii=False)
        Path(directory, "planned.json").write_text(text + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
