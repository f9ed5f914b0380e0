"""What sets parameters beside the command line: parameter files, samconfig.toml and the manifest of a CDK assembly."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from snapguard.cli import program
from snapguard.cloudformation.stacks import read_roots
from snapguard.settings import Settings, SettingsError, load_settings

TEMPLATE = """\
Parameters:
  Env: {Type: String, Default: dev}
  Zones: {Type: CommaDelimitedList, Default: a}
  Open: {Type: String}
Resources:
  R:
    Type: T::T::T
    Properties: {Env: !Ref Env, Zones: !Ref Zones, Open: !Ref Open}
"""


@pytest.fixture
def resolved(tmp_path):
    """The properties of R in a template with other files beside it."""

    def resolve(files, template="template.yaml", **settings):
        for name, content in {template: TEMPLATE, **files}.items():
            (tmp_path / name).write_text(content, encoding="utf-8")
        files = [str(tmp_path / name) for name in settings.pop("parameter_files", ())]
        (root,) = read_roots(str(tmp_path / template), Settings(parameter_files=files, **settings))
        (resource,) = root.resources()
        return resource, [error.message for error in root.errors()]

    return resolve


@pytest.mark.parametrize(
    "content",
    [
        '[{"ParameterKey": "Env", "ParameterValue": "prod"}, {"ParameterKey": "Zones", "ParameterValue": "x,y"}]',
        '{"Parameters": {"Env": "prod", "Zones": "x,y"}, "Tags": {"a": "b"}}',
        '["Env=prod", "Zones=x,y"]',
        "- ParameterKey: Env\n  ParameterValue: prod\n- ParameterKey: Zones\n  ParameterValue: [x, y]\n",
    ],
    ids=["create-stack", "deploy and pipelines", "overrides", "yaml"],
)
def test_a_parameter_file_sets_parameters(content, resolved):
    resource, errors = resolved({"prod.json": content}, parameter_files=["prod.json"])

    assert resource.get("Env").known_text == "prod"
    assert [zone.value for zone in resource.get("Zones").elements()] == ["x", "y"]
    assert errors == []
    assert resource.get("Env").span.file.path.endswith("prod.json")


def test_a_previous_value_and_a_parameter_that_is_not_declared_change_nothing(resolved):
    content = '[{"ParameterKey": "Env", "UsePreviousValue": true}, {"ParameterKey": "X", "ParameterValue": "y"}]'
    resource, errors = resolved({"p.json": content}, parameter_files=["p.json"])

    assert resource.get("Env").known_text == "dev"
    assert errors == []


@pytest.mark.parametrize("content", ['"Env"', '["Env"]', '[{"Key": "Env"}]', '{"Env": "prod"}', ""])
def test_a_file_of_another_form_is_an_input_error_that_says_what_was_expected(content, resolved):
    resource, errors = resolved({"p.json": content}, parameter_files=["p.json"])

    assert resource.get("Env").known_text == "dev"
    pairs = 'a list of {"ParameterKey": …, "ParameterValue": …}'
    assert errors == [f'expected {pairs}, a list of "NAME=VALUE", or {{"Parameters": {{NAME: …}}}}']


def test_a_damaged_parameter_file_is_reported_once(resolved):
    _, errors = resolved({"p.json": '{"Parameters": {"Env": '}, parameter_files=["p.json"])

    assert errors == ["unclosed {"]


def test_what_is_set_by_name_beats_files_and_a_later_file_an_earlier_one(resolved):
    configuration = SAM.format(overrides='"Open=s"')
    files = {"a.json": '["Env=a", "Open=a"]', "b.json": '["Open=b"]', "samconfig.toml": configuration}
    resource, _ = resolved(files, parameter_files=["a.json", "b.json"], parameters={"Env": "set"})

    assert (resource.get("Env").known_text, resource.get("Open").known_text) == ("set", "b")


SAM = """\
version = 0.1
[default.deploy.parameters]
stack_name = "x"
parameter_overrides = {overrides}
"""


@pytest.mark.parametrize(
    "overrides",
    [
        '"Env=prod Open=\\"two words\\""',
        "\"ParameterKey=Env,ParameterValue=prod ParameterKey=Open,ParameterValue='two words'\"",
        '["Env=prod", "Open=two words"]',
    ],
)
def test_samconfig_sets_the_parameters_of_the_template_beside_it(overrides, resolved):
    resource, errors = resolved({"samconfig.toml": SAM.format(overrides=overrides)})

    assert (resource.get("Env").known_text, resource.get("Open").known_text) == ("prod", "two words")
    assert resource.get("Env").span.line == 4
    assert errors == []


def test_samconfig_is_for_the_template_that_it_names(resolved):
    content = SAM.format(overrides='"Env=prod"') + 'template_file = "service.yaml"\n'

    assert resolved({"samconfig.toml": content})[0].get("Env").known_text == "dev"
    assert resolved({"samconfig.toml": content}, "service.yaml")[0].get("Env").known_text == "prod"
    assert resolved({"samconfig.toml": SAM.format(overrides='"Env=prod"')}, "x.yaml")[0].get("Env").known_text == "dev"


@pytest.mark.parametrize(
    ("content", "env"),
    [
        (SAM.format(overrides='"Env=\'unclosed"'), "'unclosed"),
        (SAM.format(overrides="7"), "dev"),
        ("default = 3\n", "dev"),
        ("[default.global.parameters]\nparameter_overrides = 'Env=all word'\n", "all"),
    ],
)
def test_an_odd_samconfig_is_taken_as_far_as_it_goes(content, env, resolved):
    resource, errors = resolved({"samconfig.toml": content})

    assert resource.get("Env").known_text == env
    assert errors == []


def test_a_samconfig_that_is_no_toml_is_an_input_error(resolved):
    resource, (error,) = resolved({"samconfig.toml": "[default"})

    assert error.startswith("samconfig.toml can't be read: ")
    assert resource.get("Env").known_text == "dev"


def test_the_manifest_of_a_cdk_assembly_sets_the_parameters_of_its_stacks(resolved):
    def artifact(file, env):
        return {"type": "aws:cdk", "properties": {"templateFile": file, "parameters": {"Env": env, "Zones": {}}}}

    artifacts = {"A": artifact("A.template.json", "prod"), "B": artifact("B.template.json", "test"), "T": {}}
    manifest = json.dumps({"version": "36.0.0", "artifacts": artifacts})

    assert resolved({"manifest.json": manifest}, "A.template.json")[0].get("Env").known_text == "prod"
    assert resolved({"manifest.json": manifest}, "C.template.json")[0].get("Env").known_text == "dev"
    assert resolved({"manifest.json": "[]"}, "A.template.json")[0].get("Env").known_text == "dev"


def test_parameter_files_can_be_named_in_the_settings(tmp_path):
    (tmp_path / "prod.json").write_text("[]", encoding="utf-8")
    settings = tmp_path / "snapguard.toml"
    settings.write_text('parameter-files = ["prod.json"]\n', encoding="utf-8")

    assert list(load_settings(str(settings)).parameter_files) == [str(tmp_path / "prod.json")]

    settings.write_text('parameter-files = ["nowhere.json"]\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"snapguard.toml:1: `parameter-files`: there is no file nowhere.json"):
        load_settings(str(settings))


def test_parameter_files_can_be_named_on_the_command_line(write):
    write({"template.yaml": TEMPLATE, "a.json": '["Env=a"]', "b.json": '["Env=b", "Open=o"]'})

    result = CliRunner().invoke(program, ["inspect", "--parameter-file", "a.json", "--parameter-file", "b.json", "."])

    (resource,) = json.loads(result.output)["resources"]
    assert resource["values"] == {"Env": "b", "Zones": ["a"], "Open": "o"}
