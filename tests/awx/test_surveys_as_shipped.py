# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The surveys that are shipped: AWX takes them, they ask for variables there are, and a blank answer is the role's default."""

from __future__ import annotations

import json
from typing import Any

import pytest
from controller import replay, surveys
from objects_fixtures import SAID, Listed, recording

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.options import OPTIONS, RULE
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import (
    PREFIX,
    VARIABLES,
    read_variables,
)

from support.collection_tree import ROOT

Survey = dict[str, Any]
NAMES = ("Clone a managed image", "Migrate fleet", "Fleet migration with approval")
# Answers that are required, and what awx_setup sets.
GALLERY = {f"{PREFIX}gallery_name": "pics", f"{PREFIX}gallery_resource_group": "rg"}
TOLD_AT_SETUP = {**GALLERY, f"{PREFIX}target_regions": SAID["awx_setup_target_regions"]}
PLAYBOOKS = "".join((ROOT / "playbooks" / name).read_text(encoding="utf-8") for name in ("migrate_fleet.yml",))


@pytest.fixture(params=NAMES)
def survey(shipped: Listed, request: pytest.FixtureRequest) -> Survey:
    found = [
        one for one in shipped["controller_templates"] + shipped["controller_workflows"] if one["name"] == request.param
    ]
    spec: Survey = found[0]["survey_spec"]
    assert found[0]["survey_enabled"]
    return spec


def role_variables(answers: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name.startswith(PREFIX)}


def test_awx_takes_it(survey: Survey) -> None:
    assert surveys.problem(survey) is None


def test_it_asks_for_variables_that_there_are(survey: Survey) -> None:
    for item in survey["spec"]:
        name = item["variable"]
        if name.startswith(PREFIX):
            assert name.removeprefix(PREFIX) in VARIABLES, name
        else:
            assert name in PLAYBOOKS or name.removeprefix(RULE) in OPTIONS, name


def test_its_questions_are_of_kinds_that_arrive_as_they_were_answered(survey: Survey) -> None:
    """Defaults of multiselect are dropped by a launch without the page, and those of password are never idempotent."""
    for item in survey["spec"]:
        assert item["type"] in ("text", "textarea", "integer", "multiplechoice"), item
        assert item["type"] in ("integer", "multiplechoice") or "default" in item or item["required"], item
        assert not item["required"] or ("default" not in item and item["min"] == 1), item
        spec = VARIABLES.get(item["variable"].removeprefix(PREFIX), {})
        if spec.get("type") == "bool":
            assert item["choices"] == ["true", "false"]
        if "choices" in spec:
            assert item["choices"] == spec["choices"]
        assert (item["type"] == "integer") == (spec.get("type") == "int"), item


def test_the_defaults_shown_are_those_of_the_role(survey: Survey) -> None:
    shown = role_variables(surveys.variables(survey, {}))
    assert read_variables({**shown, **GALLERY}) == read_variables(TOLD_AT_SETUP)
    for item in survey["spec"]:
        default = VARIABLES.get(item["variable"].removeprefix(PREFIX), {}).get("default")
        if default is not None:
            assert str(item["default"]) == str(default).lower(), item


@pytest.mark.parametrize("blank", ["", None, " "])
def test_blank_answers_are_the_defaults_of_the_role(survey: Survey, blank: str | None) -> None:
    """Empty text, as AWX sends it, or null, as ansible-core 2.19 reads it. Blank numbers and choices are not sent."""
    texts = {item["variable"]: blank for item in survey["spec"] if item["type"] in ("text", "textarea")}
    answers = surveys.variables(
        {**survey, "spec": [item for item in survey["spec"] if item["variable"] in texts]}, texts
    )
    assert read_variables({**role_variables(answers), **GALLERY}) == read_variables(GALLERY)
    everything = {f"{PREFIX}{name}": blank for name in VARIABLES}
    assert read_variables({**everything, **GALLERY}) == read_variables(GALLERY)


