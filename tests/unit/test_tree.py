"""The architecture: who may import what, and what belongs together (docs/developing.md)."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.collection_tree import NAME, NAMESPACE, ROOT

PLUGINS = ROOT / "plugins"
OWN = f"ansible_collections.{NAMESPACE}.{NAME}.plugins"
UTILS = f"{OWN}.module_utils"
SDK = ("azure", "msal", "requests", "urllib3", "urllib.request", "http.client", "socket", "ssl")
ANSIBLE = ("ansible", "ansible_collections")

# What a pure package must not import: no input or output and no clock, only functions and tables.
PURE = (
    *SDK,
    "ansible",
    "os",
    "io",
    "sys",
    "time",
    "pathlib",
    "shutil",
    "subprocess",
    "tempfile",
    "logging",
    "threading",
    "fcntl",
    "random",
)


def own(*packages: str) -> tuple[str, ...]:
    return tuple(f"{UTILS}.{package}" for package in packages)


BELOW_MODULES = ("_resources", "_arm", "_run", "_versions", "_compute", "_retirement", "_role", "_fleet", "_inventory")

# Each layer: what it may import of this collection, and what it must not import of others. Longest name first wins.
LAYERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "module_utils/_resources": (own("_resources"), PURE),
    "module_utils/_awx": (own("_awx"), PURE),
    "module_utils/_arm": (own("_resources", "_arm"), ("ansible",)),
    "module_utils/_run": (own("_resources", "_arm", "_run"), (*SDK, "ansible")),
    "module_utils/_versions": (own("_resources", "_arm", "_run", "_versions"), (*SDK, "ansible")),
    "module_utils/_compute": (own("_resources", "_run", "_versions", "_compute"), (*SDK, "ansible")),
    "module_utils/_retirement": (own("_resources", "_run", "_versions", "_compute", "_retirement"), (*SDK, "ansible")),
    "module_utils/_role": (own("_resources", "_run", "_versions", "_role"), (*SDK, "ansible")),
    "module_utils/_fleet": (own("_resources", "_run", "_versions", "_role", "_fleet"), (*SDK, "ansible")),
    "module_utils/_inventory": (own("_resources", "_arm", "_run", "_versions", "_inventory"), (*SDK, "ansible")),
    "module_utils/_modules": (own(*BELOW_MODULES, "_modules"), (*SDK, "ansible")),
    "module_utils": ((UTILS,), SDK),
    "modules": ((*own("_modules"), f"{UTILS}._module"), SDK),
    "action": ((*own("_modules"), f"{OWN}.plugin_utils"), SDK),
    "plugin_utils": ((UTILS, f"{OWN}.plugin_utils"), SDK),
    "filter": ((*own("_role", "_fleet"), f"{OWN}.plugin_utils"), SDK),
    "lookup": ((*own("_resources", "_fleet"), f"{OWN}.plugin_utils"), SDK),
    "inventory": ((*own("_inventory", "_resources", "_run"), f"{OWN}.plugin_utils", f"{OWN}.inventory"), SDK),
    "doc_fragments": ((), (*SDK, "ansible")),
}
# Pure modules of packages that also read and write.
PURE_MODULES = (
    *sorted((PLUGINS / "module_utils/_resources").glob("*.py")),
    *sorted(path for path in (PLUGINS / "module_utils/_role").glob("*.py") if path.stem != "host_version"),
    *(
        PLUGINS / f"module_utils/_versions/{name}.py"
        for name in ("body", "decide", "progress_text", "readiness", "region_retry")
    ),
    *(
        PLUGINS / f"module_utils/_compute/{name}.py"
        for name in (
            "canary_body",
            "canary_verdict",
            "scale_set_facts",
            "scale_set_rules",
            "usage",
        )
    ),
    *(PLUGINS / f"module_utils/_retirement/{name}.py" for name in ("facts", "record", "restore_body", "rules")),
    PLUGINS / "module_utils/_run/poll_interval.py",
    *sorted((PLUGINS / "module_utils/_fleet").glob("*.py")),
    *(PLUGINS / f"module_utils/_inventory/{name}.py" for name in ("filters", "hosts")),
)
CALLS_OF_A_CLOCK = {"now", "utcnow", "today"}


def sources(*folders: str) -> list[Path]:
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts
    )


def layer_of(path: Path) -> str | None:
    place = path.relative_to(PLUGINS).as_posix()
    return next((name for name in sorted(LAYERS, key=len, reverse=True) if place.startswith(f"{name}/")), None)


def imports(path: Path) -> list[tuple[int, str]]:
    """Every module that a file imports, anywhere in it, by its full name."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = [OWN, *path.relative_to(PLUGINS).parent.parts]
                base = ".".join(
                    [
                        *".".join(package).split(".")[: len(".".join(package).split(".")) - node.level + 1],
                        *filter(None, [base]),
                    ]
                )
            found += [(node.lineno, f"{base}.{alias.name}") for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in (
            "importlib.import_module",
            "import_module",
            "__import__",
        ):
            argument = node.args[0] if node.args else None
            found.append((node.lineno, argument.value if isinstance(argument, ast.Constant) else "?"))
    return found


def beneath(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def violations(path: Path) -> list[str]:
    layer = layer_of(path)
    if layer is None:
        return [f"{path.relative_to(ROOT)}: of no known layer: say in LAYERS what it may import"]
    allowed, forbidden = LAYERS[layer]
    wrong = []
    for line, name in imports(path):
        own = name.startswith("ansible_collections.")
        if (own and not beneath(name, allowed)) or (not own and beneath(name, forbidden)) or name == "?":
            wrong.append(f"{path.relative_to(ROOT)}:{line}: {layer} must not import {name}")
    return wrong


@pytest.mark.parametrize("path", sources("plugins"), ids=lambda path: path.relative_to(PLUGINS).as_posix())
def test_imports_follow_the_arrows(path: Path) -> None:
    assert violations(path) == []


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("module_utils/_resources/x.py", "import ansible.module_utils.basic"),
        ("module_utils/_resources/x.py", "from azure.core import exceptions"),
        ("module_utils/_resources/x.py", "import time"),
        ("module_utils/_resources/x.py", f"from {UTILS}._arm import client"),
        ("module_utils/_resources/x.py", f"from {UTILS} import _modules"),
        ("module_utils/_resources/x.py", "from .._arm import client"),
        ("module_utils/_versions/x.py", "def f():\n    import azure.identity"),
        ("module_utils/_versions/x.py", "from ansible.module_utils.common import text"),
        ("module_utils/_arm/x.py", f"from {UTILS}._run import context"),
        ("module_utils/_arm/x.py", "import importlib\nimportlib.import_module('ansible.utils')"),
        ("module_utils/_module.py", "import requests"),
        ("modules/x.py", f"from {UTILS}._arm import client"),
        ("action/x.py", f"from {UTILS}._resources import resource_id"),
        ("action/x.py", "from ansible_collections.azure.azcollection.plugins.module_utils import azure_rm_common"),
        ("elsewhere/x.py", ""),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, text: str) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    monkeypatch.setattr(sys.modules[__name__], "PLUGINS", tmp_path / "plugins")
    path = tmp_path / "plugins" / place
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert len(violations(path)) == 1


@pytest.mark.parametrize("path", PURE_MODULES, ids=lambda path: path.relative_to(PLUGINS).as_posix())
def test_pure_modules_have_no_clock_and_no_files(path: Path) -> None:
    assert [name for _line, name in imports(path) if beneath(name, PURE)] == []
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert [
        f"{path.name}:{call.lineno}: open()"
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in ("open", "print")
    ] == []
    clocks = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in CALLS_OF_A_CLOCK]
    assert [f"{path.name}:{call.lineno}: {ast.unparse(call.func)}()" for call in clocks] == []


