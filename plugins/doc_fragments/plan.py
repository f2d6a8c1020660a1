"""Options that a task can take from what another task returned."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  plan:
    description:
      - Options of this module as one mapping, for a task whose options come from a variable or from another task.
      - They take precedence over the same options of the task and of C(module_defaults). An option that is V(null)
        here is left out.
    type: dict
"""
