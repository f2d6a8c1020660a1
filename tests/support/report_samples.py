"""Fleets as a play hands them to the module fleet_report."""

from __future__ import annotations

import datetime
from typing import Any

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
BEGIN = datetime.datetime(2026, 4, 23, 3, 0, tzinfo=datetime.UTC)
REGIONS = ("eastus2", "southcentralus", "westeurope")
HOSTILE = (
    '<script>alert("1")</script>',
    "\"><img src=x onerror='alert(2)'>",
    "]]></style></svg><!-- &amp; &#x3C;b&#x3E;",
    "مرحبا-بالعالم-נבחרת",
    "web\u202egnp.exe",
    "\U0001f4a5\U0001f469\u200d\U0001f4bb-emoji",
    "x" * 400,
    "nul\x00-escape\x1b[31m-bell\x07",
    "{{ lookup('pipe', 'id') }}",
    "\ud800-half",
)


def at(seconds: float) -> str:
    return (BEGIN + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def image_id(name: str, group: str = "images-prod") -> str:
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Compute/images/{name}"


def definition_id(name: str) -> str:
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images-prod/providers/Microsoft.Compute/galleries/golden/images/{name}"


def managed_image(name: str, size: int = 30, group: str = "images-prod") -> dict[str, Any]:
    disks = [{"lun": None, "size_gb": size}, {"lun": 0, "size_gb": 100}, {"lun": 1, "size_gb": None}]
    return {"id": image_id(name, group), "name": name, "resource_group": group, "disks": disks[: 1 + size % 2 * 2]}


def image(
    name: str, version: str = "1.0.0", start: float = 0, took: float | None = None, **more: Any
) -> dict[str, Any]:
    """An image that was migrated in `took` seconds, or with None before the run. `result` and `states` change that."""
    states = more.pop("states", {})
    rid = f"{definition_id(more.pop('definition', name))}/versions/{version}"
    regions = [
        {"name": region, "state": states.get(region, "Completed"), "progress": 100, "details": None}
        for region in REGIONS
    ]
    state = "Failed" if "Failed" in states.values() else "TimedOut" if states else "Completed"
    group = more.pop("group", "images-prod")
    result = {
        "source_id": image_id(name, group),
        "definition_id": rid.rpartition("/versions/")[0],
        "version_id": rid,
        "version": version,
        "changed": took is not None,
        "replication": {
            "state": state,
            "regions": regions,
            **({} if took is None else {"started": at(start), "timeline": timeline(start, took, states)}),
        },
        "failed": False,
        "message": "It was there already, ready in every region." if took is None else "It is ready in every region.",
        **more.pop("result", {}),
    }
    known = managed_image(name, more.pop("size", 30), group)
    return {
        "host": name,
        "managed_image": known,
        "result": result,
        "started": at(0),
        "ended": at(start + (took or 5)),
        **more,
    }


def timeline(start: float, took: float, states: dict[str, str]) -> list[dict[str, str]]:
    steps = [
        {"at": at(start + 4 + 3 * place), "region": region, "state": "Replicating"}
        for place, region in enumerate(REGIONS)
    ]
    for place, region in enumerate(REGIONS):
        state = states.get(region, "Completed")
        if state != "Replicating":
            steps.append({"at": at(start + took * (1 - 0.22 * place)), "region": region, "state": state})
    return sorted(steps, key=lambda step: (step["at"], step["region"]))


def refused(name: str, message: str, **more: Any) -> dict[str, Any]:
    """An image that failed before the first write."""
    nothing = {"version_id": None, "version": None, "changed": False, "replication": None}
    return image(name, result={**nothing, "failed": True, "message": message}, **more)


def of_twelve() -> list[dict[str, Any]]:
    """A usual fleet: most are migrated, three were already, three fail."""
    failed = {"replication": None}
    where = f"image version {definition_id('erp-db-win')}/versions/1.0.0"
    details = "The replication job has not completed at region 'westeurope': insufficient storage capacity."
    return [
        *(image(f"web-{n:02}", f"1.0.{n}", 0, 372 + 31 * n % 97, definition="web", size=31) for n in range(4)),
        *(image(f"api-{n:02}", "1.0.0", 0, 300 + 47 * n, size=64) for n in range(3)),
        *(image(f"batch-{n:02}", "2.1.0") for n in range(3)),
        image(
            "erp-db-win",
            took=512,
            size=127,
            states={"westeurope": "Failed"},
            result={"failed": True, "message": f"{where}: region westeurope failed: {details}"},
        ),
        refused(
            "legacy-gen2",
            "hyper_v_generation: the image definition legacy has V1 and the managed image legacy-gen2 is V2. Azure never "
            "changes it: give another definition. Nothing was written.",
            definition="legacy",
        ),
        image(
            "sap-huge",
            took=640,
            size=2047,
            states={"westeurope": "Replicating"},
            result={**failed, "failed": True, "message": "The version is not ready after 640 seconds of waiting."}
            | {
                "replication": {
                    "state": "TimedOut",
                    "regions": [],
                    "started": at(0),
                    "timeline": timeline(0, 640, {"westeurope": "Replicating"}),
                }
            },
        ),
    ]


def summary_line(number: int = 500) -> list[dict[str, Any]]:
    """A large fleet in five batches."""
    images = []
    for index in range(number):
        start, took = index // 100 * 900, 240 + (index * 7919) % 640
        name = f"app-{index % 25:02}-node-{index:03}"
        if index % 41 == 7:
            images.append(image(name, start=start, took=took, states={REGIONS[index % 3]: "Failed"}))
            images[-1]["result"] |= {"failed": True, "message": f"region {REGIONS[index % 3]} failed: no capacity"}
        elif index % 13 == 5:
            images.append(image(name))
        elif index % 97 == 11:
            images.append(refused(name, "publisher: Azure never changes it. Nothing was written."))
        else:
            images.append(image(name, start=start, took=took, size=30 + index % 9))
    return images


def hostile() -> list[dict[str, Any]]:
    """Names and messages that try to break the page."""
    return [
        {
            **image("x", took=100 + index, states={"eastus2": "Failed"} if index % 2 else {}),
            "host": text,
            "managed_image": {"name": text, "resource_group": text, "disks": []},
            "result": {
                "source_id": text,
                "version_id": f"{definition_id('x')}/versions/1.0.0",
                "definition_id": text,
                "version": text,
                "changed": True,
                "failed": bool(index % 2),
                "message": text,
                "replication": {
                    "state": text,
                    "regions": [{"name": text, "state": text, "progress": text, "details": text}],
                    "started": at(0),
                    "timeline": [{"at": at(50 + index), "region": text, "state": text}],
                },
            },
        }
        for index, text in enumerate(HOSTILE)
    ]
