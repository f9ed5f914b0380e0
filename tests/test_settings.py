"""The configuration: where it is found, what it says, and how its mistakes are told."""

import pytest

from snapguard.findings import Severity
from snapguard.settings import Settings, SettingsError, find_configuration, load_settings, matches


@pytest.fixture
def settings(write):
    def load(text, name="snapguard.toml"):
        write({name: text})
        return load_settings(name)

    return load


@pytest.fixture
def complaint(settings):
    def load(text, name="snapguard.toml"):
        with pytest.raises(SettingsError) as caught:
            settings(text, name)
        return str(caught.value)

    return load


def test_every_key_is_read(settings, write, project):
    write({"envs/prod.tfvars": "", "conf/prod.tfvars": ""})
    text = """
        select = ["iam", "SNAP3"]
        ignore = ["SNAP101"]
        fail-on = "high"
        exclude = ["**/test-fixtures/**"]
        trusted-accounts = ["111122223333"]
        trusted-organizations = ["o-abc123"]
        trusted-cidrs = ["203.0.113.0/24", "2001:db8::/32"]
        expected-principals = ["aws_iam_role.backup"]
        max-administrators = 3
        var-files = ["prod.tfvars"]
        parameters = {Env = "prod"}
        variables = {size = "3"}
        require-reason = true
        jobs = 2
        [per-path-ignores]
        "sandbox/**" = ["SNAP201"]
        [severity]
        SNAP201 = "medium"
        sharing = "critical"
    """
    loaded = settings(text, "conf/snapguard.toml")

    assert loaded.select == ("iam", "SNAP3")
    assert loaded.ignore == ("SNAP101",)
    assert loaded.fail_on is Severity.HIGH
    assert loaded.exclude == ("**/test-fixtures/**",)
    assert loaded.trusted_accounts == ("111122223333",)
    assert loaded.trusted_organizations == ("o-abc123",)
    assert loaded.trusted_cidrs == ("203.0.113.0/24", "2001:db8::/32")
    assert loaded.expected_principals == ("aws_iam_role.backup",)
    assert loaded.max_administrators == 3
    assert loaded.var_files == ("conf/prod.tfvars",)
    assert loaded.parameters == {"Env": "prod"}
    assert loaded.variables == {"size": "3"}
    assert loaded.require_reason is True
    assert loaded.jobs == 2
    assert loaded.per_path_ignores == {"sandbox/**": ("SNAP201",)}
    assert loaded.severities["SNAP201"] is Severity.MEDIUM
    assert loaded.severities["SNAP301"] is Severity.CRITICAL
    assert loaded.directory == str(project / "conf")


def test_an_empty_configuration_gives_the_defaults(settings, project):
    assert settings("") == Settings(directory=str(project))


