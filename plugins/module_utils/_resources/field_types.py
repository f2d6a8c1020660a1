"""Types of field values: how to parse, display, compare and send them."""

from __future__ import annotations

import re
import typing as t

from . import dates
from .errors import InvalidRequest
from .names import check_name, check_text
from .numbers import parse_number
from .regions import short_region
from .text import read_bool


class FieldType:
    """A plain value; an empty string equals an unset one. The base class of all types.

    `argument` is the type of its option. `default` is what an unset value means to Azure, `cased` whether case matters, `allowed`
    the only values that Azure has, `rule` Azure's rule for the name that it is (_resources/names.py).
    """

    def __init__(
        self,
        argument: str = "str",
        *,
        default: t.Any = None,
        cased: bool = True,
        allowed: tuple[str, ...] = (),
        rule: str = "",
    ) -> None:
        self.argument: dict[str, t.Any] = {"type": argument}
        self.default, self.cased, self.allowed, self.rule = default, cased, allowed, rule

    def wanted(self, value: t.Any, where: str) -> t.Any:
        """The validated value of the task; `where` names the option in an error."""
        if self.rule:
            return check_name(self.rule, value, where)
        if self.allowed and str(value).lower() not in map(str.lower, self.allowed):
            raise InvalidRequest(f"{where}: {value!r} is not one of {', '.join(self.allowed)}. Nothing was written.")
        return check_text(value, where) if isinstance(value, str) else value

    def shown(self, value: t.Any) -> t.Any:
        """Azure's value in the form that modules return."""
        return self.default if value is None else value

    def same(self, have: t.Any, want: t.Any) -> bool:
        """Whether Azure's value `have` equals `want` (from `wanted`)."""
        have = self.shown(have)
        if isinstance(want, str):
            have = have or ""
            return bool(have == want) if self.cased else str(have).lower() == want.lower()
        return bool(have == want)

    def sent(self, want: t.Any, have: t.Any = None) -> t.Any:
        """`want` in Azure's form, where Azure has `have`."""
        return want

    def may_change(self, have: t.Any, want: t.Any) -> bool:
        """Whether Azure allows this change of an immutable field."""
        return False


class FlagType(FieldType):
    """A boolean; unset is false to Azure."""

    def wanted(self, value: t.Any, where: str) -> bool:
        read = read_bool(value)
        if read is None:
            raise InvalidRequest(f"{where}: {value!r} is not true or false.")
        return read

    def shown(self, value: t.Any) -> bool | None:
        """Also of what is no boolean, so that what is returned can be given again."""
        return self.default if value is None else bool(value)

    def same(self, have: t.Any, want: bool) -> bool:
        return bool(have) == want


class CountType(FieldType):
    """A replica count."""

    def wanted(self, value: t.Any, where: str) -> int:
        if isinstance(value, bool) or not re.fullmatch(r"0*[1-9]\d{0,8}", str(value), re.ASCII):
            raise InvalidRequest(f"{where}: {value!r} is not a replica count. Set an integer of at least 1.")
        return int(value)


class RegionType(FieldType):
    def wanted(self, value: t.Any, where: str) -> str:
        return short_region(value, where)

    def shown(self, value: t.Any) -> t.Any:
        return short_region(value) if value else value


class DateType(FieldType):
    """An instant; a date without a time equals any instant of its UTC day."""

    def wanted(self, value: t.Any, where: str) -> dates.Instant:
        if not str(value).strip():
            raise InvalidRequest(
                f"{where}: Azure does not allow clearing the date. Set another date, or omit the option. Nothing was written."
            )
        return dates.parse_instant(value, where)

    def shown(self, value: t.Any) -> t.Any:
        return dates.format_instant(dates.parse_instant(value)) if value else None

    def same(self, have: t.Any, want: dates.Instant) -> bool:
        return bool(have) and dates.same_instant(dates.parse_instant(have), want)

    def sent(self, want: dates.Instant, have: t.Any = None) -> str:
        return dates.format_instant(want)


class SetType(FieldType):
    """A list of strings; order and case do not matter."""

    def wanted(self, value: t.Any, where: str) -> list[str]:
        if not all(word is not None and str(word).strip() for word in value):
            raise InvalidRequest(f"{where}: an item of the list is empty. Remove it. Nothing was written.")
        return [check_text(str(word), where) for word in value]

    def shown(self, value: t.Any) -> list[str]:
        return list(value or [])

    def same(self, have: t.Any, want: t.Any) -> bool:
        return {str(word).lower() for word in have or ()} == {str(word).lower() for word in want}


class FeaturesType(FieldType):
    """Azure's list of `{name, value, startsAtVersion}` as a mapping of name to value.

    The task's features are merged with the existing ones. A value may be `{value, starts_at_version}`.
    """

    def wanted(self, value: t.Any, where: str) -> dict[str, dict[str, str]]:
        """Azure's items by their names in lower case."""
        result: dict[str, dict[str, str]] = {}
        for name, item in value.items():
            place = f"{where}.{check_text(str(name), where)}"
            if str(name).lower() in result:
                raise InvalidRequest(f"{place}: the feature is named twice, ignoring case. Name each feature once.")
            result[str(name).lower()] = {"name": str(name), **self._item(item, place)}
        return result

    @staticmethod
    def _item(item: t.Any, place: str) -> dict[str, str]:
        given = item if isinstance(item, dict) else {"value": item}
        value, starts = given.get("value"), given.get("starts_at_version")
        if set(given) - {"value", "starts_at_version"} or value is None or isinstance(value, (dict, list)):
            raise InvalidRequest(
                f"{place}: {item!r} is not a feature value. Set it to a string such as TrustedLaunchSupported, "
                "or to a mapping with value and starts_at_version."
            )
        text = ("True" if value else "False") if isinstance(value, bool) else check_text(str(value), place)
        number = {} if starts is None else {"startsAtVersion": str(parse_number(starts, f"{place}.starts_at_version"))}
        return {"value": text, **number}

    def shown(self, value: t.Any) -> dict[str, t.Any]:
        result: dict[str, t.Any] = {}
        for item in value or ():
            starts = item.get("startsAtVersion")
            result[item["name"]] = {"value": item["value"], "starts_at_version": starts} if starts else item["value"]
        return result

    def same(self, have: t.Any, want: dict[str, dict[str, str]]) -> bool:
        return not self._changed(have, want)

    def sent(self, want: dict[str, dict[str, str]], have: t.Any = None) -> list[dict[str, str]]:
        """The existing features, updated with those of the task."""
        kept = [dict(item) for item in have or () if item["name"].lower() not in want]
        return [*kept, *want.values()]

    def may_change(self, have: t.Any, want: dict[str, dict[str, str]]) -> bool:
        """Azure changes a feature only with startsAtVersion."""
        return all("startsAtVersion" in item for item in self._changed(have, want))

    @staticmethod
    def _changed(have: t.Any, want: dict[str, dict[str, str]]) -> list[dict[str, str]]:
        there = {item["name"].lower(): {"startsAtVersion": None, **item} for item in have or ()}
        return [
            item
            for name, item in want.items()
            if name not in there
            or there[name]["value"].lower() != item["value"].lower()
            or item.get("startsAtVersion") not in (None, there[name]["startsAtVersion"])
        ]
