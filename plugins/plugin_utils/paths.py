"""Paths of the controller. In a task that runs in process, the current folder is that of the playbook."""

from __future__ import annotations

import os
import typing as t

from ..module_utils._role.coercion import unquoted, unset

_JOB = "job"  # instead of a folder for records


def from_start(value: t.Any) -> t.Any:
    """A path relative to where Ansible was started as an absolute one; anything else, such as JSON, as it is."""
    value = unquoted(value)
    if not isinstance(value, str) or unset(value) or value.strip().lower() == _JOB or value.lstrip().startswith("{"):
        return value
    return os.path.abspath(os.path.expanduser(value.strip()))
