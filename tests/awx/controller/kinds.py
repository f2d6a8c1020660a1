"""The kinds of objects in AWX's API: their fields, as OPTIONS returns them, and their links.

Of the API version 24.6, and only what awx_setup, awx_teardown and the recorded modules of awx.awx need.
"""

from __future__ import annotations

from .fields import (
    ENVIRONMENT,
    NAMED,
    NOTIFICATIONS,
    ORGANIZATION_ROLES,
    Kind,
    choice,
    data,
    flag,
    number,
    ref,
    shown,
    text,
)
from .template_kinds import TEMPLATE_KINDS

INVENTORY_COUNTS = (
    *("has_active_failures", "total_hosts", "hosts_with_active_failures", "total_groups", "has_inventory_sources"),
    *("total_inventory_sources", "inventory_sources_with_failures"),
)
_KINDS = (
    *TEMPLATE_KINDS,
    Kind("users", "user", {"username": text(required=True)}),
    Kind(
        "tokens",
        "o_auth2_access_token",
        {
            "description": text(),
            "user": ref("users"),
            "token": shown(),
            "refresh_token": shown(),
            "application": data(None),
            "expires": shown(),
            "scope": choice("read", "write", default="write"),
        },
        links=("activity_stream",),
        abilities=(),
    ),
    Kind(
        "organizations",
        "organization",
        {**NAMED, "max_hosts": number(), **ENVIRONMENT, "default_environment": ref("execution_environments")},
        links=(
            *("execution_environments", "projects", "inventories", "job_templates", "workflow_job_templates", "users"),
            *("admins", "teams", "credentials", "applications", "activity_stream", "notification_templates"),
            *(*NOTIFICATIONS, "notification_templates_approvals"),
            *("object_roles", "access_list", "instance_groups", "galaxy_credentials"),
        ),
        roles=tuple(ORGANIZATION_ROLES),
        identity=("name",),
    ),
    Kind("teams", "team", {**NAMED, "organization": ref("organizations", required=True)}),
    Kind(
        "execution_environments",
        "execution_environment",
        {
            **NAMED,
            "organization": ref("organizations"),
            "image": text(longest=1024, required=True),
            "managed": shown(False),
            "credential": ref("credentials"),
            "pull": choice("", "always", "missing", "never"),
        },
        links=("activity_stream", "unified_job_templates", "copy"),
        abilities=("edit", "delete", "copy"),
        identity=("name",),
    ),
    Kind(
        "credential_types",
        "credential_type",
        {
            **NAMED,
            "kind": choice("net", "cloud", required=True),
            "namespace": shown(),
            "managed": shown(False),
            "inputs": data({}),
            "injectors": data({}),
        },
        links=("credentials", "activity_stream"),
        identity=("name", "+kind"),
    ),
    Kind(
        "credentials",
        "credential",
        {
            **NAMED,
            "organization": ref("organizations"),
            "credential_type": ref("credential_types", required=True),
            "managed": shown(False),
            "inputs": data({}),
            "kind": shown(),
            "cloud": shown(True),
            "kubernetes": shown(False),
        },
        links=("activity_stream", "access_list", "object_roles", "owner_users", "owner_teams", "copy", "input_sources"),
        roles=("admin_role", "use_role", "read_role"),
        abilities=("edit", "delete", "copy", "use"),
        identity=("name", "credential_type", "organization"),
    ),
    Kind(
        "inventories",
        "inventory",
        {
            **NAMED,
            "organization": ref("organizations", required=True),
            "kind": choice("", "smart", "constructed"),
            "host_filter": text(None),
            "variables": text(),
            **{name: shown(False if name.startswith("has_") else 0) for name in INVENTORY_COUNTS},
            "pending_deletion": shown(False),
            "prevent_instance_group_fallback": flag(),
        },
        links=(
            *("hosts", "variable_data", "script", "activity_stream", "job_templates", "ad_hoc_commands", "access_list"),
            *("object_roles", "instance_groups", "copy", "labels", "groups", "root_groups", "update_inventory_sources"),
            *("inventory_sources", "tree"),
        ),
        roles=("admin_role", "update_role", "adhoc_role", "use_role", "read_role"),
        abilities=("edit", "delete", "copy", "adhoc"),
        identity=("name", "organization"),
    ),
    Kind(
        "notification_templates",
        "notification_template",
        {
            **NAMED,
            "organization": ref("organizations", required=True),
            "notification_type": choice("email", "slack", "webhook", required=True),
            "notification_configuration": data({}),
            "messages": data(dict.fromkeys(("started", "success", "error", "workflow_approval"))),
        },
        links=("test", "notifications", "copy"),
        abilities=("edit", "delete", "copy"),
        identity=("name", "organization"),
    ),
)
KINDS = {kind.endpoint: kind for kind in _KINDS}
TEMPLATES = tuple(kind.endpoint for kind in _KINDS if kind.job)
# Where the address of a link is not its name.
ADDRESSES = {
    ("projects", "inventory_files"): "inventories",
    ("workflow_approval_templates", "jobs"): "approvals",
    ("schedules", "unified_jobs"): "jobs",
}
