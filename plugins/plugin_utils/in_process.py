"""Run a module's function inside Ansible's own worker process, with the same result.

Ansible's main process imports the action plugin and the Azure SDK once, and its workers inherit both. A task then does not
build, transfer and start a module. If this is not possible, the action plugin executes the module.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import typing as t

from ansible import constants as C  # noqa: N812  ansible's own name for it
from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible.utils.unsafe_proxy import wrap_var
from ansible.utils.vars import merge_hash

from ..module_utils._arm import sdk
from ..module_utils._arm.auth.options import refused_options
from ..module_utils._arm.run_cache import RunCache
from ..module_utils._arm.task import silent
from ..module_utils._run.argspec_guard import sanitize, wrong_suboption
from ..module_utils._run.context import Context
from ..module_utils._run.module_spec import ModuleSpec
from ..module_utils._run.runner import outcome
from .warm import warm

display = Display()

# Created when Ansible's main process imports this file, and inherited by its workers.
RUN = RunCache()
os.register_at_fork(before=RUN.catch_up)
_IMPORTED_BY = os.getpid()
_IMPORTER_PARENT = os.getppid()
warm()

IN_PROCESS = ("ANSIBLE_AZURE_GALLERY_IN_PROCESS", "azure_gallery_in_process")
PROGRESS = ("ANSIBLE_AZURE_GALLERY_PROGRESS", "azure_gallery_progress")
# Human-readable stdout callbacks, by their names without a collection, whose output may be mixed with progress lines.
_FOR_PEOPLE = {
    *("awx_display", "debug", "default", "default_without_diff", "dense", "diy", "minimal"),
    *("oneline", "selective", "unixy", "yaml"),
}


class ActionFailed(AnsibleActionFail):
    """A failure before or beside the module's function, whose result has the text of a variable or of Azure."""

    def __init__(self, message: str, result: dict[str, t.Any] | None = None) -> None:
        super().__init__(message, result=result)
        if "result" in vars(self):  # ansible-core 2.18 takes every text in it as a template, unless it is marked
            self.result = wrap_var({**(result or {}), "failed": True, "msg": message})


def alive() -> bool:
    """Whether Ansible's main process still runs."""
    expected = _IMPORTER_PARENT if os.getpid() == _IMPORTED_BY else _IMPORTED_BY
    return os.getppid() == expected


def plain(values: t.Any) -> t.Any:
    """The arguments as a module receives them, through JSON: vaulted, tagged and unsafe strings become plain strings."""
    try:
        from ansible.module_utils.common.json import Direction, get_module_decoder, get_module_encoder
    except ImportError:
        from ansible.module_utils.common.json import AnsibleJSONEncoder

        return json.loads(json.dumps(values, cls=AnsibleJSONEncoder, vault_to_text=True))
    encoder = get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)
    decoder = get_module_decoder("legacy", Direction.CONTROLLER_TO_MODULE)
    return json.loads(json.dumps(values, cls=encoder), cls=decoder)


