# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
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
