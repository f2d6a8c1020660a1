# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host waits for, what came of it, and what follows; and the fact that the role leaves."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.pending import (
    any_open,
    by_id,
    judged,
    next_step,
    note,
    to_wait_for,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.result import clone_result, late_results

SOURCE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/images/web"
DEFINITION = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/galleries/pics/images/web"
ONE, TWO = f"{DEFINITION}/versions/1.0.0", f"{DEFINITION}/versions/2.0.0"
NOTHING = {"state": None, "regions": []}
PLAN = {"needed": True, "wait_timeout": 60, "poll_interval": None, "credentials": "c"}


def shape(rid: str) -> dict[str, Any]:
    known = {"id": rid, "name": rid.rpartition("/")[2], "replication": NOTHING, "source_id": SOURCE}
    return {**known, "target_regions": []}


def pending(rid: str = ONE, **more: Any) -> dict[str, Any]:
    return {"image_version": shape(rid), "replication_pending": True, "deferred": False, "update_pending": [], **more}


def deferred(waits_for: str | None) -> dict[str, Any]:
    return {"image_version": None, "replication_pending": False, "deferred": True, "waits_for": waits_for}


READY = pending(replication_pending=False)


def ended(state: str, rid: str = ONE) -> dict[str, Any]:
    return {"id": rid.upper(), "state": state, "regions": [], "message": f"it is {state}"}


def waiting(version: dict[str, Any], **plan: Any) -> list[dict[str, Any]]:
    return note([], version, {**PLAN, **plan}, "now")


def after(
    entries: list[dict[str, Any]], results: list[dict[str, Any]] | None, seen: str = "now"
) -> list[dict[str, Any]]:
    return judged(entries, by_id(results, seen))


def test_what_is_noted() -> None:
    entry = waiting(pending())[0]
    assert entry == {
        "id": ONE,
        "wait_timeout": 60,
        "poll_interval": None,
        "started": "now",
        "credentials": "c",
        "turn": False,
        "outcome": None,
    }
    assert waiting(READY) == []
    assert waiting(deferred(SOURCE)) == []
    assert waiting(deferred(TWO))[0]["turn"] is True


def test_a_new_entry_takes_the_place_of_the_old_one() -> None:
    old = after(waiting(pending()), [ended("Completed")])
    assert old[0]["outcome"]["state"] == "Completed"
    again = note(old, pending(ONE.upper()), PLAN, "later")
    assert [(one["started"], one["outcome"]) for one in again] == [("later", None)]
    assert len(note(old, pending(TWO), PLAN, "later")) == 2


def test_what_was_seen_before_says_nothing() -> None:
    """A version that was waited for, then changed, and is waited for again."""
    again = note(waiting(pending()), pending(), PLAN, "now, a second time")
    assert after(again, [ended("Completed")], "now")[0]["outcome"] is None
    assert after(again, [ended("Completed")], "now, a second time")[0]["outcome"]["state"] == "Completed"


def test_whether_anybody_waits() -> None:
    open_, over = waiting(pending()), after(waiting(pending()), [ended("Failed")])
    assert any_open([[], over, open_])
    assert any_open([after(open_, [ended("Error")])])
    assert not any_open([[], over])


def test_what_one_wait_covers() -> None:
    mine, other = waiting(pending()), waiting(pending(TWO), credentials="d")
    same = waiting(pending(ONE.upper()), wait_timeout=90, poll_interval=5)
    over = after(waiting(pending(TWO)), [ended("Completed", TWO)])
    assert to_wait_for([mine, other, same, over], mine) == [{"id": ONE, "wait_timeout": 90}]
    assert to_wait_for([mine, same], same)[0]["wait_timeout"] == 90
    assert to_wait_for([same], same) == [{"id": ONE.upper(), "wait_timeout": 90, "poll_interval": 5}]
    failed = after(mine, [ended("Error")])
    assert to_wait_for([failed], failed) == [{"id": ONE, "wait_timeout": 60}]


@pytest.mark.parametrize(
    ("version", "state", "step"),
    [
        (READY, None, "done"),
        (pending(), None, "wait"),
        (pending(), "Error", "wait"),
        (pending(), "Completed", "done"),
        (pending(update_pending=["tags"]), "Completed", "start"),
        (pending(), "Failed", "failed"),
        (pending(), "TimedOut", "failed"),
        (pending(), "Absent", "failed"),
        (pending(update_pending=["tags"]), "Failed", "failed"),
        (deferred(SOURCE), None, "start"),
        (deferred(ONE), "Completed", "start"),
        (deferred(ONE), "Failed", "start"),
        (deferred(ONE), "Absent", "start"),
        (deferred(ONE), "TimedOut", "failed"),
    ],
)
def test_what_follows(version: dict[str, Any], state: str | None, step: str) -> None:
    noted = waiting(version)
    assert next_step(after(noted, [ended(state)] if state else None), version) == step


