"""image_repointing with a fault, a kill or another run at one of its requests.

Whatever happens, a model has the old image or the new one, with all other storage settings as they were.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

from resilience.disturbance import FAULTS, disturbed
from support.harness import SUBSCRIPTION, Harness, Kept, Outcome

COMPUTE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute"
IMAGE = f"{COMPUTE}/images/web"
VERSION = f"{COMPUTE}/galleries/pics/images/web/versions/1.0.0"
PUBLISHED = "2026-04-01T00:00:00Z"
HERE = {"resource_group": "rg", "location": "southcentralus"}
DATA = [{"lun": 0, "size_gb": 10, "create_option": "FromImage"}, {"lun": 5, "size_gb": 20, "caching": "ReadOnly"}]
SEED: dict[str, Any] = {
    "resource_groups": [{"name": "rg", "location": "southcentralus"}],
    "images": [
        {"name": "web", **HERE, "created_time": "2026-03-01T00:00:00Z", "data_disks": [{"lun": 0, "size_gb": 10}]}
    ],
    "galleries": [{"name": "pics", **HERE}],
    "definitions": [{"name": "web", "gallery": "pics", **HERE}],
    "versions": [
        {
            "name": "1.0.0",
            "gallery": "pics",
            "definition": "web",
            **HERE,
            "source": {"name": "web", "resource_group": "rg"},
            "published_date": PUBLISHED,
            "tags": {"verified_at": "2026-04-02T00:00:00Z", "verified_published": PUBLISHED},
        }
    ],
    "scale_sets": [
        {"name": name, **HERE, "image": IMAGE, "capacity": 2, "data_disks": DATA, "mode": mode}
        for name, mode in (("a", "Uniform"), ("b", "Flexible"))
    ],
}
VARIABLES = {
    "clone_managed_image_source_id": IMAGE,
    "clone_managed_image_gallery": {"resource_group": "rg", "name": "pics"},
}


class Trial(NamedTuple):
    """What happens at which request."""

    request: int
    fault: str

    def __str__(self) -> str:
        return f"{self.request}-{self.fault.replace(' ', '-')}"


@functools.cache
def start() -> Kept:
    """The state before."""
    return Harness(seed=SEED).keep()


def attempt(harness: Harness) -> Outcome:
    """One run."""
    return harness.run("image_repointing", {"variables": VARIABLES})


@functools.cache
def requests() -> int:
    """How many requests an undisturbed run sends."""
    harness = Harness(start())
    assert attempt(harness).changed
    return len([one for one in harness.emulator.requests if one["kind"] != "token"])


def every_trial() -> list[Trial]:
    """Each request with each fault."""
    return [Trial(number, fault) for fault in FAULTS for number in range(requests())]


def few_trials() -> list[Trial]:
    """A share of them."""
    return every_trial()[::9]


def models(harness: Harness) -> list[dict[str, Any]]:
    """The storage profiles of the models."""
    found = [one for one in harness.emulator.state.resources.values() if one.kind == "scale_set"]
    return [one.properties["virtualMachineProfile"]["storageProfile"] for one in found]


def wrong(trial: Trial) -> list[str]:
    """Everything that is wrong after the fault, and after one and two more runs."""
    harness = Harness(start())
    before = models(harness)
    old, new = ([{**one, "imageReference": {"id": image}} for one in before] for image in (IMAGE, VERSION))
    disturbed(harness, trial.request, trial.fault, lambda: attempt(harness))
    states = zip(models(harness), old, new, strict=True)
    found = [f"neither old nor new: {one}" for one, was, will in states if one not in (was, will)]
    harness.clock.sleep(60)
    again = attempt(harness)
    found += [f"the next run failed: {again.message}"] if again.failed else []
    found += [] if models(harness) == new else [f"not repointed: {models(harness)}"]
    last = attempt(harness)
    return found + ([f"the third run: {last.result}"] if last.failed or last.changed or last.writes else [])
