"""Run a module function as an ordinary Ansible module."""

from __future__ import annotations

import contextlib
import sys
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ._arm import sdk
from ._arm.auth.options import refused_options
from ._run.argspec_guard import sanitize, wrong_suboption
from ._run.context import Context
from ._run.module_spec import ModuleSpec
from ._run.runner import outcome


def _missing_sdk() -> str:
    """The message for an interpreter without a usable Azure SDK."""
    interpreter, packages = sys.executable, " ".join(f"'{requirement}'" for requirement in sdk.REQUIREMENTS)
    return (
        f"Could not import the Azure SDK for Python in {interpreter}, which ran this module: {sdk.IMPORT_ERROR}. "
        f"Install it with {interpreter} -m pip install {packages}, or set ansible_python_interpreter to a Python that has it, "
        "such as '{{ ansible_playbook_python }}', the one that runs Ansible."
    )


class _Module(AnsibleModule):
    """AnsibleModule with better messages for options of azure.azcollection and for values that its validator cannot handle."""

    params: dict[str, t.Any]

    def _load_params(self) -> None:
        super()._load_params()
        self.params = sanitize(self.argument_spec, self.params)
        self._wrong_suboption = wrong_suboption(self.argument_spec, self.params)
        # Set before the validation: Ansible shows all options if one is invalid, and some errors keep it from collecting
        # the secret ones.
        secret = [name for name, option in self.argument_spec.items() if option.get("no_log")]
        self.no_log_values.update(str(self.params[name]) for name in secret if self.params.get(name))

    def _log_invocation(self) -> None:
        with contextlib.suppress(
            UnicodeEncodeError
        ):  # ansible-core 2.18 raises it for half a character, which the module refuses
            super()._log_invocation()

    def _log_to_syslog(self, msg: str) -> None:
        # From Python 3.12 on, syslog refuses null characters. The module's own message names the wrong option.
        super()._log_to_syslog(msg.replace("\0", ""))

    def fail_json(self, msg: str, **kwargs: t.Any) -> t.Any:
        super().fail_json(refused_options(self.params) or self._wrong_suboption or msg, **kwargs)


def run_as_module(task: ModuleSpec) -> None:
    """Validate the options, run the function and return the result, which includes the progress lines."""
    module = _Module(argument_spec=task.options, supports_check_mode=True, **task.rules)
    module.no_log_values.update(task.secrets(module.params))
    if not sdk.AVAILABLE:
        module.fail_json(_missing_sdk(), missing_sdk=list(sdk.REQUIREMENTS))
    progress: list[str] = []
    context = Context(
        params=module.params,
        check_mode=module.check_mode,
        diff_mode=module._diff,
        progress=progress.append,
        warn=module.warn,
    )
    result, _unforeseen = outcome(task, context)
    if progress:
        result["progress"] = progress
    if not result.pop("failed", False):
        module.exit_json(**result)
    module.fail_json(**result)
