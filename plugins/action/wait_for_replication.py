"""Runs the module wait_for_replication inside ansible's own worker where that gives the same result."""

from ..module_utils._modules.wait_for_replication import SPEC
from ..plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC
    counted = ("versions",)
