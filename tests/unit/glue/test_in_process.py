"""When a task runs inside ansible's worker, and what it gets there."""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
import types
from pathlib import Path
from typing import Any

import pytest

import ansible.template
from ansible.parsing.dataloader import DataLoader
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm import sdk
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._run.module_spec import ModuleSpec
from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils import in_process
from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils.in_process import InProcessAction


class Action(InProcessAction):
    """An action without ansible around it."""

    spec = ModuleSpec("gallery", {}, lambda context: {})

    def __init__(self, **task: Any) -> None:
        fields = {"delegate_to": None, "async_val": 0, "become": False, "no_log": False, **task}
        self._task = types.SimpleNamespace(**fields)
        self._connection = types.SimpleNamespace(transport="local")
        self._play_context = types.SimpleNamespace(become=False)
        self._templar = types.SimpleNamespace(template=lambda value: value)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANSIBLE_PYTHON_INTERPRETER", in_process.IN_PROCESS[0], in_process.PROGRESS[0]):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(in_process.sys, "platform", "linux")


def test_nothing_stands_in_the_way_of_a_local_task() -> None:
    assert Action()._obstacle({}) is None


@pytest.mark.parametrize(
    ("variables", "task", "says"),
    [
        ({"azure_gallery_in_process": False}, {}, "azure_gallery_in_process is set to false"),
        ({"azure_gallery_in_process": "no"}, {}, "azure_gallery_in_process is set to false"),
        ({}, {"become": True}, "the task uses become"),
        ({}, {"async_val": 10}, "the task uses async"),
        ({"ansible_python_interpreter": "/usr/bin/python9"}, {}, "ansible_python_interpreter is /usr/bin/python9"),
        (
            {"ansible_delegated_vars": {"other": {"ansible_python_interpreter": "/usr/bin/python9"}}},
            {"delegate_to": "other"},
            "ansible_python_interpreter is /usr/bin/python9",
        ),
    ],
)
def test_what_stands_in_the_way(variables: dict[str, Any], task: dict[str, Any], says: str) -> None:
    assert says in str(Action(**task)._obstacle(variables))


def test_another_connection_stands_in_the_way() -> None:
    action = Action()
    action._connection.transport = "ssh"
    assert "the connection is ssh" in str(action._obstacle({}))


def test_a_missing_sdk_stands_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdk, "AVAILABLE", False)
    assert "cannot import the Azure SDK" in str(Action()._obstacle({}))


def test_macos_stands_in_the_way_unless_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_process.sys, "platform", "darwin")
    assert "macOS" in str(Action()._obstacle({}))
    assert Action()._obstacle({"azure_gallery_in_process": True}) is None


def test_the_switch_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(in_process.IN_PROCESS[0], "0")
    assert "is set to false" in str(Action()._obstacle({}))
    assert Action()._obstacle({"azure_gallery_in_process": True}) is None


@pytest.mark.parametrize(
    "interpreter", ["auto", "auto_silent", "auto_legacy", "", sys.executable, f" {sys.executable} "]
)
def test_interpreters_that_are_ours(interpreter: str) -> None:
    assert Action()._obstacle({"ansible_python_interpreter": interpreter}) is None


def test_another_name_of_our_interpreter_in_its_folder_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = tmp_path / "outside"
    outside.touch()
    folder = tmp_path / "venv"
    folder.mkdir()
    for name in ("python", "python3"):
        (folder / name).symlink_to(outside)
    monkeypatch.setattr(in_process.sys, "executable", str(folder / "python3"))
    assert in_process._is_ours(str(folder / "python"))
    assert not in_process._is_ours(str(outside))


def test_the_delegated_hosts_own_variables_count() -> None:
    variables = {
        "ansible_python_interpreter": "/usr/bin/python9",
        "ansible_delegated_vars": {"other": {"ansible_python_interpreter": sys.executable}},
    }
    assert Action(delegate_to="other")._obstacle(variables) is None


