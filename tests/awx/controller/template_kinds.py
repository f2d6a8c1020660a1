# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of which jobs are made (AWX's unified job templates), and what belongs to them: nodes and schedules."""

from __future__ import annotations

from .fields import ENVIRONMENT, NAMED, NOTIFICATIONS, Field, Kind, choice, data, flag, hidden, number, ref, shown, text

_NOTIFIED = dict.fromkeys(NOTIFICATIONS, "notification_templates")
_RUN = {
    "last_job_run": shown(),
    "last_job_failed": shown(False),
    "next_job_run": shown(),
    "status": shown("never updated"),
}
_UPDATED = {"last_update_failed": shown(False), "last_updated": shown()}
_ENVIRONMENT = {"custom_virtualenv": shown()}
_RUN_ABILITIES = ("edit", "delete", "start", "schedule", "copy")
_JOB_TYPES, _VERBOSITIES = ("run", "check"), (0, 1, 2, 3, 4, 5)
_WEBHOOK = {
    "webhook_service": choice("", "github", "gitlab", "bitbucket_dc"),
    "webhook_credential": ref("credentials"),
}
# What a launch may be prompted for, as a node or a schedule keeps it.
PROMPTS = {
    "extra_data": data({}),
    "inventory": ref("inventories"),
    "scm_branch": text(None),
    "job_type": choice(None, "", *_JOB_TYPES, default=None),
    "job_tags": text(None),
    "skip_tags": text(None),
    "limit": text(None),
    "diff_mode": flag(None),
    "verbosity": choice(None, *_VERBOSITIES, default=None),
    "execution_environment": ref("execution_environments"),
    "forks": number(None),
    "job_slice_count": number(None),
    "timeout": number(None),
}
_ASKED = (
    *(
        "scm_branch",
        "diff_mode",
        "variables",
        "limit",
        "tags",
        "skip_tags",
        "job_type",
        "verbosity",
        "inventory",
        "credential",
    ),
    *("execution_environment", "labels", "forks", "job_slice_count", "timeout", "instance_groups"),
)
_ASKED_OF_WORKFLOWS = ("variables", "inventory", "scm_branch", "limit", "labels", "skip_tags", "tags")


def _asks(names: tuple[str, ...]) -> dict[str, Field]:
    return {f"ask_{name}_on_launch": flag() for name in names}


