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


@dataclass(frozen=True)
class Detail:
    """A code and a message beneath the error's own."""

    code: str
    message: str


@dataclass(frozen=True)
class Expression:
    """One comparison of a policy: the value at `path` with `target`, both as JSON."""

    path: str
    value: str
    operator: str
    target: str

    def __str__(self) -> str:
        by = f" ({self.operator})" if self.operator else ""
        return f"{self.path} is {self.value}, compared with {self.target}{by}"


@dataclass(frozen=True)
class Policy:
    """A policy assignment that refused a request."""

    name: str
    id: str
    expressions: tuple[Expression, ...]

    def __str__(self) -> str:
        which = f"'{self.name}' ({self.id})" if self.name and self.id else repr(self.name or self.id)
        compared = "; ".join(map(str, self.expressions))
        return f"Refused by the policy assignment {which}{f': {compared}' if compared else ''}"

    def as_result(self) -> dict[str, t.Any]:
        """As a key of azure_error."""
        expressions = [vars(expression) for expression in self.expressions]
        return {"assignment": self.name, "assignment_id": self.id, "expressions": expressions}


@dataclass(frozen=True)
class ReportedError:
    """What Azure reported. `message` is one printable line."""

    code: str = ""
    message: str = ""
    target: str | None = None
    details: tuple[Detail, ...] = ()
    policies: tuple[Policy, ...] = ()
    other: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Code and message of the error and of its details, outermost first."""
        return [(self.code, self.message), *((detail.code, detail.message) for detail in self.details)]

    @property
    def additions(self) -> list[str]:
        """What the user should see beside the message, each as a sentence without its period."""
        texts = [detail.message for detail in self.details if detail.message and detail.message not in self.message]
        return [*list(dict.fromkeys(texts))[:_MOST], *map(str, self.policies)]

    def as_result(self) -> dict[str, t.Any]:
        """The keys of azure_error beside code, message and target."""
        found = {
            "details": [vars(detail) for detail in self.details if detail.message != self.message],
            "policies": [policy.as_result() for policy in self.policies],
            "additional_info": list(self.other),
        }
        return {key: value for key, value in found.items() if value}


def read_error(error: Error) -> ReportedError:
    """Read an error object in any of Azure's shapes; nothing in it is trusted to have its documented type."""
    nodes = list(_nodes(error))
    details = [Detail(_text(node.get("code"), 100), _message(node)) for node in nodes[1:]]
    infos = [info for node in nodes for info in _mappings(node.get("additionalInfo"))]
    policies = [_policy(info["info"]) for info in infos if _is_policy(info)]
    others = [shorten(_json(info), _LONGEST) for info in infos if not _is_policy(info)]
    target = error.get("target")
    return ReportedError(
        code=_text(error.get("code"), 100),
        message=_message(error),
        target=_text(target, _LONGEST_VALUE) if target else None,
        details=tuple(dict.fromkeys(detail for detail in details if detail.code or detail.message))[: 2 * _MOST],
        policies=tuple(dict.fromkeys(policies))[:_MOST],
        other=tuple(others)[:_MOST],
    )


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


def _policy(info: Error) -> Policy:
    evaluation = info.get("evaluationDetails")
    compared = _mappings(evaluation.get("evaluatedExpressions")) if isinstance(evaluation, dict) else []
    # Most policies first compare the resource's type, which is of no help to its reader.
    shown = [entry for entry in compared if str(entry.get("path")).lower() != "type"] or compared
    return Policy(
        name=_text(info.get("policyAssignmentDisplayName") or info.get("policyAssignmentName"), _LONGEST_VALUE),
        id=_text(info.get("policyAssignmentId"), 2 * _LONGEST_VALUE),
        expressions=tuple(map(_expression, shown[:_MOST])),
    )


def _expression(entry: Error) -> Expression:
    path = _text(entry.get("path") or entry.get("expression"), _LONGEST_VALUE)
    value, target = (shorten(_json(entry.get(key)), _LONGEST_VALUE) for key in ("expressionValue", "targetValue"))
    return Expression(path, value, _text(entry.get("operator"), 40), target)
