"""The bad forms as Terraform plans them: a plan file has the same findings as the code.

It runs where Terraform and a mirror of its AWS provider are at hand, which SNAPGUARD_PROVIDER_MIRROR names (a directory
for `filesystem_mirror`).
"""

import os
import shutil
import subprocess

import pytest
from bad_forms import TERRAFORM

from snapguard.scan import scan
from snapguard.settings import Settings

PROVIDER = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
"""
# What can't be planned offline: the provider asks AWS for the snapshot, or knows no such type before version 6.
NOT_PLANNED = ("aws_snapshot_create_volume_permission", "aws_ebs_volume_copy")
# Not even a plan can have it: the provider takes only account ids here.
REFUSED = 'target_accounts = ["all"]'
FORMS = {
    f"{code.lower()}_{number}": form
    for code, forms in TERRAFORM.items()
    for number, form in enumerate(forms)
    if not any(kind in form for kind in NOT_PLANNED) and REFUSED not in form
}


@pytest.fixture
def planned(project, tmp_path):
    """The code of all forms, each a module, in `code/`, and their plan in `plan/`."""
    mirror, terraform = os.environ.get("SNAPGUARD_PROVIDER_MIRROR"), shutil.which("terraform")
    if not mirror or not terraform:
        pytest.skip("Terraform or a mirror of its AWS provider is not at hand")
    code, plan = project / "code", project / "plan"
    plan.mkdir()
    for name, form in FORMS.items():
        (code / name).mkdir(parents=True)
        (code / name / "main.tf").write_text(form, encoding="utf-8")
    calls = "".join(f'module "{name}" {{\n  source = "./{name}"\n}}\n' for name in FORMS)
    (code / "main.tf").write_text(PROVIDER + calls, encoding="utf-8")
    settings = tmp_path / "terraform.rc"
    settings.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1"}
    run = {"cwd": code, "env": environment, "capture_output": True, "check": True, "text": True}
    subprocess.run([terraform, "init", "-input=false"], **run)
    subprocess.run([terraform, "plan", "-input=false", "-out=plan.bin"], **run)
    text = subprocess.run([terraform, "show", "-json", "plan.bin"], **run).stdout
    (plan / "plan.json").write_text(text, encoding="utf-8")
    return ["code"], ["plan"]


def found(paths):
    report = scan(paths, Settings())
    assert not report.errors
    return {
        (result.code, result.status.value, address)
        for result in report.results
        for address in result.addresses
        if address.count(".") > 2  # a form's, and not the module call itself
    }


def test_a_plan_of_every_form_has_the_findings_of_its_code(planned):
    code, plan = map(found, planned)
    assert plan == code
    assert {f"module.{name}" for name in FORMS} == {".".join(address.split(".")[:2]) for _, _, address in plan}
