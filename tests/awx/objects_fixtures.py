"""What the tests of the objects in AWX share: a controller to set up, and what awx_objects.yml comes to."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from awx_collection import awx_collections_path
from controller.api import Api, install
from controller.projects import Content
from controller.server import FakeController, running
from controller.store import Thing

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._awx import objects

from support.collection_tree import ROOT, collections_path
from support.playbook_runner import SUBSCRIPTION, PlaybookRunner, Run

MARK = objects.MARK
RECORDINGS = ROOT.parent / "shared" / "recordings" / "awx"
OBJECTS = ROOT / "playbooks/vars/awx_objects.yml"
SETUP, TEARDOWN = "cloudimages.azure_gallery.awx_setup", "cloudimages.azure_gallery.awx_teardown"
PROJECT_URL = "https://git.example.com/gallery-content.git"
SECRET = "not-to-be-seen"
# What a user says.
SAID = {
    "awx_setup_organization": "Cloud",
    "awx_setup_project_url": PROJECT_URL,
    "awx_setup_gallery_name": "pics",
    "awx_setup_gallery_resource_group": "rg",
    "awx_setup_target_regions": "southcentralus=1 eastus2=1=standard_zrs",
    "awx_setup_image_resource_groups": ["images-prod", "images-test"],
    "awx_setup_execution_environment_image": "registry.example.com/gallery-ee:1.0.0",
    "awx_setup_subscription_id": SUBSCRIPTION,
    "awx_setup_tenant": "22222222-2222-2222-2222-222222222222",
    "awx_setup_client_id": "11111111-1111-1111-1111-111111111111",
    "awx_setup_secret": SECRET,
    "awx_setup_ca_bundle": "-----BEGIN CERTIFICATE-----\n",
    "awx_setup_notification_url": "https://hooks.example.com/gallery",
}
# The lists that infra.aap_configuration reads, and the modules that their items are options of.
LISTS = {
    "aap_organizations": "organization",
    "controller_credential_types": "credential_type",
    "controller_credentials": "credential",
    "controller_execution_environments": "execution_environment",
    "controller_notifications": "notification_template",
    "controller_projects": "project",
    "controller_inventories": "inventory",
    "controller_inventory_sources": "inventory_source",
    "controller_templates": "job_template",
    "controller_workflows": "workflow_job_template",
    "controller_schedules": "schedule",
}
Listed = dict[str, list[dict[str, Any]]]
Calls = list[tuple[str, str, Any, int]]
State = dict[str, dict[int, dict[str, Any]]]


def recording(name: str) -> Path:
    """A recording of AWX; without it a skip, but a failure where everything must run."""
    place = RECORDINGS / name
    if not place.is_file():
        text = "there are no recordings of AWX beside the repository (../shared/recordings/awx)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(text)
    return place


def fresh_api() -> Api:
    """A controller as it is installed, and the repository of the content project."""
    api = Api({PROJECT_URL: Content.of(ROOT / "awx")})
    install(api.store)
    return api


def collections() -> dict[str, str]:
    return {"ANSIBLE_COLLECTIONS_PATH": f"{collections_path()}:{awx_collections_path()}"}


def state(api: Api) -> State:
    """All that the controller holds."""
    return {
        endpoint: {
            one.id: {**one.values, "links": links(one), "survey": one.extra.get("survey")} for one in things.values()
        }
        for endpoint, things in api.store.things.items()
    }


def links(thing: Thing) -> dict[str, list[int]]:
    return {link: sorted(others) for link, others in thing.associated.items() if others}


@dataclass
class Stage:
    """What one run did: its result, its calls, and the state after it."""

    run: Run
    calls: Calls
    after: State

    def sent(self, *methods: str) -> list[str]:
        """The endpoints that were written to; tokens apart."""
        written = [(method, path.split("/")[3]) for method, path, _body, _status in self.calls]
        return [endpoint for method, endpoint in written if method in methods and endpoint != "tokens"]


def perform(
    runner: PlaybookRunner, controller: FakeController, playbook: str, check: bool = False, **said: Any
) -> Stage:
    first = len(controller.calls)
    # Modules start sooner when they are not copied first.
    env = {**collections(), **controller.environment, "ANSIBLE_PIPELINING": "true"}
    run = runner(playbook, extra_vars={**SAID, **said}, env=env, check=check, timeout=600)
    return Stage(run, controller.calls[first:], state(controller.api))


def resolve(runner: PlaybookRunner, said: Mapping[str, Any]) -> Listed:
    """The lists with their templates resolved."""
    lists = {name: f"{{{{ {name} }}}}" for name in LISTS}
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars_files": [str(OBJECTS)],
        "tasks": [{"name": "Lists", "ansible.builtin.debug": {"msg": lists}}],
    }
    run = runner([play], extra_vars=said).ok()
    assert "Found duplicate mapping key" not in run.output, "ansible-core warns of a key that replaces a merged one"
    return json.loads(json.dumps(run.task("Lists").result["msg"]))


@pytest.fixture(scope="session")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """listed(**said) are the lists for a user who says this instead of SAID; each is worked out once."""
    runner = PlaybookRunner(tmp_path_factory.mktemp("lists"))

    @functools.cache
    def worked_out(text: str) -> Listed:
        return resolve(runner, json.loads(text))

    return lambda **said: worked_out(json.dumps({**SAID, **said}, sort_keys=True))


@pytest.fixture(scope="session")
def shipped(listed: Any) -> Listed:
    return listed()


@pytest.fixture
def cloud() -> Iterator[FakeController]:
    """A controller with an organization and nothing in it."""
    api = fresh_api()
    api.store.add("organizations", name="Cloud")
    with running(api) as controller:
        yield controller
