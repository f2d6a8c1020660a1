"""Runs the module scale_set_image inside ansible's own worker where that gives the same result."""

from ..module_utils._modules.scale_set_image import SPEC
from ..plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC
