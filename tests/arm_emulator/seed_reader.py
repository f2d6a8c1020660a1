"""Reading a seed: one object at a time, with the place of every mistake."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import regions
from .clock import parse_instant
from .messages import Json

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


class SeedError(ValueError):
    """A seed that cannot be understood; the message names the place."""


class Reader:
    """Reads one object of the seed and names the place of every mistake."""

    def __init__(self, value: object, place: str, known: str) -> None:
        if not isinstance(value, Mapping):
            raise SeedError(f"{place}: must be an object, is {_kind(value)}")
        names = known.split()
        for name in value:
            if name not in names:
                raise SeedError(f"{place}: unknown key '{name}' (known: {', '.join(names)})")
        self._value = value
        self.place = place

    def __contains__(self, name: str) -> bool:
        return self._value.get(name) is not None

    def raw(self, name: str) -> Any:
        """A value as it is."""
        return self._value.get(name)

    def text(self, name: str, default: str | None = None) -> str:
        """A text that must not be empty."""
        value = self._value.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise SeedError(f"{self.place}.{name}: must be a text that is not empty, is {_kind(value)}")
        return value

    def number(self, name: str, default: float | None = None, lowest: float = 0) -> float:
        """A number."""
        value = self._value.get(name, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or value < lowest:
            raise SeedError(f"{self.place}.{name}: must be a number of at least {lowest}, is {_kind(value)}")
        return value

    def whole(self, name: str, default: int | None = None, lowest: int = 0) -> int:
        """A whole number."""
        value = self.number(name, default, lowest)
        if int(value) != value:
            raise SeedError(f"{self.place}.{name}: must be a whole number, is {value}")
        return int(value)

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of several words, in any case."""
        value = str(self._value.get(name, default))
        for word in allowed:
            if word.lower() == value.lower():
                return word
        raise SeedError(f"{self.place}.{name}: must be one of {', '.join(allowed)}, is '{value}'")

    def region(self, name: str, default: str | None = None) -> str:
        """A region, in any spelling."""
        value = self.text(name, default)
        if not regions.known(value):
            raise SeedError(f"{self.place}.{name}: no such region: '{value}'")
        return regions.short(value)

    def instant(self, name: str, default: float) -> float:
        """A date, in seconds since the epoch."""
        if name not in self:
            return default
        moment = parse_instant(self.text(name))
        if moment is None:
            raise SeedError(f"{self.place}.{name}: must be a date, is '{self.raw(name)}'")
        return moment

    def entries(self, name: str) -> list[tuple[Any, str]]:
        """A list, each entry with its place."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise SeedError(f"{self.place}.{name}: must be a list, is {_kind(value)}")
        return [(entry, f"{self.place}.{name}[{index}]") for index, entry in enumerate(value)]

    def tags(self, body: Json) -> None:
        """Tags into a body."""
        value = self._value.get("tags")
        if value is None:
            return
        if not isinstance(value, Mapping):
            raise SeedError(f"{self.place}.tags: must be an object, is {_kind(value)}")
        body["tags"] = {str(tag): str(text) for tag, text in value.items()}


def _kind(value: object) -> str:
    return "missing" if value is None else f"{type(value).__name__} {value!r}"[:80]


def load(path: Path) -> Json:
    """A seed file: JSON, or YAML if PyYAML is installed."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SeedError(f"seed {path}: {error.strerror}") from None
    try:
        document = json.loads(text)
    except ValueError as error:
        document = _yaml(path, text, error)
    if not isinstance(document, dict):
        raise SeedError(f"seed {path}: must hold an object, holds {_kind(document)}")
    return document


def _yaml(path: Path, text: str, error: ValueError) -> Any:
    if path.suffix.lower() not in (".yml", ".yaml"):
        raise SeedError(f"seed {path}: not JSON: {error}") from None
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise SeedError(f"seed {path}: YAML needs PyYAML, which is not installed; write it as JSON") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise SeedError(f"seed {path}: not YAML: {' '.join(str(problem).split())}") from None


TOP = """subscriptions tenants clients resource_groups images galleries definitions versions sources
    providers_unregistered faults page_size retry_after token_seconds late_regions replication_seconds
    operation_seconds"""