def names(folder: str) -> set[str]:
    return {path.stem for path in (PLUGINS / folder).glob("*.py") if path.stem != "__init__"}


def action_group() -> set[str]:
    return set(yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))["action_groups"]["azure"])


def test_every_module_has_its_action_plugin() -> None:
    assert names("modules") == names("action")


def signs_in(module: str) -> bool:
    """Whether it takes credentials: a module that does not ask Azure has none to be given."""
    return f"{NAMESPACE}.{NAME}.azure" in documentation(module, "DOCUMENTATION").get(
        "extends_documentation_fragment", []
    )


def test_every_module_with_credentials_is_in_the_action_group() -> None:
    assert {module for module in names("modules") if signs_in(module)} == names("modules") & action_group()


def test_every_name_of_the_action_group_is_a_module() -> None:
    # TODO(frame): an assertion alone, as soon as the last module is there.
    absent = action_group() - names("modules")
    if absent:
        pytest.skip(f"not written yet: {', '.join(sorted(absent))}")


def documentation(module: str, name: str) -> Any:
    """DOCUMENTATION, EXAMPLES or RETURN of a module, or None."""
    tree = ast.parse((PLUGINS / "modules" / f"{module}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            return yaml.safe_load(ast.literal_eval(node.value))
    return None


@pytest.mark.parametrize("module", sorted(names("modules")))
def test_a_module_is_documented(module: str) -> None:
    text = documentation(module, "DOCUMENTATION")
    assert text["module"] == module
    assert text["short_description"]
    assert documentation(module, "RETURN"), "RETURN"
    examples = documentation(module, "EXAMPLES")
    assert examples, "EXAMPLES"
    tasks = [task for block in examples for task in block.get("tasks", [block])]
    own = f"{NAMESPACE}.{NAME}.{module}"
    assert any(own in task for task in tasks), f"no example of {own}"
    assert [task for task in tasks if not task.get("name")] == [], "examples without a name"
