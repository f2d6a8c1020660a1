"""One table of fields for each resource, the source of its options, request bodies, comparisons and returned values."""

from __future__ import annotations

import copy
import dataclasses
import typing as t

from . import field_types
from .resource_id import parse_id
from .tags import merge_tags, no_tag, read_tags

Body = dict[str, t.Any]
STR, ENUM, INT = field_types.StrType(), field_types.EnumType(), field_types.IntType()
REGION, DATE, SET, FEATURES = (
    field_types.RegionType(),
    field_types.DateType(),
    field_types.SetType(),
    field_types.FeaturesType(),
)


@dataclasses.dataclass(frozen=True)
class Field:
    """One property of a resource.

    `path` is the option and the returned key (`purchase_plan.name` is the suboption `name`), `arm` its place in Azure's body.
    `fixed` is empty for a mutable field, or else the reason. Only Azure sets `computed` fields.
    """

    path: str
    arm: str
    kind: field_types.StrType = STR
    fixed: str = ""
    computed: bool = False
    argument: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    def have(self, body: t.Mapping[str, t.Any]) -> t.Any:
        """Azure's own value, or None."""
        value: t.Any = body
        for step in self.arm.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def put(self, body: Body, value: t.Any) -> None:
        """Write an Azure value at this field's place."""
        *steps, last = self.arm.split(".")
        for step in steps:
            body[step] = body.get(step) or {}  # Azure may return null for properties that were never sent
            body = body[step]
        body[last] = value


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
            option, _dot, suboption = field.path.partition(".")
            value = params.get(option)
            if suboption:
                value = (value or {}).get(suboption)
            if value is not None and not field.computed:
                result[field.path] = field.kind.wanted(value, field.path)
        if params.get("tags") is not None:
            tags = read_tags(params["tags"])
            result["tags"] = {key: value for key, value in tags.items() if not self.own_tag(key)}
        return result

    def differences(self, body: Body, wanted: t.Mapping[str, t.Any], append_tags: bool = True) -> list[Change]:
        """The differences between `body` and the request."""
        changes = []
        for field in self.fields:
            if field.path not in wanted:
                continue
            have, want = field.have(body), wanted[field.path]
            if not field.kind.same(have, want):
                before, after = field.kind.shown(have), field.kind.shown(self._next(field, have, want))
                fixed = "" if field.kind.may_change(have, want) else field.fixed
                changes.append(Change(field.path, before, after, fixed))
        if "tags" in wanted:
            before = body.get("tags") or {}
            after = merge_tags(before, wanted["tags"], append_tags, self.own_tag)
            if before != after:
                changes.append(Change("tags", before, after))
        return changes

    @staticmethod
    def _next(field: Field, have: t.Any, want: t.Any) -> t.Any:
        kind = field.kind
        return kind.merged(have, want) if isinstance(kind, field_types.FeaturesType) else kind.sent(want)

    def applied(self, body: Body, wanted: t.Mapping[str, t.Any], append_tags: bool = True) -> Body:
        """`body` with the requested values; for an empty body, the body of a create."""
        result = copy.deepcopy(body)
        for field in self.fields:
            if field.path in wanted:
                have = field.have(body)
                if not body or not field.kind.same(have, wanted[field.path]):
                    field.put(result, self._next(field, have, wanted[field.path]))
        if "tags" in wanted:
            result["tags"] = merge_tags(body.get("tags") or {}, wanted["tags"], append_tags, self.own_tag)
        return result

    def shape(self, body: Body) -> dict[str, t.Any]:
        """The resource as modules return it: keyed by option names, all keys present, None if Azure has no value."""
        rid = parse_id(body["id"], self.kind)
        result: dict[str, t.Any] = {"id": body["id"], "name": rid.name, "resource_group": rid.resource_group}
        result.update(zip(self.names[:-1], rid.names[:-1], strict=True))
        for field in self.fields:
            option, _dot, suboption = field.path.partition(".")
            value = field.kind.shown(field.have(body))
            if suboption:
                group = result[option] if isinstance(result.get(option), dict) else {}
                group[suboption] = value
                result[option] = group
            else:
                result[option] = value
        for option, value in result.items():
            if isinstance(value, dict) and value and all(item is None for item in value.values()):
                result[option] = None
        result["tags"] = dict(body.get("tags") or {})
        result["provisioning_state"] = (body.get("properties") or {}).get("provisioningState")
        return result