TEMPLATE_KINDS = (
    Kind(
        "projects",
        "project",
        {
            **NAMED,
            "local_path": text(longest=1024),
            "scm_type": choice("", "git", "svn", "insights", "archive"),
            "scm_url": text(longest=1024),
            "scm_branch": text(longest=256),
            "scm_refspec": text(longest=1024),
            "scm_clean": flag(),
            "scm_track_submodules": flag(),
            "scm_delete_on_update": flag(),
            "credential": ref("credentials"),
            "timeout": number(),
            "scm_revision": shown(""),
            **_RUN,
            "organization": ref("organizations"),
            "scm_update_on_launch": flag(),
            "scm_update_cache_timeout": number(),
            "allow_override": flag(),
            **ENVIRONMENT,
            "default_environment": ref("execution_environments"),
            "signature_validation_credential": ref("credentials"),
            **_UPDATED,
        },
        links=(
            *(
                "teams",
                "playbooks",
                "inventory_files",
                "update",
                "project_updates",
                "scm_inventory_sources",
                "schedules",
            ),
            *("activity_stream", *NOTIFICATIONS, "access_list", "object_roles", "copy"),
        ),
        roles=("admin_role", "use_role", "update_role", "read_role"),
        abilities=_RUN_ABILITIES,
        sequence="templates",
        identity=("name", "organization"),
        associations=_NOTIFIED,
        job="project_update",
    ),
    Kind(
        "inventory_sources",
        "inventory_source",
        {
            **NAMED,
            "source": choice("scm", "azure_rm", "ec2", "constructed", "file", required=True),
            "source_path": text(longest=1024),
            "source_vars": text(),
            "scm_branch": text(longest=1024),
            "credential": ref("credentials"),
            "enabled_var": text(),
            "enabled_value": text(),
            "host_filter": text(),
            "overwrite": flag(),
            "overwrite_vars": flag(),
            **ENVIRONMENT,
            "timeout": number(),
            "verbosity": choice(0, 1, 2, default=1),
            "limit": text(),
            **_RUN,
            "execution_environment": ref("execution_environments"),
            "inventory": ref("inventories", required=True),
            "update_on_launch": flag(),
            "update_cache_timeout": number(),
            "source_project": ref("projects"),
            "organization": hidden("organizations"),
            **_UPDATED,
        },
        links=(
            "update",
            *("inventory_updates", "schedules", "activity_stream", "hosts", "groups", *NOTIFICATIONS, "credentials"),
        ),
        abilities=("edit", "delete", "start", "schedule"),
        sequence="templates",
        identity=("name", "inventory", "organization"),
        associations={"credentials": "credentials", **_NOTIFIED},
        job="inventory_update",
    ),
    Kind(
        "job_templates",
        "job_template",
        {
            **NAMED,
            "job_type": choice(*_JOB_TYPES, default="run"),
            "inventory": ref("inventories"),
            "project": ref("projects"),
            "playbook": text(longest=1024),
            "scm_branch": text(longest=1024),
            "forks": number(),
            "limit": text(),
            "verbosity": choice(*_VERBOSITIES, default=0),
            "extra_vars": text(),
            "job_tags": text(),
            "force_handlers": flag(),
            "skip_tags": text(longest=1024),
            "start_at_task": text(longest=1024),
            "timeout": number(),
            "use_fact_cache": flag(),
            "organization": Field("shown", target="organizations"),
            **_RUN,
            "execution_environment": ref("execution_environments"),
            "host_config_key": text(longest=1024),
            **_asks(_ASKED),
            "survey_enabled": flag(),
            "become_enabled": flag(),
            "diff_mode": flag(),
            "allow_simultaneous": flag(),
            **ENVIRONMENT,
            "job_slice_count": number(1),
            **_WEBHOOK,
            "prevent_instance_group_fallback": flag(),
        },
        links=(
            *("labels", "credentials", "jobs", "schedules", "activity_stream", "launch", "webhook_key", *NOTIFICATIONS),
            *("access_list", "survey_spec", "object_roles", "instance_groups", "slice_workflow_jobs", "copy"),
        ),
        roles=("admin_role", "execute_role", "read_role"),
        abilities=_RUN_ABILITIES,
        sequence="templates",
        identity=("name", "organization"),
        associations={"credentials": "credentials", **_NOTIFIED},
        job="job",
    ),
    Kind(
        "workflow_job_templates",
        "workflow_job_template",
        {
            **NAMED,
            **_RUN,
            "extra_vars": text(),
            "organization": ref("organizations"),
            "survey_enabled": flag(),
            "allow_simultaneous": flag(),
            "inventory": ref("inventories"),
            "limit": text(None),
            "scm_branch": text(None),
            **_asks(_ASKED_OF_WORKFLOWS),
            **_WEBHOOK,
            "skip_tags": text(None),
            "job_tags": text(None),
        },
        links=(
            *("workflow_jobs", "schedules", "launch", "webhook_key", "workflow_nodes", "labels", "activity_stream"),
            *(*NOTIFICATIONS, "notification_templates_approvals", "access_list", "object_roles", "survey_spec", "copy"),
        ),
        roles=("admin_role", "execute_role", "read_role", "approval_role"),
        abilities=_RUN_ABILITIES,
        sequence="templates",
        identity=("name", "organization"),
        associations={**_NOTIFIED, "notification_templates_approvals": "notification_templates"},
        job="workflow_job",
    ),
    Kind(
        "workflow_approval_templates",
        "workflow_approval_template",
        {
            **NAMED,
            **_RUN,
            "execution_environment": ref("execution_environments"),
            "timeout": number(),
            "workflow_job_template": hidden("workflow_job_templates"),
            "organization": hidden("organizations"),
        },
        links=("jobs",),
        abilities=(),
        sequence="templates",
        job="workflow_approval",
    ),
    Kind(
        "workflow_job_template_nodes",
        "workflow_job_template_node",
        {
            **PROMPTS,
            "workflow_job_template": ref("workflow_job_templates", required=True),
            "unified_job_template": ref("unified_job_templates"),
            **{f"{outcome}_nodes": shown([]) for outcome in ("success", "failure", "always")},
            "all_parents_must_converge": flag(),
            "identifier": text(longest=512),
        },
        links=(
            *("labels", "credentials", "instance_groups", "create_approval_template"),
            *("success_nodes", "failure_nodes", "always_nodes"),
        ),
        abilities=(),
        identity=("identifier", "workflow_job_template", "organization"),
        associations={
            **{f"{outcome}_nodes": "workflow_job_template_nodes" for outcome in ("success", "failure", "always")},
            "credentials": "credentials",
        },
    ),
    Kind(
        "schedules",
        "schedule",
        {
            "rrule": text(required=True),
            **NAMED,
            **PROMPTS,
            "unified_job_template": ref("unified_job_templates", required=True),
            "enabled": flag(True),
            **{name: shown() for name in ("dtstart", "dtend", "next_run")},
            "timezone": shown("UTC"),
            "until": shown(""),
        },
        links=("labels", "credentials", "instance_groups", "unified_jobs"),
        associations={"credentials": "credentials"},
    ),
)
