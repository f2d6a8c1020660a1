# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be so in the end: the resources of the emulator, what was written on the way, and what lies about on the disk."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from arm_emulator import Emulator

Json = dict[str, Any]
# When a thing happened is another time in every run; what became of it is not.
_TIMES = ("publishedDate", "start", "end")
_TOKEN = re.compile(rb"eyJ[\w-]{20,}\.[\w-]{20,}")


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _timeless(item) for name, item in value.items() if name not in _TIMES}
    return [_timeless(item) for item in value] if isinstance(value, list) else value


def resources(emulator: Emulator, numbers: bool = True) -> dict[str, Json]:
    """Every resource as described() has it."""
    return described(emulator.service.describe_state(), numbers)


def described(state: list[Json], numbers: bool = True) -> dict[str, Json]:
    """By id and without times; versions by definition and source where their numbers do not count."""
    found = {}
    for one in state:
        key = one["id"].lower()
        if one["kind"] == "image_version" and not numbers:
            key = f"{key.rpartition('/')[0]} of {source_of(one)}"
            one = {**one, "id": key}
        assert key not in found, f"two of {key}"
        found[key] = _timeless(one)
    return found


def source_of(version: Json) -> str:
    """The id of what a version was made from."""
    return str(version["properties"]["storageProfile"]["source"]["id"]).lower()


def difference(good: dict[str, Json], found: dict[str, Json]) -> list[str]:
    """Each resource that is not as it should be."""
    return [
        f"{key}: {found.get(key, 'is missing')} instead of {good.get(key, 'nothing')}"
        for key in sorted(set(good) | set(found))
        if good.get(key) != found.get(key)
    ]


def unsettled(emulator: Emulator) -> list[str]:
    """What is not, or not yet, Succeeded."""
    return [f"{key}: {one['provisioning_state']}" for key, one in resources(emulator).items() if not _rests(one)]


def unready(emulator: Emulator) -> list[str]:
    """Versions that a run which waits must not have left."""
    return [f"not waited for: {one}" for one in unsettled(emulator) if "/versions/" in one]


def _rests(one: Json) -> bool:
    return one["provisioning_state"] == "Succeeded" and one["job"] is None


def sources(emulator: Emulator) -> Counter[tuple[str, str]]:
    """How many versions there are by definition and source."""
    found: Counter[tuple[str, str]] = Counter()
    for key, one in resources(emulator).items():
        if one["kind"] == "image_version":
            found[key.rsplit("/", 2)[0], source_of(one)] += 1
    return found


def writes(requests: list[Json]) -> Counter[str]:
    """What was asked that is no read, and was accepted."""
    return Counter(
        f"{one['method']} {one['path'].lower()}"
        for one in requests
        if one["method"] != "GET" and one["kind"] != "token" and (one["status"] or 0) < 400
    )


def made(requests: list[Json]) -> Counter[str]:
    """What Azure says it has created, and how often."""
    return Counter(one["path"].lower() for one in requests if one["method"] == "PUT" and one["status"] == 201)


def secrets_in(folder: Path, secret: str) -> list[str]:
    """Files that hold a token or the secret."""
    found = []
    for path in folder.rglob("*"):
        try:
            content = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:  # gone between the two looks
            continue
        if secret.encode() in content or _TOKEN.search(content):
            found.append(str(path.relative_to(folder)))
    return found
