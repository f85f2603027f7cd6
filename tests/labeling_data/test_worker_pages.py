"""What workers see, in a browser: Ground Truth's own elements are on a server of AWS, so a script stands in for them.

Liquid is filled in as Ground Truth's own functions do it: `task.input` has `taskObject`, whose address is signed by
`grant_read_access`, and `labels`. Only the two expressions of the templates are known here, and no other may be left.
"""

import html
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from labeling_data.worker_task import template
from tests.labeling_data.images import png

ELEMENTS = "https://assets.crowd.aws/crowd-html-elements.js"
HERE = "http://127.0.0.1:9"
IMAGE = f"{HERE}/images/1.png?X-Amz-Expires=60&X-Amz-Signature=0123"
LABELS = {"classification": ["normal", "anomaly"], "segmentation": ["cracked", 'the "other" <kind>']}
TITLE = 'Is this "cookie" <whole> & {{ task.input.secret }}?'
INSTRUCTIONS = "Look at the rim.\n\n<script>alert(1)</script> {% raw %} costs $title"


@dataclass
class Worker:
    """A page of a task, with what it asked for and what was submitted."""

    page: Page
    asked: list[str] = field(default_factory=list)
    submitted: list[Any] = field(default_factory=list)

    def tab_to(self, selector: str) -> None:
        """Reach a control with the keyboard alone."""
        for _ in range(20):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached")

    def submit(self) -> Any:
        """Press the button with the keyboard; what Ground Truth gets."""
        self.tab_to("crowd-form > button")
        with self.page.expect_response(f"{HERE}/submit"):
            self.page.keyboard.press("Enter")
        return self.submitted[-1]


def rendered(task: str) -> str:
    text = template(task, title=TITLE, instructions=INSTRUCTIONS, labels=LABELS[task])
    values = {
        "{{ task.input.taskObject | grant_read_access }}": IMAGE,
        "{{ task.input.labels | to_json | escape }}": html.escape(json.dumps(LABELS[task])),
    }
    for expression, value in values.items():
        assert text.count(expression) == 1
        text = text.replace(expression, value)
    assert "{{" not in text
    assert "{%" not in text
    return text


def opened(page: Page, task: str) -> Worker:
    worker = Worker(page)
    answers: dict[str, dict[str, Any]] = {
        f"{HERE}/task": {"body": rendered(task), "content_type": "text/html; charset=utf-8"},
        IMAGE: {"body": png(), "content_type": "image/png", "headers": {"Access-Control-Allow-Origin": "*"}},
        ELEMENTS: {"path": Path(__file__).parent / "crowd_elements.js"},
        f"{HERE}/submit": {"body": ""},
        f"{HERE}/favicon.ico": {"body": ""},
    }

    def answer(route: Route) -> None:
        worker.asked.append(route.request.url)
        if route.request.method == "POST":
            worker.submitted.append(route.request.post_data_json)
        route.fulfill(**answers[route.request.url])

    page.route(lambda url: url in answers, answer)
    page.on("request", lambda request: worker.asked.append(request.url))
    page.goto(f"{HERE}/task")
    return worker


@pytest.fixture
def classification(page: Page) -> Worker:
    """An image to classify."""
    return opened(page, "classification")


@pytest.fixture
def segmentation(page: Page) -> Worker:
    """An image to find defects in."""
    return opened(page, "segmentation")


def test_an_image_is_classified_with_the_keyboard_alone(classification: Worker) -> None:
    page = classification.page
    assert page.get_by_role("heading", name=TITLE, exact=True).is_visible()
    assert page.get_by_role("img").evaluate("image => image.naturalWidth") == 64
    choices = page.get_by_role("radio")
    assert [choices.nth(n).get_attribute("value") for n in range(choices.count())] == ["normal", "anomaly"]
    classification.tab_to("input[value=normal]")
    page.keyboard.press("ArrowDown")
    assert classification.submit() == [{"crowd-image-classifier": {"label": "anomaly"}}]


def test_defects_are_marked_with_the_keyboard_alone(segmentation: Worker) -> None:
    page = segmentation.page
    segmentation.tab_to("input[value=cracked]")
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("radio", name='the "other" <kind>').is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    (answer,) = segmentation.submit()
    assert list(answer["crowd-semantic-segmentation"]["labelMappings"]) == ['the "other" <kind>']


def test_an_image_without_a_defect_can_be_submitted(segmentation: Worker) -> None:
    (answer,) = segmentation.submit()
    assert answer["crowd-semantic-segmentation"]["labelMappings"] == {}


@pytest.mark.parametrize("task", LABELS)
def test_instructions_are_text_and_can_be_opened_and_closed_with_the_keyboard(page: Page, task: str) -> None:
    worker = opened(page, task)
    short = page.locator("short-instructions")
    for paragraph in INSTRUCTIONS.split("\n\n"):
        assert short.get_by_text(paragraph, exact=True).is_visible()
    assert page.locator("crowd-form script").count() == 0
    worker.tab_to("[name][header] > button:last-of-type")
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog").get_by_role("heading", name="With the keyboard").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


@pytest.mark.parametrize("task", LABELS)
def test_every_control_has_a_name_and_nothing_else_is_asked_of_the_network(page: Page, task: str) -> None:
    worker = opened(page, task)
    names = page.locator("button, input").evaluate_all(
        "all => all.map(e => (e.textContent || e.labels[0].textContent))"
    )
    assert all(name.strip() for name in names)
    assert len(names) == len(set(names)) >= 4
    assert set(worker.asked) <= {f"{HERE}/task", f"{HERE}/favicon.ico", IMAGE, ELEMENTS}
