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
