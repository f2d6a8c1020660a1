"""Tags, with names compared without case. The spelling that Azure stores is kept."""

from __future__ import annotations

import typing as t

from .errors import InvalidRequest
from .names import check_text

LONGEST_KEY = 512
LONGEST_VALUE = 256

# Tags that this collection sets on an image version. A task cannot set them, and exact tags keep them.
FINGERPRINT_TAG = "source_fingerprint"
VERIFICATION_TAGS = ("verified_at", "verified_in", "verified_published")
RETRY_PREFIX = "retry_region_"  # retry_region_eastus2_0, _1, ...: pieces of a region as JSON
# On a managed image: the id of the version that it was restored from.
RESTORED_TAG = "restored_from"


def is_version_tag(name: str) -> bool:
    """Whether this collection sets a tag of this name on image versions."""
    name = name.lower()
    return name == FINGERPRINT_TAG or name in VERIFICATION_TAGS or name.startswith(RETRY_PREFIX)


def no_tag(_name: str) -> bool:
    """For resources on which this collection sets no tags."""
    return False


def tag_value(body: t.Mapping[str, t.Any], name: str) -> str | None:
    """The value of a tag of a resource; its name is compared without case."""
    return next((value for key, value in (body.get("tags") or {}).items() if key.lower() == name), None)


def _text(key: str, value: t.Any) -> str:
    if value is None:
        raise InvalidRequest(f"tags: {key!r} has no value. Set a string ('' is allowed), or remove the tag.")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        raise InvalidRequest(f"tags: the value of {key!r} is a {type(value).__name__}. Set a string.")
    return str(value)


def read_tags(tags: t.Mapping[t.Any, t.Any]) -> dict[str, str]:
    """The tags of a task as strings; InvalidRequest for null, a duplicate key or text that is too long."""
    result: dict[str, str] = {}
    seen: dict[str, str] = {}
    for raw_key, raw_value in tags.items():
        key = check_text(_text("key", raw_key), "tags")
        value = check_text(_text(key, raw_value), f"tags.{key}")
        if key.lower() in seen:
            raise InvalidRequest(
                f"tags: {seen[key.lower()]!r} and {key!r} are the same tag, since Azure ignores case. Remove one of them."
            )
        if not key or len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise InvalidRequest(
                f"tags: {key[:60]!r} has a key of {len(key)} and a value of {len(value)} characters; "
                f"Azure allows 1 to {LONGEST_KEY} and 0 to {LONGEST_VALUE}."
            )
        seen[key.lower()] = key
        result[key] = value
    return result


def merge_tags(
    have: t.Mapping[str, str], want: t.Mapping[str, str], append: bool, own: t.Callable[[str], bool] = no_tag
) -> dict[str, str]:
    """The tags after a write. Without `append`, other tags are removed, except those that this collection manages (`own`)."""
    spelling = {key.lower(): key for key in have}
    wanted = {spelling.get(key.lower(), key): value for key, value in want.items()}
    kept = have if append else {key: value for key, value in have.items() if key in wanted or own(key)}
    return {**kept, **wanted}


def overruled(asked: t.Mapping[str, str] | None, got: t.Mapping[str, str] | None) -> list[str]:
    """The names of tags that Azure did not store as requested, because an Azure Policy changed them."""
    want = {key.lower(): (key, value) for key, value in (asked or {}).items()}
    have = {key.lower(): (key, value) for key, value in (got or {}).items()}
    missing = (None, None)
    differing = [key for key in {**want, **have} if want.get(key, missing)[1] != have.get(key, missing)[1]]
    return sorted((have.get(key) or want[key])[0] for key in differing)
