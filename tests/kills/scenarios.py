# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is run and killed: one image made from nothing, one that is changed, and a fleet that shares a definition."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.playbook_runner import SUBSCRIPTION

Json = dict[str, Any]
COLLECTION = "cloudimages.azure_gallery"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
GALLERY_ID = f"{GROUP_ID}/providers/Microsoft.Compute/galleries/pics"


def image_id(name: str) -> str:
    return f"{GROUP_ID}/providers/Microsoft.Compute/images/{name}"


def image(name: str) -> Json:
    return {"name": name, "resource_group": "rg", "location": "southcentralus", "os_disk_gb": 30}


def seed(*images: str, **more: Any) -> Json:
    """Images, and whatever else there is."""
    group = {"name": "rg", "location": "southcentralus"}
    return {"resource_groups": [group], "images": [image(name) for name in images], **more}


GALLERY = [{"name": "pics", "resource_group": "rg"}]
IDENTITY = {"publisher": "pub", "offer": "off", "sku": "web"}
PLACE = {"gallery": "pics", "resource_group": "rg"}
DEFINITION = [{"name": "web", **PLACE, **IDENTITY}]
VERSION = [{"name": "1.0.0", "definition": "web", **PLACE, "source": image_id("web")}]
# The gallery and one definition, which somebody has made before.
PREPARED = seed("web", "db", galleries=GALLERY, definitions=DEFINITION)
CLONED = {**PREPARED, "versions": VERSION}


@dataclass(frozen=True)
class Scenario:
    """A playbook on a seed. `ordered`: the numbers of its versions do not depend on which image came first."""

    name: str
    seed: Json
    playbook: str | list[Json]
    variables: Json = field(default_factory=dict)
    hosts: Json = field(default_factory=dict)
    ordered: bool = True

    def command(self, folder: Path) -> list[str]:
        """The arguments of ansible-playbook, which are files in the folder."""
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
        "target_regions": ["southcentralus", "eastus2=1=standard_zrs"],
        "poll_interval": 1,
        **more,
    }
    return {f"clone_managed_image_{name}": value for name, value in values.items()}


CREATE = Scenario(
    "create",
    seed("web"),
    f"{COLLECTION}.clone_managed_image",
    variables(source="web", definition=IDENTITY, tags={"team": "a"}),
)
CHANGE = Scenario(
    "change",
    CLONED,
    f"{COLLECTION}.clone_managed_image",
    variables(
        source="web",
        definition={**IDENTITY, "description": "Web servers"},
        tags={"team": "a"},
        exclude_from_latest=True,
    ),
)


def fleet(*names: str, only: Sequence[str] = ()) -> Json:
    """Hosts of an inventory, or of them `only` these: images of which all but the first are builds of one thing."""
    shared = {"clone_managed_image_definition": {"name": "shared", **IDENTITY, "sku": "shared"}}
    own = {name: {"clone_managed_image_source": image_id(name)} for name in names}
    hosts = {name: {**values, **(shared if name != names[0] else {})} for name, values in own.items()}
    return {name: hosts[name] for name in only or names}


FLEET = Scenario(
    "fleet", seed("a", "b", "c"), f"{COLLECTION}.migrate_fleet", variables(), fleet("a", "b", "c"), ordered=False
)
SCENARIOS = (CREATE, CHANGE, FLEET)
