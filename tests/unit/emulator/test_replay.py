"""Recorded Azure traffic, replayed; and the replayer itself."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

import pytest
from replay import recordings, report
from replay.headers import header_differences, keeps_retry_after
from replay.replayer import Session

from .recorded import GALLERIES, LISTED, OPERATION, POLL, listing, put, read, write

RECORDINGS = Path(__file__).resolve().parents[4] / "shared" / "recordings"


def files() -> list[Path]:
    """The recordings; without them a skip, but a failure where everything must run."""
    found = sorted(RECORDINGS.glob("*.jsonl")) if RECORDINGS.is_dir() else []
    if not found:
        text = "there are no recordings beside the repository (../shared/recordings)"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    return found


@pytest.fixture(scope="module")
def replayed() -> dict[str, report.Report]:
    """Every recording replayed, by its file's name."""
    return {file.name: report.replay([file]) for file in files()}


NAMES = [file.name for file in sorted(RECORDINGS.glob("*.jsonl"))] if RECORDINGS.is_dir() else ["none"]


@pytest.mark.parametrize("name", NAMES)
def test_recorded_calls_are_alike(name: str, replayed: dict[str, report.Report]) -> None:
    outcome = replayed[name]
    print(outcome.summary())
    assert [f"{one.call}: {one.differences}" for one in outcome.unexplained] == []
    assert outcome.stale == []


def test_most_recorded_calls_are_alike(replayed: dict[str, report.Report]) -> None:
    assert sum(len(outcome.alike) for outcome in replayed.values()) >= 850


@pytest.mark.parametrize(
    "spoil",
    [
        lambda call: setattr(call, "status", call.status + 1),
        lambda call: call.headers.pop("azure-asyncoperation", None) or call.headers.update({"location": "x"}),
        lambda call: call.body.update({"more": 1}),
        lambda call: call.body.update({"location": "elsewhere"}),
        lambda call: call.body["properties"].update({"provisioningState": "Odd"}),
        lambda call: call.headers.update({"x-ms-ratelimit-remaining-resource": "Microsoft.Compute/Other3Min;1"}),
    ],
    ids=["status", "headers", "keys", "values", "state", "buckets"],
)
def test_a_spoilt_recording_is_noticed(spoil: object) -> None:
    calls = [call for file in files() for call in recordings.load(file) if call.file.startswith("az-cli-2023-gallery")]
    number = next(i for i, call in enumerate(calls) if call.method == "PUT" and "/galleries/" in call.path)
    calls = copy.deepcopy(calls)
    spoil(calls[number])  # type: ignore[operator]
    assert Session(calls[: number + 1]).run()[number].differences


# A recording of our own


def outcome_of(tmp_path: Path, *calls: dict[str, Any]) -> Any:
    return report.replay([write(tmp_path / "a.jsonl", *calls)])


def test_calls_of_others_are_left_out(tmp_path: Path) -> None:
    other = {**read(), "path": "/else", "response_body": None}
    outcome = outcome_of(tmp_path, put(), other)
    assert (len(outcome.alike), len(outcome.replayed), len(outcome.outcomes)) == (1, 1, 2)


HEADER_CHANGES = {
    "family": ("azure-asyncoperation", POLL.replace("capsOperations", "operations")),
    "region": ("azure-asyncoperation", POLL.replace("eastus", "westus")),
    "api-version": ("azure-asyncoperation", POLL.replace("2024", "2023")),
    "parameter": ("azure-asyncoperation", f"{POLL}&monitor=true"),
    "location": ("location", POLL),
    "retry-after": ("retry-after", "7"),
    "content-type": ("content-type", "text/plain"),
    "cache-control": ("cache-control", "private"),
    "expires": ("expires", "0"),
    "rate limit": ("x-ms-ratelimit-remaining-tenant-reads", "5"),
    "bucket": ("x-ms-ratelimit-remaining-resource", "Microsoft.Compute/Other3Min;1"),
    "request id": ("x-ms-request-id", "33333333-3333-3333-3333-333333333333"),
}