# The fact


def result(version: dict[str, Any] | None = None, outcome: str | None = None, **steps: Any) -> dict[str, Any]:
    plan = {**PLAN, "source_id": SOURCE, "definition_id": DEFINITION, "version_id": TWO, "version": "2.0.0"}
    noted = after(waiting(version), [ended(outcome)] if outcome else None) if version else []
    return clone_result({"plan": plan}, {**steps, **({"image_version": version} if version else {})}, noted)


def test_a_plan_that_refused() -> None:
    refused = {"failed": True, "msg": "no", "source_id": SOURCE}
    found = clone_result(refused, {"image_version": pending()}, waiting(pending()))
    assert (found["failed"], found["message"], found["source_id"]) == (True, "no", SOURCE)
    assert (found["version_id"], found["changed"]) == (None, False)
    assert clone_result(None, {}, [])["failed"] is True


def test_nothing_to_do() -> None:
    plan = {"needed": False, "source_id": SOURCE, "definition_id": DEFINITION}
    found = clone_result({"plan": plan, "image_version": shape(ONE)}, {"gallery": {"changed": True}}, [])
    assert (found["changed"], found["failed"], found["version"]) == (False, False, "1.0.0")


def test_what_comes_after_a_failure_is_of_an_earlier_image() -> None:
    failed = {"failed": True, "changed": False, "msg": "no room"}
    found = result(pending(), "Completed", gallery={"changed": True}, definition=failed)
    assert (found["failed"], found["message"], found["changed"], found["version_id"]) == (True, "no room", True, None)


@pytest.mark.parametrize(
    ("version", "outcome", "failed", "words"),
    [
        (READY, None, False, "ready in every region"),
        (pending(), None, False, "replicating"),
        (pending(), "Completed", False, "ready in every region"),
        (pending(), "Failed", True, "it is Failed"),
        (pending(), "TimedOut", True, "it is TimedOut"),
        (pending(), "Error", True, "it is Error"),
        (deferred(ONE), None, False, "Not begun"),
        (deferred(SOURCE), None, False, "Not begun"),
        (deferred(ONE), "TimedOut", True, "it is TimedOut"),
        ({**READY, "set_by_azure": ["replication"]}, None, False, "would be"),
        ({"failed": True, "msg": "gone", "image_version": shape(ONE)}, None, True, "gone"),
    ],
)
def test_how_it_ended(version: dict[str, Any], outcome: str | None, failed: bool, words: str) -> None:
    found = result(version, outcome)
    assert found["failed"] is failed
    assert words in found["message"]


def test_a_skipped_version_is_foretold_from_the_plan() -> None:
    found = result({"skipped": True, "changed": False})
    assert (found["version"], found["changed"], found["failed"]) == ("2.0.0", True, False)


def test_results_are_completed_after_one_wait() -> None:
    before = [result(pending()), result(deferred(TWO)), result(READY)]
    noted = after([*waiting(pending()), *waiting(deferred(TWO))], [ended("Failed"), ended("Completed", TWO)])
    late = [{"image_version": shape(TWO), "changed": True, "replication_pending": False}, {"skipped": True}]
    completed = late_results(before, noted, late)
    assert [(one["version"], one["failed"], one["changed"]) for one in completed] == [
        ("1.0.0", True, False),
        ("2.0.0", False, True),
        ("1.0.0", True, False),
    ]
    assert completed[0]["message"] == "it is Failed"


def test_a_region_that_azure_does_not_tell_of_is_unknown_while_it_is_waited_for() -> None:
    told = [{"name": "eastus", "state": "Completed", "progress": 100, "details": None}]
    body = {**shape(ONE), "target_regions": [{"name": "eastus"}, {"name": "westus"}]}
    body["replication"] = {"state": "InProgress", "regions": told}
    for waits, names in ((True, ["eastus", "westus"]), (False, ["eastus"])):
        version = {**pending(), "image_version": body, "replication_pending": waits}
        found = clone_result({"plan": PLAN}, {"image_version": version}, [])
        assert [one["name"] for one in found["replication"]["regions"]] == names
    assert body["replication"]["regions"] == told
