"""The surveys that are shipped: AWX takes them, they ask for variables there are, and a blank answer is the role's default."""

from __future__ import annotations

import json
from typing import Any

import pytest
from controller import replay, surveys
from objects_fixtures import SAID, Listed, recording

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.options import OPTIONS
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role import (
    repointing,
    retirement,
    variables,
    verification,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._role.variables import (
    PREFIX,
    read_own_variables,
    read_variables,
)

Survey = dict[str, Any]
CLONES = ("Clone a managed image", "Migrate fleet", "Fleet migration")
NAMES = (*CLONES, "Verify fleet", "Repoint fleet", "Retire fleet", "Fleet retirement", "Restore a managed image")
LATER_ROLES = {role.ROLE: role.VARIABLES for role in (verification, repointing, retirement)}
ROLES = {PREFIX.rstrip("_"): variables.VARIABLES, **LATER_ROLES}
SPECS = {f"{role}_{name}": spec for role, specs in ROLES.items() for name, spec in specs.items()}
# Of playbooks. A text that has to be a number is refused by AWX.
SPECS |= {f"{playbook}_{name}": {"type": "str"} for playbook, names in OPTIONS.items() for name in names}
SPECS |= {"verify_fleet_at_once": {"type": "int", "default": 10}, "retire_fleet_max": {"type": "int", "default": 50}}
SPECS |= {"retire_fleet_unplanned": {"type": "bool", "default": False}, "restore_managed_image_record": {"type": "str"}}
# Answers that are required, and what awx_setup sets.
GALLERY = {f"{PREFIX}gallery_name": "pics", f"{PREFIX}gallery_resource_group": "rg"}
TOLD_AT_SETUP = {**GALLERY, f"{PREFIX}target_regions": SAID["awx_setup_target_regions"]}


@pytest.fixture(params=NAMES)
def survey(shipped: Listed, request: pytest.FixtureRequest) -> Survey:
    found = [
        one for one in shipped["controller_templates"] + shipped["controller_workflows"] if one["name"] == request.param
    ]
    spec: Survey = found[0]["survey_spec"]
    assert found[0]["survey_enabled"]
    return spec


def role_variables(answers: dict[str, Any], prefix: str = PREFIX) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name.startswith(prefix)}


def read(answers: dict[str, Any], gallery: dict[str, str] | None = None) -> list[Any]:
    """What each role reads of the answers."""
    clone = read_variables({**role_variables(answers), **(GALLERY if gallery is None else gallery)})
    others = [
        read_own_variables(role_variables(answers, f"{role}_"), role, specs) for role, specs in LATER_ROLES.items()
    ]
    return [clone, *others]


def test_awx_takes_it(survey: Survey) -> None:
    assert surveys.problem(survey) is None


def test_it_asks_for_variables_that_there_are(survey: Survey) -> None:
    assert [item["variable"] for item in survey["spec"] if item["variable"] not in SPECS] == []


def test_its_questions_are_of_kinds_that_arrive_as_they_were_answered(survey: Survey) -> None:
    """Defaults of multiselect are dropped by a launch without the page, and those of password are never idempotent."""
    for item in survey["spec"]:
        assert item["type"] in ("text", "textarea", "integer", "multiplechoice"), item
        assert item["type"] in ("integer", "multiplechoice") or "default" in item or item["required"], item
        assert not item["required"] or ("default" not in item and item["min"] == 1), item
        spec = SPECS[item["variable"]]
        if spec.get("type") == "bool":
            assert item["choices"] == ["true", "false"]
        if "choices" in spec:
            assert item["choices"] == spec["choices"]
        assert (item["type"] == "integer") == (spec.get("type") == "int"), item


def test_the_defaults_shown_are_those_of_the_role(survey: Survey) -> None:
    shown = surveys.variables(survey, {})
    excluded = {name: value for name, value in shown.items() if name.endswith("exclude_from_latest")}
    asked = any(item["variable"].endswith("target_regions") for item in survey["spec"])
    assert read(shown) == read({**TOLD_AT_SETUP, **excluded} if asked else {})
    for item in survey["spec"]:
        default = SPECS[item["variable"]].get("default")
        if default is not None:
            assert str(item["default"]) == str(default).lower(), item


@pytest.mark.parametrize("blank", ["", None, " "])
def test_blank_answers_are_the_defaults_of_the_role(survey: Survey, blank: str | None) -> None:
    """Empty text, as AWX sends it, or null, as ansible-core 2.19 reads it. Blank numbers and choices are not sent."""
    texts = {item["variable"]: blank for item in survey["spec"] if item["type"] in ("text", "textarea")}
    answers = surveys.variables(
        {**survey, "spec": [item for item in survey["spec"] if item["variable"] in texts]}, texts
    )
    assert read(answers) == read({})


@pytest.mark.parametrize("blank", ["", None, " "])
def test_blank_variables_are_the_defaults_of_the_roles(blank: str | None) -> None:
    assert read(dict.fromkeys(SPECS, blank)) == read({})


def test_a_choice_is_what_the_role_takes(survey: Survey) -> None:
    for item in survey["spec"]:
        for choice in item.get("choices", []):
            read({item["variable"]: choice})


def test_the_subnet_should_be_isolated(shipped: Listed) -> None:
    surveys_ = [
        one["survey_spec"]["spec"] for one in shipped["controller_templates"][2:3] + shipped["controller_workflows"][:1]
    ]
    for spec in surveys_:
        (question,) = [item for item in spec if item["variable"] == "verify_image_version_subnet_id"]
        assert question["question_description"].startswith(
            "Use an isolated subnet, with outbound traffic denied except"
        )


def test_workflows_ask_what_their_jobs_ask(shipped: Listed) -> None:
    """All but what a job of the workflow sets, or has from the job before it."""
    asked = {
        one["name"]: {item["variable"] for item in one.get("survey_spec", {"spec": ()})["spec"]}
        for items in ("controller_templates", "controller_workflows")
        for one in shipped[items]
    }
    for flow, apart in (
        ("Fleet migration", "verify_image_version_promote"),
        ("Fleet retirement", "retire_fleet_unplanned"),
    ):
        (workflow,) = [one for one in shipped["controller_workflows"] if one["name"] == flow]
        jobs = {node["unified_job_template"]["name"] for node in workflow["workflow_nodes"]} & asked.keys()
        assert set().union(*(asked[job] for job in jobs)) - asked[flow] == {apart}


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
