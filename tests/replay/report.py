"""Runs recordings and says how many calls were alike."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from .known_differences import KNOWN
from .recordings import Unreadable, load, sessions
from .replayer import Outcome, Session


@dataclass(slots=True)
class Report:
    """The outcomes of some files."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def replayed(self) -> list[Outcome]:
        """Calls in scope."""
        return [outcome for outcome in self.outcomes if not outcome.out_of_scope]

    @property
    def alike(self) -> list[Outcome]:
        """Calls without a difference."""
        return [outcome for outcome in self.outcomes if outcome.alike]

    @property
    def unexplained(self) -> list[Outcome]:
        """Calls with a difference that is not in the table."""
        return [outcome for outcome in self.replayed if set(outcome.differences) - set(reasons(outcome))]

    @property
    def stale(self) -> list[str]:
        """Entries of the table that their call does not show."""
        return [
            f"{outcome.call}: {difference}"
            for outcome in self.replayed
            for difference in reasons(outcome)
            if difference not in outcome.differences
        ]

    def summary(self) -> str:
        """The figures."""
        return (
            f"{len(self.alike)} of {len(self.replayed)} recorded calls alike, "
            f"{len(self.replayed) - len(self.alike) - len(self.unexplained)} with known differences only, "
            f"{len(self.unexplained)} unexplained, {len(self.outcomes) - len(self.replayed)} out of scope; "
            f"{sum(outcome.planted for outcome in self.replayed)} of the {len(self.replayed)} were answered from resources "
            "that were planted from the recording"
        )


def reasons(outcome: Outcome) -> dict[str, str]:
    """The known differences of a call, with why they stay."""
    here = (outcome.call.file, outcome.call.number)
    return {difference: reason for file, number, difference, reason in KNOWN if (file, number) == here}


def replay(files: list[Path]) -> Report:
    """Replay every session of every file."""
    report = Report()
    for calls in [load(file) for file in files]:
        for session in sessions(calls):
            report.outcomes += Session(session).run()
    return report


def run(files: list[Path]) -> int:
    """Print a report; 1 when something differs that is not listed, 2 when there was nothing to compare."""
    if not files:
        print("usage: python -m replay FILE…", file=sys.stderr)
        return 2
    try:
        report = replay(files)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    if not report.replayed:
        names = ", ".join(map(str, files))
        print(f"{names}: none of the {len(report.outcomes)} calls is of galleries or managed images", file=sys.stderr)
        return 2
    _print(report)
    return 1 if report.unexplained or report.stale else 0


def _print(report: Report) -> None:
    for outcome in report.replayed:
        known = reasons(outcome)
        if outcome.differences:
            print(outcome.call)
        for difference in outcome.differences:
            print(f"    {difference}{f' (known: {known[difference]})' if difference in known else ''}")
    for stale in report.stale:
        print(f"listed as different, but it is not so: {stale}")
    print(report.summary())
