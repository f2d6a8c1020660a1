"""Run commands, managed and as an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Azure
from .machine_requests import API, COMMAND, MACHINE, booting, created, seed

Make = Callable[..., Azure]
SCRIPT = {"location": "eastus2", "properties": {"source": {"script": "true"}}}
SHELL = {"commandId": "RunShellScript", "script": ["true"]}


def ready(make_azure: Make, boot: Any = "boots") -> Azure:
    """A machine whose agent is ready."""
    azure = make_azure(booting(boot), machine_seconds=27.0)
    created(azure)
    azure.clock.advance(10)
    return azure


def result(azure: Azure) -> Any:
    """The command's instance view."""
    return azure.get(f"{COMMAND}?$expand=instanceView", API)["properties"]["instanceView"]


def test_a_command_is_a_resource(make_azure: Make) -> None:
    azure = ready(make_azure)
    answer = azure.call("PUT", COMMAND, SCRIPT, API)
    properties = answer.json()["properties"]
    assert (answer.status, properties["provisioningState"], properties["timeoutInSeconds"]) == (201, "Creating", 0)
    assert result(azure)["executionState"] == "Running"
    assert azure.wait(answer)["status"] == "Succeeded"
    assert "instanceView" not in azure.get(COMMAND, API)["properties"]
    shown = result(azure)
    assert (shown["exitCode"], shown["executionState"]) == (0, "Succeeded")
    assert [one["name"] for one in azure.get(f"{MACHINE}/runCommands", API)["value"]] == ["check"]
    assert azure.wait(azure.call("DELETE", COMMAND, version=API))["status"] == "Succeeded"
    assert azure.call("DELETE", COMMAND, version=API).status == 204


ORDERED = {"exit_code": 3, "output": "out", "error": "err"}


@pytest.mark.parametrize("where", ["seed", "fault"])
def test_a_script_that_fails_leaves_its_command_succeeded(where: str, make_azure: Make) -> None:
    azure = ready(make_azure, {"run_command": ORDERED} if where == "seed" else "boots")
    if where == "fault":
        azure.service.faults.order({"resource": "runCommands/check", "run_command": ORDERED})
    azure.wait(azure.call("PUT", COMMAND, SCRIPT, API))
    shown = result(azure)
    assert (shown["exitCode"], shown["executionState"], shown["output"], shown["error"]) == (3, "Failed", "out", "err")
    assert shown["executionMessage"].endswith("command terminated with exit status=3")
    assert azure.get(COMMAND, API)["properties"]["provisioningState"] == "Succeeded"


def test_a_script_that_times_out(make_azure: Make) -> None:
    azure = ready(make_azure, {"run_command": {"state": "TimedOut", "exit_code": -1, "seconds": 600}})
    answer = azure.call("PUT", COMMAND, SCRIPT, API)
    azure.clock.advance(599)
    assert result(azure)["executionState"] == "Running"
    azure.wait(answer)
    assert result(azure)["executionState"] == "TimedOut"


def test_secrets_are_not_answered(make_azure: Make) -> None:
    azure = ready(make_azure)
    sent = {**SCRIPT["properties"], "protectedParameters": [{"name": "p", "value": "hidden-value"}]}  # type: ignore[dict-item]
    answer = azure.call("PUT", COMMAND, {**SCRIPT, "properties": sent}, API)
    assert b"hidden-value" not in answer.body
    assert "hidden-value" not in azure.service.store.text()


def test_a_command_waits_for_the_agent(make_azure: Make) -> None:
    azure = make_azure(booting({"agent_seconds": 100}), machine_seconds=27.0)
    created(azure)
    answer = azure.call("PUT", COMMAND, SCRIPT, API)
    azure.clock.advance(90)
    assert result(azure)["executionState"] == "Pending"
    assert azure.wait(answer)["status"] == "Succeeded"


@pytest.mark.parametrize("kind", ["managed", "action"])
def test_without_an_agent_a_command_fails_after_25_minutes(kind: str, make_azure: Make) -> None:
    azure = ready(make_azure, "agent_never_ready")
    if kind == "managed":
        answer = azure.call("PUT", COMMAND, SCRIPT, API)
    else:
        answer = azure.call("POST", f"{MACHINE}/runCommand", SHELL, API)
    azure.clock.advance(1400)
    assert azure.poll(answer).json()["status"] == "InProgress"
    ended = azure.wait(answer)
    assert (ended["status"], ended["error"]["code"]) == ("Failed", "VMAgentStatusCommunicationError")


def test_the_action_has_output_and_no_exit_code(make_azure: Make) -> None:
    azure = ready(make_azure, {"run_command": ORDERED})
    answer = azure.call("POST", f"{MACHINE}/runCommand", SHELL, API)
    assert (answer.status, answer.body, "Location" in answer.headers) == (202, b"", True)
    assert azure.error(azure.call("POST", f"{MACHINE}/runCommand", SHELL, API)) == (409, "Conflict")
    ended = azure.wait(answer)
    (value,) = ended["properties"]["output"]["value"]
    assert ended["status"] == "Succeeded"
    assert value["message"] == "Enable succeeded: \n[stdout]\nout\n[stderr]\nerr"
    assert azure.poll(answer, "Location").json() == {"value": [value]}


def test_a_machine_that_does_not_run_runs_no_command(make_azure: Make) -> None:
    azure = ready(make_azure)
    azure.wait(azure.call("POST", f"{MACHINE}/deallocate", version=API))
    assert azure.error(azure.call("PUT", COMMAND, SCRIPT, API)) == (409, "OperationNotAllowed")


def test_commands_go_with_their_machine(make_azure: Make) -> None:
    azure = ready(make_azure)
    azure.wait(azure.call("PUT", COMMAND, SCRIPT, API))
    azure.wait(azure.call("DELETE", MACHINE, version=API))
    created(azure)
    assert azure.get(f"{MACHINE}/runCommands", API)["value"] == []


def test_without_a_machine_there_is_no_command(make_azure: Make) -> None:
    azure = make_azure(seed())
    assert azure.error(azure.call("PUT", COMMAND, SCRIPT, API)) == (404, "ParentResourceNotFound")
    assert azure.error(azure.call("GET", COMMAND, version=API)) == (404, "ResourceNotFound")
