# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options for tags."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  tags:
    description:
      - Tags of the resource, a mapping of names to values. Unset keeps the tags that are there.
      - With O(append_tags=true) an empty mapping changes nothing; with O(append_tags=false) it removes all tags.
      - Names are compared without case, and the spelling that is there is kept. Values are text; numbers, booleans
        and dates become text. A value may be V('') but not V(null).
      - Azure takes up to 50 tags, with names of up to 512 and values of up to 256 characters.
    type: dict
  append_tags:
    description:
      - Whether tags that are there and not in O(tags) stay. With V(false) they are removed.
      - Without O(tags) this has no effect.
    type: bool
    default: true
"""