def test_a_choice_is_what_the_role_takes(survey: Survey) -> None:
    for item in survey["spec"]:
        for choice in item.get("choices", []):
            read_variables({**GALLERY, item["variable"]: choice})


# The validator itself


def test_the_recorded_survey_and_its_answers() -> None:
    """What a real AWX took, and what it then put into the variables of a job."""
    calls = replay.load(recording("awx-24.6-modules.jsonl"))
    survey = next(
        call["request"] for call in calls if call["method"] == "POST" and call["path"].endswith("/survey_spec/")
    )
    assert surveys.problem(survey) is None
    jobs = json.loads(recording("awx-24.6-jobs.json").read_text(encoding="utf-8"))
    sent = json.loads(jobs["10"]["extra_vars"])
    names = {item["variable"] for item in survey["spec"]}
    assert surveys.variables(survey, {"s_text": sent["s_text"]}) == {name: sent[name] for name in sent if name in names}


QUESTION = {"question_name": "q", "variable": "v", "type": "text", "required": False}
CHOICE = {**QUESTION, "type": "multiplechoice", "choices": ["a", "b"]}


@pytest.mark.parametrize(
    ("survey", "words"),
    [
        ({"description": "", "spec": [QUESTION]}, "Field 'name' is missing"),
        ({"name": 1, "description": "", "spec": [QUESTION]}, "Expected string for field 'name', received int"),
        ([], "'spec' doesn't contain any items"),
        (["x"], "question 0 is not a json object"),
        ([{**QUESTION, "required": "yes"}], "'required' in survey question 0 expected to be boolean"),
        (
            [{key: QUESTION[key] for key in ("question_name", "variable", "required")}],
            "'type' missing from survey question 0",
        ),
        ([QUESTION, QUESTION], "'variable' 'v' duplicated in survey question 1"),
        ([{**QUESTION, "type": "boolean"}], "'boolean' in survey question 0 is not one of"),
        ([{**QUESTION, "default": 1}], "Default value 1 in survey question 0 expected to be string"),
        ([{**QUESTION, "type": "integer", "default": "1"}], "expected to be integer"),
        ([{**QUESTION, "min": "1"}], "The min limit in survey question 0 expected to be integer"),
        ([{**QUESTION, "default": "$encrypted$"}], "reserved keyword"),
        ([{**QUESTION, "type": "multiselect"}], "must specify choices"),
        ([{**CHOICE, "type": "multiselect", "default": ["a"]}], "expected to be string"),
        ([{**CHOICE, "default": "a\nb"}], "can only have one default value"),
        ([{**CHOICE, "default": "c"}], "must be answered from the choices listed"),
    ],
)
def test_what_awx_does_not_take(survey: Any, words: str) -> None:
    spec = survey if isinstance(survey, dict) else {"name": "", "description": "", "spec": survey}
    assert words in (surveys.problem(spec) or "")


@pytest.mark.parametrize(
    ("item", "answer", "words"),
    [
        ({**QUESTION, "required": True}, {}, "'v' value missing"),
        ({**QUESTION, "required": True}, {"v": ""}, None),
        ({**QUESTION, "min": 1}, {"v": ""}, "is too small"),
        ({**QUESTION, "max": 2}, {"v": "abc"}, "is too large"),
        ({**QUESTION, "type": "integer"}, {"v": "3"}, "expected to be an integer"),
        ({**QUESTION, "type": "integer", "max": 2}, {"v": 3}, "is too large"),
        ({**QUESTION, "type": "float"}, {"v": 3}, None),
        (CHOICE, {"v": "c"}, "expected to be one of"),
        ({**CHOICE, "type": "multiselect"}, {"v": "a"}, "expected to be a list"),
        ({**CHOICE, "type": "multiselect"}, {"v": ["a"]}, None),
    ],
)
def test_answers(item: Survey, answer: dict[str, Any], words: str | None) -> None:
    found = surveys.answer_problems(item, answer)
    assert words in found[0] if words else found == []
