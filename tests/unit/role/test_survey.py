"""The role's variables, as playbooks write them and as surveys send them, which ansible-core 2.19 and later re-type."""

from __future__ import annotations

import builtins
import datetime
import sys
from typing import Any

import pytest

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.coercion import typed
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import (
    PREFIX,
    VARIABLES,
    RoleOptions,
    read_variables,
)

GALLERY = {"gallery_name": "pics", "gallery_resource_group": "rg"}


def read(**variables: Any) -> RoleOptions:
    return read_variables({PREFIX + name: value for name, value in {**GALLERY, **variables}.items()})


@pytest.mark.parametrize("nothing", [None, "", " ", "\n", "null", "~", "Null"])
def test_nothing_is_unset_for_every_variable(nothing: Any) -> None:
    assert read(**{name: nothing for name in VARIABLES if name not in GALLERY}) == read()


def test_defaults() -> None:
    wishes = read()
    assert wishes.version == "next_patch"
    assert wishes.options == {"region_policy": "merge", "when_cloned": "reuse", "on_failed": "fail"}
    assert (wishes.wait, wishes.wait_timeout, wishes.poll_interval) == (True, 21600, None)
    assert (wishes.flush, wishes.strict, wishes.create_gallery) == (True, False, False)
    assert (wishes.source, wishes.definition, wishes.subscription_id) == (None, {}, None)


@pytest.mark.parametrize("word", [True, "true", "yes", "on", "True", " ON ", 1, "1"])
def test_true(word: Any) -> None:
    assert read(strict=word).strict is True


@pytest.mark.parametrize("word", [False, "false", "no", "off", "False", 0, "0"])
def test_false(word: Any) -> None:
    assert read(wait=word).wait is False


# What a survey sends for a text: its type on ansible-core 2.18, then on 2.19 and later.
@pytest.mark.parametrize(
    ("name", "answers", "expected"),
    [
        ("sku", ["2019", 2019], "2019"),
        ("publisher", ["contoso", "contoso"], "contoso"),
        ("wait_timeout", ["600", 600, "600.0", 600.0], 600),
        ("replica_count", ["2", 2], 2),
        ("poll_interval", [" 5 ", 5], 5),
        ("end_of_life_date", ["2030-01-01", datetime.date(2030, 1, 1)], "2030-01-01"),
        (
            "end_of_life_date",
            ["2030-01-01T00:00:00+00:00", datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)],
            "2030-01-01T00:00:00+00:00",
        ),
        ("version", ["1.0.0"], "1.0.0"),
        (
            "target_regions",
            ["southcentralus=1 eastus2=1=standard_zrs", "southcentralus=1, eastus2=1=standard_zrs"],
            ["southcentralus=1", "eastus2=1=standard_zrs"],
        ),
        ("target_regions", ["[a, b]", "- a\n- b", "a\nb", "a,b,", "a b", '["a", "b"]', ["a", "b", ""]], ["a", "b"]),
        ("target_regions", ["East US 2"], ["East US 2"]),
        ("target_regions", ["East US 2, West US=2"], ["East US 2", "West US=2"]),
        (
            "target_regions",
            ['[{"name": "a", "regional_replica_count": 2}]', {"name": "a", "regional_replica_count": 2}],
            [{"name": "a", "regional_replica_count": 2}],
        ),
        (
            "tags",
            ['{"a": "1", "b": null}', "{a: '1', b: null}", "a: '1'\nb:", {"a": "1", "b": None}],
            {"a": "1", "b": None},
        ),
        (
            "tags",
            ["a: yes\nb: 1.10\nc: 0123\nd: 2030-01-01"],
            {"a": "yes", "b": "1.10", "c": "0123", "d": "2030-01-01"},
        ),
        ("region_policy", ["EXACT", "exact"], "exact"),
        # Quotes keep a text as it is where ansible-core would make something else of it.
        ("sku", ["'22_04'", '"22_04"', " '22_04' "], "22_04"),
        ("sku", ["'1.10'"], "1.10"),
        ("sku", ["'null'", "''", '""', "' '"], None),
        ("wait_timeout", ["'600'"], 600),
        ("region_policy", ["'exact'"], "exact"),
        ("definition", ["{sku: \"'1.10'\"}", {"sku": "'1.10'"}], {"sku": "1.10"}),
        ("target_regions", ["'a', 'b'", "'a' 'b'", "['a', 'b']", '"a b"', "'a b'"], ["a", "b"]),
        ("tags", ["{a: '1.10', 'b': \"x\"}", {"a": "'1.10'", "'b'": '"x"'}], {"a": "1.10", "b": "x"}),
    ],
)
def test_answers(name: str, answers: list[Any], expected: Any) -> None:
    for answer in answers:
        wishes = read(**{name: answer})
        found = wishes.options.get(name, wishes.definition.get(name, getattr(wishes, name, None)))
        assert found == expected
        assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("sku", 22.04, "put it in quotes"),
        ("publisher", True, "put it in quotes"),
        ("version", 1.1, "The value is 1.1, "),
        ("version", 1, "not a version number"),
        ("version", True, "'True' is not a version number"),
        ("version", "1.10", 'Write all three parts in quotes, such as "1.10.0"'),
        ("version", "1.0.2147483648", "over 2147483647"),
        ("version", "01.0.0", "leading zeros"),
        ("wait", "perhaps", "not true or false"),
        ("wait_timeout", "an hour", "not a whole number"),
        ("wait_timeout", True, "not a whole number"),
        ("wait_timeout", -1, "seconds from 0"),
        ("poll_interval", 0, "seconds from 1"),
        ("replica_count", "1.5", "not a whole number"),
        ("on_failed", "retry", "not one of fail, recreate, retry_regions"),
        ("tags", "just words", "not a mapping"),
        ("tags", "{a: [", "neither JSON nor YAML"),
        ("definition", {"publishr": "x"}, "Did you mean publisher?"),
        ("definition", {"resource_group": "x"}, "is not an option"),
        ("definition", {"sku": 1.1}, "clone_managed_image_definition.sku"),
        ("definition", {"os_type": "BSD"}, "Linux, Windows"),
        ("source", ["a"], "not a text"),
        ("target_regions", 7, "not a list"),
    ],
)
def test_refused(name: str, answer: Any, words: str) -> None:
    with pytest.raises(InvalidRequest, match="clone_managed_image_") as refusal:
        read(**{name: answer})
    assert words in refusal.value.message


