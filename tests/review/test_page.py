"""The page in a browser: by keyboard, by screen reader, on paper and without a network."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from review.page.render import render
from review.review import Review

MARKUP = "<script>window.broken = true</script>"
CONTRAST = """
() => {
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const found = numbers(getComputedStyle(element).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  const texts = ".badge, .sub, .verdict, a, th, td, dt, dd, caption, .count, del, ins";
  for (const element of document.querySelectorAll(texts)) {
    if (!element.checkVisibility()) continue;
    const [a, b] = [numbers(getComputedStyle(element).color), ground(element)].map(light);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.add(`${element.className || element.tagName} ${ratio.toFixed(2)}`);
  }
  return [...poor];
}
"""


@pytest.fixture(scope="session")
def file(bad_review: Review, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the bad environment, with markup where an environment could hold some."""
    first, *others = bad_review.findings.findings
    findings = replace(bad_review.findings, findings=(replace(first, message=MARKUP), *others))
    written = tmp_path_factory.mktemp("page") / "review.html"
    written.write_text(render(replace(bad_review, findings=findings), title="Review of Bad"))
    return written


@pytest.fixture
def review_page(page: Page, file: Path) -> Page:
    """The open page."""
    page.goto(file.as_uri())
    return page


def test_it_refers_to_nothing_outside_of_itself(page: Page, file: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//|url\(|@import""", file.read_text())


def test_what_an_assembly_holds_is_text_and_no_markup(review_page: Page) -> None:
    assert review_page.evaluate("window.broken") is None
    assert MARKUP in str(review_page.locator("#all-table").text_content())


def test_its_structure_is_what_a_screen_reader_needs(review_page: Page, file: Path) -> None:
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        expect(review_page.get_by_role(landmark)).to_have_count(1)  # type: ignore[arg-type]
    expect(review_page.get_by_role("heading", level=1)).to_have_count(1)
    assert review_page.locator("table:not(:has(> caption))").count() == 0
    assert review_page.locator("th:not([scope])").count() == 0
    assert review_page.locator("tbody tr:not(:has(> th[scope=row]))").count() == 0
    assert review_page.locator("input:not([aria-controls])").count() == 0
    assert review_page.locator("html[lang=en]").count() == 1
    ids = Counter(re.findall(r'\bid="([^"]+)"', file.read_text()))
    assert [name for name, count in ids.items() if count > 1] == []
    missing = [name for name in re.findall(r'href="#([^"]+)"', file.read_text()) if name not in ids]
    assert missing == []


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(review_page: Page) -> None:
    review_page.keyboard.press("Tab")
    expect(review_page.get_by_text("Skip to the review")).to_be_focused()
    review_page.keyboard.press("Enter")
    expect(review_page.locator("main")).to_be_focused()


def test_a_filter_hides_rows_and_says_how_many_are_left(review_page: Page) -> None:
    said = review_page.locator("#open-table-count")
    total = review_page.locator("#open-table tbody tr").count()
    expect(said).to_have_text(f"{total} in all")
    expect(said).to_have_attribute("role", "status")
    review_page.get_by_label("Filter what is open").focus()
    review_page.keyboard.type("database encrypted")
    expect(said).to_have_text(f"1 of {total} shown")
    expect(review_page.locator("#open-table tbody tr:visible")).to_contain_text("The database is not encrypted.")


def test_a_column_is_sorted_by_keyboard_in_both_directions(review_page: Page) -> None:
    button = review_page.locator("#stores-table").get_by_role("button", name="Store")
    header = review_page.locator("#stores-table thead th:nth-child(2)")
    for direction in ("ascending", "descending"):
        button.focus()
        review_page.keyboard.press("Enter")
        expect(header).to_have_attribute("aria-sort", direction)
        names = review_page.locator("#stores-table tbody th").all_inner_texts()
        assert names == sorted(names, key=str.lower, reverse=direction == "descending")


def test_a_link_to_a_resource_opens_the_list_that_it_stands_in(review_page: Page) -> None:
    row = review_page.locator("#resource-Bad-Web-Url")
    expect(row).to_be_hidden()
    review_page.locator("#open-table").get_by_role("link", name="Bad/Web/Url").click()
    expect(row).to_be_visible()
    expect(row).to_be_focused()


def test_what_is_replaced_stands_first_and_in_red(review_page: Page) -> None:
    row = review_page.locator("#change table").first.locator("tbody tr").first
    expect(row).to_have_class("danger")
    expect(row).to_contain_text("replaced")
    expect(review_page.get_by_role("alert")).to_contain_text("Do not deploy: 4 resources with state")


def test_on_paper_everything_is_open_that_fits(review_page: Page) -> None:
    card = review_page.locator("#identity details").first
    review_page.emulate_media(media="print")
    review_page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(review_page.get_by_role("navigation", include_hidden=True)).to_be_hidden()
    expect(card).to_have_attribute("open", "")
    expect(review_page.locator("#all-table")).to_be_hidden()
    review_page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(card).not_to_have_attribute("open", "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser: Browser, file: Path, scheme: str) -> None:
    """4.5 to 1, as WCAG 2.2 asks of text (1.4.3)."""
    with browser.new_context(color_scheme="dark" if scheme == "dark" else "light") as context:
        opened = context.new_page()
        opened.goto(file.as_uri())
        opened.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
        assert opened.evaluate(CONTRAST) == []
