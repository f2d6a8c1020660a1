# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The walk-through on the emulator: one managed image cloned by the role, then the same again to show that nothing changes."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.collection_tree import collections_path

TESTS = Path(__file__).resolve().parents[1]
REPLICATION_SECONDS = 12
VARIABLES = """\
clone_managed_image_source: {resource_group: myResourceGroup, name: myImage}
clone_managed_image_gallery: {resource_group: myResourceGroup, name: myGallery}
clone_managed_image_create_gallery: true
clone_managed_image_definition: {name: myImageDefinition, publisher: myPublisher, offer: myOffer, sku: mySKU}
clone_managed_image_version: 1.0.0
clone_managed_image_target_regions: [southcentralus=1, eastus2=1=standard_zrs]
clone_managed_image_replica_count: 2
"""


def say(text: str) -> None:
    """A line of the demo, marked to distinguish it from Ansible's output."""
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


class Emulator:
    """The emulator as a process, as a user starts it."""

    def __init__(self, folder: Path) -> None:
        self.ca_file = folder / "ca.pem"
        command = [sys.executable, "-m", "arm_emulator", "--port", "0", "--ca-file", str(self.ca_file)]
        command += [
            "--seed",
            "arm_emulator/examples/walkthrough.json",
            "--replication-seconds",
            str(REPLICATION_SECONDS),
        ]
        self.process = subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        ready = re.fullmatch(r"ready (https://\S+)\n", line)
        if not ready:
            raise SystemExit(f"demo: the emulator did not start; it said {line!r}")
        self.url = ready[1]

    def requests(self) -> list[dict[str, str]]:
        """The requests to the Resource Manager so far, without those for tokens and metadata."""
        trusted = ssl.create_default_context(cafile=str(self.ca_file))
        with urllib.request.urlopen(f"{self.url}/_emulator/requests", context=trusted) as answer:
            entries = json.load(answer)["value"]
        return [entry for entry in entries if entry["path"].lower().startswith("/subscriptions/")]

    def stop(self) -> None:
        """Stop the process."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=10)


def environment(emulator: Emulator, folder: Path) -> dict[str, str]:
    """The environment of the playbook: the emulator's URL and certificate, and any credentials."""
    config = folder / "ansible.cfg"
    config.touch()
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "AZURE_", "ARM_", "PYTHON"))
    }
    return {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        "ANSIBLE_CONFIG": str(config),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "AZURE_CLOUD_ENVIRONMENT": emulator.url,
        "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000",
        "AZURE_TENANT": "11111111-1111-1111-1111-111111111111",
        "AZURE_CLIENT_ID": "demo",
        "AZURE_SECRET": "any secret will do on the emulator",
        "REQUESTS_CA_BUNDLE": str(emulator.ca_file),
    }


def clone(emulator: Emulator, folder: Path, *more: str) -> tuple[float, int, int]:
    """Run the playbook; the seconds it took, and how many requests and how many writes it made."""
    variables = folder / "clone.yml"
    variables.write_text(VARIABLES, encoding="utf-8")
    before = len(emulator.requests())
    began = time.monotonic()
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "cloudimages.azure_gallery.clone_managed_image"]
    finished = subprocess.run([*command, "-e", f"@{variables}", *more], env=environment(emulator, folder), check=False)
    if finished.returncode:
        raise SystemExit(f"demo: the playbook failed with exit code {finished.returncode}")
    asked = emulator.requests()[before:]
    return time.monotonic() - began, len(asked), sum(entry["method"] != "GET" for entry in asked)


def show_version(emulator: Emulator, folder: Path) -> None:
    """The version as image_version_info returns it."""
    place = "resource_group=myResourceGroup gallery_name=myGallery image_definition_name=myImageDefinition"
    ansible = str(Path(sys.executable).with_name("ansible"))
    module = ["-m", "cloudimages.azure_gallery.image_version_info", "-a", f"{place} expand_replication=true"]
    interpreter = ["-e", f"ansible_python_interpreter={sys.executable}"]
    subprocess.run([ansible, "localhost", *module, *interpreter], env=environment(emulator, folder), check=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say(
            "1. Azure, on this machine: an emulator with the managed image myImage in myResourceGroup (South Central US)."
        )
        emulator = Emulator(folder)
        try:
            print(
                f"It serves at {emulator.url}; replication takes {REPLICATION_SECONDS} s here, and 7 minutes or more on Azure."
            )
            say("2. The variables of the role clone_managed_image:")
            print(VARIABLES, end="")
            say("3. Preview the changes (ansible-playbook --check --diff). Nothing is written.")
            _seconds, _requests, writes = clone(emulator, folder, "--check", "--diff")
            print(f"Writes: {writes}.")
            say("4. Clone the image, and wait until the version is replicated to both regions.")
            first, first_requests, first_writes = clone(emulator, folder)
            say("5. Show the image version (module image_version_info):")
            show_version(emulator, folder)
            say("6. Run it again: everything exists, so nothing changes.")
            second, second_requests, second_writes = clone(emulator, folder)
            say("Done.")
            print(f"First run:  {first:5.1f} s, {first_requests} requests, {first_writes} of them writes.")
            print(f"Second run: {second:5.1f} s, {second_requests} requests, {second_writes} of them writes.")
            if writes or second_writes:
                raise SystemExit("demo: the preview or the second run wrote something")
        finally:
            emulator.stop()


if __name__ == "__main__":
    main()
