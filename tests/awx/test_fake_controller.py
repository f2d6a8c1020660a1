"""The fake controller is held to what a real AWX said, and refuses what it refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from controller import replay, rules
from controller.api import Answer, Api
from objects_fixtures import PROJECT_URL, fresh_api, recording

Call = dict[str, Any]


@pytest.fixture(scope="module")
def recorded() -> list[Call]:
    return replay.load(recording("awx-24.6-modules.jsonl"))


def test_recorded_calls_are_alike(recorded: list[Call]) -> None:
    outcome = replay.replay(recorded)
    print(
        f"{len(outcome.alike)} of {outcome.calls} calls alike, {outcome.known.total()} known differences: {dict(outcome.known)}"
    )
    assert outcome.unexplained == []
    assert outcome.known.keys() == replay.KNOWN.keys()
    assert (outcome.calls, len(outcome.alike)) == (182, 161)


@pytest.mark.parametrize(
    ("number", "spoil"),
    [
        (2, lambda call: call.update(status=200)),
        (2, lambda call: call["response_headers"].update(Location="/api/v2/organizations/5/")),
        (73, lambda call: call["response_headers"].update(Allow="GET, HEAD, OPTIONS")),
        (91, lambda call: call["response"].update(job_type="run")),
        (91, lambda call: call["response"].pop("limit")),
        (151, lambda call: call["response"]["spec"].pop()),
    ],
)
def test_a_spoilt_recording_is_noticed(recorded: list[Call], number: int, spoil: Callable[[Call], object]) -> None:
    calls = copy.deepcopy(recorded)
    spoil(calls[number])
    assert [text for text in replay.replay(calls).unexplained if text.startswith(f"{number} ")]


# What is refused


@pytest.fixture
def api() -> Api:
    """A controller with a project, an inventory of three hosts, and a template that asks for little."""
    api = fresh_api()
    post(api, "projects", name="Content", organization=1, scm_type="git", scm_url=PROJECT_URL)
    next(iter(api.updates.values())).finish()
    post(api, "inventories", name="Fleet", organization=1)
    api.store.things["inventories"][1].extra["hosts"] = 3
    post(api, "job_templates", **TEMPLATE, ask_limit_on_launch=True, survey_enabled=True)
    post(api, "job_templates/2/survey_spec", name="", description="", spec=[QUESTION])
    return api


TEMPLATE = {"name": "Migrate", "project": 1, "inventory": 1, "playbook": "migrate_fleet.yml"}
QUESTION = {
    "question_name": "Regions",
    "variable": "regions",
    "type": "text",
    "required": True,
    "default": "eastus2",
    "min": 1,
}
LAUNCH = "job_templates/2/launch"
RULE = "DTSTART:20270104T020000Z RRULE:FREQ=DAILY;INTERVAL=1"
SCHEDULE = {"name": "nightly", "unified_job_template": 2, "rrule": RULE, "extra_data": {"regions": "eastus2"}}


def post(api: Api, where: str, **body: Any) -> Answer:
    return api.answer("POST", f"/api/v2/{where}/", body)


NODE = {"workflow_job_template": 3, "unified_job_template": 2}
# What would be taken.
TAKEN = {
    "job_templates": {**TEMPLATE, "name": "Another"},
    "inventories": {"name": "Others", "organization": 1},
    "credential_types": {"name": "Type", "kind": "cloud"},
    "credentials": {"name": "Azure", "credential_type": 10},
    "workflow_job_template_nodes": NODE,
    "schedules": SCHEDULE,
    LAUNCH: {"extra_vars": {"regions": "eastus2"}},
}


def test_taken(api: Api) -> None:
    post(api, "workflow_job_templates", name="Flow", organization=1)
    assert [post(api, where, **body).status for where, body in TAKEN.items()] == [201] * len(TAKEN)


@pytest.mark.parametrize(
    ("where", "change", "name", "words"),
    [
        ("job_templates", {"playbook": "cloudimages.azure_gallery.x"}, "playbook", "Playbook not found for project."),
        ("job_templates", {"playbook": ""}, "playbook", "Must select playbook for project."),
        ("job_templates", {"inventory": None}, "inventory", "You must either set a default value or ask to prompt"),
        ("job_templates", {"project": 99}, "project", 'Invalid pk "99" - object does not exist.'),
        ("job_templates", {"job_type": "scan"}, "job_type", '"scan" is not a valid choice.'),
        ("job_templates", {"forks": "5.5"}, "forks", "A valid integer is required."),
        ("inventories", {"name": ""}, "name", "This field may not be blank."),
        (
            "credential_types",
            {"injectors": {"env": {"ANSIBLE_X": "y"}}},
            "injectors",
            "may affect Ansible configuration",
        ),
        ("credential_types", {"injectors": {"env": {"X": "{{ no }}"}}}, "injectors", "undefined field"),
        ("credentials", {"inputs": {"client_id": "s"}}, "inputs", "('client_id' was unexpected)"),
        ("workflow_job_template_nodes", {"job_type": "check"}, "job_type", "not configured to prompt on launch"),
        ("workflow_job_template_nodes", {"extra_data": {"x": 1}}, "extra_data", "Variables x are not allowed"),
        ("schedules", {"extra_data": {}}, "variables_needed_to_start", "'regions' value missing"),
        ("schedules", {"rrule": RULE.replace(";INTERVAL=1", "")}, "rrule", "INTERVAL required"),
        ("schedules", {"rrule": RULE.partition(" ")[2]}, "rrule", "Valid DTSTART required"),
        (LAUNCH, {"extra_vars": {}}, "variables_needed_to_start", "'regions' value missing"),
        (LAUNCH, {"extra_vars": {"regions": ""}}, "variables_needed_to_start", "is too small"),
        (LAUNCH, {"extra_vars": {"regions": ["x"]}}, "variables_needed_to_start", "expected to be a string"),
    ],
)
def test_refused(api: Api, where: str, change: Call, name: str, words: str) -> None:
    post(api, "workflow_job_templates", name="Flow", organization=1)
    before = {endpoint: len(things) for endpoint, things in api.store.things.items()}
    answer = post(api, where, **{**TAKEN[where], **change})
    assert (answer.status, list(answer.body)) == (400, [name])
    assert words in answer.body[name][0]
    assert before == {endpoint: len(things) for endpoint, things in api.store.things.items()}


def test_slices_need_hosts_and_the_prompt(api: Api) -> None:
    """More slices than hosts are no error: AWX starts one for each host. It refuses them if there is only one host."""
    answered = {"extra_vars": {"regions": "eastus2"}}
    assert post(api, LAUNCH, job_slice_count=2, **answered).body["ignored_fields"] == {"job_slice_count": 2}
    api.answer("PATCH", "/api/v2/job_templates/2/", {"ask_job_slice_count_on_launch": True})
    template = api.store.things["job_templates"][2]
    for asked, started in ((1, 1), (2, 2), (5, 3)):
        launched = post(api, LAUNCH, job_slice_count=asked, **answered)
        assert (launched.status, "workflow_job" in launched.body) == (201, asked > 1)
        assert rules.slices(api.store, template, asked) == started
    api.store.things["inventories"][1].extra["hosts"] = 1
    refused = post(api, LAUNCH, job_slice_count=2, **answered)
    assert (refused.status, refused.body) == (
        400,
        {"job_slice_count": ["Job inventory does not have enough hosts for slicing"]},
    )


def test_a_launch_takes_what_is_asked_for(api: Api) -> None:
    launched = post(api, LAUNCH, limit="a", job_type="check", extra_vars={"regions": "westus", "other": 1})
    assert launched.status == 201
    assert launched.body["ignored_fields"] == {"job_type": "check", "extra_vars": {"other": 1}}
    assert launched.body["extra_vars"] == {"regions": "westus"}


def test_deleting(api: Api) -> None:
    used = api.answer("DELETE", "/api/v2/credential_types/10/")
    assert (used.status, used.body["detail"]) == (403, "Deletion not allowed for managed credential types")
    assert api.answer("DELETE", "/api/v2/inventories/1/").status == 202
    again = api.answer("DELETE", "/api/v2/inventories/1/")
    assert (again.status, again.body) == (400, {"error": "Inventory is already pending deletion."})
    lists = [api.answer("GET", "/api/v2/inventories/?name=Fleet").body["count"] for _reading in range(3)]
    assert lists == [1, 1, 0]
    assert api.answer("GET", "/api/v2/job_templates/2/").body["inventory"] is None
    assert api.answer("GET", "/api/v2/job_templates/99/").status == 404


@pytest.mark.parametrize("endpoint", ["job_templates/2", "inventories/1", "projects/1"])
def test_what_active_jobs_use_is_not_deleted(api: Api, endpoint: str) -> None:
    number = post(api, LAUNCH, extra_vars={"regions": "eastus2"}).body["job"]
    refused = api.answer("DELETE", f"/api/v2/{endpoint}/")
    assert (refused.status, refused.body) == (
        409,
        {"error": "Resource is being used by running jobs.", "active_jobs": [{"type": "job", "id": number}]},
    )
    field = {"job_templates/2": "job_template", "inventories/1": "inventory", "projects/1": "project"}[endpoint]
    query = f"{field}__in={endpoint.rpartition('/')[2]}&status__in=pending,running"
    assert [job["id"] for job in api.answer("GET", f"/api/v2/jobs/?{query}").body["results"]] == [number]
    api.jobs.end()
    assert api.answer("GET", f"/api/v2/jobs/?{query}").body["results"] == []
    assert api.answer("DELETE", f"/api/v2/{endpoint}/").status in (202, 204)


@pytest.mark.parametrize(
    ("galaxy", "organization", "status"), [(True, 1, "successful"), (False, 1, "failed"), (False, 2, "successful")]
)
def test_only_the_organization_default_installs_requirements(galaxy: bool, organization: int, status: str) -> None:
    api = fresh_api()
    api.galaxy = galaxy
    post(api, "organizations", name="Cloud")
    post(api, "projects", name="Content", organization=organization, scm_type="git", scm_url=PROJECT_URL)
    (update,) = list(api.updates.values())
    update.finish()
    assert update.status == status
    tasks = {event["event_data"]["task"] for event in update.events()}
    assert tasks == (set() if update.works else {"Fetch galaxy collections from collections/requirements.(yml/yaml)"})


@pytest.mark.parametrize("endpoint", ["organizations", "credential_types"])
def test_some_objects_are_for_system_administrators(endpoint: str) -> None:
    api = fresh_api()
    api.superuser = False
    assert post(api, endpoint, name="New", kind="cloud").status == 403
    assert post(api, "inventories", name="New", organization=1).status == 201
