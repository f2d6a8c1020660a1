"""What a decision is: the type that the plan, check mode, the write and the role's result share."""

from __future__ import annotations

import enum


class Action(enum.Enum):
    """What a task does to a version."""

    NONE = "none"  # it is as the task wants it
    WAIT = "wait"  # nothing to send, but it is not ready yet
    CREATE = "create"
    UPDATE = "update"
    RECREATE = "recreate"  # delete a failed version and create it again
    RETRY_REGIONS = "retry_regions"  # remove the failed regions; the next decision adds them again
    FAIL = "fail"  # it failed, and the task leaves it so
