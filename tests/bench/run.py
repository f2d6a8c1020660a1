# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmarks on the emulator, as ratios within one run: what a host costs, how that grows, and how many requests an image takes.

Absolute times say more of the machine than of the collection; ratios of one run hold elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import peer
from emulator import GROUP, LOCATION, OPERATION_SECONDS, REPLICATION_SECONDS, Emulator
from measured import Measured, Memory

from support.collection_tree import collections_path

FORKS = 5
REGIONS = (LOCATION, "eastus2")
COLUMNS = (
    "images",
    "no-change run, a host",
    "÷ ping",
    "÷ assert",
    "requests an image",
    "first run ÷ replication time",
    "writes an image",
    "reads an image, waiting apart",
    "reads while waiting, an image",
    "most memory",
)
PLAY = """\
- name: Bench
  hosts: images
  gather_facts: false
  tasks:
    - name: {name}
      {task}
"""
ROLE = """\
- name: Bench
  hosts: images
  gather_facts: false
  roles:
    - role: cloudimages.azure_gallery.clone_managed_image
"""


def _inventory(images: int) -> str:
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "clone_managed_image_source": {"resource_group": GROUP, "name": "{{ inventory_hostname }}"},
        "clone_managed_image_gallery": {"resource_group": GROUP, "name": "gallery"},
        "clone_managed_image_create_gallery": True,
        "clone_managed_image_definition": {"publisher": "bench", "offer": "bench", "sku": "{{ inventory_hostname }}"},
        "clone_managed_image_target_regions": list(REGIONS),
    }
    hosts = {f"image{number:04}": {} for number in range(images)}
    return json.dumps({"images": {"hosts": hosts, "vars": variables}})


class Bench:
    """One size: an emulator, an inventory, and playbooks run over it."""

    def __init__(self, folder: Path, images: int, limits: bool = False) -> None:
        self.folder, self.images = folder, images
        self.emulator = Emulator(folder, images, limits)
        (folder / "inventory.json").write_text(_inventory(images), encoding="utf-8")
        (folder / "ansible.cfg").touch()

    def environment(self) -> dict[str, str]:
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        return {
            **kept,
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
            "ANSIBLE_FORKS": str(FORKS),
            "AZURE_CLOUD_ENVIRONMENT": self.emulator.url,
            "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000",
            "AZURE_TENANT": "11111111-1111-1111-1111-111111111111",
            "AZURE_CLIENT_ID": "bench",
            "AZURE_SECRET": "bench",
            "REQUESTS_CA_BUNDLE": str(self.emulator.ca_file),
        }

    def run(self, playbook: str, bin_folder: Path = Path(sys.executable).parent, **env: str) -> Measured:
        """Run a playbook over all hosts; it has to succeed."""
        place = self.folder / "playbook.yml"
        place.write_text(playbook, encoding="utf-8")
        log = self.folder / "output.txt"
        self.emulator.drain()
        command = [str(bin_folder / "ansible-playbook"), "-i", "inventory.json", place.name]
        began = time.monotonic()
        with log.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                command, cwd=self.folder, env={**self.environment(), **env}, stdout=output, stderr=output
            )
            memory = Memory(process.pid)
            code = process.wait()
        seconds = time.monotonic() - began
        if code:
            raise SystemExit(f"bench: a playbook failed:\n{log.read_text(encoding='utf-8')[-3000:]}")
        return self._measured(seconds, memory.stop())

    def _measured(self, seconds: float, memory: float) -> Measured:
        entries = self.emulator.drain()
        waiting = sum("$expand" in entry["query"] and entry["method"] == "GET" for entry in entries)
        methods: dict[str, int] = {}
        for entry in entries:
            methods[entry["method"]] = methods.get(entry["method"], 0) + 1
        refused = sum(entry["status"] == 429 for entry in entries)
        return Measured(seconds, methods, waiting, memory, refused)


@dataclass
class Row:
    """One size's figures; seconds a host are beyond ansible's own start."""

    images: int
    start: float
    ping: Measured
    check_only: Measured
    first: Measured
    again: Measured
    peer: Measured | None = None

    def per_host(self, run: Measured) -> float:
        return (run.seconds - self.start) / self.images * 1000


