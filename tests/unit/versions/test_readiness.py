"""The rule of readiness, row by row."""

from __future__ import annotations

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions.readiness import Phase, read_version

from support.bodies import version

DONE = {"southcentralus": "Completed", "eastus2": "Completed"}


@pytest.mark.parametrize("state", ["Creating", "Updating", "Migrating"])
@pytest.mark.parametrize("status", [None, DONE, {"southcentralus": "Failed", "eastus2": "Completed"}])
def test_a_busy_version_is_pending_whatever_its_regions_say(state, status):
    assert read_version(version(state, status=status)).phase is Phase.PENDING


def test_succeeded_and_every_region_completed_is_done():
    reading = read_version(version(status=DONE))
    assert (reading.phase, reading.progress) == (Phase.DONE, 100)


@pytest.mark.parametrize("eastus2", ["Replicating", "Unknown", None])
def test_succeeded_with_a_region_on_its_way_is_pending(eastus2):
    status = {"southcentralus": "Completed", **({"eastus2": eastus2} if eastus2 else {})}
    reading = read_version(version(status=status))
    assert reading.phase is Phase.PENDING
    assert "eastus2" in reading.message
    assert "southcentralus" not in reading.message


def test_succeeded_with_no_status_at_all_is_pending_unless_shallow():
    assert read_version(version()).phase is Phase.PENDING
    assert read_version(version(replicationMode="Shallow")).phase is Phase.DONE


def test_a_failed_region_counts_when_two_readings_say_so():
    body = version(status={"southcentralus": "Completed", "eastus2": "Failed"})
    body["properties"]["replicationStatus"]["summary"][1]["details"] = "too large"
    first = read_version(body)
    assert first.phase is Phase.PENDING
    second = read_version(body, failed_before=first.failed)
    assert second.phase is Phase.FAILED
    assert "eastus2: too large" in second.message


def test_a_region_that_recovers_between_two_readings_has_not_failed():
    first = read_version(version(status={"southcentralus": "Completed", "eastus2": "Failed"}))
    assert read_version(version(status=DONE), failed_before=first.failed).phase is Phase.DONE


@pytest.mark.parametrize("state", ["Failed", "Canceled"])
def test_a_failed_version_has_failed(state):
    assert read_version(version(state, status=DONE)).phase is Phase.FAILED


def test_deleting_and_gone():
    assert read_version(version("Deleting")).phase is Phase.GONE
    assert read_version(None, seen=True).phase is Phase.GONE


@pytest.mark.parametrize(("unseen_for", "phase"), [(0, Phase.PENDING), (119.9, Phase.PENDING), (120, Phase.GONE)])
def test_a_new_version_may_take_two_minutes_to_show(unseen_for, phase):
    assert read_version(None, seen=False, unseen_for=unseen_for).phase is phase