@pytest.mark.parametrize(
    ("callback", "setting", "wanted"),
    [
        ("default", None, [False]),
        ("ansible.builtin.default", None, [False]),
        ("community.general.yaml", None, [False]),
        ("minimal", None, [False]),
        ("awx_display", None, [False]),
        ("ansible.posix.json", None, [True]),
        ("json", None, [True]),
        ("default", "stderr", [True]),
        ("default", "off", []),
    ],
)
def test_where_progress_goes(
    callback: str, setting: str | None, wanted: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[bool] = []
    monkeypatch.setattr(in_process.C, "DEFAULT_STDOUT_CALLBACK", callback)
    monkeypatch.setattr(in_process.display, "display", lambda line, stderr: shown.append(stderr))
    if setting:
        monkeypatch.setenv(in_process.PROGRESS[0], setting)
    Action()._progress({})("line")
    assert shown == wanted


@pytest.mark.parametrize(
    ("settings", "variables", "reported"),
    [
        ({}, {}, True),
        ({"INJECT_INVOCATION": False}, {}, False),
        ({"INJECT_INVOCATION": True}, {}, True),
        ({"INJECT_INVOCATION": False}, {"ansible_inject_invocation": True}, True),
    ],
    ids=["no such setting", "off", "on", "a variable"],
)
def test_the_options_are_shown_where_modules_show_them(
    settings: dict[str, bool], variables: dict[str, Any], reported: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def value(name: str, variables: dict[str, Any]) -> Any:
        return variables.get(f"ansible_{name.lower()}", settings[name])

    config = types.SimpleNamespace(get_configuration_definitions=lambda: settings, get_config_value=value)
    monkeypatch.setattr(in_process, "C", types.SimpleNamespace(config=config))
    action = Action(args={"nonsense": 1}, action="gallery")
    assert ("invocation" in action._run_here(variables)) is reported


def test_values_are_what_a_module_gets() -> None:
    from ansible.utils.unsafe_proxy import wrap_var

    values = {
        "date": datetime.date(2030, 1, 2),
        "time": datetime.datetime(2030, 1, 2, 3, 4, 5),  # noqa: DTZ001  as YAML reads it
        "unsafe": wrap_var("{{ x }}"),
        "nested": [{"a": (1, 2)}],
        "none": None,
    }
    plain = in_process.plain(values)
    assert plain == {
        "date": "2030-01-02",
        "time": "2030-01-02T03:04:05",
        "unsafe": "{{ x }}",
        "nested": [{"a": [1, 2]}],
        "none": None,
    }
    assert plain["unsafe"].__class__ is str


def test_what_is_no_value_of_a_module_is_refused() -> None:
    with pytest.raises(TypeError):
        in_process.plain({"a": object()})


def test_environment_and_folder_are_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERE_BEFORE", "old")
    before, place = dict(os.environ), os.getcwd()
    with (
        contextlib.suppress(ZeroDivisionError),
        in_process.surroundings({"HERE_BEFORE": "new", "NUMBER": 1}, str(tmp_path)),
    ):
        assert (os.environ["HERE_BEFORE"], os.environ["NUMBER"]) == ("new", "1")
        assert os.getcwd() == str(tmp_path)
        _unused = 1 // 0
    assert (dict(os.environ), os.getcwd()) == (before, place)


def test_alive_here_and_in_a_worker_of_ours_but_not_in_an_orphan() -> None:
    assert in_process.alive()
    reading, writing = os.pipe()
    worker = os.fork()
    if not worker:
        os.write(writing, b"worker" if in_process.alive() else b"wrong!")
        if not os.fork():  # a process whose parent is not the main process
            os.write(writing, b"wrong!" if in_process.alive() else b"orphan")
            os._exit(0)
        os.wait()
        os._exit(0)
    os.waitpid(worker, 0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"workerorphan"


def test_secrets_are_hidden_in_results() -> None:
    result = {"msg": "the pass-word is wrong", "a": ["pass-word"], "changed": True, "none": None}
    assert in_process._censored(result, {"pass-word"}) == {
        "msg": "the ******** is wrong",
        "a": ["VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"],
        "changed": True,
        "none": None,
    }


def test_a_worker_is_forked_with_what_the_run_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every worker would read all that the workers before it have noted, and a fleet's cost would grow with its square."""
    name = f"of {os.getpid()}"
    child = os.fork()
    if not child:
        in_process.RUN.put(name, 1)
        os._exit(0)
    os.waitpid(child, 0)
    child = os.fork()
    if not child:
        monkeypatch.setattr(in_process.RUN, "catch_up", lambda: None)
        os._exit(0 if in_process.RUN.get(name) == 1 else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_the_text_of_a_failure_is_no_template() -> None:
    """The role keeps it in a fact. ansible-core 2.18 takes every text as a template that is not marked."""
    text = "migrate_fleet_sku: '{{ 6 * 7 }}' is not allowed."
    found = in_process.ActionFailed(text, {"source_id": "{{ 6 * 7 }}"}).result
    assert {key: found[key] for key in ("failed", "msg", "source_id")} == {
        "failed": True,
        "msg": text,
        "source_id": "{{ 6 * 7 }}",
    }
    trusted = getattr(ansible.template, "trust_as_template", str)
    templar = ansible.template.Templar(DataLoader(), variables={"found": found})
    assert templar.template(trusted("{{ found.msg }} {{ found.source_id }}")) == f"{text} {{{{ 6 * 7 }}}}"
