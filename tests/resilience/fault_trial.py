"""One trial: a run with one or two faults in it, then runs without, and the complaints about all of them."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from . import oracle
from .calls import Call
from .fault import SURVIVES, Ending, Fault
from .scenarios import Scenario
from .seeds import Json
from .stage import Run, Stage


@dataclass(frozen=True)
class Trial:
    """`orders` for the emulator, and how the run must end. `resource`: the id that an error must name."""

    scenario: Scenario
    name: str
    kind: str
    place: str
    orders: tuple[Json, ...]
    ending: Ending = SURVIVES
    resource: str = ""
    passes: bool = True
    stalls: bool = False
    retry_after: float = 0.0
    certain: int | None = None  # how many of the orders certainly happen; None: all

    def __str__(self) -> str:
        return f"{self.scenario.name}: {self.name}: {self.place}"


@dataclass
class Verdict:
    """`complaints` is empty if the trial was right; `happened`: how many of the faults did."""

    trial: Trial
    complaints: list[str] = field(default_factory=list)
    happened: int = 0


def at_call(scenario: Scenario, fault: Fault, call: Call) -> Trial:
    """One fault at one request."""
    return Trial(
        scenario,
        fault.name,
        fault.kind,
        call.words,
        (call.here(fault.order(call)),),
        fault.ends(call, scenario),
        call.resource,
        fault.transient,
        fault.stalls,
        fault.retry_after,
    )


def judge(trial: Trial, plain: Run) -> Verdict:
    """Play it; `plain` is the run without faults."""
    scenario, ending = trial.scenario, trial.ending
    with Stage(scenario.seed) as stage:
        if trial.stalls:
            stage.impatient()
        for order in trial.orders:
            stage.emulator.order_fault(**order)
        run = stage.play(scenario.steps, scenario.apart)
        verdict = Verdict(trial)
        verdict.happened = sum(one.used > 0 for one in stage.emulator.service.faults.ordered)
        say = verdict.complaints
        if verdict.happened < (len(trial.orders) if trial.certain is None else trial.certain):
            say.append("a fault did not happen")
        say += oracle.manners(run, scenario, ending)
        stage.emulator.clear_faults()
        stage.unstick()
        if ending.survives:
            say += oracle.success(run)
            say += oracle.state(stage.emulator, scenario, ending)
            if trial.passes:
                say += oracle.patience(run, plain, trial.retry_after)
        else:
            say += oracle.failure(run, ending, trial.resource)
            if not ending.waits:
                say += oracle.promptness(run, plain)
        say += (f"afterwards: {complaint}" for complaint in _afterwards(stage, trial, run))
    return verdict


def _afterwards(stage: Stage, trial: Trial, run: Run) -> t.Iterator[str]:
    """After a failure another run finishes the work; after success another one finds nothing to do."""
    scenario = trial.scenario
    if trial.ending.stays:
        again = stage.play(scenario.steps, scenario.apart)
        yield from oracle.failure(again, trial.ending, trial.resource)
        yield from oracle.untouched(again)
        return
    if run.failed:
        stage.clock.sleep(60)
        again = stage.play(scenario.steps, scenario.apart, on_failed=_way_out(stage))
        yield from oracle.success(again)
        yield from oracle.state(stage.emulator, scenario, trial.ending)
    yield from oracle.idle(stage.play(scenario.steps, scenario.apart))


def _way_out(stage: Stage) -> str:
    """What a failed version's message advises: a region where it is usable is kept."""
    for entry in oracle.described(stage.emulator).values():
        outcomes = {region["outcome"] for region in entry["regions"]}
        broken = entry["provisioning_state"] == "Failed" or "Failed" in outcomes
        if broken and "Completed" in outcomes:
            return "retry_regions"
    return "recreate"
