# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What awx_setup and awx_teardown say of variables that cannot be meant, and of a sign-in that AWX does not take."""

from __future__ import annotations

import re
from typing import Any

import pytest
from controller.server import FakeController
from objects_fixtures import SAID, SETUP, TEARDOWN, collections, perform
from test_objects_refused import refused

from support.collection_tree import ROOT
from support.playbook_runner import PlaybookRunner, Run

TASKS = ROOT / "playbooks/tasks"


def failures(run: Run) -> list[str]:
    """Of tasks and of the items of loops, apart from a loop's own."""
    assert run.rc, run.output
    return [str(one.result["msg"]) for one in run.results if one.failed and one.result.get("msg") != LOOP]


LOOP = "One or more items failed"


@pytest.mark.parametrize("playbook", [SETUP, TEARDOWN])
def test_unknown_variables_are_refused(run_playbook: PlaybookRunner, playbook: str) -> None:
    said = {"awx_setup_organisation": "Cloud", "awx_setup_zzzqqq": 1, "awx_job_id": 7}
    (told,) = failures(run_playbook(playbook, extra_vars=said))
    assert told == (
        "awx_setup_organisation is not a variable of awx_setup. Did you mean awx_setup_organization? "
        "awx_setup_zzzqqq is not a variable of awx_setup. Nothing was written."
    )


def test_what_the_playbooks_keep_is_known() -> None:
    """Or the second of two in one run would refuse what the first has left."""
    files = [*TASKS.glob("awx_*.yml"), ROOT / "playbooks/awx_setup.yml", ROOT / "playbooks/awx_teardown.yml"]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    kept = re.findall(r"register: (awx_setup_\w+)", text) + re.findall(r"set_fact:\n +(awx_setup_\w+):", text)
    own = re.search(r"awx_setup_own: \[(.*?)\]", (TASKS / "awx_names.yml").read_text(encoding="utf-8"), re.DOTALL)
    assert len(kept) > 4
    assert own
    assert set(kept) <= set(re.findall(r"\w+", own[1]))


WRONG: list[dict[str, tuple[Any, str]]] = [
    {
        "auth_source": ("managed_identity", "is managed_identity; set it to one of auto, env"),
        "job_slice_count": ("two", "is two; set it to a number"),
        "approval_timeout": ("4h", "is 4h; set it to a number"),
        "schedule_enabled": ("sometimes", "is sometimes; set it to true or false"),
        "subscription_id": ("production", "is production; set it to a subscription's id"),
        "schedule": ("RRULE:FREQ=WEEKLY", "is RRULE:FREQ=WEEKLY; set it to a rule with a beginning"),
        "credential": ("A, B", "is A, B; set it to a name without a comma"),
        "execution_environment": ("A, B", "is A, B; set it to a name without a comma"),
        "target_regions": ({"eastus": 1}, ", awx_setup_image_resource_groups: set it to a list of texts"),
        "image_resource_groups": ([{"name": "rg"}], ": set it to a list of texts"),
        "tenant": (["t"], ", awx_setup_certificate: set it to a text"),
        "certificate": ({"a": 1}, ": set it to a text"),
    },
    {
        "auth_source": ("msi", "msi there is no client"),
        "job_slice_count": (0, "is 0; set it to a number"),
        "approval_timeout": (0, "is 0; set it to a number"),
        "subscription_id": (7, "is 7; set it to a subscription's id"),
        "schedule": ("DTSTART:20270105T120000Z", "is DTSTART:20270105T120000Z; set it to a rule"),
        "notification_url": ("hooks.example.com/token", "to a URL that begins with https://"),
        "gallery_name": (None, "and awx_setup_gallery_resource_group to the gallery"),
        "project_url": (None, "to its URL"),
    },
    {
        "auth_source": ("workload_identity", "workload_identity the proof is the token file of the pod; leave out"),
        "tenant": (
            None,
            "too, and awx_setup_secret or awx_setup_certificate unless awx_setup_auth_source is workload_",
        ),
        "secret": ("not-used", "and awx_setup_certificate, which would not be used."),
    },
]


