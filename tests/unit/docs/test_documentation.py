"""What modules document is what they take: options, attributes, the way to sign in, and the form of the files."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm import sdk
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth import credentials
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.certificates import VARIABLES
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._arm.auth.options import (
    AUTH_OPTIONS,
    ENVIRONMENT,
    REFUSED_OPTIONS,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import SignInFailed
from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils.in_process import IN_PROCESS, PROGRESS

from support.collection_tree import NAME, NAMESPACE, ROOT

FQCN = f"{NAMESPACE}.{NAME}"
Read = Callable[[str], Any]
LONGEST_LINE = 120
# Modules that only run as an action plugin on the controller.
ON_THE_CONTROLLER = {"fleet_report"}
# Without examples of a first use of its own: that is the role's.
# Those that write without an option that says what.
WRITES = {"image_repointing", "image_retirement", "image_verification", "scale_set_image"}


# Options


def of_spec(spec: dict[str, Any]) -> dict[str, Any]:
    """What an argument spec says, in the words of documentation, with every default written out."""
    return {
        name: {
            "type": option.get("type", "str"),
            "elements": option.get("elements"),
            "required": option.get("required", False),
            "default": option.get("default"),
            "choices": list(option.get("choices", ())),
            "aliases": list(option.get("aliases", ())),
            "suboptions": of_spec(option.get("options", {})),
        }
        for name, option in spec.items()
    }


def of_documentation(options: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {
            "type": option["type"],
            "elements": option.get("elements"),
            "required": option.get("required", False),
            "default": option.get("default"),
            "choices": list(option.get("choices", ())),
            "aliases": list(option.get("aliases", ())),
            "suboptions": of_documentation(option.get("suboptions", {})),
        }
        for name, option in options.items()
    }


def test_options_are_those_of_the_task(module: str, documentation: Read, task: Read) -> None:
    assert of_documentation(documentation(module)["options"]) == of_spec(task(module).options)


def test_a_difference_in_options_is_found() -> None:
    spec = {"mode": {"type": "str", "choices": ["a", "b"], "default": "a"}, "n": {"type": "int"}}
    documented = {"mode": {"type": "str", "choices": {"a": "One.", "b": "Two."}, "default": "a"}, "n": {"type": "int"}}
    assert of_documentation(documented) == of_spec(spec)
    for key, value in (("type", "raw"), ("choices", ["b", "a"]), ("default", "b"), ("required", True)):
        assert of_documentation({**documented, "mode": {**documented["mode"], key: value}}) != of_spec(spec)
    assert of_documentation({"mode": documented["mode"]}) != of_spec(spec)


def test_options_for_signing_in_are_documented_once(shared: Read) -> None:
    assert of_documentation(shared("azure")["options"]) == of_spec(AUTH_OPTIONS)


def test_environment_variables_of_options(shared: Read) -> None:
    for name, option in shared("azure")["options"].items():
        documented = re.findall(r"\bE\((\w+)\)", " ".join(texts(option["description"])))
        assert tuple(documented) == ENVIRONMENT[name], name


def test_the_order_of_sources(shared: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text on auth_source=auto names what is tried, in the order in which it is tried."""
    text = shared("azure")["options"]["auth_source"]["choices"]["auto"]
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(credentials, "CREDENTIAL_FILE", "/nonexistent/credentials")
    monkeypatch.setattr(credentials.shutil, "which", lambda name: None)
    with pytest.raises(SignInFailed) as error:
        credentials.resolve({})
    tried = re.findall(r"(?:Tried |; )(\w+(?: identity)?)\b", error.value.message)
    assert tried == ["options", "environment", "profile", "workload identity", "az"]
    words = {"profile": "C(default)", "az": "the Azure CLI"}
    places = [text.index(words.get(name, name)) for name in tried]
    assert places == sorted(places)


def test_notes_name_every_variable_and_refused_option(shared: Read) -> None:
    notes = " ".join(shared("azure")["notes"])
    assert re.findall(r"E\((\w+)\)", notes) == list(VARIABLES)
    assert {name for name in REFUSED_OPTIONS if f"C({name})" not in notes} == set()
    switches = " ".join(shared("module")["notes"])
    assert re.findall(r"E\((\w+)\)", switches) == [IN_PROCESS[0], PROGRESS[0]]
    assert {name for name in (IN_PROCESS[1], PROGRESS[1]) if f"C({name})" not in switches} == set()


def test_requirements_are_those_that_are_checked(shared: Read) -> None:
    documented = [line.replace(" ", "") for line in shared("azure")["requirements"]]
    assert sorted(documented) == sorted([*sdk.REQUIREMENTS, "python>=3.11"])


# Attributes


def signs_in(module: str, task: Read) -> bool:
    """Whether it takes credentials: a module that does not ask Azure has none to be given."""
    return "auth_source" in task(module).options