@pytest.mark.parametrize("what", HEADER_CHANGES)
def test_headers_are_compared(what: str, tmp_path: Path) -> None:
    name, value = HEADER_CHANGES[what]
    call = put()
    call["headers"][name] = value
    (differs,) = outcome_of(tmp_path, call).unexplained
    assert [line.split(": ")[0] for line in differs.differences] == [f"header {name}"]


def test_headers_that_say_nothing_are_not_compared(tmp_path: Path) -> None:
    call = put()
    call["headers"] |= {
        "azure-asyncoperation": f"{POLL}&t=1&c=2&s=3&h=4".replace("management.azure.com", "localhost:1234"),
        "x-ms-request-id": OPERATION,
        "x-ms-ratelimit-remaining-resource": "Microsoft.Compute/CreateUpdateGallery3Min;1,Microsoft.Compute/"
        "CreateUpdateGallery30Min;2",
        "retry-after": "0",
        "x-msedge-ref": "Ref A: 1",
        "server": "x",
    }
    assert outcome_of(tmp_path, call).unexplained == []
    assert outcome_of(tmp_path, {**put(), "headers": {}}).unexplained == []


def test_a_missing_retry_after_counts_where_the_recording_keeps_it() -> None:
    kept = [recordings.Call("f", 1, "s", "GET", "/", {}, None, 200, headers, None) for headers in (
        {}, {"x-ms-request-id": "1"}, {"x-ms-request-id": "1", "retry-after": "0"}, {"retry-after": "60"})]  # fmt: skip
    assert [keeps_retry_after([call]) for call in kept] == [False, True, False, True]
    assert header_differences(kept[1], {"retry-after": "60"}, True) == [
        "header retry-after: recorded None, replayed 60"
    ]
    assert header_differences(kept[1], {"retry-after": "60"}, False) == []


# What a recording presupposes of others: deployments, policies, other users of the subscription


NETWORKS = GALLERIES.replace("Microsoft.Compute/galleries", "Microsoft.Network")


def recorded(method: str, path: str, status: int, body: Any = None, sent: Any = None, **headers: str) -> dict[str, Any]:
    """A call with api-version 2024-05-01."""
    kept = {"content-type": "application/json; charset=utf-8", **headers} if body is not None else headers
    query = {"api-version": "2024-05-01"}
    call = {"method": method, "path": path, "query": query, "status": status, "headers": kept}
    return {**call, "request_body": sent, "response_body": body}


def deployment() -> dict[str, Any]:
    """A template with an interface, its network coming last."""
    subnet = {"id": f"{NETWORKS}/virtualNetworks/v/subnets/s"}
    subnets = [{"name": "s", "properties": {"addressPrefix": "10.0.0.0/24"}}]
    nic = {"ipConfigurations": [{"name": "i", "properties": {"subnet": subnet}}]}
    vnet = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": subnets}
    kinds = (("networkInterfaces", "n", nic), ("virtualNetworks", "v", vnet))
    resources = [
        {"type": f"Microsoft.Network/{kind}", "name": name, "location": "eastus", "properties": properties}
        for kind, name, properties in kinds
    ]
    path = NETWORKS.replace("Microsoft.Network", "Microsoft.Resources/deployments/d")
    return recorded("PUT", path, 201, None, {"resources": resources})


def test_what_a_deployment_created_is_there(tmp_path: Path) -> None:
    error = {
        "code": "InUseSubnetCannotBeDeleted",
        "message": f"Subnet s is in use by {NETWORKS}/networkInterfaces/n/ipConfigurations/i and cannot be deleted. In order "
        "to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
        "details": [],
    }
    refused = recorded("DELETE", f"{NETWORKS}/virtualNetworks/v", 400, {"error": error})
    outcome = outcome_of(tmp_path, deployment(), refused)
    assert (len(outcome.replayed), len(outcome.alike), outcome.unexplained) == (1, 1, [])