def test_a_project_file_is_read_under_its_table(settings):
    loaded = settings('[project]\nname = "x"\n[tool.snapguard]\nfail-on = "high"\n', "pyproject.toml")

    assert loaded.fail_on is Severity.HIGH


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('\nselct = ["ALL"]', 2, "unknown key `selct`; did you mean `select`?"),
        ("zzz = 1", 1, "unknown key `zzz`"),
        ('select = "ALL"', 1, "`select` must be a list of texts, not a text"),
        ("exclude = [\n  'a',\n  1,\n]", 3, "`exclude` must be a list of texts, and 1 is a number"),
        (
            '# x\nselect = [\n  "SNAP201",\n  "SNAP2O1",\n]',
            4,
            "no check is called `SNAP2O1` (`snapguard rules` lists them); did you mean `SNAP201`?",
        ),
        (
            'fail-on = "hihg"',
            1,
            "`fail-on` must be one of low, medium, high, critical, not 'hihg'; did you mean `high`?",
        ),
        ("fail-on = 3", 1, "`fail-on` must be one of low, medium, high, critical, not 3"),
        ('require-reason = "yes"', 1, "`require-reason` must be true or false, not a text"),
        ("jobs = -1", 1, "`jobs` must be a whole number, not -1"),
        ("jobs = true", 1, "`jobs` must be a whole number, not True"),
        ("parameters = 2026-01-01", 1, "`parameters` must be a table, not a date"),
        (
            '[per-path-ignores]\n"a/**" = ["SNAP201"]\n"b/**" = ["SNAP999"]',
            3,
            "no check is called `SNAP999` (`snapguard rules` lists them)",
        ),
        ("[per-path-ignores]\n'a' = 'SNAP201'", 2, "`a` must be a list of texts, not a text"),
        (
            '[severity]\nSNAP201 = "medium"\nSNAP202 = "terrible"',
            3,
            "`SNAP202` must be one of low, medium, high, critical, not 'terrible'",
        ),
        ('severity = "high"', 1, "`severity` must be a table, not a text"),
        ("[severity]\nSNAP9 = 'low'", 2, "no check is called `SNAP9` (`snapguard rules` lists them)"),
        (
            "[variables]\nsize = 3",
            2,
            "the variable `size` must be a text, as after `terraform plan -var`, not a number",
        ),
        (
            "trusted-accounts = [111122223333]",
            1,
            "`trusted-accounts` must be a list of texts, and 111122223333 is a number",
        ),
        ('trusted-accounts = ["1111"]', 1, "`trusted-accounts`: '1111' is no account id (12 digits)"),
        ('trusted-organizations = ["abc"]', 1, "`trusted-organizations`: 'abc' is no organization id (o-…)"),
        ('trusted-cidrs = ["10.0.0.0/99"]', 1, "`trusted-cidrs`: '10.0.0.0/99' is no address range (203.0.113.0/24)"),
        ('var-files = ["no.tfvars"]', 1, "`var-files`: there is no file no.tfvars beside it"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_way_out(complaint, text, line, said):
    assert complaint(text).startswith(f"snapguard.toml:{line}: {said}")


def test_a_file_that_is_no_toml_is_told_with_its_line(complaint):
    assert complaint('fail-on = "high"\nselect = [\n').startswith("snapguard.toml:")
    assert complaint("a = 1\nb =\nc = 2\n").startswith("snapguard.toml:2: is not valid TOML:")


def test_a_file_that_is_not_utf_8_is_told(complaint):
    assert complaint(b"\xff\xfe\x00") == "snapguard.toml:1: is not UTF-8: invalid start byte"


def test_a_table_that_is_none_is_told(complaint):
    assert complaint("[tool]\nsnapguard = 1\n", "pyproject.toml") == "pyproject.toml:2: `snapguard` must be a table"


@pytest.mark.usefixtures("project")
def test_a_file_that_is_gone_is_told():
    with pytest.raises(SettingsError, match=r"no.toml: can't be read: No such file"):
        load_settings("no.toml")


def test_the_place_is_the_key_of_the_right_table(complaint):
    text = "[project]\nignore = []\n[tool.other]\nignore = []\n[tool.snapguard]\nignore = 1\n"

    assert complaint(text, "pyproject.toml").startswith("pyproject.toml:6:")


def test_the_nearest_configuration_up_to_the_repository_is_found(write, project, monkeypatch):
    write({"snapguard.toml": "", "a/pyproject.toml": "[tool.snapguard]\n", "a/b/c/x": "", "d/pyproject.toml": "[x]\n"})

    assert find_configuration("a/b/c") == str(project / "a" / "pyproject.toml")
    assert find_configuration("d") == str(project / "snapguard.toml")
    monkeypatch.chdir(project / "a")
    assert find_configuration() == str(project / "a" / "pyproject.toml")


def test_a_file_of_its_own_goes_before_the_project_file(write, project):
    write({"snapguard.toml": "", "pyproject.toml": "[tool.snapguard]\n"})

    assert find_configuration() == str(project / "snapguard.toml")


def test_no_configuration_is_taken_from_above_the_repository(write):
    write({"snapguard.toml": "", "inner/.git/HEAD": "", "inner/a/x": ""})

    assert find_configuration("inner/a") is None


def test_the_search_ends_at_the_root_of_the_file_system(tmp_path):
    (tmp_path / "a").mkdir()

    assert find_configuration(str(tmp_path / "a")) is None


@pytest.mark.parametrize(
    ("path", "glob", "expected"),
    [
        ("a/test-fixtures/b/main.tf", "**/test-fixtures/**", True),
        ("test-fixtures/main.tf", "**/test-fixtures/**", True),
        ("a/tests/main.tf", "**/test-fixtures/**", False),
        ("sandbox/x/main.tf", "sandbox/**", True),
        ("a/sandbox/x/main.tf", "sandbox/**", False),
        ("a/examples/x/main.tf", "examples", True),
        ("a/examples-2/main.tf", "examples", False),
        ("a/examples/x", "examples/", True),
        ("a/b.tf", "a/*.tf", True),
        ("a/b/c.tf", "a/*.tf", False),
        ("a/b/c.tf", "*.tf", True),
        ("a/b1.tf", "./a/b?.tf", True),
        ("a/b[1].tf", "a/b[1].tf", True),
        ("a/b/c/d.tf", "a/**/d.tf", True),
        ("a/d.tf", "a/**/d.tf", True),
    ],
)
def test_globs_mean_paths_and_what_lies_below_them(path, glob, expected):
    assert matches(path, [glob], ".") is expected


def test_globs_are_relative_to_the_configuration(project):
    assert matches("conf/sandbox/x.tf", ["sandbox/**"], str(project / "conf"))
    assert not matches("sandbox/x.tf", ["sandbox/**"], str(project / "conf"))
