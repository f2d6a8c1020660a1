"""The option `plan`: options of a task as one mapping, so that another task can return them."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail

PLAN = "plan"


def spread(args: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The task's options with those of `plan` among them.

    They take precedence over the same options of the task, since nothing shows which of these come from module_defaults.
    """
    plan = args.get(PLAN)
    given = {name: value for name, value in args.items() if name != PLAN}
    if plan is None:
        return given
    if not isinstance(plan, dict) or PLAN in plan:
        raise AnsibleActionFail(f"plan: {str(plan)[:60]!r} is not a mapping of options of this module.")
    return {**given, **{name: value for name, value in plan.items() if value is not None}}
