# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What awx_setup refuses before it writes anything, and what awx_teardown leaves alone."""

from __future__ import annotations

from controller.server import FakeController
from objects_fixtures import MARK, SAID, SETUP, TEARDOWN, Listed, Stage, perform

from support.playbook_runner import PlaybookRunner


def refused(stage: Stage) -> str:
    assert stage.run.rc, stage.run.output
    assert stage.sent("POST", "PATCH", "DELETE") == []
    assert stage.after["tokens"] == {}
    return " ".join(str(one.result["msg"]) for one in stage.run.results if one.failed)


def test_refused_where_something_is_not_said(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    left_out = ("project_url", "gallery_name", "subscription_id", "tenant")
    stage = perform(run_playbook, cloud, SETUP, **{f"awx_setup_{name}": "" for name in left_out})
    told = refused(stage)
    assert stage.calls == []
    assert [name for name in left_out if f"awx_setup_{name}" not in told] == []
    assert "Nothing was written." in told


def test_refused_where_somebody_else_has_the_name(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    store = cloud.api.store
    store.add("inventories", name="Managed images", organization=2)
    store.add("execution_environments", name="Azure gallery EE", organization=1, image="i", description=MARK)
    told = refused(perform(run_playbook, cloud, SETUP))
    assert "(Managed images). Rename it, or set awx_setup_organization to another one." in told
    assert f'put back "{MARK}"' in told
    assert "set awx_setup_execution_environment to another name" in told


def test_a_second_organization_is_told_what_is_in_its_way(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    """An execution environment of the same name, which the setup of the first one has made."""
    ours = {"name": "Azure gallery EE", "organization": 2, "image": "i", "description": MARK}
    cloud.api.store.add("execution_environments", **ours)
    told = refused(perform(run_playbook, cloud, SETUP, awx_setup_organization="Second"))
    assert "set awx_setup_execution_environment to another name" in told
    assert "awx_setup_organization" not in told


def test_refused_without_an_execution_environment(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    told = refused(
        perform(
            run_playbook, cloud, SETUP, awx_setup_execution_environment_image="", awx_setup_execution_environment="Ours"
        )
    )
    assert "AWX has no execution environment Ours." in told


def test_a_check_says_what_would_be_made(run_playbook: PlaybookRunner, cloud: FakeController, shipped: Listed) -> None:
    stage = perform(run_playbook, cloud, SETUP, check=True)
    assert stage.run.ok().task("Say what would be made").changed
    told = stage.run.task("Say what would be made").result["msg"]
    later = shipped["aap_organizations"] + shipped["controller_inventory_sources"] + shipped["controller_schedules"]
    wanted = {item["name"] for items in shipped.values() for item in items}
    assert set(told) == wanted - {item["name"] for item in later}
    assert (stage.sent("POST", "PATCH", "DELETE"), stage.after["tokens"]) == ([], {})


def test_the_modules_have_to_be_there(run_playbook: PlaybookRunner) -> None:
    run = run_playbook(SETUP, extra_vars=SAID, env={"CONTROLLER_HOST": "http://127.0.0.1:9"})
    assert "ansible-galaxy collection install awx.awx" in str(run.task("Say how to get it").result["msg"])


# What goes with a teardown besides the rest


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
