"""Runs the module gallery inside ansible's own worker where that gives the same result."""

from ..module_utils._modules.gallery import SPEC
from ..plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    spec = SPEC