def test_attributes(module: str, documentation: Read, task: Read) -> None:
    attributes = documentation(module)["attributes"]
    more = {"action", "async"} if module in ON_THE_CONTROLLER else {"action_group"}
    assert set(attributes) == {"check_mode", "diff_mode", "idempotent"} | more
    group = attributes.get("action_group", {"membership": []})
    assert group["membership"] == ([f"{FQCN}.azure"] if signs_in(module, task) else [])
    assert all(attribute["description"] for attribute in attributes.values())
    support = {name: attribute["support"] for name, attribute in attributes.items()}
    assert support["check_mode"] == "full"
    writes = "state" in task(module).options or module in WRITES
    assert support["diff_mode"] in (("full",) if writes else ("N/A", "none"))
    assert support["idempotent"] in (("full", "partial") if writes else ("N/A", "full"))
    assert support["idempotent"] != "partial" or attributes["idempotent"]["details"], "an exception is explained"


# The texts


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(item)


def descriptions(value: Any) -> Iterator[str]:
    """Every description and detail, wherever it is."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key in ("description", "details", "notes") and not (isinstance(item, dict)):
            yield from texts(item)
        else:
            yield from descriptions(item)


def test_descriptions_are_sentences(module: str, documentation: Read, returns: Read) -> None:
    found = [*descriptions(documentation(module)), *descriptions(returns(module))]
    assert len(found) > 20
    assert [text for text in found if not text.endswith(".") or "  " in text] == []


def test_short_descriptions_begin_with_a_verb(module: str, documentation: Read) -> None:
    words = documentation(module)["short_description"].replace(",", "").split()
    assert words[0] in {"Create", "Make", "Update", "Get", "Clone", "Plan", "Wait", "Delete"}


def test_twins_name_each_other(module: str, documentation: Read) -> None:
    twin = module.removesuffix("_info") if module.endswith("_info") else f"{module}_info"
    if (ROOT / "plugins/modules" / f"{twin}.py").exists():
        assert f"{FQCN}.{twin}" in [item.get("module") for item in documentation(module)["seealso"]]


# The files


def test_a_module_is_documentation_and_one_call(module: str) -> None:
    path = ROOT / "plugins/modules" / f"{module}.py"
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/python\n")
    body = ast.parse(text).body
    assert [ast.unparse(node).partition(" = ")[0] for node in body[:4]] == [
        "from __future__ import annotations",
        "DOCUMENTATION",
        "EXAMPLES",
        "RETURN",
    ]
    if module in ON_THE_CONTROLLER:
        assert body[4:] == []
        return
    run_as_module, the_task, main, guard = body[4:]
    assert ast.unparse(run_as_module) == "from ..module_utils._module import run_as_module"
    assert ast.unparse(the_task) == f"from ..module_utils._modules.{module} import SPEC"
    assert isinstance(main, ast.FunctionDef)
    assert [ast.unparse(node) for node in main.body[1:]] == ["run_as_module(SPEC)"]
    assert ast.unparse(guard) == "if __name__ == '__main__':\n    main()"


def test_lines_of_a_module_fit(module: str) -> None:
    assert too_long(f"modules/{module}.py") == []


def test_lines_of_a_fragment_fit(fragment: str) -> None:
    assert too_long(f"doc_fragments/{fragment}.py") == []


def too_long(name: str) -> list[int]:
    lines = (ROOT / "plugins" / name).read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE]


# The examples


def flattened(tasks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in tasks:
        if "block" in one:
            yield from flattened(one["block"])
        else:
            yield one


KEYWORDS = {"name", "register", "check_mode", "diff", "loop", "loop_control", "vars", "when", "failed_when", "run_once"}


def action(one: dict[str, Any]) -> str:
    (name,) = set(one) - KEYWORDS
    return name


def test_examples_name_modules_in_full(module: str, examples: Read) -> None:
    used = [action(one) for one in flattened(examples(module))]
    assert [name for name in used if not re.fullmatch(rf"{re.escape(FQCN)}\.\w+|ansible\.builtin\.\w+", name)] == []
    assert used[0] == f"{FQCN}.{module}" or module == "wait_for_replication"
    assert all(one["name"][0].isupper() and not one["name"].endswith(".") for one in flattened(examples(module)))


def test_examples_use_options_that_exist(module: str, examples: Read, task: Read) -> None:
    for one in flattened(examples(module)):
        name = action(one)
        if name.startswith(FQCN):
            options = task(name.removeprefix(f"{FQCN}.")).options
            given = one[name] or {}
            assert set(given) <= set(options), one["name"]
            needed = {key for key, option in options.items() if option.get("required")}
            assert needed <= set(given) or "plan" in given, one["name"]


def test_examples_show_the_life_of_a_resource(module: str, examples: Read, task: Read) -> None:
    """Made, changed, previewed, deleted."""
    every = examples(module)
    if "state" in task(module).options:
        own = [one for one in flattened(every) if action(one) == f"{FQCN}.{module}"]
        previews = [one for one in own if one.get("check_mode") is True]
        assert previews
        assert all(one["diff"] is True and one["register"] for one in previews)
        assert [one for one in own if one[f"{FQCN}.{module}"].get("state") == "absent"]
        assert "check_mode" not in own[0]


def test_examples_hold_no_secret(module: str, examples: Read) -> None:
    for one in examples(module):
        given = one.get("module_defaults", {}).get(f"group/{FQCN}.azure", {})
        assert all(given[name].startswith("{{ ") for name in ("tenant", "client_id", "secret") if name in given)
    for one in flattened(examples(module)):
        assert not {"tenant", "client_id", "secret", "certificate_password"} & set(one[action(one)] or {})
