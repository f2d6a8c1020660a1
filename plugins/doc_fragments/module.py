"""Attributes and notes that all modules share."""

from __future__ import annotations


class ModuleDocFragment:
    # Each module adds its level of support.
    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying anything.
  diff_mode:
    description: Returns details on what has changed, or would change in check mode, when in diff mode.
  idempotent:
    description: When run twice in a row with the same options, the second run changes nothing.
  action_group:
    description: Use C(group/cloudimages.azure_gallery.azure) in C(module_defaults) to set defaults for all modules,
      such as the credentials.
    support: full
    membership:
      - cloudimages.azure_gallery.azure
notes:
  - To save starting a Python process for every task, the module runs inside Ansible's own process on the controller
    if the connection is C(local), neither C(become) nor C(async) is used, the Azure SDK can be imported, and
    C(ansible_python_interpreter) is unset, C(auto) or the Python that runs Ansible. Otherwise it runs like other
    modules, on the target host with its Python. C(-vvv) shows which way was chosen and why.
  - Set the variable C(azure_gallery_in_process) or the environment variable E(ANSIBLE_AZURE_GALLERY_IN_PROCESS) to
    V(false) to always run the module in a process of its own. This is the default on macOS.
  - While it waits inside Ansible's own process, the module displays progress lines. They go to stderr if the stdout
    callback is not human-readable. Set the variable C(azure_gallery_progress) or the environment variable
    E(ANSIBLE_AZURE_GALLERY_PROGRESS) to V(auto), V(stderr) or V(off). With C(no_log) no progress is displayed.
"""
