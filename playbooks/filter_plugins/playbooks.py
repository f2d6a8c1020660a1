"""Filters that only the playbooks of this folder can use."""

from __future__ import annotations

import typing as t

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._awx import objects, project_update, variables
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet import options, retirement
from ansible_collections.cloudimages.azure_gallery.plugins.plugin_utils.filter_errors import as_filters


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        functions: dict[str, t.Callable[..., t.Any]] = {
            "awx_setup_given": variables.given,
            "awx_setup_name_problems": variables.name_problems,
            "awx_setup_problems": variables.problems,
            "awx_setup_plan": objects.plan,
            "awx_teardown_job_queries": objects.job_queries,
            "awx_teardown_problems": objects.removal_problems,
            "awx_setup_project_failure": project_update.why,
            "fleet_batch": options.fleet_batch,
            "fleet_hosts": options.fleet_hosts,
            "retire_fleet_run": retirement.read_run,
            "retire_fleet_choice": retirement.choose,
            "retire_fleet_records": retirement.records,
        }
        return as_filters(functions)
