"""The page of the roads out in a real browser (Chromium); skipped where there is none."""

import pytest

from snapguard.graph.model import Edge, Graph, Kind, Mark, Node
from snapguard.graph.survey import Section
from snapguard.reports import graph_html


def thing(address, kind, **fields):
    type, name = address.split(".", 1)
    return Node(address, kind, type, name, [address], **fields)


NODES = [
    thing("aws_iam_role.ops", Kind.PRINCIPAL, note="may create", mark=Mark.DANGER, codes=["SNAP102"]),
    Node("disks", Kind.SCOPE, "", "all disks"),
    thing("aws_ebs_volume.v", Kind.SOURCE),
    thing("aws_ebs_volume.other", Kind.SOURCE),
    thing("aws_ebs_snapshot.s", Kind.COPY, mark=Mark.DANGER),
    thing("aws_instance.m", Kind.MACHINE, mark=Mark.UNSURE),
    Node(
        "o", Kind.OPENING, "aws_security_group", "SSH", ["<b>aws_security_group.g"], mark=Mark.DANGER, codes=["SNAP401"]
    ),
]
EDGES = [
    Edge("aws_iam_role.ops", "disks", "may create", Mark.DANGER),
    Edge("disks", "aws_ebs_volume.v"),
    Edge("disks", "aws_ebs_volume.other"),
    Edge("aws_ebs_volume.v", "aws_ebs_snapshot.s", "copied to"),
    Edge("aws_ebs_snapshot.s", "aws_instance.m", "a disk of"),
    Edge("o", "aws_instance.m", "lets in", Mark.DANGER),
]


@pytest.fixture
def page(browser, tmp_path):
    path = tmp_path / "roads.html"
    path.write_text(graph_html.render([Section("prod", Graph(NODES, EDGES))]), encoding="utf-8")
    browser.get(path.as_uri())
    return browser


def find(page, selector):
    return page.find_elements("css selector", selector)


def names(page, selector):
    return [one.find_element("css selector", ".name").get_attribute("textContent") for one in find(page, selector)]


def test_the_page_shows_everything_and_reports_no_error(page):
    assert names(page, ".thing") == ["ops", "all disks", "v", "other", "s", "m", "SSH"]
    assert find(page, "#count")[0].text == "7 of 7 things"
    assert page.title == "Roads out · SnapGuard"
    assert page.get_log("browser") == []


def test_no_text_leaves_its_box(page):
    beyond = page.execute_script(
        """
        return [...document.querySelectorAll(".thing")].filter((thing) => {
          const box = thing.querySelector("rect").getBoundingClientRect();
          return [...thing.querySelectorAll("text")].some((text) => text.getBoundingClientRect().right > box.right);
        }).map((thing) => thing.textContent);
        """
    )

    assert beyond == []


def test_pointing_at_a_thing_lights_the_roads_through_it(page):
    from selenium.webdriver import ActionChains

    (other,) = [one for one in find(page, ".thing") if "other" in one.get_attribute("textContent")]
    ActionChains(page).move_to_element(other).perform()

    assert names(page, ".thing.lit") == ["ops", "all disks", "other"]
    assert len(find(page, ".way.lit")) == 2
    assert find(page, "#details")[0].text == "aws_ebs_volume.other"


def test_a_click_keeps_the_roads_and_escape_lets_them_go(page):
    from selenium.webdriver.common.keys import Keys

    (machine,) = find(page, ".thing.machine")
    machine.click()
    assert names(page, ".thing.lit") == ["ops", "all disks", "v", "s", "m", "SSH"]
    assert find(page, "#details")[0].is_displayed()

    find(page, "body")[0].send_keys(Keys.ESCAPE)
    assert find(page, ".lit") == []
    assert not find(page, "#details")[0].is_displayed()


def test_a_thing_is_reached_and_kept_by_the_keyboard(page):
    from selenium.webdriver.common.keys import Keys

    page.execute_script("document.querySelector('.thing.copy').focus()")
    page.switch_to.active_element.send_keys(Keys.ENTER)

    assert find(page, "#details")[0].text == "aws_ebs_snapshot.s"


@pytest.mark.parametrize(
    ("words", "shown"),
    [("EBS_SNAPSHOT", ["s"]), ("snap401", ["SSH"]), ("aws_ebs other", ["other"]), ("nothing", [])],
)
def test_search_looks_at_names_addresses_and_codes(page, words, shown):
    find(page, "#search")[0].send_keys(words)

    assert names(page, ".thing.found") == shown
    assert find(page, "#count")[0].text == f"{len(shown)} of 7 things"


def test_findings_can_be_shown_alone(page):
    button = find(page, "#findings")[0]
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert find(page, "#count")[0].text == "3 of 7 things"

    button.click()
    assert find(page, "#count")[0].text == "7 of 7 things"
    assert find(page, "svg.focused") == []


def test_the_picture_grows_and_shrinks(page):
    def width():
        return float(find(page, "svg.roads")[0].get_attribute("width"))

    before = width()
    find(page, "#larger")[0].click()
    assert width() == pytest.approx(before * 1.2)
    find(page, "#smaller")[0].click()
    assert width() == pytest.approx(before)


def test_what_comes_from_the_code_is_never_run_or_marked_up(page):
    assert find(page, ".thing.opening text.type")[0].get_attribute("textContent") == "<b>aws_security_group.g"
    assert find(page, "svg b") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(page, scheme):
    page.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    ratios = page.execute_script(CONTRAST)
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    assert len(ratios) > 20
    assert min(ratio for _, ratio in ratios) >= 4.5, sorted(ratios, key=lambda pair: pair[1])[:3]  # WCAG 2.1, 1.4.3


CONTRAST = """
const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
const luminance = (colour) => {
  const linear = (c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const [r, g, b] = channels(colour).map((c) => linear(c / 255));
  return .2126 * r + .7152 * g + .0722 * b;
};
return [...document.querySelectorAll("svg text")].map((text) => {
  const box = text.parentElement.querySelector("rect.box");
  const inside = box && text.parentElement.classList.contains("thing");
  const ground = getComputedStyle(inside ? box : document.querySelector("rect.ground")).fill;
  const [a, b] = [luminance(getComputedStyle(text).fill), luminance(ground)];
  return [text.textContent, (Math.max(a, b) + .05) / (Math.min(a, b) + .05)];
});
"""
