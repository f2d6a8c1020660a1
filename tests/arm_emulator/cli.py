"""The command line: `python -m arm_emulator --port 0 --ca-file FILE …`, started from the folder that holds the package."""

from __future__ import annotations

import argparse
import re
import signal
import sys
import threading
from collections.abc import Sequence
from typing import NoReturn

from .emulator import Emulator, StateError
from .seed import SeedError

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


class Parser(argparse.ArgumentParser):
    """Errors are one line, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Report the mistake."""
        self.exit(2, f"arm_emulator: {message}\n")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"must be a number of seconds, 0 or more, is '{text}'")
    return value


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"must be 0 to 65535, is '{text}'")
    return int(text)


def _subscription(text: str) -> str:
    if not _GUID.match(text):
        raise argparse.ArgumentTypeError(f"must be a GUID, is '{text}'")
    return text


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = Parser(prog="arm_emulator", description="Azure Resource Manager on loopback.", allow_abbrev=False)
    made.add_argument("--port", type=_port, default=0, help="port on 127.0.0.1; 0 takes a free one (default)")
    made.add_argument("--ca-file", required=True, metavar="FILE", help="where to write the certificate to trust")
    made.add_argument("--seed", metavar="FILE", help="what there is at the start, JSON or YAML")
    made.add_argument("--state-file", metavar="FILE", help="keep the state there, and go on with it")
    made.add_argument(
        "--subscription",
        action="append",
        default=[],
        type=_subscription,
        metavar="ID",
        help="a subscription; repeatable",
    )
    made.add_argument(
        "--replication-seconds", type=_seconds, metavar="S", help="how long creating a version takes (default 30)"
    )
    made.add_argument(
        "--operation-seconds", type=_seconds, metavar="S", help="how long any other operation takes (default 0.3)"
    )
    made.add_argument(
        "--machine-seconds", type=_seconds, metavar="S", help="how long creating a virtual machine takes (default 3)"
    )
    made.add_argument("--rate-limits", action="store_true", help="refuse what exceeds Azure's limits")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal ends it."""
    options = parser().parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_unused: ended.set())
    try:
        emulator = Emulator(
            options.seed,
            port=options.port,
            ca_file=options.ca_file,
            state_file=options.state_file,
            subscriptions=options.subscription,
            replication_seconds=options.replication_seconds,
            operation_seconds=options.operation_seconds,
            machine_seconds=options.machine_seconds,
            rate_limits=options.rate_limits,
        )
        emulator.start()
    except (SeedError, StateError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or '127.0.0.1:' + str(options.port)}: {error.strerror or error}")
    print(f"ready {emulator.url}", flush=True)
    while not ended.wait(3600):
        pass
    emulator.stop()
    return 0


def _fail(text: str) -> int:
    print(f"arm_emulator: {' '.join(text.split())}", file=sys.stderr, flush=True)
    return 2
