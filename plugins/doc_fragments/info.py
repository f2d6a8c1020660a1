"""The attributes of the modules that only read."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
attributes:
  check_mode:
    support: full
    details: The module only reads, in check mode too.
  diff_mode:
    support: N/A
    details: The module only reads.
  idempotent:
    support: N/A
    details: The module only reads.
"""
