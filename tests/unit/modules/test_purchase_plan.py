"""The purchase plan of a new definition, from the tags that Packer writes to an image."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._modules import clone_plan

from .conftest import GROUP, IDENTITY, SEED, TASKS, Azure

PLAN = {"name": "n", "publisher": "p", "product": "q"}
WHOLE = {"PlanInfo": "n", "PlanPublisher": "p", "PlanProduct": "q"}
CHOSEN = {"name": "a", "publisher": "b", "product": "c"}


def tagged(tags: dict[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.seed(images=[{**SEED["images"][0], "tags": tags}])


def planned(azure: Azure, monkeypatch: pytest.MonkeyPatch, definition: dict[str, t.Any]) -> dict[str, t.Any]:
    monkeypatch.setitem(TASKS, "clone_plan", clone_plan.SPEC)
    azure.run("gallery", **GROUP, name="pics")
    wishes = {"source": "web", "gallery": {**GROUP, "name": "pics"}, "definition": {**IDENTITY, **definition}}
    variables = {f"clone_managed_image_{name}": value for name, value in wishes.items()}
    return t.cast("dict[str, t.Any]", azure.run("clone_plan", variables=variables)["plan"]["definition"])


@tagged(WHOLE)
def test_all_tags_are_a_plan(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    assert planned(azure, monkeypatch, {})["defaults"]["purchase_plan"] == PLAN
    assert azure.warnings == []


@tagged({"planinfo": "n", "PlanPublisher": ""})
def test_some_of_the_tags_are_no_plan_and_a_warning(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "purchase_plan" not in planned(azure, monkeypatch, {})["defaults"]
    (warning,) = azure.warnings
    assert "no value of PlanPublisher and PlanProduct" in warning
    assert "set clone_managed_image_purchase_plan" in warning


@tagged({"PlanInfo": "n"})
def test_a_plan_of_the_task_needs_no_tags(azure: Azure, monkeypatch: pytest.MonkeyPatch) -> None:
    assert planned(azure, monkeypatch, {"purchase_plan": CHOSEN})["purchase_plan"] == CHOSEN
    assert azure.warnings == []
