"""Which roots stand behind the paths that are given."""

import os
import socket

import pytest

from snapguard.discovery import discover
from snapguard.settings import Settings

VOLUME = 'resource "aws_ebs_volume" "v" {}\n'
TEMPLATE = "Resources:\n  V:\n    Type: AWS::EC2::Volume\n"


@pytest.fixture
def find(write):
    def run(files, paths=(".",), **settings):
        write(files)
        return discover(list(paths), Settings(**settings))

    return run


def found(discovery):
    return [(target.language, target.path) for target in discovery.targets]


def test_a_directory_of_terraform_code_is_one_root_and_each_template_is_one(find):
    discovery = find(
        {
            "a/main.tf": VOLUME,
            "a/more.tf": VOLUME,
            "t.yaml": TEMPLATE,
            "b/t.json": '{"Resources": {"V": {"Type": "AWS::EC2::Volume"}}}',
        }
    )

    assert found(discovery) == [("terraform", "a"), ("cloudformation", "b/t.json"), ("cloudformation", "t.yaml")]


@pytest.mark.parametrize("name", ["main.tf", "main.tofu", "main.tf.json", "main.tofu.json"])
def test_every_spelling_of_a_terraform_file_makes_its_directory_a_root(find, name):
    assert found(find({f"d/{name}": "{}"})) == [("terraform", "d")]


@pytest.mark.parametrize(
    "path",
    [
        ".terraform/m/main.tf",
        ".git/main.tf",
        "node_modules/x/t.yaml",
        "__pycache__/main.tf",
        ".venv/lib/t.yaml",
        ".#main.tf",
    ],
)
def test_directories_and_files_of_tools_are_skipped(find, path):
    assert found(find({path: TEMPLATE if path.endswith("yaml") else VOLUME})) == []


def test_other_documents_are_no_templates(find):
    files = {
        "package.json": '{"name": "x"}',
        "values.yaml": "Resources: [cpu]\n",
        "pod.yml": "apiVersion: v1\nkind: Pod\n",
        "notes.md": TEMPLATE,
        "x.tfvars.json": '{"Resources": {"V": {"Type": "AWS::EC2::Volume"}}}',
    }

    assert found(find(files)) == []


def test_excluded_paths_are_left_out_whether_walked_or_given(find):
    files = {"a/test-fixtures/main.tf": VOLUME, "b/main.tf": VOLUME}

    assert found(find(files, exclude=["**/test-fixtures/**"])) == [("terraform", "b")]
    assert found(find(files, ["a/test-fixtures/main.tf"], exclude=["**/test-fixtures/**"])) == []


def test_a_called_module_is_judged_through_its_caller_only(find):
    files = {
        "main.tf": 'module "m" {\n  source = "./modules/disk"\n}\n',
        "modules/disk/main.tf": VOLUME,
        "modules/unused/main.tf": VOLUME,
    }

    assert found(find(files)) == [("terraform", "."), ("terraform", "modules/unused")]


@pytest.mark.parametrize(
    "call",
    [
        'module "m" { source = "./disk" }\n',
        'module "m" {\n  source = "./disk" # the disk\n}\n',
        '/* disks */ module "m" {\n  source = "./disk"\n}\n',
        '  module "m" {\n    source = "./disk"\n  }\n',
        'locals {\n  t = <<E\nx\nE\n}\nmodule "m" {\n  source = "./disk"\n}\n',
    ],
)
def test_a_call_counts_however_it_is_laid_out(find, call):
    assert found(find({"main.tf": call, "disk/main.tf": VOLUME})) == [("terraform", ".")]


def test_a_call_written_in_json_counts_as_one(find):
    files = {
        "env/main.tf.json": '{"module": {"m": {"source": "../disk"}, "n": [{"source": "../net"}]}}',
        "disk/main.tf": VOLUME,
        "net/main.tf": VOLUME,
    }

    assert found(find(files)) == [("terraform", "env")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("main.tf", '/*\nmodule "m" {\n  source = "./disk"\n}\n*/\n'),
        ("main.tf", 'resource "x" "y" {\n  source = "./disk"\n}\n'),
        ("main.tf", 'module "m" {\n  source = "./disk${var.x}"\n}\n'),
        ("main.tf", 'module "m" {\n  # source = "./disk"\n  source = "x/y/z"\n}\n'),
        ("main.tf", 'module "m" {\n  source = "x/y/z"\n  text   = <<E\nsource = "./disk"\nE\n}\n'),
        ("main.tf", 'resource "x" "y" {\n  provisioner "file" {\n    source = "./disk"\n  }\n}\n'),
        ("main.tf.json", '{"resource": {"x": {"y": {"source": "./disk"}}}}'),
        ("main.tf.json", '{"module": [1, {"m": 2}], "source": "./disk"'),
    ],
)
def test_what_only_looks_like_a_call_is_none(find, name, text):
    assert found(find({name: text, "disk/main.tf": VOLUME})) == [("terraform", "."), ("terraform", "disk")]


def test_of_modules_that_call_each_other_in_a_ring_one_is_judged(find):
    files = {
        "a/main.tf": 'module "b" {\n  source = "../b"\n}\n',
        "b/main.tf": 'module "a" {\n  source = "../a"\n}\n',
    }

    assert found(find(files)) == [("terraform", "a")]


def test_a_directory_that_calls_itself_is_judged(find):
    assert found(find({"main.tf": 'module "m" {\n  source = "./"\n}\n'})) == [("terraform", ".")]


def test_a_nested_template_is_judged_through_its_parent_only(find):
    parent = (
        "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: child/t.yaml\n"
    )

    assert found(find({"parent.yaml": parent, "child/t.yaml": TEMPLATE})) == [("cloudformation", "parent.yaml")]


