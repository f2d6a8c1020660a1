"""What a repeated awx_setup leaves as it is in AWX: what was left out, and what others have set since."""

from __future__ import annotations

from typing import Any

import yaml
from controller.server import FakeController
from controller.store import Thing
from objects_fixtures import SAID, SECRET, SETUP, Listed, perform

from support.playbook_runner import PlaybookRunner

RULE = "DTSTART:20270105T120000Z RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TU"
THEIR_RULE = "DTSTART:20270106T120000Z RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=WE"
BLANK = (
    *("tenant", "client_id", "secret", "certificate", "auth_source", "ca_bundle", "credential", "project_credential"),
    *("project_branch", "execution_environment", "notification_url", "image_resource_groups"),
    *("job_slice_count", "approval_timeout"),
)
LEFT_OUT = {"awx_setup_tenant": "", "awx_setup_client_id": "", "awx_setup_secret": ""}


def one(controller: FakeController, endpoint: str, name: str) -> Thing:
    (found,) = [thing for thing in controller.api.store.all(endpoint) if thing.name == name]
    return found


def scheduled(controller: FakeController, flow: str = "migration") -> tuple[Any, Any]:
    values = one(controller, "schedules", f"Fleet {flow} every week").values
    return values["rrule"], values["enabled"]


def used(controller: FakeController) -> list[list[int]]:
    """The credentials and the web hooks that jobs use."""
    migrate, report = (one(controller, "job_templates", name).associated for name in ("Migrate fleet", "Fleet report"))
    clone = one(controller, "job_templates", "Clone a managed image").associated
    flow = one(controller, "workflow_job_templates", "Fleet migration").associated
    ends = [things[f"notification_templates_{end}"] for things, end in ((migrate, "error"), (report, "success"))]
    return [
        sorted(ids)
        for ids in (migrate["credentials"], clone["credentials"], *ends, flow["notification_templates_approvals"])
    ]


def an_administrator_needs_another_one_once(runner: PlaybookRunner, cloud: FakeController, shipped: Listed) -> None:
    """AWX lets only a system administrator create the credential type; once it exists, the other one can do the rest."""
    cloud.api.superuser = False
    stage = perform(runner, cloud, SETUP)
    (message,) = [
        str(one.result["msg"]) for one in stage.run.results if one.task == "Fail if AWX refused it" and one.failed
    ]
    assert [status for method, path, _body, status in stage.calls if method != "GET" and "/tokens/" not in path] == [
        403
    ]
    assert "(HTTP 403). Have a system administrator of AWX run awx_setup once" in message
    assert message.endswith("Nothing was written.")
    kind = shipped["controller_credential_types"][0]
    cloud.api.store.add("credential_types", **{name: value for name, value in kind.items() if name != "state"})
    perform(runner, cloud, SETUP).run.ok()
    cloud.api.superuser = True


def test_what_is_left_out_stays(run_playbook: PlaybookRunner, cloud: FakeController, shipped: Listed) -> None:
    """One test, since each run takes seconds. It begins as an administrator of the organization."""
    an_administrator_needs_another_one_once(run_playbook, cloud, shipped)
    assert scheduled(cloud) == ("DTSTART:20270104T120000Z RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO", False)
    credential = one(cloud, "credentials", "Azure gallery")
    for flow, enabled in (("migration", True), ("retirement", False)):
        one(cloud, "schedules", f"Fleet {flow} every week").values.update(rrule=THEIR_RULE, enabled=enabled)

    said = {**LEFT_OUT, "awx_setup_auth_source": "env", "awx_setup_cloud_environment": "AzureUSGovernment"}
    # Most templates are left out, which would be written as they are.
    again = perform(run_playbook, cloud, SETUP, **said, controller_templates=shipped["controller_templates"][-1:])
    assert SECRET not in again.run.ok().output
    inputs = {name: SAID[f"awx_setup_{name}"] for name in ("tenant", "secret")}
    inputs |= {"client": SAID["awx_setup_client_id"], "subscription": SAID["awx_setup_subscription_id"]}
    assert credential.values["inputs"] == {**inputs, "cloud_environment": "AzureUSGovernment"}
    sign_in = one(cloud, "credentials", "Azure gallery sign-in").values["inputs"]
    assert sign_in == {"auth_source": "env", "ca_bundle": SAID["awx_setup_ca_bundle"]}
    assert scheduled(cloud) == (THEIR_RULE, True)

    # By its bare name, as there is nothing to make it of; another organization has one, too.
    cloud.api.store.add("credentials", name="Azure gallery", organization=1, credential_type=10, inputs={})
    # What is blank is left out, and a number is its text, so that the survey takes it.
    said = {f"awx_setup_{name}": None for name in BLANK}
    said |= {"awx_setup_schedule": RULE, "awx_setup_schedule_enabled": False}
    said |= {"awx_setup_gallery_name": 2024, "awx_setup_target_regions": ["eastus=1", "westus"]}
    before = used(cloud)
    assert [len(names) for names in before] == [2, 2, 1, 1, 1]
    output = perform(run_playbook, cloud, SETUP, **said).run.ok().output
    deprecated = [line for line in output.splitlines() if "DEPRECATION" in line]
    assert not [line for line in deprecated if "ansible.module_utils._text" not in line], "that one is awx.awx's own"
    fleet = one(cloud, "job_templates", "Migrate fleet")
    survey = {question["variable"]: question.get("default") for question in fleet.extra["survey"]["spec"]}
    assert survey["clone_managed_image_gallery_name"] == "2024"
    assert survey["clone_managed_image_target_regions"] == "eastus=1 westus"
    assert fleet.values["job_slice_count"] == 1
    assert one(cloud, "execution_environments", "Azure gallery EE")
    assert len([one for one in cloud.api.store.all("credentials") if not one.values["managed"]]) == 3
    assert used(cloud) == before
    assert credential.id in before[0]
    source = one(cloud, "inventory_sources", "Azure managed images").values
    assert source["credential"] == credential.id
    variables = yaml.safe_load(source["source_vars"])
    assert variables["AZURE_AUTH_SOURCE"] == "env"
    assert variables["MANAGED_IMAGES_RESOURCE_GROUPS"] == "", "the rest is what this setup says"
    assert scheduled(cloud) == (RULE, False)
    assert scheduled(cloud, "retirement") == (THEIR_RULE, False)
