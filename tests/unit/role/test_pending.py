"""What a host waits for, what becomes of it after each wait and each run, and the fact that the role leaves."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.pending import not_ready, pending
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.result import clone_results
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.action import Action

SOURCE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/images/web"
DEFINITION = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/galleries/pics/images/web"
ONE, TWO = f"{DEFINITION}/versions/1.0.0", f"{DEFINITION}/versions/2.0.0"
REGIONS = [{"name": "eastus", "state": "Completed", "progress": 100, "details": None}]
OPTIONS = {
    "name": "next_patch",
    "source": SOURCE,
    "on_failed": "recreate",
    "when_cloned": "new",
    "defaults": {"name": "1.0.0"},
}
PLAN = {
    "needed": True,
    "action": "create",
    "wait_timeout": 60,
    "credentials": "c",
    "flush": True,
    "image_version": OPTIONS,
    "source_id": SOURCE,
    "definition_id": DEFINITION,
    "version_id": TWO,
    "version": "2.0.0",
    "size_gb": 30,
}


def shape(rid: str) -> dict[str, Any]:
    replication = {"state": None, "regions": []}
    return {
        "id": rid,
        "name": rid.rpartition("/")[2],
        "replication": replication,
        "source_id": SOURCE,
        "target_regions": [],
    }


def replicating(rid: str = ONE, **more: Any) -> dict[str, Any]:
    known = {"changed": True, "image_version": shape(rid), "replication_pending": True, "deferred": False}
    return {**known, "update_pending": [], **more}


def deferred(waits_for: str) -> dict[str, Any]:
    nothing = {"changed": False, "image_version": None, "replication_pending": False, "update_pending": []}
    return {**nothing, "deferred": True, "waits_for": waits_for}


READY = replicating(replication_pending=False, changed=False)
BROKEN = {"changed": False, "msg": "no room", "failed": False, "failed_when_result": False}


def waited(state: str, rid: str = ONE) -> dict[str, Any]:
    regions = [{**REGIONS[0], "state": state}]
    one = {"id": rid.upper(), "state": state, "regions": regions, "timeline": [], "message": f"it is {state}"}
    return {"results": [one]}


def noted(version: dict[str, Any], index: int = 0, **plan: Any) -> list[dict[str, Any]]:
    return pending([], version=version, plan={**PLAN, **plan}, index=index, now=100.0)


def run_of(entry: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """An item of a loop's result."""
    return {**result, "ansible_loop_var": "one", "one": entry}


@pytest.mark.parametrize(
    ("version", "wait", "state"),
    [
        (replicating(), None, "pending"),
        (replicating(), waited("Error"), "pending"),
        (replicating(), {"failed": True, "msg": "the wait failed as a whole"}, "pending"),
        (replicating(), waited("Completed", TWO), "pending"),
        (replicating(), waited("Completed"), "done"),
        (replicating(), waited("Failed"), "failed"),
        (replicating(), waited("TimedOut"), "failed"),
        (replicating(), waited("Absent"), "failed"),
        (replicating(update_pending=["tags"]), waited("Completed"), "left"),
        (replicating(update_pending=["tags"]), waited("Failed"), "failed"),
        (deferred(SOURCE), None, "left"),
        (deferred(ONE), None, "pending"),
        (deferred(ONE), waited("Completed"), "left"),
        (deferred(ONE), waited("Failed"), "left"),
        (deferred(ONE), waited("Absent"), "left"),
        (deferred(ONE), waited("TimedOut"), "failed"),
    ],
)
def test_what_a_wait_resolves(version: dict[str, Any], wait: dict[str, Any] | None, state: str) -> None:
    (entry,) = pending(noted(version), waited=wait)
    assert entry["state"] == state
    assert bool(entry["message"]) is (state == "failed")
    assert pending([entry], waited=waited("Completed"))[0]["state"] == (
        state if state != "pending" else (version["deferred"] and "left") or "done"
    )


@pytest.mark.parametrize(
    ("result", "state", "message"),
    [
        (READY, "done", None),
        (replicating(), "pending", None),
        (deferred(ONE), "pending", None),
        (deferred(SOURCE), "left", None),
        (BROKEN, "failed", "no room"),
        ({**replicating(), "msg": "it is Failed"}, "failed", "it is Failed"),
        ({"failed": True}, "failed", "The task failed without a message."),
    ],
)
def test_what_one_more_run_decides(result: dict[str, Any], state: str, message: str | None) -> None:
    first, other = noted(deferred(SOURCE)), noted(deferred(SOURCE), 1)
    found = pending([*first, *other], runs=[run_of(first[0], result)], now=200.0)
    assert (found[0]["state"], found[0]["message"], found[0]["started"]) == (state, message, 200.0)
    assert found[1] == other[0], "the entry of another image of the same ID"


def test_what_this_run_has_started_is_not_deleted_or_numbered_again() -> None:
    (entry,) = noted(replicating())
    assert entry["plan"] == {
        "name": "1.0.0",
        "source": SOURCE,
        "on_failed": "fail",
        "when_cloned": None,
        "defaults": None,
        "wait_timeout": None,
    }
    (entry,) = noted(deferred(ONE))
    assert entry["plan"] == {**OPTIONS, "wait_timeout": None}


def test_what_is_waited_for() -> None:
    assert noted(replicating())[0]["wait"] == {"id": ONE, "wait_timeout": 60}
    options = {**OPTIONS, "poll_interval": 5}
    assert noted(replicating(), image_version=options)[0]["wait"] == {"id": ONE, "wait_timeout": 60, "poll_interval": 5}
    assert noted(deferred(SOURCE))[0]["wait"] is None


def test_a_new_entry_keeps_what_earlier_waits_returned() -> None:
    both = pending(noted(replicating()), version=replicating(), plan=PLAN, index=1, now=200.0, waited=waited("Failed"))
    assert [entry["state"] for entry in both] == ["failed", "pending"]


# The result


