"""Seeds: states of resources, versions under way, files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arm_emulator import seed as seeds
from arm_emulator.store import Store

from .conftest import COMPUTE, DEFINITION, SEED, Azure, version_body

PLACE = {"gallery": "gallery", "definition": "definition", "resource_group": "rg"}


def with_versions(*versions: dict[str, Any]) -> dict[str, Any]:
    """The seed and some versions."""
    return {**SEED, "versions": [{**PLACE, **version} for version in versions]}


def test_a_version_as_it_is(make_azure: Callable[..., Azure]) -> None:
    version = {
        "name": "1.2.3",
        "source": {"name": "image", "resource_group": "rg"},
        "target_regions": ["eastus2", {"name": "West US 2", "state": "Failed", "details": "no room"}],
        "published_date": "2025-03-01T00:00:00Z",
        "end_of_life_date": "2030-01-01",
        "exclude_from_latest": True,
        "tags": {"a": "b"},
    }
    azure = make_azure(with_versions(version))
    body = azure.get(f"{DEFINITION}/versions/1.2.3?$expand=ReplicationStatus")
    properties = body["properties"]
    assert properties["provisioningState"] == "Succeeded"
    assert properties["publishingProfile"]["publishedDate"] == "2025-03-01T00:00:00+00:00"
    assert properties["publishingProfile"]["excludeFromLatest"] is True
    assert properties["storageProfile"]["source"]["id"] == f"{COMPUTE}/images/image"
    assert properties["storageProfile"]["dataDiskImages"][0]["sizeInGB"] == 10
    states = [entry["state"] for entry in properties["replicationStatus"]["summary"]]
    assert (states, body["tags"]) == (["Completed", "Failed"], {"a": "b"})


@pytest.mark.parametrize(
    ("state", "later"),
    [
        ("Creating", "Succeeded"),
        ("Updating", "Succeeded"),
        ("Deleting", None),
        ("Failed", "Failed"),
        ("Migrating", "Migrating"),
    ],
)
def test_states_that_pass(make_azure: Callable[..., Azure], state: str, later: str | None) -> None:
    azure = make_azure(with_versions({"name": "1.0.0", "state": state}))
    path = f"{DEFINITION}/versions/1.0.0"
    assert azure.get(path)["properties"]["provisioningState"] == state
    azure.clock.advance(432)
    answer = azure.call("GET", path)
    found = answer.json()["properties"]["provisioningState"] if answer.status == 200 else None
    assert found == later


def test_a_source_is_busy_with_a_seeded_version(make_azure: Callable[..., Azure]) -> None:
    version = {"name": "1.0.0", "state": "Creating", "source": f"{COMPUTE}/images/image"}
    azure = make_azure(with_versions(version))
    assert azure.call("PUT", f"{DEFINITION}/versions/1.0.1", version_body()).status == 429


def test_seeded_faults_and_retry_after(make_azure: Callable[..., Azure]) -> None:
    azure = make_azure({**SEED, "faults": [{"kind": "image_version", "do": {"status": 503}}], "retry_after": 7})
    path = f"{DEFINITION}/versions/1.0.0"
    assert azure.call("GET", path).status == 503
    assert azure.call("PUT", path, version_body()).headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("seed", "place"),
    [
        (with_versions({"name": "1.0.0", "state": "Sleeping"}), "seed.versions[0].state"),
        (
            with_versions({"name": "1.0.0", "target_regions": [{"name": "moon"}]}),
            "seed.versions[0].target_regions[0].name",
        ),
        (with_versions({"name": "1.0.0", "published_date": "soon"}), "seed.versions[0].published_date"),
        (with_versions({"name": "1.0.0", "source": "image"}), "seed.versions[0].source"),
        (with_versions({"name": "1.0.0"}, {"name": "1.0.0"}), "seed.versions[1]"),
        ({**SEED, "page_size": 0}, "seed.page_size"),
        ({**SEED, "clients": [{"secret": "s"}]}, "seed.clients[0].client_id"),
        (
            {**SEED, "images": [{"name": "i", "resource_group": "rg", "data_disks": [{}]}]},
            "seed.images[0].data_disks[0].lun",
        ),
    ],
)
def test_mistakes_name_their_place(make_azure: Callable[..., Azure], seed: dict[str, Any], place: str) -> None:
    with pytest.raises(seeds.SeedError) as caught:
        make_azure(seed)
    assert str(caught.value).startswith(place)


def test_yaml(tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    path = tmp_path / "seed.yml"
    path.write_text("resource_groups:\n- {name: rg, location: eastus}\n", encoding="utf-8")
    assert seeds.load(path) == {"resource_groups": [{"name": "rg", "location": "eastus"}]}
    path.write_text("a: [", encoding="utf-8")
    with pytest.raises(seeds.SeedError, match="not YAML"):
        seeds.load(path)


def test_state_file_holds_everything(make_azure: Callable[..., Azure], tmp_path: Path) -> None:
    azure = make_azure(with_versions({"name": "1.0.0", "state": "Updating"}))
    azure.call("PUT", f"{DEFINITION}/versions/1.0.1", version_body("other", regions=["eastus2", "westus2"]))
    store = azure.service.store
    store.authority = {"key": "k", "certificate": "c"}
    store.save(tmp_path / "state.json")
    again = Store()
    again.load((tmp_path / "state.json").read_text(encoding="utf-8"))
    assert again.text() == store.text()
    assert again.resources == store.resources
    assert json.loads(again.text())["operations"]
