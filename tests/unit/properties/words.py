"""What a message has to be like: it names what is wrong with which value, in words, and is not longer than one reads."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._resources.errors import InvalidRequest

LONGEST = 3000
# What Python says to programmers.
_NOISE = re.compile(r"<class|NoneType|Traceback| object at 0x|<built-in|Error\(|codec can't")
_WORD = re.compile(r"[A-Za-z0-9]+")
_TAG = re.compile(r"^\s*!!\w+\s")  # of YAML: no part of the value
T = t.TypeVar("T")


def check_words(message: str, value: t.Any = None) -> None:
    """Fail for a message that no user should get, about a value of his."""
    assert message.strip() == message
    assert len(message) <= LONGEST, f"{len(message)} characters: {message[:200]}"
    given = repr(value)
    noise = [found for found in _NOISE.findall(message) if found not in given]
    assert not noise, message[:500]
    assert names_value(message, value), f"{message[:500]} says nothing of {given[:200]}"


def names_value(message: str, value: t.Any) -> bool:
    """Whether the first word of some part of the value, or the name that an id ends with, stands in the message.

    A part without a letter or digit cannot.
    """
    leaves = list(_leaves(value))
    ends = {part.rpartition("/")[2] for part in leaves if "/" in part}
    parts = [_WORD.search(ascii(_TAG.sub("", part[:40]))) for part in leaves]
    said = ascii(message).lower()
    if not all(parts) or not parts or any(end and ascii(end)[1:-1].lower() in said for end in ends):
        return True
    return any(part and part[0][:20].lower() in said for part in parts)


def _leaves(value: t.Any) -> t.Iterator[str]:
    if value in ({}, [], (), set()):
        yield ""
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (*_leaves(key), *_leaves(item))
    elif isinstance(value, (list, tuple, set)):
        for item in value:
            yield from _leaves(item)
    elif value is None or isinstance(value, float):
        yield ""  # a float may have become an integer on its way
    else:
        yield str(value).strip()


def refusal(value: t.Any, read: t.Callable[[], T], begins: str = "") -> T | None:
    """What `read` gives; None where it refuses `value` with a message as it should be."""
    try:
        return read()
    except InvalidRequest as error:
        refused = error.message
    assert refused.startswith(begins), refused[:200]
    check_words(refused, value)
    return None
