"""Why a project could not be updated: git and ansible-galaxy fail in different tasks and have different remedies."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._awx.project_update import why

GALAXY = "Fetch galaxy collections from collections/requirements.(yml/yaml)"
RESULT = {"msg": "non-zero return code", "stderr": "ERROR! Cannot\nreach Galaxy"}


def event(task: str, **result: Any) -> dict[str, Any]:
    return {"event_data": {"task": task, "res": result}}


def test_git() -> None:
    text = why([event("Update project using git", msg="fatal: no such repository\n")], 5, "https://me:pw@git/x.git")
    assert text.startswith(
        "AWX could not fetch awx_setup_project_url https://git/x.git (job 5 has the whole output): "
        "fatal: no such repository. Correct"
    )
    assert "requirements" not in text


@pytest.mark.parametrize(
    "events",
    [
        [event(GALAXY, **RESULT)],
        [event(GALAXY, results=[RESULT])],
        [event(GALAXY, **RESULT), event(GALAXY, results=[RESULT], msg="One or more items failed")],
    ],
)
def test_galaxy(events: list[dict[str, Any]]) -> None:
    text = why(events, 5, "https://git/x.git")
    assert text.startswith(
        "AWX could not install collections/requirements.yml of https://git/x.git (job 5 has the whole output): "
        "ERROR! Cannot reach Galaxy. If"
    )
    assert "remove collections/requirements.yml from the project" in text
    assert "could not fetch" not in text


def test_without_events() -> None:
    assert "u (job 5 has the whole output): AWX gives no reason. Correct" in why([], 5, "u")
