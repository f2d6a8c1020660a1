# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fault tests are built on: orders that the emulator takes, and that a wrong product is noticed."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from faults import trials
from faults.fault import Ending
from faults.scenarios import SCENARIOS
from faults.stage import Stage
from faults.trial import Trial, Verdict

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm import retry
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.client import ArmClient
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions import poller as watch
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._versions import readiness

from arm_emulator.faults import FaultError, parse

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
GALLERY = f"{GROUP}/providers/Microsoft.Compute/galleries/pics"


# Orders ---------------------------------------------------------------------------------------------------------------
@pytest.fixture
def stage() -> Any:
    with Stage(SCENARIOS["clone"].seed) as stage:
        yield stage


def call(stage: Stage, method: str, path: str = GALLERY, **body: Any) -> requests.Response:
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


def test_a_page_where_the_service_was_never_asked(stage: Stage) -> None:
    stage.emulator.order_fault(method="PUT", do={"not_json": "<p>", "acted": False})
    assert call(stage, "PUT", location="eastus").text == "<p>"
    assert call(stage, "GET").status_code == 404


def test_an_answer_that_ends_in_its_head_looks_whole(stage: Stage) -> None:
    """Python reads it as an answer with no body, which is why no empty one may be believed."""
    stage.emulator.order_fault(method="PUT", do={"truncate": "head"})
    answer = call(stage, "PUT", location="eastus")
    assert (answer.status_code, answer.content) == (201, b"")
    assert stage.emulator.requests[0]["acted"]


def test_a_rival_is_served_first(stage: Stage) -> None:
    rival = {"method": "PUT", "path": GALLERY, "body": {"location": "westus"}}
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
    return trials.verdict(next(one for one in trials.of(scenario) if one.name == name and place in one.place))


def test_an_ending_that_does_not_come_is_noticed() -> None:
    trial = next(one for one in trials.of("update") if one.name == "503" and "PUT" in one.place)
    lies = Trial(trial.scenario, "x", "x", "x", trial.orders, Ending(("HTTP 503",)))
    assert "the run did not fail, where ('HTTP 503',) was to be told" in trials.verdict(lies).complaints
    never = Trial(trial.scenario, "x", "x", "x", ({"path": "/nowhere", "do": {"status": 503}},))
    assert trials.verdict(never).complaints == ["a fault did not come to pass"]


def test_a_write_that_is_sent_again_without_a_look_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ArmClient, "_settled", lambda *_unused: None)
    complaints = tried("modules", "reset after the service acted", "PUT galleries/pics (").complaints
    assert "PUT galleries/pics acted 2 times" in complaints


def test_an_impatient_client_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "seconds", lambda text: 1.0 if text else None)
    complaints = tried("update", "429 with Retry-After", "GET galleries").complaints
    assert any("after the answer that asked for 20 s" in complaint for complaint in complaints)


def test_a_region_that_is_not_waited_for_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def hasty(body: Any, **more: Any) -> Any:
        return readiness.Reading(readiness.Phase.DONE, "ready", "Succeeded")

    monkeypatch.setattr(watch, "read_version", hasty)
    assert tried("update", "a region stuck", "PUT").complaints


def test_a_failure_that_nobody_foresaw_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_unused: Any) -> Any:
        raise KeyError("body")

    monkeypatch.setattr(ArmClient, "_settled", stumble)
    complaints = tried("update", "503", "PUT").complaints
    assert "unforeseen: KeyError('body')" in complaints
    assert "it says 'Please report this'" in complaints


def test_a_refusal_that_is_waited_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "Denied", KeyError)
    complaints = tried("update", "403", "GET galleries/pics/images/web/versions/1.0.0 (2.)").complaints
    assert any("instead of 60 s" in complaint for complaint in complaints)