@contextlib.contextmanager
def surroundings(environment: t.Mapping[str, t.Any], folder: str) -> t.Iterator[None]:
    """Set the task's `environment` and the playbook's folder, as for a module, and restore both afterwards."""
    before = dict(os.environ)
    os.environ.update({str(name): str(value) for name, value in environment.items()})
    try:
        with contextlib.chdir(folder) if os.path.isdir(folder) else contextlib.nullcontext():
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class InProcessAction(ActionBase):
    """The action plugin of a module. Subclasses set `spec`, and in `counted` the options that may have thousands of items."""

    spec: ModuleSpec
    counted: tuple[str, ...] = ()
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the function here, or execute the module of the same name."""
        variables = task_vars or {}
        result = super().run(tmp, variables)
        if "plan" in self.spec.options:
            self._task.args = _spread(self._task.args)
        host = variables.get("inventory_hostname")
        obstacle = self._obstacle(variables)
        if obstacle:
            display.vvv(f"{self.spec.name}: runs as a module because {obstacle}", host=host)
            return self._bounded(merge_hash(result, self._hand_over(variables, obstacle)))
        display.vvv(f"{self.spec.name}: runs in Ansible's process {os.getpid()}", host=host)
        environment: dict[str, t.Any] = {}
        self._compute_environment_string(raw_environment_out=environment)
        with surroundings(environment, self._loader.get_basedir()):
            return self._bounded(merge_hash(result, self._run_here(variables)))

    def _bounded(self, result: dict[str, t.Any]) -> dict[str, t.Any]:
        """The result with long lists of options replaced by their length, since AWX drops a result that is too large."""
        arguments = (result.get("invocation") or {}).get("module_args") or {}
        for name in self.counted:
            if isinstance(arguments.get(name), list):
                arguments[name] = f"{len(arguments[name])} items"
        return result

    # Where to run

    def _obstacle(self, variables: dict[str, t.Any]) -> str | None:
        """Why the function cannot run here with the same result as the module; None if it can."""
        switch = self._setting(IN_PROCESS, variables)
        if switch is None and sys.platform == "darwin":
            return f"this is macOS, where forked processes cannot safely use the network (set {IN_PROCESS[1]} to try)"
        if switch is not None and not boolean(switch, strict=False):
            return f"{' or '.join(IN_PROCESS)} is set to false"
        if self._connection.transport not in ("local", "ansible.builtin.local"):
            return f"the connection is {self._connection.transport}, not local"
        if self._play_context.become or self._task.become:
            return "the task uses become"
        if self._task.async_val:
            return "the task uses async"
        interpreter = self._interpreter(variables)
        if interpreter and not _is_ours(interpreter):
            return f"ansible_python_interpreter is {interpreter} and Ansible runs in {sys.executable}"
        if not sdk.AVAILABLE:
            return f"{sys.executable}, which runs Ansible, cannot import the Azure SDK ({sdk.IMPORT_ERROR})"
        return None

    def _interpreter(self, variables: dict[str, t.Any]) -> str:
        """The interpreter configured for the host that the task runs on."""
        target = variables
        if self._task.delegate_to:
            target = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, variables)
        found = C.config.get_config_value("INTERPRETER_PYTHON", variables=target)
        return str(self._templar.template(found) or "").strip()

    def _setting(self, names: tuple[str, str], variables: dict[str, t.Any]) -> t.Any:
        """A setting from its variable or else from the environment; None if neither is set."""
        value = variables.get(names[1])
        if value is not None:
            value = self._templar.template(value)
        return value if value not in (None, "") else os.environ.get(names[0]) or None

    def _hand_over(self, variables: dict[str, t.Any], obstacle: str) -> dict[str, t.Any]:
        """Execute the module, as Ansible does without this plugin."""
        wrap_async = self._task.async_val and not self._connection.has_native_async
        result: dict[str, t.Any] = self._execute_module(task_vars=variables, wrap_async=wrap_async)
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        if result.get("failed") and result.pop("missing_sdk", None):
            result["msg"] = f"{result['msg']} The task ran as an ordinary module because {obstacle}."
        return result

    # Running here

    def _run_here(self, variables: dict[str, t.Any]) -> dict[str, t.Any]:
        task = self.spec
        given = sanitize(task.options, plain(dict(self._task.args)))
        checked = ArgumentSpecValidator(task.options, **task.rules).validate(given)
        params = {**given, **checked.validated_parameters}
        warnings = [f"Both option {two['option']} and its alias {two['alias']} are set." for two in checked._warnings]
        if checked.error_messages:
            result = {"failed": True, "msg": self._invalid(given, checked.errors)}
        else:
            result = self._outcome(params, variables, warnings)
        if _returns_invocation(variables):
            result["invocation"] = {"module_args": params}
        if warnings:
            result["warnings"] = warnings
        if checked._deprecations:
            result["deprecations"] = checked._deprecations
        return _censored(result, {*checked._no_log_values, *task.secrets(params)})

    def _invalid(self, given: dict[str, t.Any], errors: t.Any) -> str:
        """The message for invalid options; AnsibleModule's own unless the collection has a better one."""
        better = refused_options(given) or wrong_suboption(self.spec.options, given)
        if better:
            return better
        text = str(errors.msg)
        if isinstance(errors[0], UnsupportedError):
            return f"Unsupported parameters for ({self._task.action}) module: {text}"
        return text

    def _outcome(self, params: dict[str, t.Any], variables: dict[str, t.Any], warnings: list[str]) -> dict[str, t.Any]:
        secret = bool(self._task.no_log)
        host = variables.get("inventory_hostname")
        context = Context(
            params=params,
            check_mode=bool(self._task.check_mode),
            diff_mode=bool(self._task.diff),
            progress=silent if secret else self._progress(variables),
            warn=lambda text: None if text in warnings else warnings.append(text),
            debug=silent if secret else lambda line: display.vvv(f"{self.spec.name}: {line}", host=host),
            cache=RUN,
            alive=alive,
        )
        return outcome(self.spec, context)[0]

    def _progress(self, variables: dict[str, t.Any]) -> t.Callable[[str], None]:
        """The output for progress lines: the screen if its callback is human-readable, or else stderr, or none."""
        setting = str(self._setting(PROGRESS, variables) or "auto").lower()
        if setting in ("off", "false", "no"):
            return silent
        to_stderr = setting == "stderr" or C.DEFAULT_STDOUT_CALLBACK.rpartition(".")[2] not in _FOR_PEOPLE
        return lambda line: display.display(line, stderr=to_stderr)


def _spread(args: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The task's options with those of its option `plan`, which another task can return as one mapping.

    They take precedence over the same options of the task, since nothing shows which of these come from module_defaults.
    """
    plan = args.get("plan")
    given = {name: value for name, value in args.items() if name != "plan"}
    if plan is None:
        return given
    if not isinstance(plan, dict) or "plan" in plan:
        raise ActionFailed(f"plan: {str(plan)[:60]!r} is not a mapping of options of this module.")
    return {**given, **{name: value for name, value in plan.items() if value is not None}}


def _returns_invocation(variables: dict[str, t.Any]) -> bool:
    """Whether modules return their arguments: always before ansible-core 2.21, and then by a setting."""
    if "INJECT_INVOCATION" not in C.config.get_configuration_definitions():
        return True
    return bool(C.config.get_config_value("INJECT_INVOCATION", variables=variables))


def _is_ours(interpreter: str) -> bool:
    """Whether an interpreter is the one that runs Ansible.

    A virtual environment's Python is a link to one outside of it. Links are therefore only resolved within one folder
    (python, python3, python3.11), where the same target means the same environment.
    """
    if interpreter.startswith("auto"):
        return True
    theirs, ours = os.path.abspath(interpreter), os.path.abspath(sys.executable)
    if os.path.dirname(theirs) != os.path.dirname(ours):
        return False
    return theirs == ours or os.path.realpath(theirs) == os.path.realpath(ours)


def _censored(result: dict[str, t.Any], secrets: t.Any) -> dict[str, t.Any]:
    """The result as a module returns it: JSON, without the values of no_log options."""
    kept = {key: value for key, value in result.items() if value is None or isinstance(value, bool)}
    censored: dict[str, t.Any] = json.loads(json.dumps(remove_values(result, secrets)))
    return {**censored, **kept}
