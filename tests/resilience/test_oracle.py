"""The foundations of these tests: orders that the emulator accepts, and an oracle that notices a wrong product."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import requests

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm import answer
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.client import ArmClient
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.write import Write
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions import poller, readiness

from arm_emulator.faults import FaultError, parse
from resilience import cuts, fault_trials, meetings, oracle
from resilience.fault import Ending
from resilience.fault_trial import Trial, Verdict
from resilience.scenarios import SCENARIOS
from resilience.seeds import GALLERY_ID
from resilience.stage import Stage


# Orders ---------------------------------------------------------------------------------------------------------------
@pytest.fixture
def stage() -> Any:
    with Stage(SCENARIOS["clone"].seed) as stage:
        yield stage


def call(stage: Stage, method: str, path: str = GALLERY_ID, **body: Any) -> requests.Response:
    """One request to the emulator, with a token."""
    token = stage.emulator.service.entra.make_token("me", "tenant", stage.clock.timestamp(), 3600)
    url = f"{stage.emulator.url}{path}?api-version=2024-03-03"
    ca_file = stage.emulator.ca_file
    return requests.request(
        method, url, json=body or None, headers={"Authorization": f"Bearer {token}"}, verify=ca_file, timeout=9
    )


def test_a_refusal_after_the_service_acted(stage: Stage) -> None:
    stage.emulator.order_fault(method="PUT", do={"status": 504, "acted": True})
    assert call(stage, "PUT", location="eastus").status_code == 504
    assert call(stage, "GET").status_code == 200
    assert [entry["acted"] for entry in stage.emulator.requests] == [True, False]


def test_a_page_before_the_service_acts(stage: Stage) -> None:
    stage.emulator.order_fault(method="PUT", do={"not_json": "<p>", "acted": False})
    assert call(stage, "PUT", location="eastus").text == "<p>"
    assert call(stage, "GET").status_code == 404


def test_an_answer_that_ends_in_its_head_looks_whole(stage: Stage) -> None:
    """Python reads it as an answer without a body, so the client must not trust an empty one."""
    stage.emulator.order_fault(method="PUT", do={"truncate": "head"})
    answer = call(stage, "PUT", location="eastus")
    assert (answer.status_code, answer.content) == (201, b"")
    assert stage.emulator.requests[0]["acted"]


def test_a_rival_is_served_first(stage: Stage) -> None:
    rival = {"method": "PUT", "path": GALLERY_ID, "body": {"location": "westus"}}
    stage.emulator.order_fault(method="PUT", do={"rival": rival})
    assert call(stage, "PUT", location="westus").status_code == 200
    assert len(stage.emulator.requests) == 1


@pytest.mark.parametrize(
    ("do", "says"), [({"truncate": "tail"}, '"head"'), ({"rival": {"method": "PUT"}}, "{method, path, body}")]
)
def test_orders_are_checked(do: Any, says: str) -> None:
    with pytest.raises(FaultError, match=re.escape(says)):
        parse({"do": do})


# Noticing -------------------------------------------------------------------------------------------------------------
def tried(scenario: str, name: str, place: str) -> Verdict:
    """The first trial of that fault at such a request."""
    return fault_trials.verdict(
        next(one for one in fault_trials.of(scenario) if one.name == name and place in one.place)
    )


def test_another_ending_is_noticed() -> None:
    trial = next(one for one in fault_trials.of("update") if one.name == "503" and "PUT" in one.place)
    wrong = Trial(trial.scenario, "x", "x", "x", trial.orders, Ending(("HTTP 503",)))
    assert "the run did not fail with ('HTTP 503',)" in fault_trials.verdict(wrong).complaints
    never = Trial(trial.scenario, "x", "x", "x", ({"path": "/nowhere", "do": {"status": 503}},))
    assert fault_trials.verdict(never).complaints == ["a fault did not happen"]


def test_a_write_that_is_repeated_without_a_read_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Write, "_after_lost_answer", lambda *_unused: None)
    complaints = tried("modules", "reset after the service acted", "PUT galleries/pics (").complaints
    assert "PUT galleries/pics acted 2 times" in complaints


def test_an_impatient_client_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "seconds", lambda text: 1.0 if text else None)
    complaints = tried("update", "429 with Retry-After", "GET galleries").complaints
    assert any("after the answer that asked for 20 s" in complaint for complaint in complaints)


def test_a_region_that_is_not_waited_for_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def hasty(body: Any, **more: Any) -> Any:
        return readiness.Reading(readiness.Phase.DONE, "ready", "Succeeded")

    monkeypatch.setattr(poller, "read_version", hasty)
    assert tried("update", "a region stuck", "PUT").complaints


def test_an_unexpected_error_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_unused: Any) -> Any:
        raise KeyError("body")

    monkeypatch.setattr(Write, "_after_lost_answer", stumble)
    complaints = tried("update", "503", "PUT").complaints
    assert "unexpected: KeyError('body')" in complaints
    assert "it says 'Unexpected error in module'" in complaints


def test_a_refusal_that_is_waited_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller, "Denied", KeyError)
    complaints = tried("update", "403", "GET galleries/pics/images/web/versions/1.0.0 (2.)").complaints
    assert any("instead of 60 s" in complaint for complaint in complaints)


def test_a_cut_run_that_is_not_completed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    job = cuts.JOBS[0]
    good = cuts.undisturbed(job)
    monkeypatch.setattr(Write, "_after_lost_answer", lambda *_unused: None)
    monkeypatch.setattr(ArmClient, "get", lambda *_unused, **_more: None)
    assert any("PUT" in complaint for complaint in cuts.trial(job, 15, good))


def test_a_second_version_is_noticed() -> None:
    meeting = meetings.MEETINGS[2]
    with Stage(meeting.seed) as stage:
        meetings.both(stage, meeting, [])
        assert list(oracle.versions(stage.emulator, 2)) == []
        (complaint,) = oracle.versions(stage.emulator, 1)
        assert complaint.startswith("2 versions, not 1")


def test_what_differs_is_named() -> None:
    good, found = {"a": {"x": 1}, "b": {}}, {"a": {"x": 2}, "c": {}}
    assert [complaint.partition(":")[0] for complaint in oracle.difference(good, found)] == ["a", "b", "c"]
    assert not list(oracle.difference(good, good))


def test_secrets_in_files_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "clean").write_text("nothing")
    (tmp_path / "token").write_text(f"eyJ{'a' * 20}.{'b' * 20}")
    (tmp_path / "secret").write_text("x the-secret x")
    assert sorted(one.split()[0] for one in oracle.secrets_in(tmp_path, "the-secret")) == ["secret", "token"]
