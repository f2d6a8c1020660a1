# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that only the playbooks of this folder can use: what awx_setup and awx_teardown decide in Python."""

from __future__ import annotations

import typing as t

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._awx import objects, project_update, variables


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {
            "awx_setup_given": variables.given,
            "awx_setup_name_problems": variables.name_problems,
            "awx_setup_problems": variables.problems,
            "awx_setup_plan": objects.plan,
            "awx_teardown_job_queries": objects.job_queries,
            "awx_teardown_problems": objects.removal_problems,
            "awx_setup_project_failure": project_update.why,
        }