def test_an_edited_api_version_is_that_of_the_operation(tmp_path: Path) -> None:
    poll = POLL.replace("Microsoft.Compute", "Microsoft.Network").replace("capsOperations", "operations")
    poll = poll.replace("2024-03-03", "2022-01-01")
    rid = f"{NETWORKS}/applicationSecurityGroups/a"
    head = {"name": "a", "id": rid, "etag": f'W/"{OPERATION}"', "type": "Microsoft.Network/applicationSecurityGroups"}
    body = {**head, "location": "eastus", "properties": {"provisioningState": "Updating"}}
    call = recorded("PUT", rid, 201, body, {"location": "eastus"}, **{"azure-asyncoperation": poll})
    assert outcome_of(tmp_path, call).unexplained == []


def test_others_in_the_subscription_do_not_count(tmp_path: Path) -> None:
    call = read()
    lists = listing()
    stranger = {**LISTED, "id": LISTED["id"].replace("/G/", "/STRANGER/")}  # type: ignore[attr-defined]
    lists |= {"path": GALLERIES.replace("/resourceGroups/g", ""), "response_body": {"value": [stranger, LISTED]}}
    assert outcome_of(tmp_path, put(), call, lists).unexplained == []
    lists["response_body"] = {"value": [stranger]}
    assert "recorded 0 entries, replayed 1" in str(outcome_of(tmp_path, put(), call, lists).unexplained[0].differences)


def test_tags_that_others_gave_a_group(tmp_path: Path) -> None:
    rid = GALLERIES.partition("/providers")[0]
    head = {"id": rid, "name": "g", "type": "Microsoft.Resources/resourceGroups", "location": "eastus"}
    bodies = [
        {**head, "tags": tags, "properties": {"provisioningState": "Succeeded"}} for tags in ({"a": "b"}, {"c": "d"})
    ]
    assert outcome_of(tmp_path, *(recorded("GET", rid, 200, body) for body in bodies)).unexplained == []


# What is explained, and what was known beforehand


def test_a_known_difference_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call = read()
    call["response_body"] |= {"location": "westus", "tags": {}}
    known = ".location: recorded 'westus', replayed 'eastus'"
    monkeypatch.setattr(report, "KNOWN", (("a.jsonl", 2, known, "moved"),))
    outcome = outcome_of(tmp_path, put(), call)
    assert [one.differences for one in outcome.unexplained] == [[": recorded and not replayed: tags", known]]
    assert report.run([tmp_path / "a.jsonl"]) == 1

    call["response_body"].pop("tags")
    outcome = outcome_of(tmp_path, put(), call)
    assert (outcome.unexplained, outcome.stale) == ([], [])
    assert "1 of 2 recorded calls alike, 1 with known differences only, 0 unexplained" in outcome.summary()
    assert report.run([tmp_path / "a.jsonl"]) == 0

    call["response_body"]["location"] = "northeurope"
    outcome = outcome_of(tmp_path, put(), call)
    assert len(outcome.unexplained) == 1, "only that difference is explained, not another of the same key"
    assert outcome.stale == [f"a.jsonl#2 GET {GALLERIES}/one: {known}"]


def test_calls_answered_from_what_was_planted_are_counted(tmp_path: Path) -> None:
    made = outcome_of(tmp_path, put(), read(), listing())
    assert "0 of the 3 were answered from resources that were planted" in made.summary()
    found = outcome_of(tmp_path, read(), read(), listing(), {**listing(), "path": GALLERIES.replace("/g/", "/other/")})
    assert [one.planted for one in found.outcomes] == [True, True, True, False]
    assert "3 of the 4 were answered from resources that were planted" in found.summary()
    removed = {**read(), "method": "DELETE", "status": 202, "response_body": None}
    again = outcome_of(tmp_path, read(), removed, put(), read())
    assert [one.planted for one in again.outcomes] == [True, False, False, False]
    assert [one.call.method for one in again.unexplained] == ["DELETE"], "its headers were not recorded"
    lost = outcome_of(tmp_path, put(), removed, read(), read())
    assert "status: recorded 200, replayed 404" in str(lost.outcomes[3].differences), "what was made is never planted"
