"""The surveys of templates: what AWX takes as one (JobTemplateSurveySpec), and as answers to it (SurveyJobTemplateMixin)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TYPES: dict[str, Any] = {
    "integer": int,
    "float": (int, float),
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
}
Item = dict[str, Any]


def problem(survey: Mapping[str, Any]) -> str | None:
    """Why AWX answers 400 to this survey; None if it takes it."""
    for name, type_, words in (
        ("name", str, "string"),
        ("description", str, "string"),
        ("spec", list, "list of items"),
    ):
        if name not in survey:
            return f"Field '{name}' is missing from survey spec."
        if not isinstance(survey[name], type_):
            return f"Expected {words} for field '{name}', received {type(survey[name]).__name__} type."
    if not survey["spec"]:
        return "'spec' doesn't contain any items."
    variables: set[str] = set()
    for number, item in enumerate(survey["spec"]):
        found = _item_problem(number, item) or _type_problem(number, item) or _choice_problem(number, item)
        if found:
            return found
        if item["variable"] in variables:
            return f"'variable' '{item['variable']}' duplicated in survey question {number}."
        variables.add(item["variable"])
    return None


def _item_problem(number: int, item: Any) -> str | None:
    if not isinstance(item, dict):
        return f"Survey question {number} is not a json object."
    for name in ("type", "question_name", "variable", "required"):
        if name not in item:
            return f"'{name}' missing from survey question {number}"
        type_, words = (bool, "boolean") if name == "required" else (str, "string")
        if not isinstance(item[name], type_):
            return f"'{name}' in survey question {number} expected to be {words}."
    return None


def _type_problem(number: int, item: Item) -> str | None:
    type_, default = item["type"], item.get("default", "")
    if type_ not in TYPES:
        return f"'{type_}' in survey question {number} is not one of '{', '.join(TYPES)}' allowed question types."
    if default != "" and not isinstance(default, TYPES[type_]):
        words = type_ if type_ in ("integer", "float") else "string"
        return f"Default value {default} in survey question {number} expected to be {words}."
    for limit in ("min", "max"):
        if not isinstance(item.get(limit), int | None):
            return f"The {limit} limit in survey question {number} expected to be integer."
    if str(default).startswith("$encrypted$") and type_ != "password":
        return f"$encrypted$ is a reserved keyword for password question defaults, survey question {number} is type {type_}."
    return None


def _choice_problem(number: int, item: Item) -> str | None:
    if item["type"] not in ("multiplechoice", "multiselect"):
        return None
    if "choices" not in item:
        return f"Survey question {number} of type {item['type']} must specify choices."
    defaults = [line for line in item.get("default", "").splitlines() if line.strip()]
    if item["type"] == "multiplechoice" and len(defaults) > 1:
        return "Multiple Choice (Single Select) can only have one default value."
    if any(default not in choices(item) for default in defaults):
        return "Default choice must be answered from the choices listed."
    return None


def choices(item: Item) -> list[str]:
    given = item["choices"]
    return [line for line in given.splitlines() if line.strip()] if isinstance(given, str) else given


# Answers


def variables(survey: Mapping[str, Any], given: Mapping[str, Any]) -> Item:
    """What a launch puts into the job's extra variables: the defaults that are answers, and what was answered."""
    defaults = {
        item["variable"]: item["default"]
        for item in survey["spec"]
        if item.get("default") is not None and not answer_problems(item, {item["variable"]: item["default"]})
    }
    return {**defaults, **given}


def answers_problems(survey: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    return [found for item in survey["spec"] for found in answer_problems(item, given)]


def answer_problems(item: Item, given: Mapping[str, Any]) -> list[str]:
    """Why AWX refuses the answer to a question."""
    name = item["variable"]
    if name not in given:
        return [f"'{name}' value missing"] if item["required"] else []
    value = given[name]
    if item["type"] in ("text", "textarea", "password"):
        if not isinstance(value, str):
            return [f"Value {value} for '{name}' expected to be a string."]
        return _length_problems(item, value)
    if item["type"] in ("integer", "float"):
        return _number_problems(item, value)
    if item["type"] == "multiselect" and not isinstance(value, list):
        return [f"'{name}' value is expected to be a list."]
    known = choices(item)
    values = value if isinstance(value, list) else [value]
    return [f"Value {one} for '{name}' expected to be one of {known}." for one in values if one not in known]


def _length_problems(item: Item, value: str) -> list[str]:
    name, found = item["variable"], []
    if item.get("min") is not None and len(value) < item["min"]:
        found.append(f"'{name}' value {value} is too small (length is {len(value)} must be at least {item['min']}).")
    if item.get("max") is not None and len(value) > item["max"]:
        found.append(f"'{name}' value {value} is too large (must be no more than {item['max']}).")
    return found


def _number_problems(item: Item, value: Any) -> list[str]:
    name, found = item["variable"], []
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and (item["type"] == "integer" or not isinstance(value, float)):
        words = "an integer" if item["type"] == "integer" else "a numeric type"
        return [f"Value {value} for '{name}' expected to be {words}."]
    if item.get("min") is not None and value < item["min"]:
        found.append(f"'{name}' value {value} is too small (must be at least {item['min']}).")
    if item.get("max") is not None and value > item["max"]:
        found.append(f"'{name}' value {value} is too large (must be no more than {item['max']}).")
    return found