@pytest.mark.parametrize("wrong", WRONG)
def test_values_that_are_none_are_refused(run_playbook: PlaybookRunner, wrong: dict[str, tuple[Any, str]]) -> None:
    given = {f"awx_setup_{name}": value for name, (value, _words) in wrong.items()}
    run = run_playbook(SETUP, extra_vars={**SAID, **given})
    (told,) = failures(run)
    for name, (_value, words) in wrong.items():
        assert re.search(rf"awx_setup_{name} ?{re.escape(words.lstrip(' '))}", told), (name, told)
    assert told.endswith(" Nothing was written.")
    assert "hooks.example.com" not in told


@pytest.mark.parametrize("playbook", [SETUP, TEARDOWN])
def test_an_organization_has_a_name(run_playbook: PlaybookRunner, playbook: str) -> None:
    (told,) = failures(run_playbook(playbook, extra_vars={**SAID, "awx_setup_organization": None}))
    assert told.startswith("Set awx_setup_organization to ")
    assert told.endswith(" Nothing was written.")


def test_an_organization_may_have_a_comma(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    """AWX takes several names with commas between."""
    organization = cloud.api.store.add("organizations", name="Cloud, Inc.").id
    cloud.api.store.add("inventories", name="Managed images", organization=organization)
    cloud.api.store.add("execution_environments", name="Azure gallery EE", organization=organization, image="i")
    told = refused(perform(run_playbook, cloud, SETUP, awx_setup_organization="Cloud, Inc."))
    assert told.startswith("In AWX there is already what awx_setup has not made: ")
    assert "(Azure gallery EE, Managed images)" in told
    assert "[]" not in told


def test_several_credentials_of_one_name_are_refused(run_playbook: PlaybookRunner, cloud: FakeController) -> None:
    for organization in (1, cloud.api.store.add("organizations", name="Theirs").id):
        cloud.api.store.add("credentials", name="Ours", organization=organization, credential_type=10, inputs={})
    own = {"awx_setup_client_id": "", "awx_setup_tenant": "", "awx_setup_secret": "", "awx_setup_credential": "Ours"}
    assert "AWX has 2 credential Ours." in refused(perform(run_playbook, cloud, SETUP, **own))


# Signing in


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"CONTROLLER_PASSWORD": "wrong-password"}, ("Signing in to AWX at {host} has failed", "401")),
        ({"CONTROLLER_PASSWORD": ""}, ("Signing in to AWX at {host} has failed", "(HTTP 401). Set CONTROLLER_HOST")),
        ({"CONTROLLER_OAUTH_TOKEN": "wrong-token"}, ("Invalid authentication credentials", "401")),
        ({"CONTROLLER_HOST": "http://127.0.0.1:9"}, ("Signing in to AWX at http://127.0.0.1:9", "Connection refused")),
        ({"CONTROLLER_HOST": "http://no.invalid"}, ("CONTROLLER_HOST is not the URL", "no.invalid")),
    ],
)
def test_a_sign_in_that_is_not_taken(
    run_playbook: PlaybookRunner, cloud: FakeController, change: dict[str, str], words: tuple[str, ...]
) -> None:
    run = run_playbook(SETUP, extra_vars=SAID, env={**collections(), **cloud.environment, **change})
    told = failures(run)[-1]
    assert [word for word in words if word.format(host=cloud.environment["CONTROLLER_HOST"]) not in told] == []
    assert "ansible-galaxy" not in told
    assert ".." not in told or not told.startswith("Signing in"), "the others are ansible-core's own words"
    assert len(run.items("See what is there")) <= 1
    assert [
        value for name, value in change.items() if value and name != "CONTROLLER_HOST" and value in run.output
    ] == []
