"""Why something is refused: a rule's name, its class, and a sentence for the user."""

from __future__ import annotations

import typing as t

from .errors import InvalidRequest

# A refusal ends with time or by an owner; a doubt needs a person who looks at it.
REFUSED, DOUBT = "refused", "doubt"
_NAMED = 3
Facts = t.TypeVar("Facts")


class Refusal(t.NamedTuple):
    """One reason."""

    reason: str
    kind: str
    message: str

    def returned(self) -> dict[str, str]:
        """As an item of `refusals`."""
        return {"reason": self.reason, "class": self.kind, "message": self.message}


class Rule(t.NamedTuple, t.Generic[Facts]):
    """One row of a table: the reason, its class, and the test, which returns the sentence for the user or None."""

    reason: str
    kind: str
    test: t.Callable[[Facts], str | None]


def refusals(rules: t.Iterable[Rule[Facts]], facts: Facts) -> list[Refusal]:
    """Every reason that applies, in the table's order."""
    found = ((rule, rule.test(facts)) for rule in rules)
    return [Refusal(rule.reason, rule.kind, text) for rule, text in found if text]


def class_of(found: t.Iterable[Refusal]) -> str:
    """`doubt` if one of them is a doubt."""
    return DOUBT if any(one.kind == DOUBT for one in found) else REFUSED


def refused(
    what: str, found: t.Sequence[Refusal], state: str = "Nothing was written.", **details: t.Any
) -> InvalidRequest:
    """The error with the first reasons as text and all of them as data.

    `what` is a sentence about what was not done, `state` one about what was written by then.
    """
    more = f" And {len(found) - _NAMED} more, see refusals." if len(found) > _NAMED else ""
    sentences = " ".join(one.message for one in found[:_NAMED])
    return InvalidRequest(
        f"{what} {sentences}{more} {state}",
        refusal=class_of(found),
        refusals=[one.returned() for one in found],
        **details,
    )
