"""A fleet as users have it: an inventory of managed images, the playbook migrate_fleet, and other plays over the same hosts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator import ENVIRONMENT, GROUP, LOCATION, Emulator
from measured import Measured, Memory

from support.collection_tree import collections_path

FORKS = 5
MIGRATE_FLEET = "cloudimages.azure_gallery.migrate_fleet"
VERIFY_FLEET = "cloudimages.azure_gallery.verify_fleet"
SUBNET_ID = (
    f"/subscriptions/{ENVIRONMENT['AZURE_SUBSCRIPTION_ID']}/resourceGroups/{GROUP}/providers/Microsoft.Network/"
    "virtualNetworks/network/subnets/isolated"
)
INVENTORY = f"plugin: cloudimages.azure_gallery.managed_images\nresource_groups: [{GROUP}]\n"
VARIABLES = {
    "clone_managed_image_gallery": {"resource_group": GROUP, "name": "gallery"},
    "clone_managed_image_create_gallery": True,
    "clone_managed_image_target_regions": [LOCATION],
    "verify_image_version_resource_group": GROUP,
    "verify_image_version_subnet_id": SUBNET_ID,
}
NOTHING = "ansible.builtin.meta: noop"
ASSERT = "ansible.builtin.assert: {that: [true]}"
PING = "ansible.builtin.ping:"


def play(task: str) -> str:
    """A playbook of one task."""
    return f"- name: Bench\n  hosts: all\n  gather_facts: false\n  tasks:\n    - name: One task\n      {task}\n"


class Fleet:
    """An emulator with images, and the folder that Ansible runs in."""

    def __init__(
        self, folder: Path, images: int, version_seconds: float, limits: bool = False, life: float | None = None
    ) -> None:
        self.folder, self.images = folder, images
        self.emulator = Emulator(folder, images, version_seconds, limits, life)
        (folder / "inventory/group_vars").mkdir(parents=True)
        (folder / "inventory/bench.managed_images.azure_gallery.yml").write_text(INVENTORY, encoding="utf-8")
        (folder / "inventory/group_vars/all.json").write_text(json.dumps(VARIABLES), encoding="utf-8")
        (folder / "ansible.cfg").touch()

    def run(self, playbook: str, bin_folder: Path = Path(sys.executable).parent, **env: str) -> Measured:
        """Run a playbook, by its name in the collection or its text, over all images; it has to succeed."""
        name = playbook
        if "\n" in playbook:
            name = "playbook.yml"
            (self.folder / name).write_text(playbook, encoding="utf-8")
        log = self.folder / "output.txt"
        self.emulator.drain()
        command = [str(bin_folder / "ansible-playbook"), "-i", "inventory", name]
        started = time.monotonic()
        with log.open("w", encoding="utf-8") as output:
            environment = {**self._environment(), **env}
            process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=output, stderr=output)
            memory = Memory(process.pid)
            _pid, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"bench: {name} failed:\n{log.read_text(encoding='utf-8')[-3000:]}")
        return Measured.of(seconds, used.ru_utime + used.ru_stime, self.emulator.drain(), memory.stop())

    def _environment(self) -> dict[str, str]:
        return {
            **{key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ},
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
            "ANSIBLE_FORKS": str(FORKS),
            **self.emulator.environment,
        }


@contextmanager
def fleet(images: int, version_seconds: float, limits: bool = False, life: float | None = None) -> Iterator[Fleet]:
    """A fleet in a folder of its own, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as name:
        made = Fleet(Path(name), images, version_seconds, limits, life)
        try:
            yield made
        finally:
            made.emulator.stop()
