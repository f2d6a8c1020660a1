"""Azure's error object, read once: code and message, and everything beside them (details, additionalInfo, innererror).

What is kept is bounded: a few details, policies and expressions, each of limited length.
"""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

from .._resources.text import one_line, shorten

_DEPTH, _NODES = 5, 40
_MOST = 3  # details in a message, policies, expressions of a policy, other information
_LONGEST = 1000  # of a message
_LONGEST_VALUE = 200
Error = t.Mapping[str, t.Any]
T = t.TypeVar("T")


@dataclass(frozen=True)
class ReportedError:
    """What Azure reported. `message` is one printable line; `details` and `policies` are as azure_error has them."""

    code: str = ""
    message: str = ""
    target: str | None = None
    details: t.Sequence[dict[str, str]] = ()
    policies: t.Sequence[dict[str, t.Any]] = ()
    other: t.Sequence[str] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Code and message of the error and of its details, outermost first."""
        return [(self.code, self.message), *((detail["code"], detail["message"]) for detail in self.details)]

    @property
    def additions(self) -> list[str]:
        """What the user should see beside the message, each as a sentence without its period."""
        texts = [message for _code, message in self.pairs if message and message not in self.message]
        return [*_each_once(texts, _MOST), *map(_in_words, self.policies)]

    def as_result(self) -> dict[str, t.Any]:
        """The keys of azure_error beside code, message and target."""
        found = {
            "details": [detail for detail in self.details if detail["message"] != self.message],
            "policies": self.policies,
            "additional_info": self.other,
        }
        return {key: list(value) for key, value in found.items() if value}


def read_error(error: Error) -> ReportedError:
    """Read an error object in any of Azure's shapes; nothing in it is trusted to have its documented type."""
    nodes = list(_nodes(error))
    details = [{"code": _text(node.get("code"), 100), "message": _message(node)} for node in nodes[1:]]
    infos = [info for node in nodes for info in _mappings(node.get("additionalInfo"))]
    target = error.get("target")
    return ReportedError(
        code=_text(error.get("code"), 100),
        message=_message(error),
        target=_text(target, _LONGEST_VALUE) if target else None,
        details=_each_once((detail for detail in details if detail["code"] or detail["message"]), 2 * _MOST),
        policies=_each_once((_policy(info["info"]) for info in infos if _is_policy(info)), _MOST),
        other=[shorten(_json(info), _LONGEST) for info in infos if not _is_policy(info)][:_MOST],
    )


def _each_once(items: t.Iterable[T], most: int) -> list[T]:
    found: list[T] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found[:most]


def _nodes(error: Error) -> list[Error]:
    """The error and every error within it, level by level."""
    found, level = [error], [error]
    for _unused in range(_DEPTH):
        level = [inner for node in level for inner in _inner(node)][: _NODES - len(found)]
        found += level
    return found


def _inner(node: Error) -> list[Error]:
    beneath = node.get("innererror") or node.get("innerError")
    return [*_mappings(node.get("details")), *([beneath] if isinstance(beneath, dict) else [])]


def _mappings(value: t.Any) -> list[Error]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: t.Any, longest: int) -> str:
    return "" if value is None else shorten(one_line(value), longest)


def _json(value: t.Any) -> str:
    return one_line(json.dumps(value, ensure_ascii=False, default=str))


def _message(node: Error) -> str:
    text = _text(node.get("message"), _LONGEST)
    return _rate(text) or text


def _rate(text: str) -> str:
    """Azure's count of requests, which it sends as JSON in a message; empty for any other message."""
    if not text.startswith("{"):
        return ""
    try:
        count = json.loads(text)
    except ValueError:
        return ""
    keys = ("measuredRequestCount", "operationGroup", "allowedRequestCount")
    if not isinstance(count, dict) or not all(key in count for key in keys):
        return ""
    measured, group, allowed = (count[key] for key in keys)
    return f"Azure counted {measured} requests of {group} and allows {allowed}"


def _is_policy(info: Error) -> bool:
    return info.get("type") == "PolicyViolation" and isinstance(info.get("info"), dict)


def _policy(info: Error) -> dict[str, t.Any]:
    """A policy assignment that refused a request, and which values it compared."""
    evaluation = info.get("evaluationDetails")
    compared = _mappings(evaluation.get("evaluatedExpressions")) if isinstance(evaluation, dict) else []
    # Most policies first compare the resource's type, which is of no help to its reader.
    shown = [entry for entry in compared if str(entry.get("path")).lower() != "type"] or compared
    return {
        "assignment": _text(
            info.get("policyAssignmentDisplayName") or info.get("policyAssignmentName"), _LONGEST_VALUE
        ),
        "assignment_id": _text(info.get("policyAssignmentId"), 2 * _LONGEST_VALUE),
        "expressions": list(map(_expression, shown[:_MOST])),
    }


def _expression(entry: Error) -> dict[str, str]:
    """One comparison of a policy: the value at `path` with `target`, both as JSON."""
    return {
        "path": _text(entry.get("path") or entry.get("expression"), _LONGEST_VALUE),
        "value": shorten(_json(entry.get("expressionValue")), _LONGEST_VALUE),
        "operator": _text(entry.get("operator"), 40),
        "target": shorten(_json(entry.get("targetValue")), _LONGEST_VALUE),
    }


def _in_words(policy: t.Mapping[str, t.Any]) -> str:
    name, policy_id = policy["assignment"], policy["assignment_id"]
    which = f"'{name}' ({policy_id})" if name and policy_id else repr(name or policy_id)
    compared = "; ".join(
        f"{one['path']} is {one['value']}, compared with {one['target']}"
        + (f" ({one['operator']})" if one["operator"] else "")
        for one in policy["expressions"]
    )
    return f"Refused by the policy assignment {which}{f': {compared}' if compared else ''}"
