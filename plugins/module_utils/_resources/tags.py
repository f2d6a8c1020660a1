# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags: keys are compared without case, and the spelling that Azure stores is kept."""

from __future__ import annotations

import typing as t

from .errors import InvalidRequest
from .names import check_text

MOST_TAGS = 50
LONGEST_KEY = 512
LONGEST_VALUE = 256


def _text(key: str, value: t.Any) -> str:
    if value is None:
        raise InvalidRequest(f"tags: {key!r} has no value. Give it a text ('' is allowed), or leave the tag out.")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        raise InvalidRequest(f"tags: the value of {key!r} is a {type(value).__name__}; a tag's value is text.")
    return str(value)


def read_tags(tags: t.Mapping[t.Any, t.Any]) -> dict[str, str]:
    """Tags of a task as text; InvalidRequest for null, a doubled key or more than Azure takes."""
    result: dict[str, str] = {}
    seen: dict[str, str] = {}
    for raw_key, raw_value in tags.items():
        key = check_text(_text("key", raw_key), "tags")
        value = check_text(_text(key, raw_value), f"tags.{key}")
        if key.lower() in seen:
            raise InvalidRequest(f"tags: {seen[key.lower()]!r} and {key!r} are one tag to Azure, which ignores case.")
        if not key or len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise InvalidRequest(
                f"tags: {key[:60]!r} has a key of {len(key)} and a value of {len(value)} characters; "
                f"Azure takes 1 to {LONGEST_KEY} and 0 to {LONGEST_VALUE}."
            )
        seen[key.lower()] = key
        result[key] = value
    return result


def merge_tags(have: t.Mapping[str, str], want: t.Mapping[str, str], append: bool, keep: str = "") -> dict[str, str]:
    """The tags a resource shall have; `append` false removes what is not wanted, except the key `keep`."""
    spelling = {key.lower(): key for key in have}
    wanted = {spelling.get(key.lower(), key): value for key, value in want.items()}
    kept = (
        have if append else {key: value for key, value in have.items() if key in wanted or key.lower() == keep.lower()}
    )
    merged = {**kept, **wanted}
    if len(merged) > MOST_TAGS:
        raise InvalidRequest(
            f"tags: {len(merged)} in all, of {len(have)} there now and {len(want)} asked for; Azure takes {MOST_TAGS}."
        )
    return merged
