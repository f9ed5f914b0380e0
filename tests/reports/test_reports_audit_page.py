"""The page of the entitlement review in a real browser (Chromium); skipped where there is none."""

import pytest

from snapguard.audit.entries import Cell, Entry, Key, Source
from snapguard.iam.capabilities import CAPABILITIES
from snapguard.iam.scopes import Bounds, Reach
from snapguard.reports import audit_html

UNLIMITED = Bounds(Reach.UNLIMITED, Reach.UNLIMITED)
SCOPED = Bounds(Reach.SCOPED, Reach.SCOPED)
UNKNOWN = Bounds(Reach.NONE, Reach.UNLIMITED)


def source(file, policy, actions, bounds, **fields):
    values = {"sid": "", "via": "", "assumption": "", **fields}
    return Source(file, 7, 9, policy, bounds=bounds, actions=tuple(actions), **values)


ENTRIES = [
    Entry(
        Key("prod", "role", "aws_iam_role.deploy"),
        "deploy",
        "prod/main.tf",
        1,
        {
            "share": Cell(
                UNLIMITED, [source("prod/main.tf", "aws_iam_policy.p", ["ec2:ModifyImageAttribute"], UNLIMITED)]
            ),
            "create": Cell(SCOPED, [source("prod/main.tf", "aws_iam_policy.q", ["ec2:CreateSnapshot"], SCOPED)]),
        },
    ),
    Entry(
        Key("prod", "user", "aws_iam_user.anna"),
        "<b>anna</b>",
        "prod/users.tf",
        4,
        {
            "share": Cell(
                UNKNOWN,
                [
                    source(
                        "prod/users.tf",
                        "var.policy",
                        [],
                        UNKNOWN,
                        sid="</script><script>document.title = 'broken'</script>",
                        via="group ops",
                        assumption="IsProd is true",
                    )
                ],
            )
        },
    ),
    Entry(Key("test", "role", "aws_iam_role.idle"), "idle", "test/main.tf", 2, {}),
]


@pytest.fixture
def page(browser, tmp_path):
    path = tmp_path / "review.html"
    path.write_text(audit_html.render(ENTRIES), encoding="utf-8")
    browser.get(path.as_uri())
    return browser


def find(page, selector):
    return page.find_elements("css selector", selector)


def names(page):
    return [one.text for one in find(page, "tr.entry .name") if one.is_displayed()]


def test_the_page_shows_every_principal_and_reports_no_error(page):
    assert names(page) == ["deploy", "<b>anna</b>", "idle"]
    assert find(page, "#count")[0].text == "3 of 3 principals"
    assert page.title == "Entitlement review · SnapGuard"
    assert page.get_log("browser") == []


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("DEPLOY", ["deploy"]),
        ("modifyimage", ["deploy"]),
        ("prod users.tf", ["<b>anna</b>"]),
        ("test", ["idle"]),
        ("nobody", []),
    ],
)
def test_search_looks_at_names_actions_files_and_roots(page, words, shown):
    find(page, "#search")[0].send_keys(words)
    assert names(page) == shown
    assert find(page, "#count")[0].text == f"{len(shown)} of 3 principals"
    assert find(page, "#empty")[0].is_displayed() is (not shown)


def test_a_root_without_a_match_is_hidden(page):
    find(page, "#search")[0].send_keys("deploy")
    assert [one.text for one in find(page, "th.root") if one.is_displayed()] == ["prod"]


@pytest.mark.parametrize(
    ("capability", "reach", "shown"),
    [
        ("share", "", ["deploy", "<b>anna</b>"]),
        ("", "scoped", ["deploy"]),
        ("share", "unknown", ["<b>anna</b>"]),
        ("create", "unlimited", []),
    ],
)
def test_filters_by_capability_and_reach(page, capability, reach, shown):
    for control, value in (("capability", capability), ("reach", reach)):
        page.execute_script(
            "const one = document.getElementById(arguments[0]); one.value = arguments[1];"
            "one.dispatchEvent(new Event('input'))",
            control,
            value,
        )
    assert names(page) == shown


def test_a_cell_shows_its_statements(page):
    find(page, "button[data-capability=share]")[0].click()
    panel = find(page, "#panel")[0]
    assert panel.is_displayed()
    for text in ("role deploy: share", "aws_iam_policy.p", "prod/main.tf:7", "ec2:ModifyImageAttribute", "unlimited"):
        assert text in panel.text
    assert page.switch_to.active_element == panel


def test_a_cell_that_is_not_known_says_between_what_it_lies(page):
    find(page, "button[data-capability=share]")[1].click()
    text = find(page, "#panel")[0].text
    assert "none at least, unlimited at most" in text
    assert "Which actions it gives can't be told." in text
    assert "held through group ops" in text
    assert "when IsProd is true" in text
    assert page.title == "Entitlement review · SnapGuard"  # what comes from the code is never run


def test_the_panel_closes_by_key_button_and_click_and_gives_the_focus_back(page):
    from selenium.webdriver.common.keys import Keys

    cell, panel = find(page, "button[data-capability=share]")[0], find(page, "#panel")[0]
    closings = (
        lambda: panel.send_keys(Keys.ESCAPE),
        lambda: find(page, "#close")[0].click(),
        lambda: find(page, "h1")[0].click(),
        cell.click,
    )
    for close in closings:
        cell.click()
        assert panel.is_displayed()
        close()
        assert not panel.is_displayed()
        assert page.switch_to.active_element == cell


def test_another_cell_changes_what_the_panel_shows(page):
    find(page, "button[data-capability=share]")[0].click()
    find(page, "button[data-capability=create]")[0].click()
    assert find(page, "#panel-title")[0].text == "role deploy: create"
    assert find(page, "[aria-expanded=true]") == find(page, "button[data-capability=create]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(page, scheme):
    page.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    ratios = page.execute_script(CONTRAST)
    assert len(ratios) > 10
    assert min(ratios) >= 4.5  # WCAG 2.1, success criterion 1.4.3


CONTRAST = """
const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
const luminance = (colour) => {
  const linear = (c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const [r, g, b] = channels(colour).map((c) => linear(c / 255));
  return .2126 * r + .7152 * g + .0722 * b;
};
const ground = (element) => {
  for (let one = element; one; one = one.parentElement) {
    const colour = getComputedStyle(one).backgroundColor;
    if ((channels(colour)[3] ?? 1) === 1) return colour;
  }
};
document.querySelector("button.cell").click();
return [...document.querySelectorAll("body *")]
  .filter((one) => one.offsetParent && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => {
    const [a, b] = [luminance(getComputedStyle(one).color), luminance(ground(one))];
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  });
"""


@pytest.mark.parametrize("width", [800, 1100, 1290, 1500])
def test_no_column_is_cut_off_at_any_width(browser, tmp_path, width):
    cells = {name: Cell(UNLIMITED, [source("main.tf", "p", ["ec2:*"], UNLIMITED)]) for name in CAPABILITIES}
    path = tmp_path / "review.html"
    path.write_text(audit_html.render([Entry(Key("prod", "role", "a"), "a" * 60, "main.tf", 1, cells)]), "utf-8")
    before = browser.get_window_size()
    browser.set_window_size(width, 900)
    browser.get(path.as_uri())
    hidden = browser.execute_script(
        """const table = document.querySelector('table'), box = table.parentElement;
        return getComputedStyle(box).overflowX === 'auto' ? 0 : table.scrollWidth - box.clientWidth;"""
    )
    browser.set_window_size(before["width"], before["height"])
    assert hidden <= 0
