"""The documentation of modules as data, read as Ansible reads it."""

from __future__ import annotations

import ast
import functools
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.collection_tree import NAME, NAMESPACE, ROOT

FQCN = f"{NAMESPACE}.{NAME}"
PACKAGE = f"ansible_collections.{FQCN}.plugins"
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with an argument `module` runs for each module, one with `fragment` for each doc fragment."""
    if "module" in metafunc.fixturenames:
        metafunc.parametrize("module", MODULES)
    if "fragment" in metafunc.fixturenames:
        metafunc.parametrize("fragment", sorted(path.stem for path in (ROOT / "plugins/doc_fragments").glob("*.py")))


def constants(path: Path) -> dict[str, str]:
    """The texts that a file assigns, in it or in its classes."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return found


@functools.cache
def read(folder: str, name: str, constant: str) -> Any:
    text = constants(ROOT / "plugins" / folder / f"{name}.py").get(constant)
    return yaml.safe_load(text) if text else None


def merged(module: str) -> dict[str, Any]:
    """DOCUMENTATION with its fragments; what the module says itself wins."""
    own = read("modules", module, "DOCUMENTATION")
    whole = {"options": {}, "attributes": {}, "notes": [], **own}
    for name in own.get("extends_documentation_fragment", []):
        assert name.startswith(f"{FQCN}."), name
        shared = read("doc_fragments", name.removeprefix(f"{FQCN}."), "DOCUMENTATION")
        whole["options"] = {**shared.get("options", {}), **whole["options"]}
        attributes = shared.get("attributes", {})
        keys = {*attributes, *whole["attributes"]}
        whole["attributes"] = {key: {**attributes.get(key, {}), **whole["attributes"].get(key, {})} for key in keys}
        whole["notes"] = [*whole["notes"], *shared.get("notes", [])]
        whole.setdefault("requirements", shared.get("requirements"))
    return whole


@pytest.fixture
def documentation() -> Callable[[str], dict[str, Any]]:
    """documentation(module): DOCUMENTATION with its fragments."""
    return merged


@pytest.fixture
def returns() -> Callable[[str], dict[str, Any]]:
    """returns(module): RETURN."""
    return lambda module: read("modules", module, "RETURN")


@pytest.fixture
def examples() -> Callable[[str], list[dict[str, Any]]]:
    """examples(module): EXAMPLES."""
    return lambda module: read("modules", module, "EXAMPLES")


@pytest.fixture
def shared() -> Callable[[str], dict[str, Any]]:
    """shared(fragment): the DOCUMENTATION of a doc fragment."""
    return lambda name: read("doc_fragments", name, "DOCUMENTATION")


@pytest.fixture
def task() -> Callable[[str], Any]:
    """task(module): its Task."""
    return lambda module: importlib.import_module(f"{PACKAGE}.module_utils._modules.{module}").SPEC
