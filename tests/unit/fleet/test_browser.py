"""The page of a large fleet in Chromium: filter, sort and timeline work, nothing is fetched, and the console shows no error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet import report
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.page import page

from support import report_samples as samples
from support.browser import Browser, chromium

pytestmark = pytest.mark.slow

NUMBER = 500
ROWS = "[...document.querySelectorAll('tbody tr')].filter((row) => row.checkVisibility())"
DOCUMENT = report.document(samples.summary_line(NUMBER))


@pytest.fixture(scope="module")
def program() -> str:
    found = chromium()
    if not found:
        assert os.environ.get("CI") != "true", "Chromium is not installed"
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    return found


@pytest.fixture(scope="module")
def browser(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("browser")
    running = Browser(program, folder / "profile")
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Browser]:
    """The page, of which nothing may be wrong at the end of the test either."""
    path = tmp_path / "fleet_report.html"
    path.write_text(page(DOCUMENT), encoding="utf-8")
    browser.problems.clear()
    browser.requests.clear()
    browser.open(path)
    yield browser
    assert browser.problems == []
    assert browser.requests == [path.as_uri()]


def shown(browser: Browser, cell: str) -> list[str]:
    """The texts of the visible cells of a kind."""
    found: list[str] = browser.run(f"{ROWS}.map((row) => row.querySelector('.{cell}').innerText.trim())")
    return found


def failed() -> list[dict[str, Any]]:
    return [image for image in DOCUMENT["images"] if image["outcome"] == "failed"]


def test_everything_is_there_and_fits(opened: Browser) -> None:
    assert len(shown(opened, "name")) == NUMBER
    assert opened.run("document.documentElement.scrollWidth <= window.innerWidth")
    assert opened.run("getComputedStyle(document.querySelector('.pill.failed')).fontWeight") == "600"
    groups = opened.run("[...document.querySelectorAll('.failure h3')].map((head) => head.innerText)")
    assert groups[0].endswith(" images")
    assert sum(int(head.split()[0]) for head in groups) == len(failed()) > 10


def test_the_filter(opened: Browser) -> None:
    opened.type("#filter", "FAILED eastus2")
    names = shown(opened, "name")
    in_region = [image for image in failed() if any(region["name"] == "eastus2" for region in image["regions"])]
    assert sorted(names) == sorted(image["image"] for image in in_region) != []
    assert opened.run("document.getElementById('shown').innerText") == f"{len(names)} of {NUMBER} shown"
    lanes = opened.run("[...document.querySelectorAll('.lanes .row')].filter((row) => row.checkVisibility()).length")
    assert 0 < lanes <= len(names)
    opened.type("#filter", "no-such-image")
    assert shown(opened, "name") == []
    assert opened.run("[...document.querySelectorAll('.failure')].every((group) => !group.checkVisibility())")
    opened.type("#filter", "")
    assert len(shown(opened, "name")) == NUMBER


def test_sorting(opened: Browser) -> None:
    heads = opened.run("[...document.querySelectorAll('thead th')].map((head) => head.innerText.trim())")
    took = heads.index("Took") + 1
    known = [image["seconds"] or 0 for image in DOCUMENT["images"]]
    values = f"{ROWS}.map((row) => Number(row.querySelector('.duration').dataset.value))"
    for ascending in (True, False):
        opened.click(f"thead th:nth-child({took}) button")
        assert opened.run(values) == sorted(known, reverse=not ascending)
    opened.click(f"thead th:nth-child({heads.index('Image') + 1}) button")
    names = shown(opened, "name")
    assert names == sorted(names)
    assert opened.run("document.querySelectorAll('th[aria-sort]').length") == 1


def test_the_timeline(opened: Browser) -> None:
    waited = [image for image in DOCUMENT["images"] if image["timeline"]]
    assert opened.run("document.querySelectorAll('.lanes .row').length") == len(waited)
    assert opened.run(
        "[...document.querySelectorAll('.lanes rect')].every((bar) => bar.getBoundingClientRect().height)"
    )
    inside = """[...document.querySelectorAll('.lanes .row svg[role=img] > rect')].every((bar) => {
      const own = bar.getBoundingClientRect(), row = bar.ownerSVGElement.getBoundingClientRect();
      return own.left >= row.left - 1 && own.right <= row.right + 1;
    })"""
    assert opened.run(inside)
    assert opened.run("document.querySelector('.lanes svg[role=img] title').textContent").startswith("app-")


def test_hostile_names_run_nothing(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(page(report.document(samples.hostile())), encoding="utf-8")
    browser.problems.clear()
    browser.requests.clear()
    browser.open(path)
    assert browser.run("document.images.length + document.scripts.length") == 1
    assert (browser.problems, browser.requests) == ([], [path.as_uri()])


def test_what_the_policy_forbids_is_a_problem(browser: Browser, tmp_path: Path) -> None:
    """So that the tests above would see it."""
    path = tmp_path / "broken.html"
    broken = page(report.document([])).replace(
        "</main>", "<img src='https://192.0.2.1/x.png'></main><script>1</script>"
    )
    path.write_text(broken, encoding="utf-8")
    browser.problems.clear()
    browser.open(path)
    assert len(browser.problems) == 2
    browser.problems.clear()
