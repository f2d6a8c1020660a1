"""The role retire_managed_image: its variables, and the outcomes of the fact that it ends with. Pure."""

from __future__ import annotations

import typing as t

ROLE = "retire_managed_image"
# How it ended for an image. `planned` only in check mode; the playbook retire_fleet makes `left` of one beyond its maximum.
RETIRED, PLANNED, GONE, REFUSED, FAILED = "retired", "planned", "gone", "refused", "failed"
INTENDED = "intended"  # the state of a record whose delete may not have been sent
VARIABLES: dict[str, dict[str, t.Any]] = {
    "records": {"type": "str"},
    "after_days": {"type": "int", "default": 7},
    "require_verified": {"type": "bool", "default": True},
    "subscriptions": {"type": "list", "elements": "str"},
}
