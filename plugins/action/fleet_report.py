"""Runs fleet_report on the controller, which has the results of all hosts and the template of the page."""

from __future__ import annotations

import contextlib
import os
import typing as t

from ansible.errors import AnsibleError

from ..module_utils._modules.fleet_report import FACTS, SPEC
from ..plugin_utils.in_process import InProcessAction, plain

# Variables of a host that are templates in some inventories, by the key of an item of `images`.
_TEMPLATES = {
    "managed_image": ("managed_image",),
    "source": ("clone_managed_image_source", "clone_managed_image_source_id"),
}


class ActionModule(InProcessAction):
    spec = SPEC
    counted = ("images", "hosts", "reports")
    _requires_connection = False
    _supports_async = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """As the base does it, with a folder that is relative to where Ansible was started."""
        folder = self._task.args.get("folder")
        if folder:
            self._task.args = {**self._task.args, "folder": os.path.abspath(os.path.expanduser(str(folder)))}
        return super().run(tmp, task_vars)

    def _obstacle(self, variables: dict[str, t.Any]) -> str | None:
        return None

    def _outcome(self, params: dict[str, t.Any], variables: dict[str, t.Any], warnings: list[str]) -> dict[str, t.Any]:
        given = {image["host"] for image in params["images"] or ()}
        hosts = [host for host in dict.fromkeys(params["hosts"] or ()) if host not in given]
        known: t.Any = variables["hostvars"] if hosts else {}
        fact = FACTS[params["job"]]
        read = [self._image(host, fact, known.raw_get(host) if host in known else {}) for host in hosts]
        images = [*(params["images"] or ()), *read] if read else params["images"]
        return super()._outcome({**params, "images": images}, variables, warnings)

    def _image(self, host: str, fact: str, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        """An item of `images` from the variables of a host. The result is a fact, so it is never templated."""
        result = variables.get(fact) or {}
        image = {"host": host, "result": result}
        if not (result.get("source_id") and result.get("size_gb")):
            image |= {key: self._templated(names, variables) for key, names in _TEMPLATES.items()}
        return t.cast("dict[str, t.Any]", plain(image))

    def _templated(self, names: t.Iterable[str], variables: dict[str, t.Any]) -> t.Any:
        """The first of these variables that is set. A template that fails is unset: the result of the host has the reason."""
        templar = self._templar.copy_with_new_env(available_variables=variables)
        for name in names:
            with contextlib.suppress(AnsibleError):
                if value := templar.template(variables.get(name)):
                    return value
        return None
