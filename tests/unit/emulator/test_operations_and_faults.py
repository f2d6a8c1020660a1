"""Long-running operations, replication over time, and ordered faults."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arm_emulator.faults import FaultError, parse
from arm_emulator.settings import Settings

from .conftest import COMPUTE, DEFINITION, GALLERY, SEED, VERSION, Azure, version_body


def replication(azure: Azure) -> dict[str, tuple[str, int]]:
    """State and progress of each region."""
    status = azure.get(f"{VERSION}?$expand=ReplicationStatus")["properties"]["replicationStatus"]
    return {entry["region"]: (entry["state"], entry["progress"]) for entry in status["summary"]}


def state(azure: Azure) -> str:
    """provisioningState of the version."""
    return str(azure.get(VERSION)["properties"]["provisioningState"])


def test_polls(azure: Azure) -> None:
    answer = azure.call("PUT", VERSION, version_body())
    url = answer.headers["Azure-AsyncOperation"]
    assert re.search(r"/locations/eastus2/capsOperations/[0-9a-f-]{36}\?api-version=2024-03-03&t=\d{18}&c=", url)
    assert 2500 < len(url) < 3500
    running = azure.poll(answer)
    assert list(running.json()) == ["startTime", "status", "name"]
    assert running.headers["Retry-After"] == "60"
    azure.clock.advance(431)
    done = azure.poll(answer)
    assert list(done.json()) == ["startTime", "endTime", "status", "name"]
    assert "Retry-After" not in done.headers


@pytest.mark.parametrize("spoil", ["s", "t", "c", "h", "none"])
def test_a_poll_needs_its_signature(azure: Azure, spoil: str) -> None:
    url = azure.call("PUT", VERSION, version_body()).headers["Azure-AsyncOperation"].removeprefix("https://127.0.0.1:1")
    path = url.split("&")[0]
    if spoil != "none":
        path = re.sub(rf"([?&]{spoil}=)(.)", lambda match: match[1] + ("1" if match[2] == "0" else "0"), url)
    assert azure.call("GET", path, version=None).status == 403
    assert azure.call("GET", url, version=None).status == 200


def test_a_short_operation_has_no_retry_after(azure: Azure) -> None:
    answer = azure.call("PUT", f"{COMPUTE}/galleries/other", {"location": "eastus"})
    assert "Retry-After" not in azure.poll(answer).headers
    assert azure.poll(answer).hold == pytest.approx(0.3)


def test_unknown_operation(azure: Azure) -> None:
    path = f"{GALLERY.split('/resourceGroups', maxsplit=1)[0]}/providers/Microsoft.Compute/locations/eastus2/capsOperations/x"
    assert azure.call("GET", path, None, "2022-03-03").status == 404


def test_own_region_first_then_the_others(azure: Azure) -> None:
    azure.call("PUT", VERSION, version_body(regions=["westus2", "eastus2", "northeurope"]))
    seen: list[dict[str, tuple[str, int]]] = []
    for _unused in range(45):
        seen.append(replication(azure))
        azure.clock.advance(10)
    assert list(seen[0]) == ["westus2", "eastus2", "northeurope"]  # the order of the request
    assert seen[0]["eastus2"][0] == "Replicating"
    first = {region: next(i for i, one in enumerate(seen) if one[region][0] == "Completed") for region in seen[0]}
    assert first["eastus2"] < first["westus2"] < first["northeurope"]
    for region in seen[0]:
        progress = [one[region][1] for one in seen]
        assert progress == sorted(progress)
        assert progress[-1] == 100
    assert state(azure) == "Succeeded"


def test_creating_until_every_region_is_done(azure: Azure) -> None:
    azure.call("PUT", VERSION, version_body(regions=["eastus2", "westus2"]))
    azure.clock.advance(430)
    assert (state(azure), replication(azure)["westus2"][0]) == ("Creating", "Replicating")
    azure.clock.advance(2)
    assert (state(azure), replication(azure)["westus2"]) == ("Succeeded", ("Completed", 100))


def test_added_region(azure: Azure) -> None:
    azure.wait(azure.call("PUT", VERSION, version_body()))
    azure.call("PUT", VERSION, version_body(regions=["eastus2", "westus2"]))
    assert (state(azure), replication(azure)["eastus2"][0], replication(azure)["westus2"][0]) == (
        "Updating",
        "Completed",
        "Replicating",
    )
    azure.clock.advance(151)
    assert (state(azure), replication(azure)["westus2"][0]) == ("Succeeded", "Completed")


@pytest.mark.parametrize("where", ["seed", "fault"])
def test_late_region(make_azure: Callable[..., Azure], where: str) -> None:
    azure = make_azure({**SEED, "late_regions": 600} if where == "seed" else SEED)
    if where == "fault":
        azure.service.faults.order({"resource": "1.0.0$", "late_regions": 600})
    azure.wait(azure.call("PUT", VERSION, version_body()))
    azure.wait(azure.call("PUT", VERSION, version_body(regions=["eastus2", "westus2"])))
    assert (state(azure), replication(azure)["westus2"][0]) == ("Succeeded", "Replicating")
    azure.clock.advance(601)
    assert replication(azure)["westus2"][0] == "Completed"


@pytest.mark.parametrize(("seconds", "wait"), [(431, 60), (30, 5), (7, 1), (0, 1), (5000, 60)])
def test_retry_after_is_scaled(seconds: float, wait: int) -> None:
    assert Settings(float(seconds)).retry_after == wait


# -- faults about requests ---------------------------------------------------------------------------------------------
def test_status_with_headers_once(azure: Azure) -> None:
    do = {"status": 429, "code": "TooManyRequests", "message": "slow down", "headers": {"Retry-After": "2"}}
    azure.service.faults.order({"method": "PUT", "kind": "image_version", "do": do})
    assert azure.call("GET", GALLERY).status == 200
    answer = azure.call("PUT", VERSION, version_body())
    assert (azure.error(answer), answer.headers["Retry-After"]) == ((429, "TooManyRequests"), "2")
    assert azure.call("PUT", VERSION, version_body()).status == 201


def test_after_and_times(azure: Azure) -> None:
    azure.service.faults.order({"path": "/galleries/GALLERY$", "after": 1, "times": 2, "do": {"status": 503}})
    assert [azure.call("GET", GALLERY).status for _unused in range(5)] == [200, 503, 503, 200, 200]


def test_for_ever(azure: Azure) -> None:
    azure.service.faults.order({"times": 0, "do": {"status": 500}})
    assert {azure.call("GET", GALLERY).status for _unused in range(5)} == {500}
    azure.service.faults.clear()
    assert azure.call("GET", GALLERY).status == 200


@pytest.mark.parametrize(("action", "acted"), [("reset_before", False), ("reset_after", True), ("truncate", True)])
def test_broken_connections(azure: Azure, action: str, acted: bool) -> None:
    azure.service.faults.order({"method": "PUT", "do": action})
    answer = azure.call("PUT", VERSION, version_body())
    assert answer.delivery == ("truncate" if action == "truncate" else "reset")
    assert (azure.call("GET", VERSION).status == 200) is acted


def test_delays(azure: Azure) -> None:
    azure.service.faults.order({"do": {"delay": 1.5}})
    azure.service.faults.order({"do": {"stall": 9}})
    assert (azure.call("GET", GALLERY).delay, azure.call("GET", GALLERY).delay) == (1.5, 9)


def test_answers_of_other_kinds(azure: Azure) -> None:
    faults = azure.service.faults
    faults.order({"do": "not_json"})
    assert azure.call("GET", GALLERY).headers["Content-Type"] == "text/html"
    faults.order({"do": "expired_token"})
    assert azure.error(azure.call("GET", GALLERY)) == (401, "ExpiredAuthenticationToken")
    faults.order({"do": {"claims_challenge": {"access_token": {"x": 1}}}})
    challenge = azure.call("GET", GALLERY).headers["WWW-Authenticate"]
    claims = re.search(r'claims="([^"]+)"', challenge)
    assert claims is not None
    assert base64.b64decode(claims[1]) == b'{"access_token": {"x": 1}}'
    faults.order({"do": {"redirect": "https://evil.example/"}})
    assert azure.call("GET", GALLERY).headers["Location"] == "https://evil.example/"
    faults.order({"do": {"next_link_host": "https://evil.example"}})
    assert azure.get(f"{GALLERY}/images")["nextLink"].startswith("https://evil.example/subscriptions/")
    faults.order({"do": {"odd": {"properties.features": [{}, {}], "properties.features[].name": 7}}, "times": 2})
    assert azure.get(f"{GALLERY}/images")["value"][0]["properties"]["features"] == [{"name": 7}, {"name": 7}]
    assert azure.get(GALLERY)["properties"]["features"] == [{"name": 7}, {"name": 7}]


# -- faults about resources --------------------------------------------------------------------------------------------
def test_operation_fails(azure: Azure) -> None:
    azure.service.faults.order({"resource": "/versions/1.0.0$", "operation_fails": {"code": "X", "message": "why"}})
    answer = azure.call("PUT", VERSION, version_body())
    assert (answer.status, state(azure)) == (201, "Creating")
    assert azure.wait(answer)["error"] == {"code": "X", "message": "why"}
    assert state(azure) == "Failed"


def test_operation_cancelled(azure: Azure) -> None:
    azure.service.faults.order({"resource": ".", "operation_cancelled": True})
    operation = azure.wait(azure.call("PUT", VERSION, version_body()))
    assert (operation["status"], "error" in operation, state(azure)) == ("Canceled", False, "Failed")


def test_a_region_fails_and_is_added_again(azure: Azure) -> None:
    azure.service.faults.order({"resource": ".", "region_fails": {"region": "West US 2", "details": "no room"}})
    operation = azure.wait(azure.call("PUT", VERSION, version_body(regions=["eastus2", "westus2"])))
    assert operation["status"] == "Failed"
    assert "'{region:westus2, detail:no room}'" in operation["error"]["message"]
    assert (state(azure), replication(azure)["eastus2"][0], replication(azure)["westus2"][0]) == (
        "Failed",
        "Completed",
        "Failed",
    )
    again = azure.wait(azure.call("PUT", VERSION, version_body(regions=["eastus2", "westus2"])))
    assert again["status"] == "Failed"  # retrying does not help
    assert azure.wait(azure.call("PUT", VERSION, version_body(regions=["eastus2"])))["status"] == "Succeeded"
    assert "osDiskImage" in azure.get(VERSION)["properties"]["storageProfile"]
    azure.wait(azure.call("PUT", VERSION, version_body(regions=["eastus2", "westus2"])))
    assert (state(azure), replication(azure)["westus2"][0]) == ("Succeeded", "Completed")


@pytest.mark.parametrize("shown", ["Failed", "Replicating", "Unknown", "missing"])
def test_succeeded_though_a_region_is_not(azure: Azure, shown: str) -> None:
    spec = {"region": "westus2", "provisioning_state": "Succeeded"}
    fault = {"region_fails": spec} if shown == "Failed" else {"region_stuck": {**spec, "state": shown}}
    azure.service.faults.order({"resource": ".", **fault})
    azure.wait(azure.call("PUT", VERSION, version_body(regions=["eastus2", "westus2"])))
    azure.clock.advance(86400)
    assert state(azure) == "Succeeded"
    assert replication(azure).get("westus2", ("missing", 0))[0] == shown


def test_stuck_region_keeps_it_creating(azure: Azure) -> None:
    azure.service.faults.order({"resource": ".", "region_stuck": "westus2"})
    answer = azure.call("PUT", VERSION, version_body(regions=["eastus2", "westus2"]))
    azure.clock.advance(86400)
    assert (state(azure), azure.poll(answer).json()["status"]) == ("Creating", "InProgress")
    assert replication(azure)["eastus2"][0] == "Completed"


def test_vanishes(azure: Azure) -> None:
    azure.service.faults.order({"resource": ".", "vanish_after": 100})
    azure.call("PUT", VERSION, version_body())
    azure.clock.advance(99)
    assert state(azure) == "Creating"
    azure.clock.advance(2)
    assert azure.call("GET", VERSION).status == 404


def test_source_busy(azure: Azure) -> None:
    azure.service.faults.order({"resource": "1.0.0$", "source_busy": True, "times": 2})
    assert [azure.call("PUT", VERSION, version_body()).status for _unused in range(3)] == [429, 429, 201]


def test_two_faults_for_one_write(azure: Azure) -> None:
    for region in ("westus2", "northeurope"):
        azure.service.faults.order({"resource": ".", "region_fails": {"region": region}})
    azure.wait(azure.call("PUT", VERSION, version_body(regions=["eastus2", "westus2", "northeurope"])))
    assert sorted(s for s, _unused in replication(azure).values()) == ["Completed", "Failed", "Failed"]


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ([], "an object"),
        ({"do": {}}, "must have one of"),
        ({"do": {"explode": 1}}, "unknown action 'explode'"),
        ({"when": 1, "do": "not_json"}, "unknown key 'when'"),
        ({"path": "(", "do": "not_json"}, "regular expression"),
        ({"kind": "nothing", "do": "not_json"}, "unknown kind"),
        ({"times": -1, "do": "not_json"}, "'times'"),
        ({"resource": "."}, "one of operation_fails"),
        ({"do": {"status": "503"}}, "must be a number"),
        ({"do": {"delay": "long"}}, "'delay' must be a number of seconds"),
        ({"resource": ".", "vanish_after": True}, "'vanish_after' must be a number of seconds"),
    ],
)
def test_faults_are_checked(fault: Any, text: str) -> None:
    with pytest.raises(FaultError, match=re.escape(text)):
        parse(fault)


# -- control interface -------------------------------------------------------------------------------------------------
def test_control_interface(azure: Azure) -> None:
    azure.call("GET", GALLERY)
    control = "/_emulator"
    log = azure.call("GET", f"{control}/requests", version=None).json()["value"]
    assert [entry["path"] for entry in log] == [GALLERY]
    assert azure.call("DELETE", f"{control}/requests", version=None).status == 204
    assert azure.call("GET", f"{control}/requests", version=None).json() == {"value": []}
    assert azure.call("POST", f"{control}/faults", {"do": "nonsense"}, None).status == 400
    assert azure.call("POST", f"{control}/faults", {"do": {"status": 503}}, None).status == 201
    assert azure.call("GET", GALLERY).status == 503
    assert azure.call("GET", f"{control}/faults", version=None).json()["value"][0]["used"] == 1
    assert azure.call("DELETE", f"{control}/faults", version=None).status == 204
    kinds = {entry["kind"] for entry in azure.call("GET", f"{control}/state", version=None).json()["value"]}
    assert kinds == {"resource_group", "managed_image", "gallery", "image_definition"}


@given(st.lists(st.sampled_from(["westus2", "westus3", "northeurope", "uksouth"]), unique=True), st.floats(0, 600))
def test_progress_fits_the_state(regions: list[str], moment: float) -> None:
    azure = Azure(SEED)
    azure.call("PUT", VERSION, version_body(regions=["eastus2", *regions]))
    azure.clock.advance(moment)
    body = azure.get(f"{VERSION}?$expand=ReplicationStatus")["properties"]
    summary = body["replicationStatus"]["summary"]
    done = all(entry["state"] == "Completed" for entry in summary)
    assert (body["provisioningState"] == "Succeeded") is done
    assert (body["replicationStatus"]["aggregatedState"] == "Completed") is done
    assert all((entry["progress"] == 100) == (entry["state"] == "Completed") for entry in summary)


def test_definition_of_the_fixture_is_unused_by_default(azure: Azure) -> None:
    assert azure.get(f"{DEFINITION}/versions") == {"value": []}
