"""Runs the module image_usage_info inside ansible's own worker where that gives the same result."""

from ..module_utils._modules.image_usage_info import SPEC
from ..plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC
