"""Plans beside reports of runs: what was planned and is in no report."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet import merge, report
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.merge import incomplete

from support import report_samples as samples

NAMES = [f"web-{number}" for number in range(7)]


def summary(*names: str, **more: Any) -> dict[str, Any]:
    """The report of a run, or with check_mode a plan, of these images."""
    return report.summary(report.document([samples.image(name) for name in names], **more))


def plan(*names: str) -> dict[str, Any]:
    return summary(*reversed(names), check_mode=True)


def test_all_that_was_planned_is_there() -> None:
    assert incomplete([], []) is None
    assert incomplete([], [summary("a")]) is None
    assert incomplete([plan(*NAMES)], [summary(*NAMES[:3]), summary(*NAMES[3:])]) is None
    assert incomplete([plan(*NAMES[:3]), plan(*NAMES[3:])], [summary(*NAMES, "and-more")]) is None


def test_a_run_that_left_nothing() -> None:
    assert str(incomplete([plan("a")], [])).startswith("Migrate left no report")


def test_a_later_report_of_the_same_images() -> None:
    first, other, empty, again = summary("a", "b"), summary("c"), summary(), summary("b", "a", "d")
    assert merge.latest([first, other, again]) == [other, again]
    assert merge.latest([first, again, other]) == [again, other]
    assert merge.latest([again, first]) == [again, first], "it does not have all of them"
    assert merge.latest([empty, other]) == [empty, other]


def test_a_slice_that_is_lost() -> None:
    words = incomplete([plan(*NAMES)], [summary(*NAMES[:4])])
    lost = "A job was canceled, timed out or lost: launch it again."
    assert words == f"4 of the 7 planned images were reported; missing: web-4, web-5, web-6. {lost}"
    words = incomplete([plan(*NAMES)], [summary("other")])
    assert words == (
        f"0 of the 7 planned images were reported; missing: web-0, web-1, web-2, web-3, web-4 and 2 more. {lost}"
    )


def of(host: str, source: str | None, **more: Any) -> dict[str, Any]:
    image = samples.image("x")
    image |= {"host": host, "managed_image": {}}
    image["result"] |= {"source_id": source}
    return report.summary(report.document([image], **more))


@pytest.mark.parametrize(
    ("planned", "done", "found"),
    [
        (("h", samples.image_id("a")), ("other", samples.image_id("A", "IMAGES-PROD")), True),
        (("h", samples.image_id("a")), ("h", samples.image_id("b")), False),
        (("h", samples.image_id("a")), ("h", samples.image_id("a", "elsewhere")), False),
        (("h", None), ("h", samples.image_id("a")), True),
        (("h", samples.image_id("a")), ("h", None), True),
        (("h", None), ("other", None), False),
    ],
)
def test_images_are_identified_by_their_ids(planned: Any, done: Any, found: bool) -> None:
    """By the host only if an id is not known."""
    assert (incomplete([of(*planned, check_mode=True)], [of(*done)]) is None) is found


def test_skipped_hosts() -> None:
    """None was planned for; an image that the run then skipped is missing."""
    assert incomplete([summary("a", hosts=["machine"], check_mode=True)], [summary("a")]) is None
    assert "missing: b" in str(incomplete([plan("a", "b")], [summary("a", hosts=["b"])]))


def test_without_names_the_numbers_are_compared() -> None:
    many = [f"image-{number}" for number in range(merge.MOST_SOURCES + 1)]
    assert plan(*many)["sources"] is None
    assert incomplete([plan(*many)], [summary(*many)]) is None
    words = incomplete([plan(*many)], [summary(*many[:-1], hosts=many)])
    assert str(words).startswith("1000 of the 1001 planned images were reported. A job")
