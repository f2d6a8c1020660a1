"""A project that AWX cannot fetch: what awx_setup says of it, and that it goes on once AWX can."""

from __future__ import annotations

import pytest
from controller.api import Answer
from controller.projects import Content
from controller.serializers import Body
from controller.server import FakeController
from controller.store import Refusal
from objects_fixtures import PROJECT_URL, SETUP, perform
from test_setup_checks import failures

from support.collection_tree import ROOT
from support.playbook_runner import PlaybookRunner

URL = "https://git.example.com/cloud/galery-content.git"


def refuse(cloud: FakeController, monkeypatch: pytest.MonkeyPatch, refused: str) -> None:
    """From now on AWX refuses to create objects of this kind."""
    create = cloud.api._create

    def answer(endpoint: str, body: Body) -> Answer:
        if endpoint == refused:
            raise Refusal(403, {"detail": "No."})
        return create(endpoint, body)

    monkeypatch.setattr(cloud.api, "_create", answer)


def test_a_repository_that_is_not_there(
    run_playbook: PlaybookRunner, cloud: FakeController, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents: dict[str, Content] = {}
    cloud.api.contents = contents
    said = {"awx_setup_project_url": URL}
    message = failures(perform(run_playbook, cloud, SETUP, **said).run)[-1]
    (number,) = cloud.api.updates
    assert message.startswith(
        f"Project update failed: AWX could not fetch awx_setup_project_url {URL} (job {number} has the whole output): Failed "
    )
    assert f"fatal: repository '{URL}' not found. Correct awx_setup_project_url, " in message

    # Fetched again, although nothing of the project changes. AWX refuses the next object, so that the run ends soon.
    contents[URL] = Content.of(ROOT / "awx")
    refuse(cloud, monkeypatch, "inventories")
    assert "/api/v2/inventories/" in failures(perform(run_playbook, cloud, SETUP, **said).run)[-1]
    assert len(cloud.api.updates) == 2
    assert cloud.api.updates[max(cloud.api.updates)].status == "successful"


def test_another_refusal_is_reported_unchanged(
    run_playbook: PlaybookRunner, cloud: FakeController, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(cloud, monkeypatch, "projects")
    message = failures(perform(run_playbook, cloud, SETUP).run)[-1]
    assert message == "You don't have permission to POST to /api/v2/projects/ (HTTP 403)."


def test_requirements_that_galaxy_does_not_serve(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    """In the organization Default, whose project updates install them."""
    cloud.api.galaxy = False
    message = failures(perform(run_playbook, cloud, SETUP, awx_setup_organization="Default").run)[-1]
    assert message.startswith(
        f"Project update failed: AWX could not install collections/requirements.yml of {PROJECT_URL} (job "
    )
    assert "Unknown error when attempting to call Galaxy" in message
    assert "remove collections/requirements.yml from the project, or the Galaxy credential" in message
    assert "could not fetch" not in message
