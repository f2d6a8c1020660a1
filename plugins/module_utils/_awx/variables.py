"""The variables of the playbooks awx_setup and awx_teardown: which names exist, and which values cannot work.

What one variable takes is in the playbooks' argument spec, playbooks/vars/awx_setup_spec.yml; this table has the rest.
"""

from __future__ import annotations

import difflib
import re
import typing as t

PREFIX = "awx_setup_"
ORGANIZATION = f"{PREFIX}organization"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_URL = re.compile(r"https?://[^/\s]\S*", re.IGNORECASE)
_RULE = re.compile(r"DTSTART\b.*RRULE:", re.DOTALL)
_SECRETS = ("secret", "certificate", "notification_url", "project_url")
Texts = t.Mapping[str, str]
Variables = t.Mapping[str, t.Any]


class Check(t.NamedTuple):
    """A combination of values that cannot work. `message` may name values in braces; they are texts, blank if not set."""

    wrong: t.Callable[[Texts], t.Any]
    message: str


def _rule_checks(name: str) -> tuple[Check, Check]:
    shown = f"{PREFIX}{name} is {{{name}}}"
    return (
        Check(
            lambda v: v[name] and not _RULE.match(v[name]),
            f"{shown}. Set it to a rule with a start, such as DTSTART:20270105T120000Z RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TU.",
        ),
        Check(
            lambda v: _RULE.match(v[name]) and "INTERVAL=" not in v[name],
            f"{shown}, and AWX requires an interval. Add INTERVAL to the rule, as in RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TU.",
        ),
    )


CHECKS = (
    Check(
        lambda v: v["subscription_id"] and not _GUID.fullmatch(v["subscription_id"]),
        "awx_setup_subscription_id is {subscription_id}. Set it to the ID of a subscription, such as "
        "00000000-0000-0000-0000-000000000000.",
    ),
    Check(
        lambda v: v["client_id"] and v["auth_source"] == "msi",
        "awx_setup_auth_source is msi, and a managed identity has no client. Remove awx_setup_client_id, awx_setup_tenant, "
        "awx_setup_secret and awx_setup_certificate.",
    ),
    Check(
        lambda v: v["auth_source"] == "workload_identity" and (v["secret"] or v["certificate"]),
        "awx_setup_auth_source is workload_identity, which signs in with the token file of the pod. Remove awx_setup_secret "
        "and awx_setup_certificate.",
    ),
    # A secret that AWX already has may be left out, but only together with its client.
    Check(
        lambda v: v["client_id"] and not (v["secret"] or v["certificate"] or v["auth_source"]),
        "awx_setup_client_id has no secret. Set awx_setup_secret or awx_setup_certificate, or set awx_setup_auth_source to "
        "workload_identity.",
    ),
    Check(
        lambda v: v["job_slice_count"].lstrip("-").isdecimal() and int(v["job_slice_count"]) < 1,
        "awx_setup_job_slice_count is {job_slice_count}. Set it to 1 or more.",
    ),
    Check(
        lambda v: v["approval_timeout"].lstrip("-").isdecimal() and int(v["approval_timeout"]) < 1,
        "awx_setup_approval_timeout is {approval_timeout}. Set it to a number of seconds, 1 or more.",
    ),
    *(check for name in ("schedule", "retirement_schedule") for check in _rule_checks(name)),
    # The URL is not shown: whoever knows it may write to it.
    Check(
        lambda v: v["notification_url"] and not _URL.fullmatch(v["notification_url"]),
        "awx_setup_notification_url is not a URL. Set it to one that begins with https:// or http://.",
    ),
)


def blank(value: t.Any) -> bool:
    """Whether a value counts as not set."""
    return value is None or (isinstance(value, str) and not value.strip())


def given(variables: Variables, spec: Variables) -> dict[str, t.Any]:
    """The variables that exist and are set, as the argument spec validates them."""
    return {name: variables[name] for name in _options(spec) if not blank(variables.get(name))}


def name_problems(variables: Variables, spec: Variables) -> list[str]:
    """Unknown variables, each with the nearest known name, and an organization without a name."""
    known = _options(spec)
    problems = [
        f"{name} is not a variable of awx_setup.{_nearest(name, known)}"
        for name in sorted(variables)
        if name not in known
    ]
    if blank(variables.get(ORGANIZATION)):
        problems.append(f"{ORGANIZATION} is blank. Set it to the name of an organization, or leave it out for Default.")
    return problems


def problems(variables: Variables, spec: Variables, invalid: t.Iterable[str] = ()) -> list[str]:
    """All that is wrong with the variables; `invalid` is what the argument spec's own validation returned."""
    options, values = _options(spec), given(variables, spec)
    texts = {name.removeprefix(PREFIX): str(values.get(name, "")).strip() for name in options}
    return [
        *name_problems(variables, spec),
        *map(_readable, invalid),
        *filter(None, (_type_problem(name, value, options[name]) for name, value in values.items())),
        *(check.message.format(**texts) for check in CHECKS if check.wrong(texts)),
    ]


def _options(spec: Variables) -> Variables:
    """The options of the spec's one dictionary, which has all variables in it."""
    (variables,) = spec.values()
    return t.cast("Variables", variables["options"])


def _nearest(name: str, known: t.Iterable[str]) -> str:
    """A question with the known name that is most similar, without the prefix that all have."""
    names = [one.removeprefix(PREFIX) for one in known]
    found = difflib.get_close_matches(name.removeprefix(PREFIX), names, 1)
    return f" Did you mean {PREFIX}{found[0]}?" if found else ""


def _type_problem(name: str, value: t.Any, option: Variables) -> str | None:
    """ansible-core converts any value to a text; this refuses the ones that no user means."""
    items = value if isinstance(value, (list, tuple)) and option["type"] == "raw" else [value]
    wrong = any(isinstance(item, (bool, dict, list, tuple)) for item in items)
    if not wrong or option["type"] not in ("str", "raw"):
        return None
    shown = "" if name.removeprefix(PREFIX) in _SECRETS else f" is {value!r}"
    wanted = "a string" if option["type"] == "str" else "a list of strings, or a string with spaces between the items"
    return f"{name}{shown or ' is not a string'}. Set it to {wanted}."


def _readable(error: str) -> str:
    """An error of ansible-core without the dictionary that holds the variables, and without Python's types."""
    text = re.sub(r"\.? found in '?awx_setup'?\.?", "", str(error))
    converted = re.fullmatch(r"argument '(\w+)' is of type .* unable to convert to \w+: \"?(.*?)\"?", text, re.DOTALL)
    text = f"{converted[1]}: {converted[2]}" if converted else f"{text[:1].upper()}{text[1:]}"
    return f"{text.rstrip('.')}."
