"""The pictures in a browser: nothing is cut, nothing covers anything else, and every box is a link."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from review.assembly import Assembly
from review.page.render import render
from tests.review.conftest import review_of

FAULTS = """
() => {
  const bad = [];
  const rect = (element) => element.getBoundingClientRect();
  const meet = (a, b, slack) => a.left < b.right - slack && b.left < a.right - slack
    && a.top < b.bottom - slack && b.top < a.bottom - slack;
  for (const svg of document.querySelectorAll("svg.drawing")) {
    const view = rect(svg);
    const boxes = [...svg.querySelectorAll(".box")].map((box) => [box.textContent, rect(box.querySelector(".ground"))]);
    for (const box of svg.querySelectorAll(".box")) {
      const ground = rect(box.querySelector(".ground"));
      for (const text of box.querySelectorAll("text")) {
        const { left, right, top, bottom } = rect(text);
        if (right > ground.right || left < ground.left || top < ground.top - 2 || bottom > ground.bottom + 2)
          bad.push(`cut: ${text.textContent}`);
      }
    }
    boxes.forEach(([name, ground], index) => {
      if (ground.right > view.right + 1 || ground.bottom > view.bottom + 1) bad.push(`outside: ${name}`);
      for (const [other, its] of boxes.slice(index + 1)) if (meet(ground, its, 0.5)) bad.push(`${name} on ${other}`);
    });
    const ports = [...svg.querySelectorAll(".port")].map((port) => [port.textContent, rect(port)]);
    ports.forEach(([name, its], index) => {
      for (const [other, ground] of boxes) if (meet(its, ground, 1)) bad.push(`port ${name} on ${other}`);
      for (const [other, more] of ports.slice(index + 1)) if (meet(its, more, 3)) bad.push(`port ${name} on ${other}`);
    });
  }
  if (document.documentElement.scrollWidth > innerWidth) bad.push("the page is wider than the window");
  return bad;
}
"""
POOR_CONTRAST = """
() => {
  const light = (color) => color.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const poor = new Set();
  for (const svg of document.querySelectorAll("svg.drawing")) {
    const ground = getComputedStyle(svg.parentElement).backgroundColor;
    for (const shape of svg.querySelectorAll("text, .bar, .point")) {
      const least = shape.tagName === "text" ? 4.5 : 3;
      const box = shape.closest(".box:not(.faint)");
      const behind = box ? getComputedStyle(box.querySelector(".ground")).fill : ground;
      const found = ratio(getComputedStyle(shape).fill, behind);
      if (found < least) poor.add(`${shape.getAttribute("class")} ${found.toFixed(2)}`);
    }
  }
  return [...poor];
}
"""


@pytest.fixture(scope="module")
def file(pictured_assembly: Assembly, tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("pictures") / "review.html"
    written.write_text(render(review_of(pictured_assembly.folder), title="Review of Shop"))
    return written


def _open(page: Page, file: Path) -> None:
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")


@pytest.mark.parametrize(("width", "media"), [(1280, "screen"), (390, "screen"), (1032, "print")])
def test_nothing_is_cut_and_nothing_covers_anything(page: Page, file: Path, width: int, media: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(media="print" if media == "print" else "screen")
    _open(page, file)
    assert page.locator("svg.drawing").count() == 11
    assert page.evaluate(FAULTS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shapes_and_texts_stand_out(browser: Browser, file: Path, scheme: str) -> None:
    """4.5 to 1 for text and 3 to 1 for what has a meaning, as WCAG 2.2 asks (1.4.3, 1.4.11)."""
    with browser.new_context(color_scheme="dark" if scheme == "dark" else "light") as context:
        opened = context.new_page()
        _open(opened, file)
        assert opened.evaluate(POOR_CONTRAST) == []


def test_every_picture_says_what_it_is_and_its_boxes_are_links_by_keyboard(page: Page, file: Path) -> None:
    page.goto(file.as_uri())
    picture = page.get_by_role("group", name="Shop by capability")
    expect(picture).to_have_accessible_description(
        "An arrow leads from what uses to what is used. The table below says the same, with every use."
    )
    box = picture.get_by_role("link", name="Data, database")
    box.focus()
    page.keyboard.press("Enter")
    drawn = page.locator("#architecture-of-Shop-Data")
    expect(drawn).to_have_attribute("open", "")
    drawn.get_by_role("link", name="Database, database").click()
    expect(page.locator("#resource-Shop-Data-Database")).to_be_focused()
