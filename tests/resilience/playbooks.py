"""Playbooks: one image from nothing, one whose clone is changed, and a fleet that shares a definition."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .seeds import AWAY, HOME, IDENTITY, Json, cloned, image_id, seed

COLLECTION = "cloudimages.azure_gallery"
CLONE = f"{COLLECTION}.clone_managed_image"


@dataclass(frozen=True)
class Size:
    """At least as many requests, results of tasks and writes as an undisturbed run has; it waits after `polling` requests."""

    requests: int = 0
    tasks: int = 0
    writes: int = 0
    polling: int = 0


@dataclass(frozen=True)
class Scenario:
    """A playbook on a seed. `ordered`: the numbers of its versions do not depend on which image came first."""

    name: str
    seed: Json
    playbook: str | list[Json]
    variables: Json = field(default_factory=dict)
    hosts: Json = field(default_factory=dict)
    ordered: bool = True
    size: Size = Size()

    def __str__(self) -> str:
        return self.name

    def command(self, folder: Path) -> list[str]:
        """The arguments of ansible-playbook, with their files in the folder."""
        playbook = _file(folder, "playbook", self.playbook) if isinstance(self.playbook, list) else self.playbook
        command = [playbook, "-e", f"@{_file(folder, 'variables', self.variables)}"]
        inventory = {"all": {"hosts": self.hosts}}
        return [*command, "-i", _file(folder, "inventory", inventory)] if self.hosts else command


def _file(folder: Path, name: str, content: Any) -> str:
    place = folder / f"{name}.json"
    place.write_text(json.dumps(content), encoding="utf-8")
    return str(place)


def variables(**more: Any) -> Json:
    values = {
        "gallery": {"resource_group": "rg", "name": "pics"},
        "create_gallery": True,
        "target_regions": [HOME, f"{AWAY}=1=standard_zrs"],
        "poll_interval": 1,
        **more,
    }
    return {f"clone_managed_image_{name}": value for name, value in values.items()}


CREATE = Scenario(
    "create",
    seed("web"),
    CLONE,
    variables(source="web", definition=IDENTITY, tags={"team": "a"}),
    size=Size(requests=16, tasks=20, writes=3, polling=13),
)
CHANGE = Scenario(
    "change",
    cloned(),
    CLONE,
    variables(
        source="web",
        definition={**IDENTITY, "description": "Web servers"},
        tags={"team": "a"},
        exclude_from_latest=True,
    ),
    size=Size(requests=16, tasks=20, writes=2, polling=12),
)


def fleet(*names: str, only: Sequence[str] = ()) -> Json:
    """Hosts of an inventory, or `only` some of them: images of which all but the first share a definition."""
    shared = {"clone_managed_image_definition": {"name": "shared", **IDENTITY, "sku": "shared"}}
    own = {name: {"clone_managed_image_source": image_id(name)} for name in names}
    hosts = {name: {**values, **(shared if name != names[0] else {})} for name, values in own.items()}
    return {name: hosts[name] for name in only or names}


FLEET = Scenario(
    "fleet",
    seed("a", "b", "c"),
    f"{COLLECTION}.migrate_fleet",
    variables(),
    fleet("a", "b", "c"),
    ordered=False,
    size=Size(requests=30, tasks=60, writes=6, polling=24),
)
SCENARIOS = {scenario.name: scenario for scenario in (CREATE, CHANGE, FLEET)}
