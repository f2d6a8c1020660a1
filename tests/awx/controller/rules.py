"""What AWX refuses of what is written: the fields' own rules, and those of kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from . import surveys
from .fields import Field, Kind
from .serializers import ENCRYPTED
from .store import Refusal, Store, Thing
from .template_kinds import PROMPTS

Values = dict[str, Any]
REQUIRED = "This field is required."
NOT_PROMPTED = "Field is not configured to prompt on launch."
NO_SLICES = "Job inventory does not have enough hosts for slicing"


def refuse(name: str, message: str) -> Refusal:
    return Refusal(400, {name: [message]})


def cleaned(store: Store, kind: Kind, given: Mapping[str, Any], thing: Thing | None) -> Values:
    """The values to write; what the kind has no field for, or may not be written, is passed over as the API does."""
    values = {}
    for name, spec in kind.fields.items():
        if spec.type in ("shown", "hidden"):
            continue
        if name in given:
            values[name] = _value(store, name, spec, given[name])
        elif spec.required and thing is None:
            raise refuse(name, REQUIRED)
    if kind.endpoint == "credentials" and thing and "inputs" in values:
        values["inputs"] = _kept(values["inputs"], thing.values["inputs"])
    now = {**(thing.values if thing else {}), **values}
    rule = RULES.get(kind.endpoint)
    if rule:
        rule(store, values, now)
    return values


def _kept(inputs: Mapping[str, Any], present: Mapping[str, Any]) -> Values:
    """A secret that is sent as the API returned it keeps its value."""
    return {name: present.get(name) if value == ENCRYPTED else value for name, value in inputs.items()}


def _value(store: Store, name: str, spec: Field, value: Any) -> Any:
    if spec.type == "choice":
        value = "" if value is None and "" in spec.choices and None not in spec.choices else value
        if value not in spec.choices:
            raise refuse(name, f'"{value}" is not a valid choice.')
    elif spec.type in ("flag", "number") and not (value is None and spec.default is None):
        value = _simple(name, spec.type, str(value).lower())
    elif spec.type == "text":
        _check_text(name, spec, value)
    elif spec.type == "id" and value is not None and store.get(spec.target, value) is None:
        raise refuse(name, f'Invalid pk "{value}" - object does not exist.')
    return value


def _simple(name: str, type_: str, text: str) -> Any:
    """A boolean or a number, which may be written as text."""
    if type_ == "flag":
        if text not in ("true", "false"):
            raise refuse(name, "Must be a valid boolean.")
        return text == "true"
    if not re.fullmatch(r"-?\d+", text):
        raise refuse(name, "A valid integer is required.")
    return int(text)


def _check_text(name: str, spec: Field, value: Any) -> None:
    if value is None and spec.default is None and not spec.required:
        return
    if not isinstance(value, str):
        raise refuse(name, "This field may not be null." if value is None else "Not a valid string.")
    if spec.required and not value:
        raise refuse(name, "This field may not be blank.")
    if spec.longest and len(value) > spec.longest:
        raise refuse(name, f"Ensure this field has no more than {spec.longest} characters.")


# Kinds


def _credential_type(store: Store, values: Values, now: Values) -> None:
    fields = {field.get("id") for field in now.get("inputs", {}).get("fields", [])}
    for name, template in now.get("injectors", {}).get("env", {}).items():
        if name.startswith("ANSIBLE_"):
            raise refuse(
                "injectors",
                f"Environment variable {name} may affect Ansible configuration so its use is not allowed in credentials.",
            )
        for used in re.findall(r"{{\s*(\w+)\s*}}", template):
            if used not in fields:
                raise refuse("injectors", f"{name} uses an undefined field ('{used}' is undefined)")


def _credential(store: Store, values: Values, now: Values) -> None:
    kind = store.get("credential_types", now["credential_type"])
    if kind is None:
        return
    fields = {field["id"]: field for field in kind.values["inputs"].get("fields", [])}
    for name, value in now.get("inputs", {}).items():
        if name not in fields:
            raise refuse("inputs", f"Additional properties are not allowed ('{name}' was unexpected)")
        allowed = fields[name].get("choices")
        if allowed and value not in allowed:
            raise refuse("inputs", f"'{value}' is not one of {allowed}")
    values.update(kind=kind.values["namespace"], cloud=kind.values["kind"] == "cloud")


def _inventory_source(store: Store, values: Values, now: Values) -> None:
    if now.get("source") == "scm" and not now.get("source_project"):
        raise refuse("source_project", "Project required for scm type sources.")
    inventory = store.get("inventories", now["inventory"])
    values["organization"] = inventory and inventory.values["organization"]


def _job_template(store: Store, values: Values, now: Values) -> None:
    project = store.get("projects", now["project"]) if now.get("project") else None
    if project is None:
        raise refuse("project", REQUIRED)
    if now.get("playbook") and now["playbook"] not in project.extra.get("playbooks", ()):
        raise refuse("playbook", "Playbook not found for project.")
    if not now.get("playbook"):
        raise refuse("playbook", "Must select playbook for project.")
    if not now.get("inventory") and not now.get("ask_inventory_on_launch"):
        raise refuse("inventory", "You must either set a default value or ask to prompt on launch.")
    values["organization"] = project.values["organization"]


def _node(store: Store, values: Values, now: Values) -> None:
    if set(values) & set(PROMPTS):
        _check_prompts(store, now, required=False)


def _schedule(store: Store, values: Values, now: Values) -> None:
    rule = now["rrule"]
    starts = re.findall(r"DTSTART(?:;[^:]+)?:(\d{8}T\d{6})Z?", rule)
    if len(starts) != 1:
        raise refuse("rrule", "Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ")
    if "RRULE:" not in rule:
        raise refuse("rrule", "One or more rule required in rrule.")
    if "INTERVAL" not in rule:
        raise refuse("rrule", f"INTERVAL required in rrule: {rule.split()[-1].removeprefix('R')}")
    year, month, day, hour, minute = (starts[0][i:j] for i, j in ((0, 4), (4, 6), (6, 8), (9, 11), (11, 13)))
    values["dtstart"] = f"{year}-{month}-{day}T{hour}:{minute}:{starts[0][13:]}Z"
    # Exact for a rule whose first day is one of its days, which all here are.
    values["next_run"] = values["dtstart"] if now.get("enabled", True) else None
    _check_prompts(store, now, required=True)


def _notification_template(store: Store, values: Values, now: Values) -> None:
    wanted = {
        "url": str,
        "http_method": str,
        "headers": dict,
        "username": str,
        "password": str,
        "disable_ssl_verification": bool,
    }
    given = now["notification_configuration"]
    missing = [name for name in ("url", "headers") if name not in given]
    if now["notification_type"] == "webhook" and missing:
        raise refuse("__all__", f"Missing required fields for Notification Configuration: {missing}.")
    for name, type_ in wanted.items():
        if now["notification_type"] == "webhook" and not isinstance(given.get(name, type_()), type_):
            raise refuse("__all__", f"Configuration field '{name}' incorrect type, expected {type_.__name__}.")
    events = set(now.get("messages") or {}) - {"started", "success", "error", "workflow_approval"}
    if events:
        raise refuse(
            "messages",
            f"Event '{events.pop()}' invalid, must be one of 'started', 'success', 'error', or 'workflow_approval'",
        )


RULES: dict[str, Callable[[Store, Values, Values], None]] = {
    "credential_types": _credential_type,
    "credentials": _credential,
    "inventory_sources": _inventory_source,
    "job_templates": _job_template,
    "workflow_job_template_nodes": _node,
    "schedules": _schedule,
    "notification_templates": _notification_template,
}


# Prompts


def _check_prompts(store: Store, now: Values, required: bool) -> None:
    """What a node or a schedule says has to be asked for by its template."""
    template = store.get("unified_job_templates", now.get("unified_job_template"))
    if template is None or "ask_limit_on_launch" not in template.kind.fields:
        return
    given = {name: now[name] for name in PROMPTS if now.get(name) is not None and name != "extra_data"}
    errors = prompt_errors(store, template, given)[1]
    errors.update(variable_errors(template, now.get("extra_data") or {}, required))
    if "extra_vars" in errors:
        errors["extra_data"] = errors.pop("extra_vars")
    if errors:
        raise Refusal(400, errors)


def prompt_errors(store: Store, template: Thing, given: Mapping[str, Any]) -> tuple[Values, dict[str, list[str]]]:
    """What was given and is not asked for, and why what is asked for cannot be had."""
    ignored, errors = {}, {}
    for name, value in given.items():
        if value == template.values.get(name):
            continue
        if not template.values.get(f"ask_{name}_on_launch"):
            ignored[name] = value
            errors[name] = [NOT_PROMPTED]
        elif name == "job_slice_count" and value > 1 and hosts(store, template) <= 1:
            errors[name] = [NO_SLICES]
    return ignored, errors


def hosts(store: Store, template: Thing) -> int:
    inventory = store.follow(template, "inventory")
    return inventory.extra.get("hosts", 0) if inventory else 1


def slices(store: Store, template: Thing, asked: int | None) -> int:
    """How many slices a launch starts: as many as are asked for, but no more than the inventory has hosts."""
    if "job_slice_count" not in template.kind.fields:
        return 1
    count = asked if asked and template.values["ask_job_slice_count_on_launch"] else template.values["job_slice_count"]
    return min(count, hosts(store, template))


def variable_errors(template: Thing, given: Mapping[str, Any], required: bool = True) -> dict[str, list[str]]:
    survey = template.extra.get("survey") if template.values["survey_enabled"] else None
    errors: dict[str, list[str]] = {}
    answers = surveys.answers_problems(survey, given) if survey else []
    answers = [problem for problem in answers if required or not problem.endswith("value missing")]
    if answers:
        errors["variables_needed_to_start"] = answers
    unknown = unasked(template, given)
    if unknown:
        words = template.kind.words.title()
        text = f"Variables {', '.join(unknown)} are not allowed on launch. Check the Prompt on Launch setting on the {words}"
        errors["extra_vars"] = [f"{text} to include Extra Variables."]
    return errors


def unasked(template: Thing, given: Mapping[str, Any]) -> list[str]:
    """The variables that no question asks for, where the template does not take others."""
    if template.values["ask_variables_on_launch"]:
        return []
    survey = template.extra.get("survey") if template.values["survey_enabled"] else None
    known = {item["variable"] for item in survey["spec"]} if survey else set()
    return [name for name in given if name not in known]
