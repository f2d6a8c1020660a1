"""The role's variables as text: what a playbook writes, what a survey sends, and what ansible-core 2.19 makes of that."""

from __future__ import annotations

import datetime
import json
import re
import typing as t

import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.dates import parse_instant
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.coercion import typed, unset
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import (
    FLAT,
    PREFIX,
    VARIABLES,
    read_variables,
)

from . import options as of
from . import strategies as some
from .words import refusal

_GALLERY = {PREFIX + "gallery_name": "pics", PREFIX + "gallery_resource_group": "rg"}
_FREE = sorted(set(VARIABLES) - {"gallery_name", "gallery_resource_group"})
# What YAML 1.1 makes of a text that cannot be undone: other bases, underscores, sixties.
_LOST = re.compile(
    r"[+-]?(0[0-9_]+|0[xb][0-9a-fA-F_]+|[0-9_]*_[0-9_]*|[0-9_]+(:[0-5]?[0-9])+(\.[0-9_]*)?|\+.*|-0)", re.ASCII
)


def _read(name: str, value: t.Any) -> t.Any:
    return read_variables({**_GALLERY, PREFIX + name: value})


def as_2_19(text: str) -> t.Any:
    """What ansible-core 2.19 and later hand on for a text of a survey: a single scalar is read as YAML 1.1 reads it."""
    loader = yaml.SafeLoader("")
    try:
        tag = loader.resolve(yaml.ScalarNode, text, (True, False))
        return loader.construct_object(yaml.ScalarNode(tag, text))
    except (yaml.YAMLError, ValueError):
        return text  # the job ends before any task
    finally:
        loader.dispose()


# The oracle of a scalar's resolution, against the loader of a whole document.


@given(st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,2})?|true|no|~|[a-z]{1,6}|20[0-9]{2}-0[1-9]-1[0-9]", fullmatch=True))
def test_a_scalar_alone_is_read_as_in_a_document(text: str) -> None:
    assert as_2_19(text) == yaml.safe_load(text)


_answers = (
    some.any_text
    | st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,3}", fullmatch=True)
    | some.moments.map(lambda at: at.date().isoformat())
    | some.moments.map(datetime.datetime.isoformat)
    | st.sampled_from(["yes", "No", "on", "TRUE", "1e3", "0123", "12:30:45", "1_0", "null", "~", "", " "])
)


@given(st.sampled_from(_FREE), _answers)
def test_what_2_19_makes_of_an_answer_is_read_as_the_answer_or_refused(name: str, text: str) -> None:
    made = as_2_19(text)
    plain = refusal(text, lambda: _read(name, text), "clone_managed_image_")
    again = refusal(made, lambda: _read(name, made), "clone_managed_image_")
    if plain is None or again is None or _LOST.fullmatch(text.strip()):
        return
    if isinstance(made, datetime.datetime):  # Python has formatted it again
        said = again.options.get("end_of_life_date")
        assert said is None or parse_instant(said).at == parse_instant(text).at
    else:
        assert again == plain, (text, made)


@given(of.NEEDED["clone_plan"]["variables"], st.data())
def test_values_and_their_text_are_the_same(variables: dict[str, t.Any], data: t.Any) -> None:
    values = read_variables(variables)
    again = read_variables({name: _in_text(value, data) for name, value in variables.items()})
    assert _texts(vars(again)) == _texts(vars(values))


def _in_text(value: t.Any, data: t.Any) -> t.Any:
    """A mapping or list as JSON or as YAML, of one or of several lines; a number or a flag as its text."""
    if isinstance(value, str):
        return value
    if not isinstance(value, (dict, list)):
        return data.draw(st.sampled_from([value, str(value), f" {value} "]))
    style = data.draw(st.sampled_from([True, False]))
    return data.draw(st.sampled_from([json.dumps(value), yaml.safe_dump(_texts(value), default_flow_style=style)]))


def _texts(value: t.Any) -> t.Any:
    """The same of texts alone: those of a tag are all that counts, and what YAML's text has."""
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return value if isinstance(value, str) else json.dumps(value)


@given(
    st.lists(st.sampled_from(_FREE), unique=True, max_size=5), st.sampled_from([None, "", " ", "null", "~", "\n", "''"])
)
def test_nothing_is_unset_for_every_variable(names: list[str], nothing: t.Any) -> None:
    assert read_variables({**_GALLERY, **{PREFIX + name: nothing for name in names}}) == read_variables(_GALLERY)


@given(st.sampled_from(_FREE), some.any_object | some.any_text)
def test_any_value_of_a_variable_is_read_once_or_refused_by_name(name: str, value: t.Any) -> None:
    read = refusal(value, lambda: typed(value, VARIABLES[name], PREFIX + name), PREFIX + name)
    if read is not None:
        assert not unset(value)
        assert typed(read, VARIABLES[name], PREFIX + name) in (read, None)


@given(some.any_text.filter(lambda name: name not in VARIABLES), some.any_scalar)
def test_a_variable_that_is_none_of_the_roles_is_refused(name: str, value: t.Any) -> None:
    said = ""
    try:
        _read(name, value)
    except InvalidRequest as error:
        said = error.message
    assert "is not a variable of the role" in said
    assert len(said) < 3000


# A purchase plan is a mapping by itself.
@given(st.sampled_from(sorted(set(FLAT) - {"purchase_plan"})), some.names("gallery"), some.names("gallery"))
def test_a_mapping_wins_over_its_flat_variable(flat: str, mapped: str, given_flat: str) -> None:
    mapping, key = FLAT[flat]
    both = {**_GALLERY, PREFIX + mapping: {key: mapped}, PREFIX + flat: given_flat}
    assert getattr(read_variables(both), mapping)[key] == typed(mapped, {"type": "str"}, "x")
