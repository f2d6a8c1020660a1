# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded Azure traffic, replayed; and the replayer itself."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path

import pytest
from replay import recordings, report
from replay.replayer import Session

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


def test_recorded_calls_are_alike() -> None:
    outcome = report.replay(files())
    print(outcome.summary())
    assert [f"{one.call}: {one.differences}" for one in outcome.unexplained] == []
    assert outcome.stale == []
    assert len(outcome.alike) >= 300


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


CASSETTE = """interactions:
- request:
    method: PUT
    uri: https://management.azure.com/subscriptions/{s}/resourceGroups/g/providers/Microsoft.Compute/galleries/one?api-version=2024-03-03
    body: '{{"location": "eastus"}}'
    headers: {{}}
  response:
    status: {{code: {status}, message: ''}}
    headers:
      azure-asyncoperation: ['{arm}/locations/eastus/capsOperations/{o}?api-version=2024-03-03']
      content-type: [application/json; charset=utf-8]
      date: ['Thu, 23 Apr 2026 03:05:09 GMT']
    body: {{string: '{body}'}}
- request: {{method: GET, uri: 'https://example.org/else', body: null, headers: {{}}}}
  response: {{status: {{code: 200, message: ''}}, headers: {{}}, body: {{string: ''}}}}
"""


@pytest.mark.parametrize(("status", "alike"), [(201, 1), (200, 0)])
def test_cassettes(tmp_path: Path, status: int, alike: int) -> None:
    pytest.importorskip("yaml")
    subscription = "11111111-1111-1111-1111-111111111111"
    body = {
        "name": "one",
        "id": f"/subscriptions/{subscription}/resourceGroups/g/providers/Microsoft.Compute/galleries/one",
        "type": "Microsoft.Compute/galleries",
        "location": "eastus",
        "properties": {"identifier": {"uniqueName": f"{subscription}-ONE"}, "provisioningState": "Creating"},
    }
    arm = f"https://management.azure.com/subscriptions/{subscription}/providers/Microsoft.Compute"
    text = CASSETTE.format(arm=arm, s=subscription, o=subscription, status=status, body=json.dumps(body))
    (tmp_path / "cassette.yaml").write_text(text, encoding="utf-8")
    outcome = report.replay([tmp_path / "cassette.yaml"])
    assert (len(outcome.alike), len(outcome.replayed), len(outcome.outcomes)) == (alike, 1, 2)
