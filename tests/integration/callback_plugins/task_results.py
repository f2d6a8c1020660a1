"""Writes every task's result as a line of JSON to the file TASK_RESULTS_FILE, so that no test parses the screen."""

from __future__ import annotations

DOCUMENTATION = r"""
name: task_results
type: aggregate
short_description: Task results as lines of JSON, for tests
description:
  - Appends one line for each result of a task on a host, and one for the recap.
options: {}
"""

import json
import os

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "task_results"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, **event):
        with open(os.environ["TASK_RESULTS_FILE"], "a", encoding="utf-8") as file:
            file.write(json.dumps(event, default=str) + "\n")

    def _result(self, status, outcome, ignored=False):
        # "result" is the name since ansible-core 2.19, "_result" the one before.
        fields = {name: getattr(outcome, name, None) or getattr(outcome, f"_{name}") for name in ("host", "task")}
        result = getattr(outcome, "result", None)
        if result is None:
            result = outcome._result
        self._write(
            event="result",
            status=status,
            host=fields["host"].get_name(),
            task=fields["task"].get_name(),
            action=fields["task"].action,
            item=bool(status.startswith("item_")),
            ignored=bool(ignored),
            result=dict(result),
        )

    def v2_runner_on_ok(self, result):
        self._result("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._result("failed", result, ignore_errors)

    def v2_runner_on_skipped(self, result):
        self._result("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._result("unreachable", result)

    def v2_runner_item_on_ok(self, result):
        self._result("item_ok", result)

    def v2_runner_item_on_failed(self, result):
        self._result("item_failed", result)

    def v2_runner_item_on_skipped(self, result):
        self._result("item_skipped", result)

    def v2_playbook_on_stats(self, stats):
        hosts = {host: stats.summarize(host) for host in stats.processed}
        self._write(event="recap", hosts=hosts, custom=stats.custom)
