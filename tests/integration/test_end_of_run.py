# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When ansible's main process is killed, its workers ask Azure nothing more and leave nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.playbook_runner import PlaybookRunner

GROUP = "myResourceGroup"
SEED = {
    "resource_groups": [{"name": GROUP, "location": "southcentralus"}],
    "images": [{"name": "myImage", "resource_group": GROUP, "location": "southcentralus", "os_type": "Linux"}],
}
GALLERY = {"resource_group": GROUP, "gallery_name": "myGallery"}
PLAYBOOK = [
    {
        "hosts": "all",
        "gather_facts": False,
        "connection": "local",
        "tasks": [
            {"cloudimages.azure_gallery.gallery": {"resource_group": GROUP, "name": "myGallery"}},
            {
                "cloudimages.azure_gallery.image_definition": {
                    **GALLERY,
                    "name": "d",
                    "source": "myImage",
                    "publisher": "p",
                    "offer": "o",
                    "sku": "s",
                }
            },
            {
                "cloudimages.azure_gallery.image_version": {
                    **GALLERY,
                    "image_definition_name": "d",
                    "name": "1.0.0",
                    "source": "myImage",
                    "poll_interval": 1,
                }
            },
        ],
    }
]


def wait_for(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


@pytest.mark.emulator(seed=SEED, replication_seconds=120, operation_seconds=0.1)
def test_nothing_is_asked_after_a_kill(emulator: Any, run_playbook: PlaybookRunner) -> None:
    run_playbook.folder.joinpath("play.json").write_text(json.dumps(PLAYBOOK))

    def polls() -> int:
        return sum(one["method"] == "GET" and one["path"].endswith("/versions/1.0.0") for one in emulator.requests)

    with subprocess.Popen(
        ["ansible-playbook", "play.json", "-i", "one,"],
        cwd=run_playbook.folder,
        env=run_playbook.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as ansible:
        wait_for(lambda: polls() >= 4)
        os.kill(ansible.pid, signal.SIGKILL)
    asked = len(emulator.requests)
    time.sleep(3)
    assert len(emulator.requests) <= asked + 1, "a request that was under way may end"
    assert not [path for path in Path("/proc").glob("[0-9]*/cwd") if _leads_to(path, run_playbook.folder)]


def _leads_to(link: Path, folder: Path) -> bool:
    try:
        return link.resolve() == folder.resolve()
    except OSError:
        return False