def test_a_commented_out_nested_template_is_judged_by_itself(find):
    parent = TEMPLATE + "#     TemplateURL: child.yaml\n"

    assert [path for _, path in found(find({"parent.yaml": parent, "child.yaml": TEMPLATE}))] == [
        "child.yaml",
        "parent.yaml",
    ]


def test_a_given_file_stands_for_its_directory_and_is_shown_alone(find):
    (target,) = find({"a/main.tf": VOLUME, "a/other.tf": VOLUME}, ["a/main.tf"]).targets

    assert (target.language, target.path) == ("terraform", "a")
    assert target.shown == {os.path.realpath("a/main.tf")}


def test_a_given_file_of_a_called_module_stands_for_the_callers(find):
    files = {
        "env/prod/main.tf": 'module "m" {\n  source = "../../mid"\n}\n',
        "env/test/main.tf": 'module "m" {\n  source = "../../mid"\n}\n',
        "mid/main.tf": 'module "m" {\n  source = "../disk"\n}\n',
        "disk/main.tf": VOLUME,
        "other/main.tf": VOLUME,
    }
    discovery = find(files, ["disk/main.tf"])

    assert found(discovery) == [("terraform", "env/prod"), ("terraform", "env/test")]
    assert {target.shown for target in discovery.targets} == {frozenset([os.path.realpath("disk/main.tf")])}


def test_a_given_variables_file_stands_for_its_directory_where_that_holds_code(find):
    files = {"a/prod.tfvars": "x = 1\n", "a/main.tf": VOLUME, "b/prod.tfvars": "x = 1\n"}

    assert found(find(files, ["a/prod.tfvars", "b/prod.tfvars"])) == [("terraform", "a")]


def test_given_files_that_are_no_inputs_stand_for_nothing(find):
    files = {"README.md": "x", "package.json": "{}", "t.yaml": TEMPLATE}

    assert found(find(files, ["README.md", "package.json"])) == []
    assert found(find(files, ["README.md", "t.yaml"])) == [("cloudformation", "t.yaml")]


def test_a_directory_given_beside_one_of_its_files_is_shown_whole(find):
    (target,) = find({"a/main.tf": VOLUME}, ["a", "a/main.tf"]).targets

    assert target.shown is None


def test_a_path_that_does_not_exist_is_told_and_the_rest_is_found(find):
    discovery = find({"a/main.tf": VOLUME}, ["nowhere", "a"])

    assert discovery.missing == ["nowhere"]
    assert found(discovery) == [("terraform", "a")]


def test_a_directory_that_is_named_like_a_file_is_a_directory(find):
    assert found(find({"x.tf/main.tf": VOLUME, "y.yaml/t.yaml": TEMPLATE})) == [
        ("terraform", "x.tf"),
        ("cloudformation", "y.yaml/t.yaml"),
    ]


def test_links_out_of_the_tree_and_links_to_directories_are_not_followed(find, project, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text(VOLUME)
    (outside / "t.yaml").write_text(TEMPLATE)
    (project / "directory").symlink_to(outside)
    (project / "loop").symlink_to(project)
    (project / "t.yaml").symlink_to(outside / "t.yaml")

    assert found(find({})) == []


def test_a_link_within_the_tree_is_an_input(find, project):
    (project / "env").mkdir()
    (project / "env" / "main.tf").symlink_to("../shared/main.tf")

    assert found(find({"shared/main.tf": VOLUME})) == [("terraform", "env"), ("terraform", "shared")]


def test_a_template_that_is_a_broken_link_or_a_socket_is_no_template(find, project):
    (project / "t.yaml").symlink_to("nowhere.yaml")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s.yaml")

        assert found(find({})) == []


def test_places_that_can_not_be_read_are_told(find, monkeypatch):
    scandir = os.scandir

    def refuse(path):
        if path.endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    discovery = find({"secret/main.tf": VOLUME, "a/main.tf": VOLUME})

    assert [(file.display, message) for file, message in discovery.unreadable] == [
        ("secret", "can't be read: Permission denied")
    ]
    assert found(discovery) == [("terraform", "a")]


def test_of_the_rest_of_the_tree_nothing_is_told_where_a_file_is_given(find, monkeypatch):
    scandir = os.scandir

    def refuse(path):
        if path.endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    discovery = find({"secret/main.tf": VOLUME, "a/main.tf": VOLUME}, ["a/main.tf"])

    assert discovery.unreadable == []
    assert found(discovery) == [("terraform", "a")]


def test_a_given_file_outside_the_working_directory_stands_for_its_directory(find, project, monkeypatch):
    find({"a/main.tf": 'module "m" {\n  source = "../b"\n}\n', "b/main.tf": VOLUME, "c/x": ""})
    monkeypatch.chdir(project / "c")

    assert found(discover(["../b/main.tf"], Settings())) == [("terraform", "../b")]


def test_a_template_that_can_not_be_read_is_told(find, monkeypatch):
    monkeypatch.setattr("snapguard.source.MAX_SIZE", 10)
    discovery = find({"t.yaml": TEMPLATE})

    ((file, message),) = discovery.unreadable
    assert file.display == "t.yaml"
    assert "larger than" in message


def test_a_terraform_file_that_can_not_be_read_calls_nothing(find, monkeypatch):
    files = {"a/main.tf": 'module "m" {\n  source = "../b"\n}\n' + VOLUME * 10, "b/main.tf": VOLUME}
    monkeypatch.setattr("snapguard.source.MAX_SIZE", 100)

    assert found(find(files)) == [("terraform", "a"), ("terraform", "b")]
