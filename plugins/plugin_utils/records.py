"""Records of deleted managed images as tasks and variables name them: by a folder, a file or their content.

A record holds text of Azure, such as tags, which is never a template.
"""

from __future__ import annotations

import json
import os
import re
import typing as t

from ..module_utils._role.coercion import unquoted, unset

# Of the playbook restore_managed_image: the name of the variable that has the record. As an argument of the task it would be
# templated before this is asked.
NAME = "__managed_image_record"
_JOB = "job"  # instead of a folder for records
_JSON = re.compile(r"""\s*\{\s*["}]""")


def read_record(templar: t.Any, variables: t.Mapping[str, t.Any]) -> tuple[t.Any, str | None]:
    """A record as data, or a path, which may be a template; None if the task names no variable. And why it cannot be read.

    The reason is not raised, since ansible-core 2.18 shows a traceback of what an action raises.
    """
    name = variables.get(NAME)
    if name is None:
        return None, None
    value = variables.get(name)
    found = _record(value)
    if found is None:
        found = templar.template(value)
    if unset(found) or found == {}:
        return None, f"{name} is not set. Set it to the file of a record, or to the record as JSON."
    return found, None


def _record(value: t.Any) -> t.Any:
    """The record as plain data, which ansible-core 2.19 and later never template; None for anything else.

    Text that begins as JSON is no template either, so that the module says what is wrong with it.
    """
    try:
        found = json.loads(value if isinstance(value, str) else json.dumps(value, default=str))
    except (ValueError, TypeError, RecursionError):
        found = "".join(value) if isinstance(value, str) and _JSON.match(value) else None
    return found if isinstance(found, (dict, str)) else None


def from_start(value: t.Any) -> t.Any:
    """A path relative to where Ansible was started as an absolute one; anything else, such as JSON, as it is.

    In a task that runs in process, the current folder is that of the playbook.
    """
    value = unquoted(value)
    if not isinstance(value, str) or unset(value) or value.strip().lower() == _JOB or value.lstrip().startswith("{"):
        return value
    return os.path.abspath(os.path.expanduser(value.strip()))
