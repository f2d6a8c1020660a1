"""Texts as AWX hands them to a job, and those of which ansible-core 2.19 then makes something else."""

from __future__ import annotations

from typing import Any

import yaml

# Parsed again as YAML, each of them is another type or equals another of them.
UNLIKE_TEXTS = (
    *("2024-01-31", "2024-13-45", "1.1", "1.10", "0123", "83", "22_04", "2204"),
    *("yes", "on", "null", "1e3", "0x1F", "~", ".inf", "="),
)


class Untrusted(yaml.SafeDumper):
    """Every text, keys too, as `!unsafe`."""

    def represent_data(self, data: Any) -> Any:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)
