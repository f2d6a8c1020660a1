"""What the tests of jobs share: an emulator with a controller beside it, survey answers, and what no job may show."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from controller_job import COLOUR, SECRET, Controller, Job
from jinja2 import sandbox

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import PREFIX, VARIABLES

from arm_emulator import Emulator
from support.collection_tree import ROOT
from support.playbook_runner import SUBSCRIPTION

GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
GALLERY_ID = f"{GROUP_ID}/providers/Microsoft.Compute/galleries/pics"
GALLERY = {"name": "pics", "resource_group": "rg"}
PLUGIN = "cloudimages.azure_gallery.managed_images"
# The template's own variables, which make its jobs fast; no survey asks for them.
FAST = {"clone_managed_image_poll_interval": 1}
# Those of the playbook migrate_fleet that a survey may ask for.
FLEET = ("hosts", "batch", "report", "report_plan", "definition_name", "publisher", "offer", "sku")
# ansible-runner forks this process, in which the emulator has threads; the child only becomes ansible.
FORKING = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
NOT_ASKED = ("source", "source_id", "definition", "definition_defaults")
LONGEST_LINE = 85
# On ansible-core 2.18, of the environment that AWX gives to every job.
_OF_AWX = re.compile(r"\[DEPRECATION WARNING\]: ANSIBLE_COLLECTIONS_PATHS option.*?ansible\.cfg\.\s*", re.DOTALL)


class _Plain(yaml.SafeLoader):
    """Reads the text of `!unsafe`."""


_Plain.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def sign_in_options(**fields: str) -> dict[str, str]:
    """The environment of a job with a credential of the type *Azure sign-in options*: blank fields are in it, too."""
    listed = yaml.load((ROOT / "playbooks/vars/awx_objects.yml").read_text(encoding="utf-8"), _Plain)
    injectors = listed["controller_credential_types"][0]["injectors"]
    files = {
        name.removeprefix("template."): f"/runner/env/tmp{name.removeprefix('template.')}" for name in injectors["file"]
    }
    known = {**fields, "tower": {"filename": files}}
    engine = sandbox.ImmutableSandboxedEnvironment()
    return {name: engine.from_string(text).render(known) for name, text in injectors["env"].items()}


def image_id(name: str) -> str:
    return f"{GROUP_ID}/providers/Microsoft.Compute/images/{name}"


def image(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "resource_group": "rg", "location": "southcentralus", "os_disk_gb": 30, **more}


def seed(*names: str, **more: Any) -> dict[str, Any]:
    """A resource group with these images; no gallery."""
    images = [*(image(name) for name in names), *more.pop("images", [])]
    return {"resource_groups": [{"name": "rg", "location": "southcentralus"}], "images": images, **more}


def answers(**given: Any) -> dict[str, Any]:
    """A launch whose survey asks for every variable there is: these answers, by short name for the role, and blanks.

    A blank number is not sent by AWX, a blank text is. Which source and definition are said by the inventory and the playbook:
    answers are extra variables, and would hide that.
    """
    blank = {f"migrate_fleet_{name}": "" for name in FLEET}
    blank |= {PREFIX + name: "" for name, spec in VARIABLES.items() if spec["type"] != "int" and name not in NOT_ASKED}
    base = {
        "gallery_name": "pics",
        "gallery_resource_group": "rg",
        "target_regions": "southcentralus=1 eastus2=1=standard_zrs",
    }
    asked = {
        name if name.startswith("migrate_fleet_") else PREFIX + name: value for name, value in {**base, **given}.items()
    }
    return {**blank, **asked}


@contextlib.contextmanager
def controller(folder: Path, seeded: dict[str, Any], **options: Any) -> Iterator[Controller]:
    """A controller whose jobs work on an emulator of their own."""
    options = {"replication_seconds": 2, "operation_seconds": 0.1, **options}
    # What is the container's has short paths, as there: ansible-core has sockets in /tmp, whose names may have 107 characters.
    with Emulator(seed=seeded, **options) as emulator, tempfile.TemporaryDirectory(prefix="awx.") as machines:
        yield Controller(folder, Path(machines), emulator)


def versions(emulator: Any) -> dict[str, str]:
    """Every version, as definition/number, and the image that it was made from."""
    found = {}
    for resource in emulator.state.resources.values():
        if resource.kind == "image_version":
            *_place, definition, _versions, number = resource.id.split("/")
            found[f"{definition}/{number}"] = resource.body["properties"]["storageProfile"]["source"]["id"].rpartition(
                "/"
            )[2]
    return found


def writes(emulator: Any) -> list[str]:
    """What was sent that is no read, since the log of requests was cleared."""
    return [
        f"{one['method']} {one['path'].partition('/Microsoft.Compute/')[2]}"
        for one in emulator.requests
        if one["method"] != "GET" and one["kind"] != "token"
    ]


def sound(job: Job) -> Job:
    """The job, when it shows nothing that no job may show, whatever came of it."""
    assert not warnings(job), job.output
    assert not secrets(job)
    for line in [] if any(word.startswith("-v") for word in job.command) else progress(job):
        assert len(line) <= LONGEST_LINE, line
        assert "\r" not in line
    assert not [event for event in job.events if event["event_data"].get("res") == {}], "a result was too large for AWX"
    return job


def warnings(job: Job) -> list[str]:
    """Warnings of a job, and other signs of a fault in its setup."""
    text = _OF_AWX.sub("", job.output)
    words = ("WARNING", "errantly", "reserved name", "Traceback", "unexpected failure")
    return [line for line in text.splitlines() if any(word in line for word in words)]


def secrets(job: Job) -> list[str]:
    """Where a secret or a token stands: in events, artifacts, or a file that the job left, AWX's own files apart."""
    # What AWX and ansible-runner write of the environment themselves.
    own = (job.folder / "env/envvars", job.folder / f"artifacts/{job.id}/command")
    texts = {"events": repr(job.events), "artifacts": repr(job.artifacts)}
    for place in (job.folder, job.machine):
        files = [path for path in place.rglob("*") if path.is_file() and path not in own]
        texts |= {str(path): path.read_text(encoding="utf-8", errors="replace") for path in files}
    return [place for place, text in texts.items() if SECRET in text or re.search(r"\beyJ\w{10}|Bearer ", text)]


def progress(job: Job) -> list[str]:
    """The lines that tasks printed while they ran."""
    return [COLOUR.sub("", event["stdout"]) for event in job.events if event["event"] == "verbose"]


def longest_gap(job: Job) -> float:
    """The longest time without an event, in seconds."""
    times = [datetime.datetime.fromisoformat(event["created"]) for event in job.events]
    return max((later - earlier).total_seconds() for earlier, later in itertools.pairwise(times))


def projected(job: Job, hosts: int, fleet: int = 1000) -> dict[str, int]:
    """How long a task's largest result would be in a fleet: a list or mapping with an entry for each host grows with it."""
    sizes: dict[str, int] = {}
    for event in job.events:
        data = event.get("event_data", {})
        if data.get("res"):
            size = sum(_grown(value, hosts, fleet) for value in data["res"].values())
            sizes[data["task"]] = max(size, sizes.get(data["task"], 0))
    return sizes


def _grown(value: Any, hosts: int, fleet: int) -> int:
    if isinstance(value, list) and len(value) == hosts:
        return len(str(value)) * fleet // hosts
    if isinstance(value, dict) and len(value) == hosts and all(str(key).startswith("/") for key in value):
        return len(str(value)) * fleet // hosts
    if isinstance(value, dict):
        return sum(len(repr(key)) + 4 + _grown(item, hosts, fleet) for key, item in value.items())
    return len(repr(value))
