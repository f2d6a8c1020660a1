"""What the replay tool takes as a recording, and how it refuses the rest: one line naming the file, exit code 2."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from replay import report

from .recorded import GALLERIES, cassette, listing, put, read, write

CALLS = (put(), read(), listing())
LINES = "".join(json.dumps(call) + "\n" for call in CALLS)


def kept(change: Any) -> str:
    """A cassette whose interactions were changed."""
    whole = cassette(*CALLS)
    for interaction in whole["interactions"]:
        change(interaction["request"], interaction["response"])
    return yaml.safe_dump(whole)


def zipped(_request: dict[str, Any], response: dict[str, Any]) -> None:
    response["body"] = {"string": gzip.compress(response["body"]["string"].encode())}


def in_base64(_request: dict[str, Any], response: dict[str, Any]) -> None:
    response["body"] = {"base64_string": base64.b64encode(response["body"]["string"].encode()).decode()}


READABLE: dict[str, tuple[str, str | bytes]] = {
    "lines": ("a.jsonl", LINES),
    "with a byte order mark": ("a.jsonl", b"\xef\xbb\xbf" + LINES.encode()),
    "as PowerShell writes": ("a.jsonl", LINES.replace("\n", "\r\n").encode("utf-16")),
    "compressed": ("a.jsonl.gz", gzip.compress(LINES.encode())),
    "empty lines": ("a.jsonl", "\n" + LINES.replace("\n", "\n\n")),
    "status as text": ("a.jsonl", re.sub('"status": ([0-9]+)', r'"status": "\1"', LINES)),
    "bodies as text": ("a.jsonl", "".join(
        json.dumps({**call, "response_body": json.dumps(call["response_body"])}) + "\n" for call in CALLS)),
    "whole addresses": ("a.jsonl", LINES.replace('"path": "', '"path": "https://management.azure.com')),
    "a list": ("a.json", json.dumps(CALLS, indent=2)),
    "a cassette": ("a.yaml", yaml.safe_dump(cassette(*CALLS))),
    "its name in capitals": ("A.YAML", yaml.safe_dump(cassette(*CALLS))),
    "a cassette in JSON": ("a.json", json.dumps(cassette(*CALLS))),
    "bodies compressed": ("a.yaml", kept(zipped)),
    "bodies in base64": ("a.yml", kept(in_base64)),
    "bodies without a mapping": ("a.yml", kept(lambda _r, response: response.update(body=response["body"]["string"]))),
    "status without a mapping": ("a.yml", kept(lambda _r, response: response.update(status=response["status"]["code"]))),
    "marked by Python 2": ("a.yml", kept(lambda _r, _s: None).replace("uri: ", "uri: !!python/unicode ")),
}  # fmt: skip


@pytest.mark.parametrize("what", READABLE)
def test_what_is_read(what: str, tmp_path: Path) -> None:
    name, content = READABLE[what]
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    outcome = report.replay([tmp_path / name])
    assert [one.differences for one in outcome.outcomes] == [[], [], []]
    assert len(outcome.alike) == 3


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "there is no call in it"),
    "empty lines": (b"\n \n", "there is no call in it"),
    "no interactions": (b"interactions:\nversion: 1\n", "there is no call in it"),
    "an image": (b"\x89PNG\r\n", "not a text in UTF-8"),
    "half of a compressed file": (gzip.compress(LINES.encode())[:60], "Compressed file ended"),
    "half a line": (LINES.encode()[:-9], "line 3 is not JSON: "),
    "half a cassette": (b"interactions: [\n", "neither JSON nor YAML: "),
    "a number": (b"5\n", "call 1 is not a mapping"),
    "no method": (b'{"path": "/x", "status": 200}\n', "call 1 has no 'method'"),
    "no status": (b'{"path": "/x", "method": "GET"}\n', "call 1 has no 'status'"),
    "odd status": (b'{"path": "/x", "method": "GET", "status": "fine"}\n', "call 1 cannot be read: "),
    "other calls": (b'{"path": "/x", "method": "GET", "status": 200}\n', "none of the 1 calls is of galleries"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, words = REFUSED[what]
    (tmp_path / "a.jsonl").write_bytes(content)
    assert report.run([tmp_path / "a.jsonl"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"{tmp_path / 'a.jsonl'}: {words}")
    assert said.err.count("\n") == 1
    assert said.out == ""


@pytest.mark.parametrize(("name", "words"), [("a.jsonl", "No such file"), (".", "Is a directory")])
def test_what_is_no_file(name: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.run([write(tmp_path / "b.jsonl", put()), tmp_path / name]) == 2
    assert capsys.readouterr().err.startswith(f"{tmp_path / name}: {words}")


@pytest.mark.parametrize("body", [5, [], "x", {"properties": None}, {"properties": []}, {"value": 1}])
def test_a_body_of_something_else_is_a_difference_of_its_call_alone(body: Any, tmp_path: Path) -> None:
    odd = {**read(), "path": f"{GALLERIES}/odd", "response_body": body}
    outcome = report.replay([write(tmp_path / "a.jsonl", odd, put(), read())])
    assert [bool(one.differences) for one in outcome.outcomes] == [True, False, False]
