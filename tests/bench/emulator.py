"""An emulator in its own process, with any number of managed images."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
# Medians of recorded creations: 38 versions in one region, 49 definitions.
VERSION_SECONDS = 431.0
DEFINITION_SECONDS = 0.12
# A machine's life, as multiples of its create: create, agent, delete, and the end of its disks (settings.py of the emulator).
SHARES = 1 + 0.26 + 1.07 + 0.4
GROUP = "rg"
LOCATION = "southcentralus"
ENVIRONMENT = {
    "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000",
    "AZURE_TENANT": "11111111-1111-1111-1111-111111111111",
    "AZURE_CLIENT_ID": "bench",
    "AZURE_SECRET": "bench",
}


class Emulator:
    """An emulator process with so many images; with `life`, the seconds of a canary's life, also with their versions."""

    def __init__(
        self, folder: Path, images: int, version_seconds: float, limits: bool, life: float | None = None
    ) -> None:
        seed = folder / "seed.json"
        content = _seed(images) | (_cloned(images, life) if life else {})
        seed.write_text(json.dumps(content), encoding="utf-8")
        self.ca_file = folder / "ca.pem"
        command = [sys.executable, "-m", "arm_emulator", "--port", "0", "--ca-file", str(self.ca_file)]
        command += ["--seed", str(seed), "--replication-seconds", str(version_seconds)]
        command += ["--operation-seconds", str(DEFINITION_SECONDS), *["--rate-limits"] * limits]
        self.process = subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[1]
        self._trusted = ssl.create_default_context(cafile=str(self.ca_file))

    @property
    def environment(self) -> dict[str, str]:
        """The variables that a run needs to sign in to it."""
        return {**ENVIRONMENT, "AZURE_CLOUD_ENVIRONMENT": self.url, "REQUESTS_CA_BUNDLE": str(self.ca_file)}

    def drain(self) -> list[dict[str, str]]:
        """The requests to the Resource Manager since the last call."""
        url = f"{self.url}/_emulator/requests"
        with urllib.request.urlopen(url, context=self._trusted) as answer:
            entries = json.load(answer)["value"]
        urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), context=self._trusted).close()
        return [entry for entry in entries if entry["path"].lower().startswith("/subscriptions/")]

    def stop(self) -> None:
        """End the process."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=10)


def _seed(images: int) -> dict[str, object]:
    common = {"resource_group": GROUP, "location": LOCATION, "os_type": "Linux", "hyper_v_generation": "V1"}
    return {
        "resource_groups": [{"name": GROUP, "location": LOCATION}],
        "images": [{"name": f"image{number:04}", **common} for number in range(images)],
    }


def _cloned(images: int, life: float) -> dict[str, object]:
    """A version of each image, excluded from latest, and a network for canaries."""
    place = {"resource_group": GROUP, "location": LOCATION}
    names = [f"image{number:04}" for number in range(images)]
    version = {**place, "gallery": "gallery", "name": "1.0.0", "exclude_from_latest": True}
    return {
        "machine_seconds": life / SHARES,
        "virtual_networks": [{**place, "name": "network", "subnets": ["isolated"]}],
        "galleries": [{**place, "name": "gallery"}],
        "definitions": [{**place, "gallery": "gallery", "name": name} for name in names],
        "versions": [
            {**version, "definition": name, "source": {"name": name, "resource_group": GROUP}} for name in names
        ],
    }