def test_a_misspelt_variable_is_named() -> None:
    with pytest.raises(InvalidRequest, match=r"Did you mean clone_managed_image_target_regions\?"):
        read(target_region="eastus")
    with pytest.raises(InvalidRequest, match="clone_managed_image_xyzzy is not a variable of the role"):
        read(xyzzy=None)
    with pytest.raises(InvalidRequest, match=r"clone_managed_imag_tags is .* Did you mean clone_managed_image_tags"):
        read_variables({"clone_managed_imag_tags": {"a": "b"}})


def test_flat_variables_fill_what_the_mapping_leaves_out() -> None:
    wishes = read(
        gallery={"name": "mapped"},
        gallery_location="West US",
        definition='{"publisher": "mapped", "append_tags": "no", "recommended_vcpus": {"min": "2"}, "os_type": "linux"}',
        publisher="flat",
        offer="o",
        definition_name="d",
    )
    assert wishes.gallery == {"name": "mapped", "resource_group": "rg", "location": "West US"}
    assert wishes.definition == {
        "publisher": "mapped",
        "append_tags": False,
        "recommended_vcpus": {"min": 2},
        "os_type": "Linux",
        "offer": "o",
        "name": "d",
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("myImage", "myImage"),
        (2019, "2019"),
        ("{name: a, resource_group: b}", {"name": "a", "resource_group": "b"}),
        ("name: a\nresource_group: b", {"name": "a", "resource_group": "b"}),
        ({"name": "a"}, {"name": "a"}),
        ("/subscriptions/x/y", "/subscriptions/x/y"),
    ],
)
def test_source(answer: Any, expected: Any) -> None:
    assert read(source=answer).source == expected
    assert read(source=answer, source_id="other").source == expected
    assert read(source="", source_id="other").source == "other"


@pytest.mark.parametrize("missing", GALLERY)
def test_the_gallery_is_needed(missing: str) -> None:
    with pytest.raises(
        InvalidRequest, match="clone_managed_image_gallery_resource_group and clone_managed_image_gallery_name"
    ):
        read(**{missing: None})


def test_without_pyyaml_json_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    really = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name == "yaml":
            raise ImportError(name)
        return really(name, *args)

    monkeypatch.delitem(sys.modules, "yaml", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    assert typed('{"a": 1}', {"type": "dict"}, "x") == {"a": 1}
    with pytest.raises(InvalidRequest, match="write JSON"):
        typed("a: 1", {"type": "dict"}, "x")
