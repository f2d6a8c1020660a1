"""One table of fields for each resource, the source of its options, request bodies, comparisons and returned values."""

from __future__ import annotations

import copy
import dataclasses
import typing as t

from . import field_types
from .resource_id import parse_id
from .tags import merge_tags, no_tag, read_tags

Body = dict[str, t.Any]
STR, ENUM, INT = field_types.FieldType(), field_types.FieldType(cased=False), field_types.FieldType("int")
FLAG, COUNT = field_types.FlagType("bool"), field_types.CountType("int")
REGION, DATE = field_types.RegionType(), field_types.DateType()
SET, FEATURES = field_types.SetType("list"), field_types.FeaturesType("dict")


def value_at(mapping: t.Any, path: str) -> t.Any:
    """The value at a dotted path, or None."""
    for step in path.split("."):
        mapping = mapping.get(step) if isinstance(mapping, dict) else None
    return mapping


def put_at(mapping: dict[str, t.Any], path: str, value: t.Any) -> None:
    """Write a value at a dotted path, with the mappings on the way."""
    *steps, last = path.split(".")
    for step in steps:
        mapping[step] = mapping.get(step) or {}  # Azure may return null for properties that were never sent
        mapping = mapping[step]
    mapping[last] = value


@dataclasses.dataclass(frozen=True)
class Field:
    """One property of a resource.

    `path` is the option and the returned key (`purchase_plan.name` is the suboption `name`), `arm` its place in Azure's body.
    `fixed` is empty for a mutable field, or else the reason. Only Azure sets `computed` fields.
    """

    path: str
    arm: str
    kind: field_types.FieldType = STR
    fixed: str = ""
    computed: bool = False
    argument: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    def have(self, body: t.Mapping[str, t.Any]) -> t.Any:
        """Azure's own value, or None."""
        return value_at(body, self.arm)

    def put(self, body: Body, want: t.Any) -> None:
        """Write a value of the task at this field's place."""
        put_at(body, self.arm, self.kind.sent(want, self.have(body)))

    def shown(self, body: t.Mapping[str, t.Any]) -> t.Any:
        """Azure's value as modules return it."""
        return self.kind.shown(self.have(body))

    def difference(self, body: Body, want: t.Any, where: str = "") -> Change | None:
        """The change from the value in a body to that of the task; `where` precedes its path."""
        have = self.have(body)
        if self.kind.same(have, want):
            return None
        fixed = "" if self.kind.may_change(have, want) else self.fixed
        return Change(where + self.path, self.shown(body), self.kind.shown(self.kind.sent(want, have)), fixed)


LOCATION = Field("location", "location", REGION, fixed="Azure does not move a resource to another region.")


@dataclasses.dataclass(frozen=True)
class Change:
    """A difference between the existing and the requested value, in returned form."""

    path: str
    before: t.Any
    after: t.Any
    fixed: str = ""
    why: str = ""

    def returned(self) -> dict[str, t.Any]:
        """As an item of `changes`."""
        item = {"path": self.path, "before": self.before, "after": self.after}
        return {**item, "why": self.why} if self.why else item


@dataclasses.dataclass(frozen=True)
class Resource:
    """A kind of resource with its fields, and its tags, which all kinds share."""

    kind: str
    names: tuple[str, ...]  # options that name it, outermost first
    fields: tuple[Field, ...]
    own_tag: t.Callable[[str], bool] = no_tag  # whether this collection manages the tag

    def options(self) -> dict[str, t.Any]:
        """The argument spec of the resource's properties, without its names."""
        spec: dict[str, t.Any] = {"tags": {"type": "dict"}, "append_tags": {"type": "bool", "default": True}}
        for field in self.fields:
            if field.computed:
                continue
            option, _dot, suboption = field.path.partition(".")
            argument = {**field.kind.argument, **field.argument}
            if suboption:
                spec.setdefault(option, {"type": "dict", "options": {}})["options"][suboption] = argument
            else:
                spec[option] = argument
        return spec

    def wanted(self, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """The validated properties that the task sets, by path."""
        result: dict[str, t.Any] = {}
        for field in self.fields:
            value = value_at(params, field.path)
            if value is not None and not field.computed:
                result[field.path] = field.kind.wanted(value, field.path)
        if params.get("tags") is not None:
            tags = read_tags(params["tags"])
            result["tags"] = {key: value for key, value in tags.items() if not self.own_tag(key)}
        return result

    def differences(self, body: Body, wanted: t.Mapping[str, t.Any], append_tags: bool = True) -> list[Change]:
        """The differences between `body` and the request."""
        found = [field.difference(body, wanted[field.path]) for field in self.fields if field.path in wanted]
        changes = [change for change in found if change]
        if "tags" in wanted:
            before = body.get("tags") or {}
            after = merge_tags(before, wanted["tags"], append_tags, self.own_tag)
            if before != after:
                changes.append(Change("tags", before, after))
        return changes

    def applied(self, body: Body, wanted: t.Mapping[str, t.Any], append_tags: bool = True) -> Body:
        """`body` with the requested values; for an empty body, the body of a create."""
        result = copy.deepcopy(body)
        for field in self.fields:
            if field.path in wanted and not (body and field.kind.same(field.have(body), wanted[field.path])):
                field.put(result, wanted[field.path])
        if "tags" in wanted:
            result["tags"] = merge_tags(body.get("tags") or {}, wanted["tags"], append_tags, self.own_tag)
        return result

    def shape(self, body: Body) -> dict[str, t.Any]:
        """The resource as modules return it: keyed by option names, all keys present, None if Azure has no value."""
        rid = parse_id(body["id"], self.kind)
        result: dict[str, t.Any] = {"id": body["id"], "name": rid.name, "resource_group": rid.resource_group}
        result.update(zip(self.names[:-1], rid.names[:-1], strict=True))
        for field in self.fields:
            put_at(result, field.path, field.shown(body))
        for option, value in result.items():
            if isinstance(value, dict) and value and all(item is None for item in value.values()):
                result[option] = None
        result["tags"] = dict(body.get("tags") or {})
        result["provisioning_state"] = (body.get("properties") or {}).get("provisioningState")
        return result
