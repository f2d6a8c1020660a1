# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTML and SVG whose text is escaped in one place: what is no Markup is no markup, and an element takes nothing else."""

from __future__ import annotations

import html
import typing as t

from .report_text import printable

_VOID = {"meta", "input", "link", "br"}
_SHORT_FORM = {"rect", "line"}  # SVG without content


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def text(value: t.Any) -> Markup:
    """Any text, escaped; what would steer the browser or the direction of writing is made visible."""
    return Markup(html.escape(printable(value), quote=True))


def element(tag: str, *content: Markup, **attributes: t.Any) -> Markup:
    """An element. Attributes that are None are left out; `class_`, `data_text` and the like are spelled class, data-text."""
    given = "".join(_attribute(name, value) for name, value in attributes.items() if value is not None)
    for part in content:
        if not isinstance(part, Markup):
            raise TypeError(f"<{tag}>: {part!r} is not escaped")
    if tag in _VOID:
        return Markup(f"<{tag}{given}>")
    if tag in _SHORT_FORM and not content:
        return Markup(f"<{tag}{given}/>")
    return Markup(f"<{tag}{given}>{''.join(content)}</{tag}>")


def _attribute(name: str, value: t.Any) -> str:
    spelled = name.rstrip("_").replace("_", "-")
    return f" {spelled}" if value is True else f' {spelled}="{text(value)}"'
