"""Convert values of variables and surveys to the types of options.

A survey sends strings, and ansible-core 2.19 and later parse some of them as YAML: null, a boolean, a number, a date. Each type
therefore accepts its own values, strings, and the values that YAML makes of such strings. Ambiguous values are refused. Quotes
within the string keep it unchanged, as in an answer '1.10'.
"""

from __future__ import annotations

import datetime
import json
import re
import typing as t

from .._resources.errors import InvalidRequest
from .._resources.fields import FLAG
from .._resources.names import check_keys
from .._resources.regions import split_names

_NULL = "tag:yaml.org,2002:null"
_NOTHING = ("", "null", "~")
_QUOTES = "put it in quotes. In a survey or the variables of AWX they are part of the text: '1.10'."
Argument = t.Mapping[str, t.Any]


def unset(value: t.Any) -> bool:
    """Whether a value says nothing: null, blank, or the text that YAML reads as null."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _NOTHING)


def unquoted(value: t.Any) -> t.Any:
    """A text without the one pair of quotes around it; anything else as it is."""
    if isinstance(value, str) and (quoted := re.fullmatch(r"""\s*(?:'([^']*)'|"([^"]*)")\s*""", value)):
        return quoted[1] or quoted[2] or ""
    return value


def typed(value: t.Any, argument: Argument, where: str) -> t.Any:
    """`value` as an argument of an argument spec wants it; None if it says nothing. `where` names it in an error."""
    value = value.isoformat() if isinstance(value, datetime.date) else unquoted(value)
    if unset(value):
        return None
    result = _READERS[argument.get("type", "str")](value, argument, where)
    choices = {choice.lower(): choice for choice in argument.get("choices") or ()}
    if choices and str(result).lower() not in choices:
        raise InvalidRequest(f"{where}: {result!r} is not one of {', '.join(choices.values())}.")
    return choices[str(result).lower()] if choices else result


def _text(value: t.Any, _argument: Argument, where: str) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        raise InvalidRequest(f"{where}: YAML has read the text as {str(value).lower()}; {_QUOTES}")
    if isinstance(value, float):
        raise InvalidRequest(f"{where}: YAML has read the text as the number {value}, and 1.10 as 1.1; {_QUOTES}")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if not isinstance(value, int):
        raise InvalidRequest(f"{where}: {value!r} is not a text.")
    return str(value)


def _number(value: t.Any, argument: Argument, where: str) -> str:
    """A version's number. Of what YAML has made of one, its own reader says best how to write it."""
    return str(value) if isinstance(value, (bool, float)) else _text(value, argument, where)


def _flag(value: t.Any, _argument: Argument, where: str) -> bool:
    return FLAG.wanted(value, where)


def _integer(value: t.Any, _argument: Argument, where: str) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?\d{1,40}(\.0+)?", text, re.ASCII):
        raise InvalidRequest(f"{where}: {value!r} is not a whole number.")
    return int(text.partition(".")[0])


def structure(text: str, where: str) -> t.Any:
    """The mapping or list that a text spells in JSON or YAML; scalars in it stay text, null apart."""
    if text[:1] in "{[":
        try:
            return json.loads(text, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError):
            pass  # YAML's own spelling, {name: x}
    try:
        import yaml
    except ImportError:
        raise InvalidRequest(f"{where}: PyYAML is needed to read {text[:60]!r}. Install it, or write JSON.") from None

    class Plain(yaml.BaseLoader):
        """Makes text of every scalar, whatever it looks like or is tagged as, and takes no aliases, which may go round."""

        def compose_node(self, parent: t.Any, index: t.Any) -> t.Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("aliases are not taken here")
            return super().compose_node(parent, index)

    Plain.add_implicit_resolver(_NULL, re.compile("(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
    Plain.add_constructor(_NULL, lambda _loader, _node: None)
    try:
        return yaml.load(text, Plain)
    except (yaml.YAMLError, RecursionError) as error:
        problem = "it is nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())
        raise InvalidRequest(f"{where}: {text[:60]!r} is neither JSON nor YAML: {problem}.") from None


def _mapping(value: t.Any, argument: Argument, where: str) -> dict[str, t.Any]:
    given = value
    if isinstance(value, str):
        value = structure(value.strip(), where)
    if not isinstance(value, dict):
        raise InvalidRequest(
            f"{where}: {given!r} is not a mapping. Give one, or its JSON or YAML as text such as {{name: x, other: y}}."
        )
    options = argument.get("options")
    if options is None:
        return {unquoted(key): unquoted(item) for key, item in value.items()}
    read = {key: typed(item, options[key], f"{where}.{key}") for key, item in check_keys(value, options, where).items()}
    return {key: item for key, item in read.items() if item is not None}


def _list(value: t.Any, argument: Argument, where: str) -> list[t.Any]:
    """The items of a list or of text: JSON, YAML, or words. If there is a comma or line break only those separate."""
    regions = argument.get("elements") == "raw"
    if isinstance(value, str):
        text = value.strip()
        if text[:1] in "[{" or re.match(r"-\s", text):
            value = structure(text, where)
        elif re.search(r"[,\n]", text):
            value = re.split(r"[,\n]", text)
        else:
            value = split_names(text, where) if regions else text.split()
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, (list, tuple)):
        raise InvalidRequest(
            f"{where}: {value!r} is not a list. Give a list, or names with spaces or commas between them."
        )
    items = [item for item in map(unquoted, value) if not unset(item)]
    if regions:
        return [item.strip() if isinstance(item, str) else item for item in items]
    return [_text(item, argument, where) for item in items]


def _raw(value: t.Any, argument: Argument, where: str) -> t.Any:
    """An id, a name, or a mapping, which may be text too."""
    if isinstance(value, dict):
        return value
    text = _text(value, argument, where)
    if "\n" in text or re.match(r"\{|[A-Za-z_]+:\s", text):
        return _mapping(text, argument, where)
    return text


_READERS: dict[str, t.Callable[[t.Any, Argument, str], t.Any]] = {
    "str": _text,
    "number": _number,
    "bool": _flag,
    "int": _integer,
    "dict": _mapping,
    "list": _list,
    "raw": _raw,
}
