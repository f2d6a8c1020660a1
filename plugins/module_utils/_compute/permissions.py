"""Which actions a caller lacks, from the permissions that Azure lists at a scope. Pure."""

from __future__ import annotations

import re
import typing as t

from .._resources.fields import Body


def missing_actions(permissions: t.Iterable[Body], wanted: t.Iterable[str]) -> list[str]:
    """Those of the wanted actions that no role grants. What one role excludes, another may grant."""
    roles = [(_patterns(one.get("actions")), _patterns(one.get("notActions"))) for one in permissions]
    return [
        action
        for action in wanted
        if not any(_matches(granted, action) and not _matches(denied, action) for granted, denied in roles)
    ]


def _patterns(actions: t.Any) -> list[re.Pattern[str]]:
    texts = [str(one) for one in actions or ()]
    return [re.compile(re.escape(text).replace(r"\*", ".*"), re.IGNORECASE) for text in texts]


def _matches(patterns: list[re.Pattern[str]], action: str) -> bool:
    return any(pattern.fullmatch(action) for pattern in patterns)
