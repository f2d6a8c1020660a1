"""A reset returns to the seed."""

from __future__ import annotations

from pathlib import Path

from arm_emulator import Emulator

from .conftest import GALLERY, SEED
from .test_server import ask

PATH = f"{GALLERY}?api-version=2024-03-03"
DEFINITION = f"{GALLERY}/images/definition?api-version=2024-03-03"
NEW = PATH.replace("galleries/", "galleries/new")
FAULT = {"kind": "gallery", "method": "GET", "do": {"status": 500}}


def test_a_reset_returns_to_the_seed() -> None:
    with Emulator({**SEED, "faults": [FAULT]}, operation_seconds=0) as emulator:
        assert ask(emulator, "GET", PATH)[0] == 500
        assert ask(emulator, "PUT", NEW, {"location": "eastus2"})[0] == 201
        assert ask(emulator, "DELETE", DEFINITION)[0] in (200, 202)
        emulator.order_fault(kind="gallery", do={"status": 400}, times=0)
        signed_in, authority = emulator.state.secret, dict(emulator.state.authority)
        assert ask(emulator, "POST", "/_emulator/reset") == (204, None)
        assert emulator.requests == []
        assert ask(emulator, "GET", PATH)[0] == 500, "the seed's fault acts again"
        assert ask(emulator, "GET", PATH)[0] == 200
        assert ask(emulator, "GET", DEFINITION)[0] == 200
        assert ask(emulator, "GET", NEW)[0] == 404
        assert (emulator.state.secret, emulator.state.authority) == (signed_in, authority)


def test_a_restored_emulator_returns_to_its_seed(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with Emulator(SEED, state_file=state, operation_seconds=0) as emulator:
        assert ask(emulator, "PUT", NEW, {"location": "eastus2"})[0] == 201
    with Emulator(SEED, state_file=state, operation_seconds=0) as emulator:
        assert ask(emulator, "GET", NEW)[0] == 200
        emulator.reset()
        assert ask(emulator, "GET", NEW)[0] == 404
        assert ask(emulator, "GET", PATH)[0] == 200
    with Emulator(SEED, state_file=state) as emulator:
        assert ask(emulator, "GET", NEW)[0] == 404, "the state file holds the seed again"
