"""The options for tags."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  tags:
    description:
      - The tags of the resource, a mapping of names to values. If unset, the existing tags are kept.
      - With O(append_tags=true) an empty mapping changes nothing; with O(append_tags=false) it removes all tags.
      - Names are case-insensitive, and an existing name keeps its case. Values are strings. Numbers, booleans and
        dates are converted to strings. A value may be V('') but not V(null).
      - Azure allows up to 50 tags, with names of up to 512 and values of up to 256 characters.
    type: dict
  append_tags:
    description:
      - Whether existing tags that are missing from O(tags) are kept. With V(false) they are removed.
      - It has no effect if O(tags) is unset.
    type: bool
    default: true
"""
