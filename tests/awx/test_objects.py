"""awx_setup and awx_teardown, with the real modules of awx.awx, on a controller that others use too."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from controller.api import Api
from controller.server import running
from objects_fixtures import MARK, SECRET, SETUP, TEARDOWN, Listed, Stage, State, fresh_api, perform, state

from support.playbook_runner import PlaybookRunner

ENDPOINTS = {
    "controller_notifications": "notification_templates",
    "controller_templates": "job_templates",
    "controller_workflows": "workflow_job_templates",
    "controller_inventories": "inventories",
}


def add_what_others_have(api: Api) -> None:
    """Objects of the same names in another organization, and others in the same one."""
    store = api.store
    store.add("organizations", name="Cloud")
    theirs = store.add("organizations", name="Theirs")
    project = store.add("projects", name="Azure gallery content", organization=theirs.id)
    inventory = store.add("inventories", name="Managed images", organization=theirs.id)
    azure = {"credential_type": 10, "kind": "azure_rm", "inputs": {"subscription": "s"}}
    store.add("credentials", name="Azure gallery", organization=theirs.id, **azure)
    template = {"project": project.id, "inventory": inventory.id, "playbook": "site.yml"}
    store.add("job_templates", name="Migrate fleet", organization=theirs.id, **template)
    store.add("inventories", name="Servers", organization=2)
    store.add(
        "notification_templates", name="Azure gallery web hook", organization=theirs.id, notification_type="email"
    )


@dataclass
class Life:
    before: State
    stages: dict[str, Stage] = field(default_factory=dict)
    launches: dict[str, Any] = field(default_factory=dict)


def live(runner: PlaybookRunner) -> Life:
    """Set up twice, launched, and taken down twice."""
    api = fresh_api()
    add_what_others_have(api)
    life = Life(state(api))
    with running(api) as controller:
        for name, playbook in (("setup", SETUP), ("again", SETUP), ("teardown", TEARDOWN), ("gone", TEARDOWN)):
            life.stages[name] = perform(runner, controller, playbook)
            life.stages[name].run.ok()
            if name == "again":
                life.launches = launches(api)
                api.jobs.end()
    return life


def launches(api: Api) -> dict[str, Any]:
    """What the templates that were made take at a launch."""
    source = {"clone_managed_image_source_id": "/subscriptions/s/x"}
    said = {
        "nothing": ("Clone a managed image", {}),
        "blank": ("Clone a managed image", {"extra_vars": dict.fromkeys(source, "")}),
        "source": ("Clone a managed image", {"extra_vars": source}),
        "plan": ("Migrate fleet", {"job_type": "check", "limit": "web*", "diff_mode": True, "verbosity": 1}),
        "more": ("Migrate fleet", {"extra_vars": {"clone_managed_image_replication_mode": "Shallow"}}),
        "slices": ("Migrate fleet", {"job_slice_count": 4}),
        "report": ("Fleet report", {"extra_vars": {"migrate_fleet_report_7": {"schema": 1}}}),
        "verify": ("Verify fleet", {"extra_vars": {"verify_image_version_promote": "false"}}),
        "restore": ("Restore a managed image", {}),
        "workflow": ("Fleet migration", {"limit": "web*"}),
        "retirement": ("Fleet retirement", {"limit": "web*"}),
    }
    answers = {}
    for name, (template, body) in said.items():
        found = [
            one
            for one in api.store.all("unified_job_templates")
            if one.name == template and MARK in one.values["description"]
        ]
        answers[name] = api.answer("POST", f"{found[0].url}launch/", body)
    return answers


def made(life: Life, endpoint: str, name: str) -> dict[str, Any]:
    """An object that the first run made, by its name."""
    after, before = life.stages["setup"].after[endpoint], life.before[endpoint]
    (found,) = [{**one, "id": number} for number, one in after.items() if number not in before and one["name"] == name]
    return found


# What is made


def all_that_is_listed_is_made_with_its_mark(life: Life, shipped: Listed) -> None:
    for name, items in shipped.items():
        endpoint = ENDPOINTS.get(name, name.removeprefix("controller_"))
        if name != "aap_organizations":
            assert [made(life, endpoint, item["name"])["description"][-len(MARK) :] for item in items] == [MARK] * len(
                items
            )
    numbers = {name: len(items) for name, items in shipped.items() if len(items) != 1}
    assert numbers == {
        "controller_credentials": 2,
        "controller_inventories": 2,
        "controller_templates": 7,
        "controller_workflows": 2,
        "controller_schedules": 2,
    }


def an_organization_that_is_there_stays_as_it_is(life: Life, shipped: Listed) -> None:
    assert life.stages["setup"].after["organizations"] == life.before["organizations"]


def templates_belong_together(life: Life, shipped: Listed) -> None:
    credentials = {made(life, "credentials", name)["id"] for name in ("Azure gallery", "Azure gallery sign-in")}
    fleet, clone = made(life, "job_templates", "Migrate fleet"), made(life, "job_templates", "Clone a managed image")
    for template in (fleet, clone):
        assert set(template["links"]["credentials"]) == credentials
        assert template["project"] == made(life, "projects", "Azure gallery content")["id"]
    assert fleet["inventory"] == made(life, "inventories", "Managed images")["id"]
    assert clone["inventory"] == made(life, "inventories", "Azure gallery localhost")["id"]
    asked = {
        name.removeprefix("ask_").removesuffix("_on_launch")
        for name, value in fleet.items()
        if name.startswith("ask_") and value
    }
    assert asked == {"job_type", "limit", "diff_mode", "verbosity", "variables", "job_slice_count"}
    fixed = ("job_slice_count", "forks", "timeout", "use_fact_cache", "allow_simultaneous")
    assert [fleet[name] for name in fixed] == [1, 5, 0, False, False]
    hook = made(life, "notification_templates", "Azure gallery web hook")["id"]
    assert fleet["links"]["notification_templates_error"] == [hook]


def surveys_are_stored_as_listed(life: Life, shipped: Listed) -> None:
    for item in shipped["controller_templates"] + shipped["controller_workflows"]:
        endpoint = "workflow_job_templates" if "workflow_nodes" in item else "job_templates"
        assert made(life, endpoint, item["name"])["survey"] == item.get("survey_spec"), item["name"]


EDGES = {
    "Fleet migration": {
        ("Sync", "success", "Plan"),
        ("Plan", "always", "Approve"),
        ("Approve", "success", "Migrate"),
        ("Migrate", "always", "Verify"),
        ("Verify", "always", "Approve promotion"),
        ("Approve promotion", "success", "Promote"),
        ("Approve promotion", "failure", "Report"),
        ("Promote", "always", "Repoint"),
        ("Repoint", "always", "Report"),
    },
    "Fleet retirement": {
        ("Sync", "success", "Plan"),
        ("Plan", "always", "Approve"),
        ("Approve", "success", "Retire"),
        ("Retire", "always", "Report"),
    },
}
# Those of job templates: the template, the job type, and what the node says itself.
JOBS = {
    "Fleet migration": {
        "Plan": ("Migrate fleet", "check", {}),
        "Migrate": ("Migrate fleet", None, {}),
        "Verify": ("Verify fleet", None, {"verify_image_version_promote": "false"}),
        "Promote": ("Verify fleet", None, {"verify_image_version_promote": "true"}),
        "Repoint": ("Repoint fleet", None, {}),
        "Report": ("Fleet report", None, {}),
    },
    "Fleet retirement": {
        "Plan": ("Retire fleet", "check", {}),
        "Retire": ("Retire fleet", None, {}),
        "Report": ("Fleet report", None, {}),
    },
}


def nodes_of(life: Life, workflow: str) -> dict[int, dict[str, Any]]:
    number = made(life, "workflow_job_templates", workflow)["id"]
    nodes = life.stages["setup"].after["workflow_job_template_nodes"]
    return {own: node for own, node in nodes.items() if node["workflow_job_template"] == number}


def the_workflows(life: Life, shipped: Listed) -> None:
    source = made(life, "inventory_sources", "Azure managed images")
    for workflow, expected in EDGES.items():
        nodes = nodes_of(life, workflow)
        edges = {
            (node["identifier"], link.removesuffix("_nodes"), nodes[other]["identifier"])
            for node in nodes.values()
            for link, others in node["links"].items()
            for other in others
        }
        assert edges == expected, workflow
        by_name = {node["identifier"]: node for node in nodes.values()}
        for name, (template, job_type, said) in JOBS[workflow].items():
            found = (by_name[name]["unified_job_template"], by_name[name]["job_type"], by_name[name]["extra_data"])
            assert found == (made(life, "job_templates", template)["id"], job_type, said), name
        assert by_name["Sync"]["unified_job_template"] == source["id"]


def approvals(life: Life, shipped: Listed) -> None:
    source = made(life, "inventory_sources", "Azure managed images")
    assert source["update_on_launch"]
    for name in ("Approve the plan", "Approve the promotion", "Approve the retirement"):
        approval = made(life, "workflow_approval_templates", name)
        assert approval["timeout"] == 14400
        # What was approved is what is migrated: no new listing in between.
        assert source["update_cache_timeout"] > approval["timeout"]


def the_schedules_sleep(life: Life, shipped: Listed) -> None:
    for name in EDGES:
        schedule = made(life, "schedules", f"{name} every week")
        workflow = made(life, "workflow_job_templates", name)
        assert (schedule["enabled"], schedule["unified_job_template"]) == (False, workflow["id"])


# Again


def a_second_run_changes_what_the_real_controller_changed(life: Life, shipped: Listed) -> None:
    """Only the workflows, whose approvals awx.awx always writes again, as in the recorded second run."""
    again = life.stages["again"]
    changed = [one.task for one in again.run.results if one.changed and not one.item]
    assert changed == ["Create or update the workflows"]
    assert again.run.changed == 1
    assert again.sent("POST", "PATCH", "DELETE") == ["workflow_approval_templates"] * 3
    assert again.after == life.stages["setup"].after


def no_secret_is_shown_and_no_token_is_left(life: Life, shipped: Listed) -> None:
    for name, stage in life.stages.items():
        assert SECRET not in stage.run.output, name
        assert [one.result for one in stage.run.results if SECRET in str(one.result)] == [], name
        assert stage.after["tokens"] == {}, name
        tokens = [method for method, path, *_more in stage.calls if "/tokens/" in path]
        assert tokens == ["POST", "POST", "DELETE", "DELETE"], name  # one to make the other
    assert made(life, "credentials", "Azure gallery")["inputs"]["secret"] == SECRET


# Launches


def what_a_launch_may_say(life: Life, shipped: Listed) -> None:
    answers = life.launches
    assert answers["nothing"].body == {"variables_needed_to_start": ["'clone_managed_image_source_id' value missing"]}
    assert "is too small" in answers["blank"].body["variables_needed_to_start"][0]
    assert answers["slices"].body == {"job_slice_count": ["Job inventory does not have enough hosts for slicing"]}
    assert "restore_managed_image_record" in answers["restore"].body["variables_needed_to_start"][0]
    for name in ("source", "plan", "more", "report", "verify", "workflow", "retirement"):
        assert (answers[name].status, answers[name].body["ignored_fields"]) == (201, {}), name
    variables = answers["workflow"].body["extra_vars"]
    assert variables["clone_managed_image_gallery_name"] == "pics"
    assert variables["clone_managed_image_exclude_from_latest"] == "true"
    # These would replace what its jobs say for themselves, or do without.
    asked = variables.keys() | answers["retirement"].body["extra_vars"].keys()
    assert not asked & {"verify_image_version_promote", "retire_fleet_unplanned"}


# And away with it


def teardown_leaves_what_was_there_before(life: Life, shipped: Listed) -> None:
    assert life.stages["teardown"].after == life.before
    gone = life.stages["gone"]
    assert (gone.run.changed, gone.sent("POST", "PATCH", "DELETE")) == (0, [])
    reports = {name: life.stages[name].run.task("Report that nothing has the mark") for name in ("teardown", "gone")}
    assert reports["teardown"].skipped
    assert "The organization Cloud (awx_setup_organization) has no objects of awx_setup" in reports["gone"]["msg"]


CHECKS = (
    all_that_is_listed_is_made_with_its_mark,
    an_organization_that_is_there_stays_as_it_is,
    templates_belong_together,
    surveys_are_stored_as_listed,
    the_workflows,
    approvals,
    the_schedules_sleep,
    a_second_run_changes_what_the_real_controller_changed,
    no_secret_is_shown_and_no_token_is_left,
    what_a_launch_may_say,
    teardown_leaves_what_was_there_before,
)


def test_setup_and_teardown(tmp_path: Path, shipped: Listed) -> None:
    """One test, since each run takes seconds and all look at the same ones."""
    life = live(PlaybookRunner(tmp_path))
    for check in CHECKS:
        check(life, shipped)
