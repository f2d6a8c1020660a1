"""Runs of ansible's commands that are watched, with everything switched on that writes, and the verdict on what was seen."""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from canaries import Hunt
from fs_probe import MARK, FsProbe, Sight
from witness import Witness

from support.playbook_runner import PlaybookRunner, Run

PATIENCE = 400.0  # seconds; being watched takes time where a machine has much else to do
TERMINAL = re.compile(r"\x1b\[\d*[A-Z]")
# Where a secret may be seen: what is the user's own, and what the run keeps in its memory, which has no name in any folder.
ENVIRONMENT = ("environment", "AZURE_SECRET", "environment secret")
EXTRA_VARS = ("file", r"extra_vars_\d+\.json", "option secret")
RUN_MEMORY = ("descriptor", r"/memfd:azure_gallery", r"access token|operation URL")
# Ansible stores a module with its options here before running it. Only the user can read it, and it is deleted at the end.
MODULE_PAYLOAD = ("private file", r"(home/\.ansible/tmp/ansible-local-|remote/ansible-tmp-).*", r"option")
Rule = tuple[str, str, str]


@dataclasses.dataclass
class Watch:
    """A run, and all that was seen of it while it went on and afterwards."""

    run: Run
    probe: FsProbe
    after: set[Sight]

    @property
    def sights(self) -> set[Sight]:
        return self.probe.sights

    def only(self, *rules: Rule) -> Watch:
        """Nothing was seen but what these rules allow (kind, place, name of the canary), and each of them came true."""
        used: set[Rule] = set()
        wrong = []
        for sight in sorted(self.sights):
            matching = [rule for rule in rules if allows(rule, sight)]
            used.update(matching)
            if not matching:
                wrong.append(sight)
        assert not wrong, wrong
        assert used == set(rules), f"never seen: {set(rules) - used}\n{self.run.output[-6000:]}"
        temporary = [sight for sight in self.after if allows(MODULE_PAYLOAD, sight)]
        assert not temporary, "left behind"
        assert not self.probe.outside, f"written outside of the run's own folder: {self.probe.outside}"
        return self


def allows(rule: Rule, sight: Sight) -> bool:
    kind, where, canary = rule
    private = kind == "private file" and sight.kind == "file" and not sight.open
    return bool((kind == sight.kind or private) and re.fullmatch(where, sight.where) and re.match(canary, sight.canary))


class WatchedRuns:
    """play(…) as run_playbook(…); command(…) for the other commands."""

    def __init__(self, run_playbook: PlaybookRunner, witness: Witness) -> None:
        self.run_playbook = run_playbook
        self.witness = witness
        self.folder = run_playbook.folder
        self.watches: list[Watch] = []

    @property
    def hunt(self) -> Hunt:
        return self.witness.hunt

    def secret(self, name: str) -> str:
        return self.hunt[name]

    def play(self, playbook: Any, *args: str, env: Mapping[str, str | None] | None = None, **options: Any) -> Watch:
        options.setdefault("timeout", PATIENCE)
        return self._watch(lambda more: self.run_playbook(playbook, *args, env=more, **options), env)

    def command(self, *command: str, env: Mapping[str, str | None] | None = None) -> Watch:
        return self._watch(lambda more: self.run_playbook.command(*command, env=more, timeout=PATIENCE), env)

    def _watch(self, start: Any, env: Mapping[str, str | None] | None) -> Watch:
        mark = uuid.uuid4().hex
        with FsProbe((self.folder, Path(self.run_playbook.temporary)), mark, self.hunt) as probe:
            self.witness.looks.append(probe.look)
            run: Run = start({**self.everything_on(), MARK: mark, **(env or {})})
            self.witness.looks.remove(probe.look)
        after = probe.left()
        for name, text in (("stdout", run.stdout), ("stderr", run.stderr)):
            # awx_display writes events in base64 between the codes of a terminal.
            for shown in (text, TERMINAL.sub("", text)):
                probe.note(name, "", shown.encode())
        self.watches.append(Watch(run, probe, after))
        return self.watches[-1]

    def everything_on(self) -> dict[str, str]:
        """Whatever ansible can write: a log, a file for each host, a report for machines, facts that stay."""
        return {
            "ANSIBLE_LOG_PATH": str(self.folder / "ansible.log"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "remote"),
            "ANSIBLE_CALLBACKS_ENABLED": "task_results,ansible.builtin.tree,ansible.builtin.junit",
            "ANSIBLE_CALLBACK_TREE_DIR": str(self.folder / "tree"),
            "JUNIT_OUTPUT_DIR": str(self.folder / "junit"),
            "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(self.folder / "facts"),
        }
