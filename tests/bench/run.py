"""Benchmarks of the playbooks migrate_fleet and verify_fleet on the emulator, as ratios.

A run without changes is compared with one `ansible.builtin.assert` over the same hosts, measured in turns with it, and a first
run with the time that the rate limits and the replication alone take. Ratios hold on other machines; absolute times do not.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import floor
import peer
from emulator import DEFINITION_SECONDS, VERSION_SECONDS
from fleet import ASSERT, FORKS, MIGRATE_FLEET, NOTHING, PING, VERIFY_FLEET, Fleet, fleet, play
from measured import Measured

QUICK = 2.0  # seconds that a version takes before a run without changes

NO_CHANGE = ("images", "a host", "÷ assert", "processor time ÷ assert", "÷ ping", "requests a host", "memory")
FIRST = (
    "images",
    "first run",
    "limits and replication alone",
    "ratio",
    "with ideal order",
    "writes an image",
    "other requests an image",
    "reads while waiting, an image",
    "answers 429",
    "memory",
)


CANARIES = (
    "canaries",
    "at once",
    "run",
    "lives alone",
    "ratio",
    "writes a canary",
    "requests a canary",
    "requests a version in a second run",
    "memory",
)
AT_ONCE = 10  # the default of verify_fleet_at_once
WRITES = ("PUT", "PATCH", "DELETE")


def best(bench: Fleet, playbooks: dict[str, str], repeat: int) -> dict[str, Measured]:
    """The fastest of several runs of each playbook, in turns, so that a busy moment of the machine affects all of them."""
    found: dict[str, Measured] = {}
    for _turn in range(repeat):
        for name, playbook in playbooks.items():
            measured = bench.run(playbook)
            if name not in found or measured.seconds < found[name].seconds:
                found[name] = measured
    return found


def without_changes(images: int, repeat: int, peer_place: Path | None = None) -> tuple[list[str], str | None]:
    """A row of NO_CHANGE; and a sentence about azure.azcollection if it is installed."""
    _say(images, "run without changes")
    with fleet(images, QUICK) as bench:
        bench.run(MIGRATE_FLEET)
        playbooks = {"start": play(NOTHING), "assert": play(ASSERT), "fleet": MIGRATE_FLEET, "ping": play(PING)}
        runs = best(bench, playbooks, repeat)
        theirs = bench.run(peer.playbook(), peer_place / "bin", **peer.environment(peer_place)) if peer_place else None

    def host(run: Measured) -> float:
        return (run.seconds - runs["start"].seconds) / images * 1000

    def processor(run: Measured) -> float:
        return run.cpu - runs["start"].cpu

    def requests(run: Measured) -> float:
        return (run.total - runs["start"].total) / images

    ours = runs["fleet"]
    row = [
        str(images),
        f"{host(ours):.0f} ms",
        f"{host(ours) / host(runs['assert']):.1f}",
        f"{processor(ours) / processor(runs['assert']):.1f}",
        f"{host(ours) / host(runs['ping']):.2f}",
        f"{requests(ours):.2f}",
        f"{ours.memory:.0f} MB",
    ]
    if theirs is None:
        return row, None
    return row, (
        f"{images} images without changes: the two modules of azure.azcollection take {host(theirs):.0f} ms and "
        f"{requests(theirs):.1f} requests a host, {host(theirs) / host(ours):.0f} times the {host(ours):.0f} ms of migrate_fleet."
    )


def first_run(images: int, version_seconds: float) -> list[str]:
    """A row of FIRST, with the rate limits of the service."""
    alone = floor.in_steps(images, version_seconds)
    _say(images, f"first run, at least {alone:.0f} s")
    with fleet(images, version_seconds, limits=True) as bench:
        run = bench.run(MIGRATE_FLEET)
    writes = run.requests.get("PUT", 0)
    return [
        str(images),
        f"{run.seconds:.0f} s",
        f"{alone:.0f} s",
        f"{run.seconds / alone:.2f}",
        f"{floor.ideal(images, version_seconds):.0f} s",
        f"{writes / images:.2f}",
        f"{(run.total - writes - run.waiting) / images:.2f}",
        f"{run.waiting / images:.2f}",
        str(run.refused),
        f"{run.memory:.0f} MB",
    ]


def canaries(images: int, life: float, at_once: int = AT_ONCE) -> list[str]:
    """A row of CANARIES."""
    alone = math.ceil(images / at_once) * life
    _say(images, f"canaries of {life:.0f} s, at least {alone:.0f} s")
    with fleet(images, QUICK, life=life) as bench:
        run = bench.run(VERIFY_FLEET)
        again = bench.run(VERIFY_FLEET)
    return [
        str(images),
        str(at_once),
        f"{run.seconds:.0f} s",
        f"{alone:.0f} s",
        f"{run.seconds / alone:.2f}",
        f"{sum(run.requests.get(method, 0) for method in WRITES) / images:.1f}",
        f"{run.total / images:.1f}",
        f"{again.total / images:.1f}",
        f"{run.memory:.0f} MB",
    ]


def _say(images: int, what: str) -> None:
    print(f"{images} images: {what} ...", flush=True)


def table(columns: tuple[str, ...], rows: list[list[str]]) -> str:
    """As Markdown."""
    lines = [list(columns), ["---:"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def machine(version_seconds: float) -> str:
    """The machine and the settings of the measurement."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("ansible-core", "azure-mgmt-compute", "azure-identity"))
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {packages}, {FORKS} forks, the emulator on the same cores. "
        f"First runs: a version takes {version_seconds:.0f} s and a definition {DEFINITION_SECONDS} s, with the rate limits on."
    )


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--no-change", default="100", help="numbers of images, separated by commas; empty: none")
    parser.add_argument("--first", default="100,500", help="the same for first runs")
    parser.add_argument("--canaries", default="50", help="the same for canaries of verify_fleet")
    parser.add_argument("--life", type=float, default=60.0, help="seconds from the create of a canary to its end")
    parser.add_argument("--peer", type=int, default=20, help="images for azure.azcollection; 0 leaves it out")
    parser.add_argument("--repeat", type=int, default=3, help="runs without changes, of which the fastest counts")
    parser.add_argument(
        "--version-seconds", type=float, default=VERSION_SECONDS, help="time of a version in a first run, in real time"
    )
    parser.add_argument("--markdown", type=Path, help="also write the figures to this file")
    return parser.parse_args()


def main() -> None:
    """Measure, and print the figures."""
    given = options()
    parts = [machine(given.version_seconds)]
    again = [without_changes(int(size), given.repeat)[0] for size in given.no_change.split(",") if size]
    if again:
        parts.append(table(NO_CHANGE, again))
    first = [first_run(int(size), given.version_seconds) for size in given.first.split(",") if size]
    if first:
        parts.append(table(FIRST, first))
    booted = [canaries(int(size), given.life) for size in given.canaries.split(",") if size]
    if booted:
        parts.append(table(CANARIES, booted))
    place = peer.place() if given.peer else None
    if place:
        parts.append(without_changes(given.peer, 1, place)[1] or "")
    text = "\n\n".join(parts) + "\n"
    print(f"\n{text}")
    if given.markdown:
        given.markdown.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
