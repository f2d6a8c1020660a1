"""What awx_setup and awx_teardown say of variables that cannot be meant, and of a sign-in that AWX does not take."""

from __future__ import annotations

import pytest
from controller.server import FakeController
from objects_fixtures import SAID, SECRET, SETUP, TEARDOWN, collections, perform
from test_objects_refused import refused

from support.playbook_runner import PlaybookRunner, Run


def failures(run: Run) -> list[str]:
    """Of tasks and of the items of loops, apart from a loop's own."""
    assert run.rc, run.output
    return [str(one.result["msg"]) for one in run.results if one.failed and one.result.get("msg") != LOOP]


LOOP = "One or more items failed"


def test_every_problem_is_reported_at_once(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    """Names, the argument spec, the table of checks, conflicts and references, in one message and before any write."""
    cloud.api.store.add("inventories", name="Managed images", organization=2)
    said = {
        "awx_setup_organisation": "Cloud",
        "awx_setup_gallery_name": None,
        "awx_setup_auth_source": "managed_identity",
        "awx_setup_job_slice_count": "two",
        "awx_setup_schedule": "DTSTART:20270105T120000Z RRULE:FREQ=WEEKLY",
        "awx_setup_notification_url": "hooks.example.com/token",
        "awx_setup_project_credential": "Git",
        "awx_setup_execution_environment_image": None,
    }
    message = refused(perform(run_playbook, cloud, SETUP, **said))
    words = (
        "Did you mean awx_setup_organization?",
        "Missing required arguments: awx_setup_gallery_name.",
        "awx_setup_auth_source must be one of: auto, env, msi, workload_identity",
        "awx_setup_job_slice_count: ",
        " cannot be converted to an int.",
        "Add INTERVAL to the rule",
        "awx_setup_notification_url is not a URL.",
        "AWX has no credential Git.",
        "AWX has no execution environment Azure gallery EE.",
        "did not create: Managed images (/api/v2/inventories/",
    )
    assert [one for one in words if one not in message] == []
    assert message.endswith(" Nothing was written.")
    assert "found in" not in message
    assert "hooks.example.com" not in message
    assert SECRET not in message


def test_a_teardown_checks_names_too(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    message = refused(
        perform(run_playbook, cloud, TEARDOWN, awx_setup_organisation="Cloud", awx_setup_organization=None)
    )
    assert message == (
        "awx_setup_organisation is not a variable of awx_setup. Did you mean awx_setup_organization? "
        "awx_setup_organization is blank. Set it to the name of an organization, or leave it out for Default. "
        "Nothing was deleted."
    )


def test_variables_are_checked_without_awx(run_playbook: PlaybookRunner) -> None:
    """The message about the sign-in has them as well."""
    run = run_playbook(SETUP, extra_vars={**SAID, "awx_setup_zzzqqq": 1}, env={"CONTROLLER_HOST": "http://127.0.0.1:9"})
    message = failures(run)[-1]
    assert "ansible-galaxy collection install awx.awx" in message
    assert message.endswith("awx_setup_zzzqqq is not a variable of awx_setup.")


def test_an_organization_may_have_a_comma(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    """AWX takes several names with commas between."""
    organization = cloud.api.store.add("organizations", name="Cloud, Inc.").id
    cloud.api.store.add("inventories", name="Managed images", organization=organization)
    cloud.api.store.add("execution_environments", name="Azure gallery EE", organization=organization, image="i")
    message = refused(perform(run_playbook, cloud, SETUP, awx_setup_organization="Cloud, Inc."))
    assert message.startswith("AWX has objects of these names that awx_setup did not create: ")
    assert "Azure gallery EE (" in message
    assert "Managed images (" in message


def test_several_credentials_of_one_name_are_refused(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    for organization in (1, cloud.api.store.add("organizations", name="Theirs").id):
        cloud.api.store.add("credentials", name="Ours", organization=organization, credential_type=10, inputs={})
    own = {"awx_setup_client_id": "", "awx_setup_tenant": "", "awx_setup_secret": "", "awx_setup_credential": "Ours"}
    assert "AWX has 2 credentials with the name Ours, in several organizations." in refused(
        perform(run_playbook, cloud, SETUP, **own)
    )


# Signing in


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"CONTROLLER_PASSWORD": "wrong-password"}, ("Could not sign in to AWX at {host}", "401")),
        ({"CONTROLLER_PASSWORD": ""}, ("Could not sign in to AWX at {host}", "(HTTP 401). Set CONTROLLER_HOST")),
        ({"CONTROLLER_OAUTH_TOKEN": "wrong-token"}, ("Invalid authentication credentials", "401")),
        (
            {"CONTROLLER_HOST": "http://127.0.0.1:9"},
            ("Could not sign in to AWX at http://127.0.0.1:9", "Connection refused"),
        ),
        ({"CONTROLLER_HOST": "http://no.invalid"}, ("CONTROLLER_HOST is not the URL", "no.invalid")),
    ],
)
def test_a_sign_in_that_is_not_taken(
    run_playbook: PlaybookRunner, cloud: FakeController, change: dict[str, str], words: tuple[str, ...]
) -> None:
    run = run_playbook(SETUP, extra_vars=SAID, env={**collections(), **cloud.environment, **change})
    message = failures(run)[-1]
    assert [word for word in words if word.format(host=cloud.environment["CONTROLLER_HOST"]) not in message] == []
    assert "ansible-galaxy" not in message
    assert ".." not in message or not message.startswith("Could not sign in"), "the others are ansible-core's own words"
    assert len(run.items("Read objects of AWX")) <= 1
    assert [
        value for name, value in change.items() if value and name != "CONTROLLER_HOST" and value in run.output
    ] == []