def measure(images: int, peer_place: Path | None) -> Row:
    """All figures of one size; azure.azcollection's too where it is installed."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), images)
        try:
            _say(images, "start")
            noop = PLAY.format(name="Nothing", task="ansible.builtin.meta: noop")
            start = min(bench.run(noop).seconds for _again in range(3))
            _say(images, "ping and assert")
            ping = bench.run(PLAY.format(name="Ping", task="ansible.builtin.ping:"))
            check_only = bench.run(PLAY.format(name="Assert", task="ansible.builtin.assert: {that: [true]}"))
            _say(images, "first run")
            first = bench.run(ROLE)
            _say(images, "no-change run")
            row = Row(images, start, ping, check_only, first, bench.run(ROLE))
            if peer_place:
                _say(images, "azure.azcollection, no-change run")
                row.peer = bench.run(peer.playbook(REGIONS), peer_place / "bin", **peer.environment(peer_place))
            return row
        finally:
            bench.emulator.stop()


def under_limits(images: int) -> str:
    """A first run with the service's own limits: how long it took, and how often it was told to wait; it has to succeed."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), images, limits=True)
        try:
            _say(images, "first run under the service's limits")
            first = bench.run(ROLE)
            return (
                f"{images} images under the service's limits: {first.seconds:.0f} s, none failed, "
                f"{first.refused} requests answered 429, at most {first.memory:.0f} MB."
            )
        finally:
            bench.emulator.stop()


def _say(images: int, what: str) -> None:
    print(f"{images} images: {what} ...", flush=True)


def table(rows: list[Row]) -> str:
    lines = [
        f"| {' | '.join(COLUMNS)} |",
        f"|{' ---: |' * len(COLUMNS)}",
    ]
    for row in rows:
        again, ping, plain = (row.per_host(run) for run in (row.again, row.ping, row.check_only))
        writes = row.first.requests.get("PUT", 0)
        reads = sum(row.first.requests.values()) - writes - row.first.waiting
        lines.append(
            f"| {row.images} | {again:.0f} ms | {again / ping:.2f} | {again / plain:.1f} "
            f"| {sum(row.again.requests.values()) / row.images:.2f} "
            f"| {row.first.seconds / REPLICATION_SECONDS:.2f} | {writes / row.images:.2f} | {reads / row.images:.2f} "
            f"| {row.first.waiting / row.images:.2f} | {max(row.first.memory, row.again.memory):.0f} MB |"
        )
    return "\n".join(lines)


def _compared(row: Row) -> str | None:
    if row.peer is None:
        return None
    ours, theirs = row.per_host(row.again), row.per_host(row.peer)
    return (
        f"{row.images} images, nothing to do: azure.azcollection's two modules take {theirs:.0f} ms a host and "
        f"{sum(row.peer.requests.values()) / row.images:.1f} requests, {theirs / ours:.0f} times the whole role's {ours:.0f} ms."
    )


def machine() -> str:
    """What the figures were measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("ansible-core", "azure-mgmt-compute", "azure-identity"))
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {packages}; {FORKS} forks; the emulator on the same cores; "
        f"replication takes {REPLICATION_SECONDS} s, a definition {OPERATION_SECONDS} s."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="50,100,200,500", help="numbers of images, with commas between")
    parser.add_argument("--peer", type=int, default=20, help="images for azure.azcollection; 0 leaves it out")
    parser.add_argument("--limits", type=int, default=500, help="images under the service's limits; 0 leaves it out")
    parser.add_argument("--markdown", type=Path, help="write the figures to this file too")
    arguments = parser.parse_args()
    place = peer.place() if arguments.peer else None
    parts = [machine(), table([measure(int(size), None) for size in arguments.sizes.split(",")])]
    if place:
        compared = _compared(measure(arguments.peer, place))
        assert compared
        parts.append(compared)
    if arguments.limits:
        parts.append(under_limits(arguments.limits))
    text = "\n\n".join(parts) + "\n"
    print(f"\n{text}")
    if arguments.markdown:
        arguments.markdown.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
