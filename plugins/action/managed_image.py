# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module managed_image inside ansible's own worker where that gives the same result."""

from __future__ import annotations

from ..module_utils._modules.managed_image import SPEC
from ..plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC
