# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benchmarks on the emulator, as ratios within one run: what a host costs, how that grows, and how many requests an image takes.

Absolute times say more of the machine than of the collection; ratios of one run hold elsewhere. `--sizes 50,200,500`,
`--markdown FILE` writes the tables with the machine's description.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from collection_tree import collections_path

TESTS = Path(__file__).resolve().parents[1]
REPLICATION_SECONDS = 20
FORKS = 5
GROUP = "rg"
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


@dataclass
class Measured:
    """One run of a playbook: seconds, requests by method, and the most memory that all its processes held, in MB."""

    seconds: float
    requests: dict[str, int] = field(default_factory=dict)
    waiting: int = 0
    memory: float = 0.0


class Emulator:
    """An emulator process with that many images, one a host."""

    def __init__(self, folder: Path, images: int) -> None:
        seed = folder / "seed.json"
        seed.write_text(json.dumps(_seed(images)), encoding="utf-8")
        self.ca_file = folder / "ca.pem"
        command = [
            sys.executable,
            "-m",
            "arm_emulator",
            "--port",
            "0",
            "--ca-file",
            str(self.ca_file),
            "--seed",
            str(seed),
        ]
        command += ["--replication-seconds", str(REPLICATION_SECONDS)]
        self.process = subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[1]
        self._trusted = ssl.create_default_context(cafile=str(self.ca_file))

    def drain(self) -> list[dict[str, str]]:
        """The requests to the Resource Manager since the last time."""
        url = f"{self.url}/_emulator/requests"
        with urllib.request.urlopen(url, context=self._trusted) as answer:
            entries = json.load(answer)["value"]
        urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), context=self._trusted).close()
        return [entry for entry in entries if entry["path"].lower().startswith("/subscriptions/")]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=10)


def _seed(images: int) -> dict[str, object]:
    common = {"resource_group": GROUP, "location": "southcentralus", "os_type": "Linux", "hyper_v_generation": "V1"}
    return {
        "resource_groups": [{"name": GROUP, "location": "southcentralus"}],
        "images": [{"name": f"image{number:04}", **common} for number in range(images)],
    }


def _inventory(images: int) -> str:
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "clone_managed_image_source": {"resource_group": GROUP, "name": "{{ inventory_hostname }}"},
        "clone_managed_image_gallery": {"resource_group": GROUP, "name": "gallery"},
        "clone_managed_image_create_gallery": True,
        "clone_managed_image_definition": {"publisher": "bench", "offer": "bench", "sku": "{{ inventory_hostname }}"},
        "clone_managed_image_target_regions": ["southcentralus", "eastus2"],
    }
    hosts = {f"image{number:04}": {} for number in range(images)}
    return json.dumps({"images": {"hosts": hosts, "vars": variables}})


class Bench:
    """One size: an emulator, an inventory, and playbooks run over it."""

    def __init__(self, folder: Path, images: int) -> None:
        self.folder, self.images = folder, images
        self.emulator = Emulator(folder, images)
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

    def run(self, playbook: str) -> Measured:
        """Run a playbook over all hosts; it has to succeed."""
        place = self.folder / "playbook.yml"
        place.write_text(playbook, encoding="utf-8")
        log = self.folder / "output.txt"
        self.emulator.drain()
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "inventory.json", place.name]
        began = time.monotonic()
        with log.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(command, cwd=self.folder, env=self.environment(), stdout=output, stderr=output)
            memory = _Memory(process.pid)
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
        return Measured(seconds, methods, waiting, memory)


class _Memory(threading.Thread):
    """Samples the memory of a process and all below it; what they share is counted once (proportional set size)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._most, self._over = pid, 0.0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self._over.wait(0.25):
            self._most = max(self._most, sum(map(_pss, _family(self._pid))))

    def stop(self) -> float:
        self._over.set()
        self.join()
        return self._most


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        except OSError:
            continue
        found += map(int, children.split())
    return found


def _pss(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    match = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(match[1]) / 1024 if match else 0.0


@dataclass
class Row:
    """One size's figures; seconds a host are beyond ansible's own start."""

    images: int
    start: float
    ping: Measured
    check_only: Measured
    first: Measured
    again: Measured

    def per_host(self, run: Measured) -> float:
        return (run.seconds - self.start) / self.images * 1000


def measure(images: int) -> Row:
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), images)
        try:
            print(f"{images} images: start ...", flush=True)
            noop = PLAY.format(name="Nothing", task="ansible.builtin.meta: noop")
            start = min(bench.run(noop).seconds for _again in range(3))
            print(f"{images} images: ping ...", flush=True)
            ping = bench.run(PLAY.format(name="Ping", task="ansible.builtin.ping:"))
            check_only = bench.run(PLAY.format(name="Assert", task="ansible.builtin.assert: {that: [true]}"))
            print(f"{images} images: first run ...", flush=True)
            first = bench.run(ROLE)
            print(f"{images} images: no-change run ...", flush=True)
            again = bench.run(ROLE)
            return Row(images, start, ping, check_only, first, again)
        finally:
            bench.emulator.stop()


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


def machine() -> str:
    """What the figures were measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("ansible-core", "azure-mgmt-compute", "azure-identity"))
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {packages}; {FORKS} forks; the emulator on the same cores; "
        f"replication takes {REPLICATION_SECONDS} s."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="50,200,500", help="numbers of images, with commas between")
    parser.add_argument("--markdown", type=Path, help="write the tables to this file too")
    arguments = parser.parse_args()
    rows = [measure(int(size)) for size in arguments.sizes.split(",")]
    text = f"{machine()}\n\n{table(rows)}\n"
    print(f"\n{text}")
    if arguments.markdown:
        arguments.markdown.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
