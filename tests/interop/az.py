"""The Azure CLI as a user runs it, with settings of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

TENANT = "22222222-2222-2222-2222-222222222222"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
SEED = json.loads((Path(__file__).resolve().parents[1] / "arm_emulator/examples/walkthrough.json").read_text("utf-8"))
IN_GROUP = {"resource_group": "myResourceGroup", "location": "southcentralus"}
# With the gallery and the definition of the walk-through.
DEFINED = SEED | {
    "galleries": [{"name": "myGallery", **IN_GROUP}],
    "definitions": [
        {"name": "myImageDefinition", "gallery": "myGallery", "publisher": "p", "offer": "o", "sku": "s", **IN_GROUP}
    ],
}
COMPUTE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/myResourceGroup/providers/Microsoft.Compute"


class Az:
    """Callable: runs a line of az that must succeed; what it prints, parsed."""

    def __init__(self, program: Path, emulator: Any, settings: Path, note: Callable[[str], None]) -> None:
        self.url = emulator.url
        self._program = str(program)
        self._note = note
        system = {k: v for k, v in os.environ.items() if not k.startswith(("AZURE_", "PYTHON", "REQUESTS_"))}
        self._environment = {
            **system,
            "AZURE_CONFIG_DIR": str(settings),
            "AZURE_CORE_INSTANCE_DISCOVERY": "false",
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
            "AZURE_CORE_NO_COLOR": "1",
            "REQUESTS_CA_BUNDLE": emulator.ca_file,
        }

    def sign_in(self) -> None:
        """Make the emulator a cloud of az, and sign in to it."""
        self(
            f"cloud register -n emulator --endpoint-resource-manager {self.url} --endpoint-active-directory {self.url} "
            f"--endpoint-active-directory-resource-id {self.url} "
            f"--endpoint-active-directory-graph-resource-id {self.url}"
        )
        self("cloud set -n emulator")
        signed_in = self(f"login --service-principal -u someone -p something --tenant {TENANT}")
        assert [entry["id"] for entry in signed_in] == [SUBSCRIPTION]

    def __call__(self, line: str) -> Any:
        """Errors are all that may be said beside the result, so nothing is."""
        done = self.run(f"{line} --only-show-errors")
        assert (done.returncode, done.stderr) == (0, ""), f"{line}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refusal(self, line: str) -> tuple[int, str, str]:
        """A line that must fail: exit code, Azure's error code, Azure's message. az prints: ERROR: (Code) Message."""
        done = self.run(f"{line} --only-show-errors")
        said = re.match(r"ERROR: \((\w+)\) (.*)", done.stderr)
        assert done.returncode, f"{line}\n{done.stdout}"
        assert not done.stdout
        assert said, f"{line}\n{done.stderr}"
        return done.returncode, said[1], said[2]

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """Any line."""
        words = shlex.split(line)
        self._note(f"az: {line.split(' -')[0]}")
        return subprocess.run(
            [self._program, *words, "-o", "json"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
