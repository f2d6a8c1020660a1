"""The search itself: what it does not find proves nothing unless it finds what is there."""

from __future__ import annotations

import base64
import html
import json
import shlex
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
import yaml
from canaries import Hunt, canary, of_token
from plays import SEED, play
from watched import WatchedRuns

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "URL": quote_plus,
    "JSON": json.dumps,
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "YAML": yaml.safe_dump,
    "HTML": html.escape,
    "Python": repr,
    "shell": shlex.quote,
    "hexadecimal": lambda text: text.encode().hex(),
    **{
        f"base64 at {at}": lambda text, at=at: base64.b64encode(f"{'u:p'[:at]}{text}".encode()).decode()
        for at in range(4)
    },
    "its beginning": lambda text: text[:20],
    "its end": lambda text: text[-20:],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_in_every_form(form: str) -> None:
    hunt = Hunt(canary("it"), canary("another"))
    assert set(hunt.find(f"... {FORMS[form](hunt['it'])} ...".encode())) == {"it"}


def test_a_part_of_a_token_is_found() -> None:
    hunt = Hunt(of_token("it", f"{'h' * 30}.{'claims' * 9}.{'signature' * 9}"))
    assert hunt.find(f"{'h' * 30}.{'claims' * 8}".encode()) == hunt.find(("signature" * 5).encode()) == {"it": "plain"}


@pytest.mark.emulator(seed=SEED)
def test_a_run_that_gives_its_secret_away_is_seen(watched: WatchedRuns) -> None:
    secret = "{{ lookup('ansible.builtin.env', 'AZURE_SECRET') }}"
    argv = ["python", "-c", "import time; time.sleep(1.5)", secret]
    tasks = [{"ansible.builtin.command": {"argv": argv}}, {"ansible.builtin.debug": {"msg": secret}}]
    sights = watched.play(play(*tasks)).sights
    assert {sight.kind for sight in sights} == {"command line", "environment", "file", "stdout"}
    files = {sight.where.partition("/")[0] for sight in sights if sight.kind == "file"}
    assert {"ansible.log", "results_1.jsonl", "tree", "junit", "remote"} <= files
