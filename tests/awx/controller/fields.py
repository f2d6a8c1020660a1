"""What a kind of objects in AWX's API is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Field:
    """A field of a kind. `shown` ones cannot be written; `hidden` ones are not returned, but queries can use them."""

    type: str
    default: Any = None
    required: bool = False
    longest: int | None = None
    choices: tuple[Any, ...] = ()
    target: str = ""  # of an id: the endpoint of what it is the id of


def text(default: str | None = "", longest: int | None = None, required: bool = False) -> Field:
    return Field("text", default, required, longest)


def flag(default: bool | None = False) -> Field:
    return Field("flag", default)


def number(default: int | None = 0) -> Field:
    return Field("number", default)


def choice(*choices: Any, default: Any = "", required: bool = False) -> Field:
    return Field("choice", default, required, choices=choices)


def ref(target: str, required: bool = False) -> Field:
    return Field("id", None, required, target=target)


def data(default: Any) -> Field:
    return Field("data", default)


def shown(default: Any = None) -> Field:
    return Field("shown", default)


def hidden(target: str) -> Field:
    return Field("hidden", target=target)


ROLES = {
    "admin_role": ("Admin", "Can manage all aspects of the {}"),
    "execute_role": ("Execute", "May run the {}"),
    "use_role": ("Use", "Can use the {} in a job template"),
    "update_role": ("Update", "May update the {}"),
    "adhoc_role": ("Ad Hoc", "May run ad hoc commands on the {}"),
    "read_role": ("Read", "May view settings for the {}"),
    "approval_role": ("Approve", "Can approve or deny a workflow approval node"),
}
_ALL_OF = ("project", "inventory", "credential", "workflow", "notification", "job template", "execution environment")
ORGANIZATION_ROLES = {
    "admin_role": ("Admin", "Can manage all aspects of the organization"),
    "execute_role": ("Execute", "May run any executable resources in the organization"),
    **{
        f"{name.replace(' ', '_')}_admin_role": (f"{name.title()} Admin", f"Can manage all {name}s of the organization")
        for name in _ALL_OF
    },
    "inventory_admin_role": ("Inventory Admin", "Can manage all inventories of the organization"),
    "auditor_role": ("Auditor", "Can view all aspects of the organization"),
    "member_role": ("Member", "User is a member of the organization"),
    "read_role": ("Read", "May view settings for the organization"),
    "approval_role": ("Approve", "Can approve or deny a workflow approval node"),
}
USERS_ONLY = ("admin_role", "member_role")  # of an organization


@dataclass(frozen=True)
class Kind:
    endpoint: str
    type: str
    fields: dict[str, Field]
    links: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    abilities: tuple[str, ...] = ("edit", "delete")
    sequence: str = ""  # what shares its ids
    identity: tuple[str, ...] = ()  # what its named URL is made of; none: it has no such URL
    associations: dict[str, str] = field(default_factory=dict)  # link: endpoint of what can be put there
    job: str = ""  # what a template makes

    @property
    def words(self) -> str:
        return self.type.replace("_", " ")


NOTIFICATIONS = tuple(f"notification_templates_{event}" for event in ("started", "success", "error"))
NAMED = {"name": text(longest=512, required=True), "description": text()}
ENVIRONMENT = {"custom_virtualenv": shown()}
