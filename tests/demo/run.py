"""The whole move on the emulator: clone a managed image (twice), verify, repoint a scale set, retire the image, restore it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.collection_tree import BUILD, collections_path

TESTS = Path(__file__).resolve().parents[1]
OUTPUT = BUILD / "demo"  # the reports and the record are kept
REPLICATION_SECONDS = 12
GROUP_ID = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup"
VARIABLES = """\
clone_managed_image_source: {resource_group: myResourceGroup, name: myImage}
clone_managed_image_gallery: {resource_group: myResourceGroup, name: myGallery}
clone_managed_image_create_gallery: true
clone_managed_image_definition: {name: myImageDefinition, publisher: myPublisher, offer: myOffer, sku: mySKU}
clone_managed_image_version: 1.0.0
clone_managed_image_target_regions: [southcentralus=1, eastus2=1=standard_zrs]
clone_managed_image_replica_count: 2
clone_managed_image_exclude_from_latest: true  # until a machine has booted from it
"""
INVENTORY = "all: {hosts: {myImage: {}}}\n"
VERIFY = f"""\
verify_image_version_resource_group: myResourceGroup
verify_image_version_subnet_id: {GROUP_ID}/providers/Microsoft.Network/virtualNetworks/myIsolatedNetwork/subnets/canaries
verify_fleet_report: {OUTPUT}
"""
REPOINT = f"""\
repoint_scale_sets_roll_out: allow  # Azure replaces the instances of myScaleSet, whose upgrade policy is Automatic
repoint_fleet_report: {OUTPUT}
"""
RETIRE = f"""\
retire_managed_image_records: {OUTPUT}/records
retire_managed_image_after_days: 0  # the default is 7
retire_fleet_report: {OUTPUT}
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


def play(emulator: Emulator, folder: Path, playbook: str, variables: str, *more: str) -> tuple[float, int, int]:
    """Run a playbook; the seconds it took, and how many requests and how many writes it made."""
    file, inventory = folder / f"{playbook}.yml", folder / "inventory.yml"
    file.write_text(variables, encoding="utf-8")
    inventory.write_text(INVENTORY, encoding="utf-8")
    before = len(emulator.requests())
    began = time.monotonic()
    command = [str(Path(sys.executable).with_name("ansible-playbook")), f"cloudimages.azure_gallery.{playbook}"]
    if playbook.endswith("_fleet"):
        command += ["-i", str(inventory)]
    finished = subprocess.run([*command, "-e", f"@{file}", *more], env=environment(emulator, folder), check=False)
    if finished.returncode:
        raise SystemExit(f"demo: the playbook {playbook} failed with exit code {finished.returncode}")
    asked = emulator.requests()[before:]
    return time.monotonic() - began, len(asked), sum(entry["method"] not in ("GET", "HEAD") for entry in asked)


def clone(emulator: Emulator, folder: Path, *more: str) -> tuple[float, int, int]:
    """Clone the image of the walk-through."""
    return play(emulator, folder, "clone_managed_image", VARIABLES, *more)


def show_version(emulator: Emulator, folder: Path) -> None:
    """The version as image_version_info returns it."""
    place = "resource_group=myResourceGroup gallery_name=myGallery image_definition_name=myImageDefinition"
    ansible = str(Path(sys.executable).with_name("ansible"))
    module = ["-m", "cloudimages.azure_gallery.image_version_info", "-a", f"{place} expand_replication=true"]
    interpreter = ["-e", f"ansible_python_interpreter={sys.executable}"]
    subprocess.run([ansible, "localhost", *module, *interpreter], env=environment(emulator, folder), check=True)


def after_the_copy(emulator: Emulator, folder: Path) -> dict[str, tuple[float, int, int]]:
    """Verify and promote the version, repoint the scale set, retire the image, and restore it; what each run took."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    runs = {}
    say(
        "7. Verify the version (verify_fleet): boot a canary from it, delete the canary, and include the version in latest."
    )
    print(VERIFY, end="")
    runs["Verify"] = play(emulator, folder, "verify_fleet", VARIABLES + VERIFY)
    say("8. Point the scale set myScaleSet at the version (repoint_fleet).")
    print(REPOINT, end="")
    runs["Repoint"] = play(emulator, folder, "repoint_fleet", VARIABLES + REPOINT)
    say(
        "9. Delete the managed image (retire_fleet). It is recorded first. Here no days have to pass since the verification."
    )
    print(RETIRE, end="")
    runs["Retire"] = play(emulator, folder, "retire_fleet", VARIABLES + RETIRE)
    say("10. That was a mistake: restore the managed image from its record (restore_managed_image).")
    (record,) = (OUTPUT / "records").glob("*.json")
    runs["Restore"] = play(emulator, folder, "restore_managed_image", f"restore_managed_image_record: {record}\n")
    return runs


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
            runs = {
                "Clone": (first, first_requests, first_writes),
                "Clone again": (second, second_requests, second_writes),
            }
            runs |= after_the_copy(emulator, folder)
            say("Done.")
            for what, (seconds, requests, changes) in runs.items():
                print(f"{what + ':':13}{seconds:6.1f} s, {requests:2} requests, {changes} of them writes.")
            for page in sorted(OUTPUT.glob("*.html")):
                print(f"Report: {page}")
            if writes or second_writes:
                raise SystemExit("demo: the preview or the second run wrote something")
        finally:
            emulator.stop()


if __name__ == "__main__":
    main()
