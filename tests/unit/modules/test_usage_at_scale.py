"""How many requests a lookup needs: 5 subscriptions of 2,000 machines and 200 scale sets each, within Azure's rate limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache

from arm_emulator import Emulator

from .conftest import SUBSCRIPTION, Azure, Clock

SUBSCRIPTIONS = [SUBSCRIPTION, *(f"{number}{SUBSCRIPTION[1:]}" for number in range(1, 5))]
MACHINES, SCALE_SETS, IMAGES = 2000, 200, 300
HERE, ELSEWHERE = "southcentralus", "westus2"


def image_id(name: str) -> str:
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/images/{name}"


def scale_set(subscription: str, number: int) -> dict[str, Any]:
    """Of ten: two in the images' region with instances, four without, two of an image of another region, two Flexible."""
    kind = number % 10
    place = ELSEWHERE if kind in (6, 7) else HERE
    return {
        "name": f"set{number}",
        "resource_group": "rg",
        "subscription": subscription,
        "location": place,
        "image": image_id("far" if place == ELSEWHERE else f"image{number % IMAGES}"),
        "capacity": 0 if 2 <= kind < 6 else 1,
        "mode": "Flexible" if kind in (8, 9) else "Uniform",
    }


WORLD: dict[str, Any] = {
    "subscriptions": SUBSCRIPTIONS,
    "resource_groups": [{"name": "rg", "location": HERE, "subscription": one} for one in SUBSCRIPTIONS],
    "images": [
        *({"name": f"image{number}", "resource_group": "rg", "location": HERE} for number in range(IMAGES)),
        {"name": "far", "resource_group": "rg", "location": ELSEWHERE},
    ],
    "machines": [
        {"name": f"vm{n}", "resource_group": "rg", "subscription": one, "image": image_id(f"image{n % IMAGES}")}
        for one in SUBSCRIPTIONS
        for n in range(MACHINES)
    ],
    "scale_sets": [scale_set(one, number) for one in SUBSCRIPTIONS for number in range(SCALE_SETS)],
}


def counted(fleet: Azure) -> tuple[int, int]:
    """The requests so far without pages, sign-in and the description of the cloud, and how many were throttled."""
    asked = [
        entry
        for entry in fleet.emulator.requests
        if entry["path"].startswith("/subscriptions") and "skiptoken" not in str(entry["query"]).lower()
    ]
    return len(asked), sum(entry["status"] == 429 for entry in fleet.emulator.requests)


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Azure]:
    """An emulator that counts requests against the limits."""
    clock = Clock()
    with Emulator(WORLD, rate_limits=True, clock=clock.shared) as emulator:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
        yield Azure(emulator, clock)


def test_requests_whatever_the_number_of_images(fleet: Azure) -> None:
    memory = RunCache(fleet.clock.monotonic)
    images = [image_id(f"image{number}") for number in range(IMAGES)]
    result = fleet.run("image_usage_info", images=images, memory=memory)
    assert result["scanned"] == SUBSCRIPTIONS
    listed = len(SUBSCRIPTIONS) * SCALE_SETS * 2 // 10
    assert counted(fleet) == (2 + 3 * len(SUBSCRIPTIONS) + listed, 0)
    kinds = [use["kind"] for use in result["uses"]]
    assert kinds.count("scale_set") == len(SUBSCRIPTIONS) * SCALE_SETS * 8 // 10
    assert kinds.count("scale_set_instance") == listed
    flexible = len(SUBSCRIPTIONS) * SCALE_SETS * 2 // 10
    assert kinds.count("virtual_machine") == len(SUBSCRIPTIONS) * MACHINES + flexible
    # Another task of the run, for one image: nothing is read again.
    before = counted(fleet)
    one = fleet.run("image_usage_info", images=images[:1], memory=memory)
    assert counted(fleet) == before
    assert {use["image_id"] for use in one["uses"]} == {images[0]}
