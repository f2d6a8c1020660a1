"""The requests of the inventory, with a clock that does not sleep."""

from __future__ import annotations

import collections
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._inventory.listing import (
    cache_key,
    listed,
    refuse_unknown,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import (
    AzureError,
    InvalidRequest,
    SignInFailed,
    Throttled,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.context import Context

from arm_emulator import Emulator
from support.emulator_clock import EmulatorClock

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
OTHER = "22222222-2222-2222-2222-222222222222"
GROUPS = {"resource_groups": [{"name": name, "location": "eastus2"} for name in ("rg", "more", "empty")]}
CREDENTIALS = {"subscription_id": SUBSCRIPTION, "tenant": SUBSCRIPTION, "client_id": "me", "secret": "not-to-be-seen"}


class Azure:
    """An emulator, and listings of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seed: dict[str, Any]) -> None:
        self.clock = EmulatorClock()
        self.emulator = Emulator({**GROUPS, **seed}, clock=self.clock.shared)
        self.said: list[str] = []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(self.emulator.ca_file))

    def context(self, **options: Any) -> Context:
        return Context(
            params={**CREDENTIALS, "cloud_environment": self.emulator.url, **options},
            check_mode=True,
            progress=self.said.append,
            clock=self.clock,  # type: ignore[arg-type]
            cache=RunCache(self.clock.monotonic),
            random=random.Random(1),
        )

    def list(self, **options: Any) -> dict[str, Any]:
        self.emulator.clear_requests()
        context = self.context(**options)
        try:
            return listed(context)
        finally:
            context.close()

    @property
    def calls(self) -> list[str]:
        """What was asked of the Resource Manager itself."""
        asked = [one for one in self.emulator.requests if one["path"].startswith("/subscriptions/")]
        assert {one["method"] for one in asked} <= {"GET"}
        assert all(one["query"]["api-version"] in ("2021-04-01", "2024-03-03", "2024-07-01") for one in asked)
        return [one["path"].removeprefix(f"/subscriptions/{SUBSCRIPTION}") for one in asked]


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Callable[..., Azure]]:
    """azure(**seed) starts an emulator."""
    running = []

    def start(**seed: Any) -> Azure:
        running.append(Azure(monkeypatch, seed))
        running[-1].emulator.start()
        return running[-1]

    yield start
    for one in running:
        one.emulator.stop()


def images(count: int, group: str = "rg", **more: Any) -> list[dict[str, Any]]:
    return [{"name": f"image{number}", "resource_group": group, **more} for number in range(count)]


def gallery(name: str, *definitions: str, group: str = "rg") -> dict[str, Any]:
    return {
        "galleries": [{"name": name, "resource_group": group}],
        "definitions": [{"name": one, "gallery": name, "resource_group": group} for one in definitions],
    }


def version(number: str, definition: str, source: str, gallery: str = "pics", **more: Any) -> dict[str, Any]:
    made_from = {"name": source, "resource_group": "rg"}
    return {
        "name": number,
        "gallery": gallery,
        "definition": definition,
        "resource_group": "rg",
        "source": made_from,
        **more,
    }


# How many calls


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (50, 1), (300, 1), (300, 3)])
def test_calls_do_not_grow_with_the_images_of_a_page(azure: Callable[..., Azure], count: int, pages: int) -> None:
    seed = {"page_size": count // pages, "images": images(count), **gallery("pics", "a", "b")}
    here = azure(**seed, versions=[version("1.0.0", "a", "image0")])
    found = here.list(galleries=[{"resource_group": "rg", "name": "pics"}])
    assert len(found["images"]) == count
    asked = collections.Counter(call.rpartition("Microsoft.Compute/")[2] for call in here.calls)
    # With one image a page holds one definition as well.
    definitions = 2 if count == 1 else 1
    assert asked == {
        "/resources": pages,
        "images": pages,
        "galleries/pics/images": definitions,
        "galleries/pics/images/a/versions": 1,
        "galleries/pics/images/b/versions": 1,
    }


def test_without_galleries_only_images_are_listed(azure: Callable[..., Azure]) -> None:
    here = azure(images=images(3), **gallery("pics", "a"))
    assert len(here.list()["images"]) == 3
    assert here.calls == ["/providers/Microsoft.Compute/images"]


def test_each_resource_group_is_listed_once(azure: Callable[..., Azure]) -> None:
    here = azure(images=[*images(2), *images(1, "more")])
    found = here.list(resource_groups=["RG", "empty", "rg"])
    assert [item["image"]["name"] for item in found["images"]] == ["image0", "image1"]
    beneath = "/providers/Microsoft.Compute/images"
    assert here.calls == [f"/resourceGroups/rg{beneath}", f"/resourceGroups/empty{beneath}"]


def test_galleries_by_name_cost_one_more_call(azure: Callable[..., Azure]) -> None:
    one, two = gallery("pics", "a"), gallery("more_pics", group="more")
    seed = {key: one[key] + two[key] for key in one}
    here = azure(images=images(1), versions=[version("1.0.0", "a", "image0")], **seed)
    path = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/RG/providers/Microsoft.Compute/galleries/PICS"
    found = here.list(galleries=["Pics", "MORE_PICS", path, {"name": "pics", "resource_group": "rg"}])
    assert (len(found["versions"]), found["missing"]) == (1, [])
    assert [call.rpartition("Microsoft.Compute/")[2].lower() for call in here.calls] == [
        "/resources",
        "images",
        "galleries",
        "galleries/pics/images",
        "galleries/pics/images/a/versions",
        "galleries/more_pics/images",
    ]


def test_versions_of_no_image_that_is_listed_are_left_out(azure: Callable[..., Azure]) -> None:
    here = azure(images=images(1), versions=[version("1.0.0", "a", "gone")], **gallery("pics", "a"))
    assert here.list(galleries=["pics"])["versions"] == []


# What does not exist


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("absent", f"gallery absent in subscription {SUBSCRIPTION}"),
        ({"name": "absent", "resource_group": "rg"}, "resourceGroups/rg/providers/Microsoft.Compute/galleries/absent"),
        ({"name": "pics", "resource_group": "nowhere"}, "resourceGroups/nowhere/"),
    ],
)
def test_a_gallery_that_is_absent_is_named(azure: Callable[..., Azure], named: Any, words: str) -> None:
    here = azure(images=images(1), **gallery("pics", "a"))
    found = here.list(galleries=[named, "pics"])
    assert (len(found["images"]), len(found["missing"])) == (1, 1)
    assert words in found["missing"][0]


def test_a_definition_that_goes_meanwhile_has_no_versions(azure: Callable[..., Azure]) -> None:
    here = azure(images=images(1), versions=[version("1.0.0", "b", "image0")], **gallery("pics", "a", "b"))
    here.emulator.order_fault(
        path="/images/a(/versions)?$",
        times=2,
        do={"status": 404, "code": "ParentResourceNotFound", "message": "gone"},
    )
    assert len(here.list(galleries=["pics"])["versions"]) == 1


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"resource_groups": ["nowhere"]}, "resourceGroups/nowhere.*ResourceGroupNotFound"),
        ({"subscription_id": OTHER}, "SubscriptionNotFound"),
        (
            {"galleries": [f"/subscriptions/{OTHER}/resourceGroups/rg/providers/Microsoft.Compute/galleries/pics"]},
            OTHER,
        ),
        ({"galleries": [{"name": "pics", "subscription_id": OTHER}]}, OTHER),
    ],
)
def test_what_cannot_be_listed_is_an_error(azure: Callable[..., Azure], options: dict[str, Any], match: str) -> None:
    here = azure(images=images(1), **gallery("pics"))
    with pytest.raises(AzureError, match=match):
        here.list(**options)


# Bad days


@pytest.mark.parametrize("kind", ["managed_image", "gallery", "image_definition", "image_version"])
@pytest.mark.parametrize("status", [403, 500])
def test_any_list_that_fails_fails_all(azure: Callable[..., Azure], kind: str, status: int) -> None:
    here = azure(images=images(3), **gallery("pics", "a", "b"))
    here.emulator.order_fault(
        kind=kind, method="GET", times=0, do={"status": status, "code": "Broken", "message": "no"}
    )
    with pytest.raises(AzureError, match=r"Could not (list|read)"):
        here.list(galleries=["pics"])


def test_a_second_page_that_fails_fails_all(azure: Callable[..., Azure]) -> None:
    here = azure(page_size=2, images=images(5))
    here.emulator.order_fault(kind="managed_image", after=1, times=0, do={"status": 503})
    with pytest.raises(AzureError, match="Could not list the managed images of subscription"):
        here.list()
    here.emulator.clear_faults()
    here.emulator.order_fault(kind="managed_image", after=1, times=1, do={"status": 503})
    assert len(here.list()["images"]) == 5


def test_a_short_throttling_is_waited_for_and_a_long_one_is_an_error(azure: Callable[..., Azure]) -> None:
    here = azure(images=images(2))
    throttled = {"status": 429, "code": "OperationNotAllowed", "headers": {"Retry-After": "20"}}
    here.emulator.order_fault(kind="managed_image", times=2, do=throttled)
    assert len(here.list()["images"]) == 2
    assert here.clock.monotonic() >= 40
    assert any("Azure limits the number of requests" in line for line in here.said)
    here.emulator.order_fault(kind="managed_image", times=0, do=throttled)
    with pytest.raises(Throttled):
        here.list()


def test_a_sign_in_that_fails(azure: Callable[..., Azure]) -> None:
    here = azure(images=images(2), clients=[{"client_id": "me", "secret": "another"}])
    with pytest.raises(SignInFailed) as failure:
        here.list()
    assert "not-to-be-seen" not in str(failure.value)


# The cache's key


def test_the_key_of_the_cache_tells_apart_what_is_listed_and_by_whom(azure: Callable[..., Azure]) -> None:
    here = azure()

    def key(**options: Any) -> str:
        return cache_key(here.context(**options))

    same = key()
    assert key(secret="another", resource_groups=[], galleries=[]) == same
    assert key(resource_groups=["A", "b"]) == key(resource_groups=["B", "a", "A"])
    keys = [
        same,
        key(subscription_id=OTHER),
        key(client_id="you"),
        key(tenant=OTHER),
        key(cloud_environment="AzureChinaCloud"),
        key(resource_groups=["a"]),
        key(galleries=["pics"]),
        key(galleries=[{"name": "pics", "resource_group": "rg"}]),
    ]
    assert len(set(keys)) == len(keys)
    assert here.emulator.requests == []


# Options


@pytest.mark.parametrize(
    ("option", "match"),
    [
        ("resource_group", "Unknown option: 'resource_group'. Did you mean resource_groups"),
        ("include_vm_resource_groups", "Unknown option: 'include_vm_resource_groups'"),
        ("ad_user", "of azure.azcollection is not supported"),
        (None, "Unknown option: 'None'"),
        (1, "Unknown option: '1'"),
    ],
)
def test_unknown_options_are_refused(option: Any, match: str) -> None:
    with pytest.raises(InvalidRequest, match=match):
        refuse_unknown(["plugin", option], ["plugin", "resource_groups", "galleries"])
