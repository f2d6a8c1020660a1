"""Tasks against the emulator, with a shared clock that does not sleep."""

from __future__ import annotations

import random
import typing as t

import pytest

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.run_cache import RunCache
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.context import Context
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.runner import outcome

from arm_emulator import Emulator
from support.emulator_clock import EmulatorClock
from support.module_specs import ALL_SPECS
from support.playbook_runner import SUBSCRIPTION

GROUP = {"resource_group": "rg"}
DEFINITION = {**GROUP, "gallery_name": "pics", "name": "web"}
IDENTITY = {"publisher": "pub", "offer": "off", "sku": "web"}
VERSION = {**GROUP, "gallery_name": "pics", "image_definition_name": "web", "name": "1.0.0", "source": "web"}
GALLERY_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/galleries/pics"
VERSION_ID = f"{GALLERY_ID}/images/web/versions/1.0.0"
SEED = {
    "resource_groups": [{"name": "rg", "location": "southcentralus"}],
    "images": [
        {
            "name": name,
            "resource_group": "rg",
            "location": "southcentralus",
            "os_type": "Linux",
            "hyper_v_generation": "V1",
            "os_disk_gb": 30,
        }
        for name in ("web", "db")
    ],
}
TASKS = dict(ALL_SPECS)


class Clock(EmulatorClock):
    """It also notes each pause, and does at a time what was ordered for it."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []
        self.at: list[tuple[float, t.Callable[[], None]]] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        super().sleep(seconds)
        due = [item for item in self.at if item[0] <= self.monotonic()]
        for item in due:
            self.at.remove(item)
            item[1]()

    def later(self, seconds: float, what: t.Callable[[], None]) -> None:
        """Do something when so many seconds have passed."""
        self.at.append((self.monotonic() + seconds, what))


class Azure:
    """An emulator, and tasks run on it."""

    def __init__(self, emulator: Emulator, clock: Clock) -> None:
        self.emulator, self.clock = emulator, clock
        self.said: list[str] = []
        self.warnings: list[str] = []

    def run(
        self, task_name: str, /, *, check: bool = False, memory: RunCache | None = None, **options: t.Any
    ) -> dict[str, t.Any]:
        """The result of one task, and in `requests` and `writes` what it asked for."""
        task = TASKS[task_name]
        given = {
            "subscription_id": SUBSCRIPTION,
            "tenant": SUBSCRIPTION,
            "client_id": "me",
            "secret": "not-to-be-seen",
            "cloud_environment": self.emulator.url,
            **options,
        }
        checked = ArgumentSpecValidator(task.options, **task.rules).validate(given)
        assert not checked.error_messages, checked.error_messages
        self.said, self.warnings = [], []
        before = len(self.emulator.requests)
        context = Context(
            params=checked.validated_parameters,
            check_mode=check,
            diff_mode=True,
            progress=self.said.append,
            warn=self.warnings.append,
            clock=t.cast("t.Any", self.clock),
            cache=memory or RunCache(self.clock.monotonic),
            random=random.Random(1),
        )
        result, unforeseen = outcome(task, context)
        if unforeseen is not None:
            raise unforeseen
        self.requests = [
            (entry["method"], entry["path"].rpartition("Microsoft.Compute/")[2] or entry["path"])
            for entry in self.emulator.requests[before:]
            if "/providers/Microsoft.Compute" in entry["path"] or "/resourcegroups" in entry["path"].lower()
        ]
        self.writes = [request for request in self.requests if request[0] != "GET"]
        if check:
            assert self.writes == [], "check mode wrote"
        assert "not-to-be-seen" not in str(result)
        return result

    def fails(self, task_name: str, match: str, /, **options: t.Any) -> dict[str, t.Any]:
        """The result of a task that has to fail with a message that holds `match`, and to write nothing."""
        result = self.run(task_name, **options)
        assert result.get("failed"), result
        assert match in result["msg"], result["msg"]
        return result

    def refused(self, task_name: str, match: str, /, **options: t.Any) -> dict[str, t.Any]:
        """As fails(); nothing may have been written, and check mode has to say the same."""
        result = self.fails(task_name, match, **options)
        assert self.writes == [], self.writes
        predicted = self.fails(task_name, match, **options, check=True)
        assert predicted["msg"] == result["msg"]
        return result

    def predicted(self, task_name: str, /, **options: t.Any) -> dict[str, t.Any]:
        """Run in check mode, run, and compare the prediction with the result, field by field."""
        before = self.run(task_name, check=True, **options)
        after = self.run(task_name, **options)
        assert not after.get("failed"), after
        assert before["changed"] == after["changed"]
        assert before["changes"] == after["changes"]
        assert before["diff"] == after["diff"]
        resource = next(key for key in ("gallery", "image_definition", "image_version") if key in after)
        unforeseen = set(before.get("set_by_azure", ())) | {"published_date"}
        for key, value in (after[resource] or {}).items():
            if key not in unforeseen:
                assert before[resource][key] == value, key
        return after


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> t.Iterator[Azure]:
    """An emulator with two images, 420 s of replication, and no gallery; the marker `seed(...)` adds to it."""
    marker = request.node.get_closest_marker("seed")
    clock = Clock()
    with Emulator(
        {**SEED, **(marker.kwargs if marker else {})},
        replication_seconds=420,
        operation_seconds=0.3,
        clock=clock.shared,
    ) as emulator:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
        yield Azure(emulator, clock)


@pytest.fixture
def parents(azure: Azure) -> Azure:
    """With a gallery and a definition for the image `web`."""
    azure.run("gallery", **GROUP, name="pics")
    azure.run("image_definition", **DEFINITION, **IDENTITY, source="web")
    return azure


@pytest.fixture
def cloned(parents: Azure) -> Azure:
    """And with version 1.0.0 of it, ready in two regions."""
    result = parents.run("image_version", **VERSION, target_regions=["southcentralus=1", "eastus2=1=standard_zrs"])
    assert (result["changed"], result["replication_pending"]) == (True, False), result
    return parents
