"""Runs that meet faults, are killed, lose the emulator or meet another run: one more run completes what is missing.

`pytest tests/resilience` plays a share of the trials, `pytest -m exhaustive tests/resilience` every one.
"""
