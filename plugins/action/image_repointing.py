"""Runs the module image_repointing with the variables of the host."""

from ..module_utils._modules.image_repointing import SPEC
from ..plugin_utils.host_variables import HostAction


class ActionModule(HostAction):
    spec = SPEC
    role = "repoint_scale_sets"
