"""How many inputs each property is tried with, and the count of them at the end of a run.

HYPOTHESIS_PROFILE=few       a handful, for `make units`
HYPOTHESIS_PROFILE=fast      50, and the same every time (the default)
HYPOTHESIS_PROFILE=thorough  thousands, others every time; a failure prints how to repeat it
"""

from __future__ import annotations

import functools
import os
import typing as t

import pytest
from hypothesis import HealthCheck, settings

# A fixture that is set up once for all inputs is what is wanted here, and a slow machine is no mistake of a test.
_QUIET = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)
for _name, _examples in (("few", 5), ("fast", 50)):
    settings.register_profile(
        _name, max_examples=_examples, derandomize=True, database=None, deadline=None, suppress_health_check=_QUIET
    )
settings.register_profile(
    "thorough",
    max_examples=3000,
    database=None,
    deadline=None,
    suppress_health_check=_QUIET,
    print_blob=True,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
_COUNT = "inputs tried"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> t.Iterator[None]:
    """Count the inputs that a property is tried with."""
    handle = getattr(getattr(item, "obj", None), "hypothesis", None)
    if handle is None:
        yield
        return
    tried, really = 0, handle.inner_test

    @functools.wraps(really)
    def counted(*args: t.Any, **kwargs: t.Any) -> t.Any:
        nonlocal tried
        tried += 1
        return really(*args, **kwargs)

    handle.inner_test = counted
    try:
        yield
    finally:
        handle.inner_test = really
        item.user_properties.append((_COUNT, tried))


def pytest_terminal_summary(terminalreporter: t.Any) -> None:
    """The number of properties and inputs, also of a run by several processes."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    tried = [
        value
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == _COUNT
    ]
    if tried:
        terminalreporter.write_line(f"{len(tried)} properties were tried with {sum(tried)} inputs")
