"""Runs that are cut before a request: the next run completes them."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest

from resilience import cuts
from resilience.cuts import Good, Job

good = functools.cache(lambda name: cuts.undisturbed(next(job for job in cuts.JOBS if job.name == name)))


def share() -> Iterator[tuple[Job, int]]:
    return ((job, number) for job in cuts.JOBS for number in range(1, job.requests + 1, 5))


def every() -> Iterator[tuple[Job, int]]:
    return ((job, number) for job in cuts.JOBS for number in range(job.requests + 1))


@pytest.mark.trials(["job", "number"], share=share, every=every)
def test_a_cut_run(job: Job, number: int) -> None:
    undisturbed: Good = good(job.name)
    assert cuts.trial(job, number, undisturbed) == []


@pytest.mark.parametrize("job", cuts.JOBS, ids=str)
def test_no_request_is_left_out(job: Job) -> None:
    assert good(job.name).requests <= job.requests, "raise the number of requests in cuts.py"
