"""What awx_setup refuses before it writes anything, and what awx_teardown leaves alone."""

from __future__ import annotations

from controller.server import FakeController
from objects_fixtures import MARK, SETUP, TEARDOWN, Listed, Stage, perform

from support.playbook_runner import PlaybookRunner


def refused(stage: Stage) -> str:
    assert stage.run.rc, stage.run.output
    assert stage.sent("POST", "PATCH", "DELETE") == []
    assert stage.after["tokens"] == {}
    return " ".join(str(one.result["msg"]) for one in stage.run.results if one.failed)


def test_refused_where_others_have_the_names(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    """Also what the setup of another organization created."""
    store = cloud.api.store
    store.add("inventories", name="Managed images", organization=2)
    store.add("execution_environments", name="Azure gallery EE", organization=1, image="i", description=MARK)
    message = refused(perform(run_playbook, cloud, SETUP))
    assert "Managed images (/api/v2/inventories/" in message
    assert f'restore the end of their description: "{MARK}"' in message
    assert "Set awx_setup_execution_environment to another name." in message


def test_a_check_reports_what_would_be_created(
    run_playbook: PlaybookRunner, cloud: FakeController, shipped: Listed
) -> None:
    stage = perform(run_playbook, cloud, SETUP, check=True)
    assert stage.run.ok().task("Report which objects would be created").changed
    message = stage.run.task("Report which objects would be created").result["msg"]
    later = shipped["aap_organizations"] + shipped["controller_inventory_sources"] + shipped["controller_schedules"]
    wanted = {item["name"] for items in shipped.values() for item in items}
    assert set(message) == wanted - {item["name"] for item in later}
    assert (stage.sent("POST", "PATCH", "DELETE"), stage.after["tokens"]) == ([], {})


# What else a teardown needs


def test_a_teardown_waits_for_no_job(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    """It is refused as a whole, before AWX has deleted half of it."""
    store = cloud.api.store
    inventory = store.add("inventories", name="Managed images", organization=2, description=MARK)
    kept = store.add("credentials", name="Azure gallery", organization=2, credential_type=10, description=MARK)
    theirs = store.add("job_templates", name="Patch", inventory=inventory.id)
    cloud.api.jobs.launched(theirs)
    message = refused(perform(run_playbook, cloud, TEARDOWN))
    assert "AWX does not delete objects while their jobs run: Patch (job " in message
    assert message.endswith("Nothing was deleted.")
    assert store.get("credentials", kept.id)
    cloud.api.jobs.end()
    perform(run_playbook, cloud, TEARDOWN).run.ok()
    assert store.get("credentials", kept.id) is None


def test_an_organization_that_was_made_for_it_goes_when_it_is_empty(
    run_playbook: PlaybookRunner, cloud: FakeController
) -> None:
    store = cloud.api.store
    store.get("organizations", 2).values["description"] = MARK  # type: ignore[union-attr]
    shared = store.add("credential_types", name="Azure sign-in options", kind="cloud", description=MARK)
    store.add("credentials", name="Of others", credential_type=shared.id, organization=1)
    team = store.add("teams", name="Theirs", organization=2)
    for left in ({1, 2}, {1}):
        stage = perform(run_playbook, cloud, TEARDOWN)
        stage.run.ok()
        assert stage.after["organizations"].keys() == left
        # Another organization still uses it.
        assert shared.id in stage.after["credential_types"]
        store.remove(team)