def clone_result(plan: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The result of a first image."""
    steps = [more.pop(name, {}) for name in ("gallery", "definition", "version")]
    (found,) = clone_results([], plan=plan, steps=steps, **more)
    return found


def result(version: dict[str, Any], wait: dict[str, Any] | None = None, **steps: Any) -> dict[str, Any]:
    entries = [] if version is READY or "msg" in version or "skipped" in version else noted(version)
    return clone_result({"plan": PLAN}, version=version, pending=entries, waited=wait, **steps)


def test_a_plan_that_was_refused() -> None:
    refused = {"failed": True, "msg": "no", "source_id": SOURCE}
    found = clone_result(refused, version=replicating(), pending=noted(replicating()))
    assert (found["failed"], found["message"], found["source_id"]) == (True, "no", SOURCE)
    assert (found["version_id"], found["changed"]) == (None, False)


def test_a_clone_that_was_not_planned() -> None:
    with pytest.raises(InvalidRequest, match="without --start-at-task"):
        clone_result({})


def test_nothing_to_do() -> None:
    planned = {"plan": {**PLAN, "needed": False}, "image_version": shape(ONE)}
    found = clone_result(planned, gallery={"changed": True})
    assert (found["changed"], found["failed"], found["version"]) == (False, False, "1.0.0")


def test_what_comes_after_a_failure_is_of_an_earlier_image() -> None:
    failed = {"failed": True, "changed": False, "msg": "no room"}
    found = result(replicating(), waited("Completed"), gallery={"changed": True}, definition=failed)
    assert (found["failed"], found["message"], found["changed"], found["version_id"]) == (True, "no room", True, None)


@pytest.mark.parametrize(
    ("version", "wait", "failed", "words"),
    [
        (READY, None, False, "ready in every region"),
        (replicating(), None, False, "replicating"),
        (replicating(), waited("Completed"), False, "ready in every region"),
        (replicating(), waited("Failed"), True, "it is Failed"),
        (replicating(), waited("TimedOut"), True, "it is TimedOut"),
        (replicating(), waited("Absent"), True, "it is Absent"),
        (deferred(ONE), None, False, "Not started"),
        (deferred(SOURCE), None, False, "Not started"),
        (deferred(ONE), waited("TimedOut"), True, "it is TimedOut"),
        ({"failed": True, "msg": "gone", "image_version": shape(ONE)}, None, True, "gone"),
        ({"skipped": True, "changed": False}, None, False, "would be created"),
    ],
)
def test_how_it_ended(version: dict[str, Any], wait: dict[str, Any] | None, failed: bool, words: str) -> None:
    found = result(version, wait)
    assert found["failed"] is failed
    assert words in found["message"]


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Action.CREATE, "It would be created."),
        (Action.UPDATE, "It would be updated."),
        (Action.RECREATE, "It would be deleted and created again."),
        (Action.RETRY_REGIONS, "It would be removed from the regions that failed and added to them again."),
    ],
)
def test_check_mode_names_the_action_of_the_decision(action: Action, words: str) -> None:
    plan = {**PLAN, "action": action.value}
    version = {"changed": True, "image_version": shape(ONE), "set_by_azure": ["replication"]}
    assert clone_result({"plan": plan}, version=version)["message"] == words


def test_a_skipped_version_is_predicted_from_the_plan() -> None:
    found = result({"skipped": True, "changed": False})
    assert (found["version"], found["changed"], found["failed"]) == ("2.0.0", True, False)


def test_the_result_says_what_the_wait_saw() -> None:
    found = result(replicating(), waited("Completed"))["replication"]
    assert found == {"state": "Completed", "regions": REGIONS, "timeline": [], "started": "1970-01-01T00:01:40Z"}


@pytest.mark.parametrize("broken", ["Failed", "TimedOut", "Absent"])
def test_each_of_several_images_has_its_own_result(broken: str) -> None:
    """One source into two definitions, where the second waits for the version of the first: both have the same ID to wait for."""
    entries = [*noted(replicating(), 0, flush=False), *noted(deferred(ONE), 1, flush=False)]
    before = [{**result(replicating())}, {**result(deferred(ONE))}, {**result(READY)}]
    after = clone_results(before, pending=pending(entries, waited=waited(broken)))
    assert [one["failed"] for one in after] == [True, broken == "TimedOut", False]
    assert after[0]["message"] == f"it is {broken}"
    late = pending(
        pending(entries, waited=waited(broken)), runs=[run_of(entries[1], replicating(TWO, replication_pending=False))]
    )
    assert [(one["version"], one["failed"]) for one in clone_results(before, pending=late)] == [
        ("1.0.0", True),
        ("2.0.0", False),
        ("1.0.0", False),
    ]


def test_what_a_play_is_warned_of_that_ends_without_the_verdict() -> None:
    late = {"flush": False}
    entries = [*noted(replicating(), **late), *noted(deferred(ONE), 1, **late), *noted(replicating(), 2)]
    failed, not_started = not_ready(pending(entries, waited=waited("Failed")))
    assert [one["index"] for one in (failed, not_started)] == [0, 1]
    assert failed["message"] == "it is Failed"
    assert not_started["message"] == "The version was not started or changed."
    assert len(not_ready(pending(entries, waited=waited("Completed")))) == 1
    assert len(not_ready(pending(entries, waited={"failed": True}))) == 2, "a wait that failed as a whole"


def test_a_region_that_azure_does_not_list_is_unknown_while_it_is_waited_for() -> None:
    body = {**shape(ONE), "target_regions": [{"name": "eastus"}, {"name": "westus"}]}
    body["replication"] = {"state": "InProgress", "regions": REGIONS}
    for waits, names in ((True, ["eastus", "westus"]), (False, ["eastus"])):
        version = {**replicating(), "image_version": body, "replication_pending": waits}
        found = clone_result({"plan": PLAN}, version=version)
        assert [one["name"] for one in found["replication"]["regions"]] == names
