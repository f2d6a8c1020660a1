"""CI runs the project's own commands, on every row that the noxfile has."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
import yaml

from support.collection_tree import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
pytestmark = pytest.mark.skipif(not WORKFLOWS, reason="not a checkout")


def jobs(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / ".github/workflows" / name).read_text(encoding="utf-8"))["jobs"])


def cores() -> dict[str, tuple[str, ...]]:
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    (value,) = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CORES"
    ]
    return dict(ast.literal_eval(value))


def test_ci_has_every_row_of_the_matrix() -> None:
    rows = {(row["row"], row["python"]) for row in jobs("ci.yml")["tests"]["strategy"]["matrix"]["include"]}
    ends = (("oldest", 0), ("newest", -1))
    assert rows == {(f"{core}-{sdk}", pythons[end]) for core, pythons in cores().items() for sdk, end in ends}


def test_ci_runs_ansible_test_on_every_core() -> None:
    rows = {(row["core"], row["python"]) for row in jobs("ci.yml")["ansible-test"]["strategy"]["matrix"]["include"]}
    assert rows == {(core, pythons[-1]) for core, pythons in cores().items()}


def test_the_lowest_core_is_the_required_one() -> None:
    required = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))["requires_ansible"]
    assert required == f">={min(cores(), key=lambda core: int(core.split('.')[1]))}.0"


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lists = re.findall(r"^(?:QUICK|BESIDE) := (.*)$", makefile, re.MULTILINE)
    rules = re.findall(r"^([\w -]+?)(?: \$\(QUICK\))?:(?!=)", makefile, re.MULTILINE)
    return {word for text in (*lists, *rules) for word in text.split()}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_run_targets_that_exist(path: Any) -> None:
    called = re.findall(r"\bmake ((?:[\w-]+ ?)+)(?=$|\n|[A-Z]+=| &&)", path.read_text(encoding="utf-8"))
    names = {word for text in called for word in text.split() if not word.isupper()}
    assert names or path.name == "release.yml"
    assert names - targets() == set()
