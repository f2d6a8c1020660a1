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

from collection_tree import ROOT
from playbook_runner import PlaybookRunner, Run

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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("auth_source", "managed_identity"),
        ("job_slice_count", "two"),
        ("job_slice_count", 0),
        ("approval_timeout", "4h"),
        ("schedule_enabled", "sometimes"),
    ],
)
def test_values_that_are_none_are_refused(run_playbook: PlaybookRunner, name: str, value: Any) -> None:
    (told,) = failures(run_playbook(SETUP, extra_vars={**SAID, f"awx_setup_{name}": value}))
    assert told.startswith(f"awx_setup_{name} is {value}; set it to ")


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
    assert len(run.items("See what is there")) <= 1
    assert [value for name, value in change.items() if name != "CONTROLLER_HOST" and value in run.output] == []
