"""The commands of the guides run on the emulator, word for word and in their order, with the files that the guides show.

The guide for AWX is tested in tests/awx.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from support.collection_tree import ROOT
from support.playbook_runner import PlaybookRunner, azure_environment

GUIDES = ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
# Commands that a test cannot run, and why.
NOT_RUN = {
    r"(pip|python3 -m venv|\. ~|apt-get|ansible-galaxy collection install|arm-emulator) ?": "needs a package registry",
    r"git clone ": "needs the published repository",
    r"(make|\.venv/bin/\S+) ": "a command of the repository, which CI runs",
    r"cd tests$|\.\./\.venv/bin/python -m arm_emulator ": "starts the emulator; tests/unit/emulator/test_process.py does",
    r"export |E=": "signs in; the environment of the test does",
    r"az ": "the Azure CLI; make interop runs it",
    r"ansible-playbook .*\.(retire_fleet|restore_managed_image) ": "needs verified versions; fleet/test_retire_fleet.py has some",
    r"ansible-playbook .*\.verify_fleet ": "needs a network, and time for canaries; fleet/test_verify_fleet.py has both",
    r"ansible-playbook .*\.repoint_fleet ": "needs verified versions; tests/integration/fleet/test_repoint_fleet.py has some",
}
SEED = {
    "resource_groups": [{"name": "myResourceGroup", "location": "southcentralus"}],
    "images": [{"name": name, "resource_group": "myResourceGroup"} for name in ("myImage", "myOtherImage")],
    "galleries": [{"name": "myGallery", "resource_group": "myResourceGroup"}],
}
INVENTORY = """\
plugin: cloudimages.azure_gallery.managed_images
resource_groups: [myResourceGroup]
galleries: [{resource_group: myResourceGroup, name: myGallery}]
"""
FLEET = """\
clone_managed_image_gallery: {resource_group: myResourceGroup, name: myGallery}
clone_managed_image_target_regions: [southcentralus]
clone_managed_image_poll_interval: 1
"""
# Files of the user's that a guide names and does not show.
FILES = {
    **{f"{name}.managed_images.azure_gallery.yml": INVENTORY for name in ("images", "prod", "left")},
    "fleet.yml": FLEET,
    "group_vars/all.yml": FLEET,
}


def blocks(name: str, language: str) -> list[tuple[str, str]]:
    """The blocks of a language, each with the text before it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"((?:[^\n]*\n){{0,3}})^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(name: str) -> list[str]:
    """The commands of a guide; where a block marks them by a prompt, its other lines are output."""
    found = []
    for _before, block in blocks(name, "console"):
        lines = block.replace("\\\n", " ").splitlines()
        marked = [line[2:] for line in lines if line.startswith(("$ ", "# "))]
        found += marked or lines
    return [line.partition("  #")[0].strip() for line in found if line.strip()]


def reason(command: str) -> str | None:
    return next((why for pattern, why in NOT_RUN.items() if re.match(pattern, command)), None)


def shown_files(name: str) -> dict[str, str]:
    """Blocks of YAML whose file is named before them, or by a comment in their first line."""
    found = {}
    for before, block in blocks(name, "yaml"):
        named = re.match(r"# (\S+\.yml)\n", block) or re.search(r"`([\w.]+\.ya?ml)`\)?[^`]*:\s*\Z", before)
        if named:
            found[named[1]] = block
    return found


RUN = [name for name in GUIDES if any(reason(command) is None for command in commands(name))]


@pytest.mark.parametrize("name", RUN)
@pytest.mark.emulator(seed=SEED, replication_seconds=1, operation_seconds=0.1)
def test_the_commands_of_a_guide_run(name: str, emulator: Any, run_playbook: PlaybookRunner) -> None:
    for file, text in {**FILES, **shown_files(name)}.items():
        place = Path(run_playbook.folder) / file
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for command in commands(name):
        if reason(command) is None:
            run_playbook.command("bash", "-ec", command, env=azure_environment(emulator), timeout=240).ok()


def test_commands_are_found() -> None:
    assert {"README.md", "docs/first_clone.md", "docs/migrate_fleet.md", "docs/inventory.md"} <= set(RUN)
    assert "clone.yml" in shown_files("README.md")
    assert "clone.yml" in shown_files("docs/first_clone.md")
    assert "left.managed_images.azure_gallery.yml" in shown_files("docs/inventory.md")
    assert reason("ansible-playbook x.yml") is None
