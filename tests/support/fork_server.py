"""Run Ansible's commands in forks of a process that has imported the Azure SDK and other packages that they need.

These imports take half of the processor time of most runs. Ansible itself, which reads its configuration when it is imported,
and the collection are imported by each command, as usual.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import re
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

LOCALE = "C.UTF-8"
_LARGEST = 200_000  # bytes of a request
# Nothing that reads the environment when it is imported.
_PRELOADED = (
    "argcomplete",
    "argparse",
    "azure.core.pipeline.transport._requests_basic",
    "azure.core.rest._requests_basic",
    "azure.identity",
    "azure.mgmt.compute.models",
    "azure.mgmt.core.policies",
    "configparser",
    "encodings.idna",
    "jinja2.nativetypes",
    "jinja2.sandbox",
    "logging.handlers",
    "msal_extensions",
    "multiprocessing.managers",
    "multiprocessing.queues",
    "packaging.specifiers",
    "requests",
    "tomllib",
    "uuid",
    "yaml",
)


class Ended(NamedTuple):
    """What a command returned. `returncode` is None if it took too long and was killed."""

    returncode: int | None
    stdout: str
    stderr: str


def interpreter(script: Path, environment: Mapping[str, str]) -> str | None:
    """The interpreter of a script that runs in a fork as it would in a new process; None if a fork cannot run it."""
    python = {name for name in environment if name.startswith(("PYTHON", "LD_"))} - {"PYTHONDONTWRITEBYTECODE"}
    if sys.platform != "linux" or python or environment.get("LC_ALL") != LOCALE or not script.is_file():
        return None
    with script.open("rb") as file:
        first = file.readline().decode(errors="replace").strip()
    return first[2:] if re.fullmatch(r"#!/\S+/python[0-9.]*", first) else None


def run(
    python: str, script: Path, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, timeout: float
) -> Ended:
    """Run a command in a session of its own, which leaves nothing running behind."""
    ours, theirs = socket.socketpair()
    with ours, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with theirs:
            text = json.dumps([str(script), list(arguments), dict(environment), str(folder)]).encode()
            socket.send_fds(_server(python), [text], [theirs.fileno(), out.fileno(), err.fileno()])
        ours.settimeout(60)
        with ours.makefile() as answers:
            pid = int(answers.readline())
            ours.settimeout(timeout)
            try:
                status = answers.readline()
            except TimeoutError:
                status = ""
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        return Ended(int(status) if status else None, _text(out), _text(err))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


@functools.cache
def _server(python: str) -> socket.socket:
    """The connection to the server, which ends with this process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [python, "-B", __file__],
            stdin=theirs,
            stdout=subprocess.DEVNULL,
            env={"LC_ALL": LOCALE},
            cwd="/",
            start_new_session=True,
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


# In the server


def _serve(requests: socket.socket) -> None:
    """Returns in the fork that is to run a command."""
    while True:
        text, descriptors, _flags, _address = socket.recv_fds(requests, _LARGEST, 3)
        while True:  # so that their processor time is counted
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(-1, os.WNOHANG if text else 0)[0]:
                    continue
            break
        if not text:
            sys.exit()
        if os.fork() == 0:
            _attend(json.loads(text), *descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)


def _attend(request: tuple[str, list[str], dict[str, str], str], answers: int, out: int, err: int) -> None:
    """Fork the command, which returns from here, and answer its process ID and later its exit code."""
    pid = os.fork()
    if pid:
        os.write(answers, f"{pid}\n".encode())
        _pid, status = os.waitpid(pid, 0)
        with contextlib.suppress(BrokenPipeError):
            os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    script, arguments, environment, folder = request
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.closerange(3, max(answers, out, err, 16) + 1)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = [script, *arguments]


def main() -> None:
    sys.path[0] = str(Path(sys.executable).parent)  # as for the commands
    for name in _PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    requests = socket.socket(fileno=os.dup(0))
    _serve(requests)
    requests.detach()  # closed in the fork
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
