# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules have in common: their attributes, and where they run."""

from __future__ import annotations


class ModuleDocFragment:
    # A module states its support; what is supported is said here.
    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return what it would change, without changing anything.
  diff_mode:
    description: Returns what has changed, or in check mode would change, when in diff mode.
  idempotent:
    description: When run twice in a row with the same options, the second run changes nothing.
  action_group:
    description: Use C(group/cloudimages.azure_gallery.azure) in C(module_defaults) to give options, such as the
      credentials, once.
    support: full
    membership:
      - cloudimages.azure_gallery.azure
notes:
  - It runs inside Ansible's own process on the controller where that gives the same result, which saves the start of
    a Python for every task. It does so when the connection is C(local), there is neither C(become) nor C(async), the
    Azure SDK can be imported there, and C(ansible_python_interpreter) is unset, C(auto) or the Python that runs
    Ansible. Otherwise it runs like any other module, on the host of the task with the Python of that host. C(-vvv)
    says which way was taken and why.
  - The variable C(azure_gallery_in_process), or else the environment variable E(ANSIBLE_AZURE_GALLERY_IN_PROCESS),
    set to V(false), makes it always run like any other module. On macOS that is the default, and V(true) changes it.
  - While it waits, inside Ansible's own process it writes lines of progress to the screen, or to stderr when the
    stdout callback is not one for people. The variable C(azure_gallery_progress), or else the environment variable
    E(ANSIBLE_AZURE_GALLERY_PROGRESS), may be set to V(auto), V(stderr) or V(off). With C(no_log) there is none.
"""
