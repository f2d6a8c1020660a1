"""A small recording, as the replay tool takes it: a gallery is made, read and listed."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
OPERATION = "22222222-2222-2222-2222-222222222222"
GALLERIES = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/galleries"
POLL = (
    f"https://management.azure.com/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/locations/eastus/"
    f"capsOperations/{OPERATION}?api-version=2024-03-03"
)
BODY = {
    "name": "one",
    "id": f"{GALLERIES}/one",
    "type": "Microsoft.Compute/galleries",
    "location": "eastus",
    "properties": {"identifier": {"uniqueName": f"{SUBSCRIPTION}-ONE"}, "provisioningState": "Creating"},
}
DONE = {**BODY, "properties": {**BODY["properties"], "provisioningState": "Succeeded"}}  # type: ignore[dict-item]
LISTED = {**DONE, "id": DONE["id"].replace("resourceGroups/g/", "resourceGroups/G/")}  # type: ignore[attr-defined]
HEADERS = {"content-type": "application/json; charset=utf-8", "date": "Thu, 23 Apr 2026 03:05:09 GMT"}


def put() -> dict[str, Any]:
    """The call that makes it."""
    headers = {**HEADERS, "azure-asyncoperation": POLL}
    return _call("PUT", f"{GALLERIES}/one", 201, BODY, headers, {"location": "eastus"})


def read() -> dict[str, Any]:
    """The call that reads it."""
    return _call("GET", f"{GALLERIES}/one", 200, DONE, HEADERS)


def listing() -> dict[str, Any]:
    """The call that lists it: groups are in capitals there."""
    return _call("GET", GALLERIES, 200, {"value": [LISTED]}, HEADERS)


def write(file: Path, *calls: dict[str, Any]) -> Path:
    """JSON lines."""
    file.write_text("".join(json.dumps(call) + "\n" for call in calls), encoding="utf-8")
    return file


def cassette(*calls: dict[str, Any]) -> dict[str, Any]:
    """The same calls as VCR keeps them."""
    interactions = [
        {
            "request": {
                "method": call["method"],
                "uri": f"https://management.azure.com{call['path']}?api-version=2024-03-03",
                "body": json.dumps(call["request_body"]) if call["request_body"] else None,
            },
            "response": {
                "status": {"code": call["status"], "message": ""},
                "headers": {name: [value] for name, value in call["headers"].items()},
                "body": {"string": json.dumps(call["response_body"])},
            },
        }
        for call in calls
    ]
    return {"interactions": interactions, "version": 1}


def _call(method: str, path: str, status: int, body: Any, headers: dict[str, str], sent: Any = None) -> dict[str, Any]:
    return {
        "method": method,
        "path": path,
        "query": {"api-version": "2024-03-03"},
        "request_body": sent,
        "status": status,
        "headers": dict(headers),
        "response_body": copy.deepcopy(body),
    }
