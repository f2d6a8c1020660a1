"""The report as data: outcomes, times, counts, messages and their bounds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet import report, report_text

from support import report_samples as samples

READY = {"state": "Completed", "regions": [{"name": "eastus2", "state": "Completed"}]}
BEGUN = {"state": None, "regions": []}
PARTLY = {"state": "InProgress", "regions": [{"name": "eastus2", "state": "Replicating", "progress": 40}]}
VERSION = f"{samples.definition_id('web')}/versions/1.0.0"


def result(**more: Any) -> dict[str, Any]:
    nothing = {"source_id": samples.image_id("web"), "definition_id": samples.definition_id("web"), "version": "1.0.0"}
    return {
        **nothing,
        "version_id": VERSION,
        "changed": False,
        "failed": False,
        "message": "m",
        "replication": READY,
        **more,
    }


def given(**more: Any) -> dict[str, Any]:
    return {"host": "web", "started": samples.at(0), "ended": samples.at(90), **more}


@pytest.mark.parametrize(
    ("what", "outcome", "planned"),
    [
        (given(result=result(changed=True)), "migrated", "migrated"),
        (given(result=result()), "unchanged", "unchanged"),
        (given(result=result(replication=BEGUN)), "unchanged", "unchanged"),  # Shallow has no replication
        (given(result=result(changed=True, replication=BEGUN)), "pending", "migrated"),
        (given(result=result(changed=True, replication=PARTLY)), "pending", "migrated"),
        (given(result=result(version_id=None, replication=None)), "pending", "unchanged"),
        (given(result=result(changed=True, version_id=None, replication=None)), "pending", "migrated"),
        (given(result=result(failed=True)), "failed", "failed"),
        (given(result=result(), reason="why"), "failed", "failed"),
        (given(reason="why"), "failed", "failed"),
        (given(), "skipped", "skipped"),
        (given(result={}), "skipped", "skipped"),
    ],
)
def test_outcomes(what: dict[str, Any], outcome: str, planned: str) -> None:
    assert report.entry(what)["outcome"] == outcome
    assert report.entry(what, check_mode=True)["outcome"] == planned


def test_an_entry_has_all_of_an_image() -> None:
    image = report.entry(samples.image("web-01", "1.0.7", start=10, took=100, size=31))
    assert (image["image"], image["resource_group"]) == ("web-01", "images-prod")
    assert (image["gallery"], image["definition"], image["version"]) == ("golden", "web-01", "1.0.7")
    assert image["size_gb"] == 131  # the sum of its disks; one has no size
    assert report.entry({**samples.image("web-01", "1.0.7", size=31), "size_gb": 64})["size_gb"] == 64
    assert {region["name"]: region["state"] for region in image["regions"]} == dict.fromkeys(
        samples.REGIONS, "Completed"
    )
    assert (image["started"], image["ended"], image["seconds"]) == (samples.at(10), samples.at(110), 100)
    assert image["timeline"][0] == {"at": samples.at(14), "region": "eastus2", "state": "Replicating"}
    assert image["advice"] is None


def test_an_image_is_named_by_what_is_known_of_it() -> None:
    def named(**what: Any) -> tuple[str, str | None]:
        image = report.entry(given(**what))
        return image["image"], image["resource_group"]

    assert named(source=samples.image_id("a", "g")) == ("a", "g")
    assert named(source={"name": "a", "resource_group": "g"}) == ("a", "g")
    assert named(source="a") == ("a", None)
    assert named(source={}, managed_image={"name": "b", "resource_group": "h"}) == ("b", "h")
    assert named(result={"source_id": "no id"}) == ("web", None)


def test_times_are_those_of_the_own_version() -> None:
    """Hosts of a batch end together; the version ended when its last region did."""
    image = report.entry({**samples.image("a", took=100), "ended": samples.at(999)})
    assert image["seconds"] == 100
    late = samples.image(
        "a", took=100, states={"westeurope": "Replicating"}, result={"failed": True}, ended=samples.at(600)
    )
    assert report.entry(late)["seconds"] == 600
    assert report.entry(samples.image("a"))["seconds"] is None
    assert report.entry(samples.refused("a", "no"))["seconds"] is None


def test_one_that_failed_before_it_waited_took_no_time() -> None:
    """Its definition may have been made; the end of the batch says nothing about it."""
    early = samples.refused("a", "no", ended=samples.at(900))
    early["result"]["changed"] = True
    image = report.entry(early)
    assert (image["started"], image["ended"], image["seconds"]) == (None, None, None)
    deleted = samples.image("a", took=40, states={"eastus2": "Replicating"}, ended=samples.at(900))
    deleted["result"] |= {"failed": True}
    deleted["result"]["replication"] |= {"state": "Absent", "regions": []}
    assert report.entry(deleted)["seconds"] == 31  # when its last region was seen to end


def test_one_that_an_earlier_run_began_is_migrated() -> None:
    """It was waited for, also where it was ready at the first look of the wait: when the run began it was not."""
    joined = samples.image("a", took=100)
    joined["result"]["changed"] = False
    assert report.entry(joined)["outcome"] == "migrated"
    replication = joined["result"]["replication"]
    replication["timeline"] = [step for step in replication["timeline"] if step["state"] == "Completed"]
    assert report.entry(joined)["outcome"] == "migrated"
    replication["timeline"] = []
    assert report.entry(joined)["outcome"] == "unchanged"


@pytest.mark.parametrize("state", ["Replicating", "Unknown"])
def test_a_plan_shows_what_would_only_be_waited_for(state: str) -> None:
    planned = samples.image("a", states={"eastus2": state})
    planned["result"]["changed"] = False
    assert report.entry(planned, check_mode=True)["outcome"] == "pending"
    planned["result"]["changed"] = True
    assert report.entry(planned, check_mode=True)["outcome"] == "migrated"


def test_a_failure_on_azures_side_needs_no_correction() -> None:
    failed = samples.refused(
        "a", "Could not read it: oops (HTTP 500). This is a fault on Azure's side; run it again later."
    )
    assert report.entry(failed)["advice"] == "Run the playbook again later."


def test_what_to_do() -> None:
    def advice(**what: Any) -> str:
        return str(report.entry(given(result=result(failed=True, **what)))["advice"])

    failed = [{"name": "a", "state": "Failed"}]
    assert "wait_timeout" in advice(replication={"state": "TimedOut", "regions": []})
    assert "create it again" in advice(replication={"state": "Absent", "regions": []})
    assert "on_failed=recreate" in advice(replication={"state": "Failed", "regions": failed})
    assert "on_failed=retry_regions" in advice(
        replication={"state": "Failed", "regions": [*failed, READY["regions"][0]]}
    )
    assert "one of these" in advice(message="It is Failed. on_failed: recreate or so.", replication=None)
    again = "Correct what the message names, then run the playbook again with --limit web (in AWX: Limit of the job)."
    assert advice(replication=None) == again
    hostile = report.entry({"host": "a'; rm -rf ~ #", "reason": "no"})["advice"]
    assert hostile.endswith("""--limit 'a'"'"'; rm -rf ~ #' (in AWX: Limit of the job).""")


def test_failed_ones_come_first_then_the_slowest() -> None:
    images = report.document(samples.of_twelve(), ["no-source"])["images"]
    assert [image["host"] for image in images[:4]] == ["sap-huge", "erp-db-win", "legacy-gen2", "web-03"]
    assert [image["outcome"] for image in images[-4:]] == ["unchanged"] * 3 + ["skipped"]
    by_name = report.document([samples.image(name) for name in ("n-10", "n-9", "N-8")])["images"]
    assert [image["image"] for image in by_name] == ["N-8", "n-9", "n-10"]


def test_counts_and_words() -> None:
    document = report.document(samples.of_twelve(), ["no-source", "web-00"])
    assert document["counts"] == {"images": 14, "failed": 3, "pending": 0, "migrated": 7, "unchanged": 3, "skipped": 1}
    assert (
        report_text.headline(document) == "14 images: 3 failed, 7 migrated, 3 already there, 1 skipped, in 10 min 40 s."
    )
    plan = report.document(samples.of_twelve(), check_mode=True)
    assert (
        report_text.headline(plan)
        == "Plan, nothing was written: 13 images: 3 would fail, 7 would be migrated, 3 already there."
    )
    assert report_text.headline(report.document([])) == "0 images."
    assert report_text.headline(report.document([given(result=result())])) == "1 image: 1 already there, in 1 min 30 s."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0, "0 s"), (59.6, "1 min"), (425, "7 min 5 s"), (3600, "1 h"), (3900, "1 h 5 min"), (90000, "25 h")],
)
def test_durations(seconds: float | None, words: str) -> None:
    assert report_text.duration(seconds) == words


def test_the_same_results_give_the_same_report() -> None:
    images = samples.summary_line(60)
    assert report.document(images) == report.document(list(reversed(images)))


def test_lines_for_the_screen() -> None:
    document = report.document([*samples.of_twelve(), *samples.hostile()])
    lines = report_text.lines(report.summary(document))
    assert lines[0].startswith("23 images: 8 failed, ")
    assert lines[1].startswith("FAILED 5 images, for example ")  # whose message is their own name
    assert lines[4].startswith("FAILED sap-huge to golden/sap-huge/1.0.0: ")
    assert lines[5].startswith("What to do: ")
    assert len(lines) == 1 + 3 + 2 * 3
    assert [line for line in lines if set(line) & set("\n\r\x1b\x00\u202e")] == []


def test_a_result_is_bounded() -> None:
    many = [samples.refused(f"image-{number}", "x" * 5000) for number in range(700)]
    summary = report.summary(report.document(many))
    assert (len(summary["failures"]), summary["failures_left_out"]) == (100, 600)
    assert len(json.dumps(summary)) < 150_000
    assert report_text.lines(summary)[-1] == "and 600 more that failed"


def test_reports_add_up() -> None:
    one = report.summary(report.document(samples.of_twelve()))
    other = report.summary(report.document([samples.image("late", start=900, took=100, started=samples.at(900))]))
    total = report.merged([other, one])
    assert total["counts"] == {"images": 14, "failed": 3, "pending": 0, "migrated": 8, "unchanged": 3, "skipped": 0}
    assert (total["started"], total["ended"], total["seconds"]) == (samples.at(0), samples.at(1000), 1000)
    assert len(total["failures"]) == 3
    assert report.merged([total, total])["counts"]["images"] == 28
    assert not total["check_mode"]
    assert report.merged([one, {**other, "check_mode": True}])["check_mode"]
    many = [report.summary(report.document([samples.refused(f"i{n}", "x") for n in range(130)])) for part in range(2)]
    assert (len(report.merged(many)["failures"]), report.merged(many)["failures_left_out"]) == (100, 160)
