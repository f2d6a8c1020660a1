# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The walk-through by the real Azure CLI. `AZ` names the program when it is not on the path."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from arm_emulator import Emulator

pytestmark = pytest.mark.interop
SEED = Path(__file__).resolve().parents[1] / "arm_emulator" / "examples" / "walkthrough.json"
TENANT = "22222222-2222-2222-2222-222222222222"
Az = Callable[..., Any]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """What the walk-through starts from."""
    with Emulator(SEED, replication_seconds=8) as running:
        yield running


@pytest.fixture
def az(emulator: Emulator, tmp_path: Path) -> Az:
    """Runs az, signed in; what it prints, parsed."""
    program = os.environ.get("AZ") or shutil.which("az")
    if not program:
        pytest.skip("the Azure CLI is not installed")
    environment = {
        **os.environ,
        "AZURE_CONFIG_DIR": str(tmp_path / "az"),
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "AZURE_CORE_COLLECT_TELEMETRY": "no",
        "REQUESTS_CA_BUNDLE": emulator.ca_file,
    }

    def run(line: str) -> Any:
        command = [program, *line.split(), "-o", "json", "--only-show-errors"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    url = emulator.url
    run(
        f"cloud register -n emulator --endpoint-resource-manager {url} --endpoint-active-directory {url} "
        f"--endpoint-active-directory-resource-id {url} --endpoint-active-directory-graph-resource-id {url}"
    )
    run("cloud set -n emulator")
    signed_in = run(f"login --service-principal -u someone -p something --tenant {TENANT}")
    assert [entry["id"] for entry in signed_in] == ["00000000-0000-0000-0000-000000000000"]
    return run


def test_walkthrough(az: Az, emulator: Emulator) -> None:
    gallery = "-g myResourceGroup --gallery-name myGallery"
    definition = f"{gallery} --gallery-image-definition myImageDefinition"
    version = f"{definition} --gallery-image-version 1.0.0"
    made = az(f"sig create {gallery}")
    assert (made["provisioningState"], made["location"]) == ("Succeeded", "southcentralus")
    made = az(
        f"sig image-definition create {definition} --publisher myPublisher --offer myOffer --sku mySKU "
        "--os-type Linux --os-state generalized --hyper-v-generation V1"
    )
    assert (made["hyperVGeneration"], made["osState"]) == ("V1", "Generalized")
    assert [image["name"] for image in az("image list -g myResourceGroup")] == ["myImage"]
    made = az(
        f"sig image-version create {version} --managed-image myImage "
        "--target-regions southcentralus=1 eastus2=1=standard_zrs --replica-count 2"
    )
    assert made["provisioningState"] == "Succeeded"
    targets = made["publishingProfile"]["targetRegions"]
    kinds = [(region["name"], region["regionalReplicaCount"], region["storageAccountType"]) for region in targets]
    assert kinds == [("South Central US", 1, "Standard_LRS"), ("East US 2", 1, "Standard_ZRS")]
    shown = az(f"sig image-version show {version} --expand ReplicationStatus")
    assert shown["replicationStatus"]["aggregatedState"] == "Completed"
    assert [entry["name"] for entry in az(f"sig image-version list {definition}")] == ["1.0.0"]
    updated = az(f"sig image-version update {version} --add publishingProfile.targetRegions name=westus2")
    assert [region["name"] for region in updated["publishingProfile"]["targetRegions"]][-1] == "West US 2"
    az(f"sig image-version wait --created {version}")
    az(f"sig image-version delete {version}")
    assert az(f"sig image-version list {definition}") == []
    assert not any(entry["status"] and entry["status"] >= 400 and entry["status"] != 404 for entry in emulator.requests)
