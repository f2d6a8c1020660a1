"""The one place where Azure's error answers become this collection's errors.

A message says what was tried on which id, what Azure said and what to do; Azure's code, the HTTP status and the request id stand
last. URLs of operations, their signatures, headers, bodies and tokens are never in one.
"""

from __future__ import annotations

import typing as t

from .._resources import errors
from .advice import EMPTY, NOT_JSON, advice_for
from .answer import Answer
from .reported_error import ReportedError, read_error

_CLASSES: dict[int, type[errors.AzureError]] = {
    401: errors.SignInFailed,
    403: errors.Denied,
    404: errors.NotFound,
    408: errors.Unavailable,
    409: errors.Conflict,
    429: errors.Throttled,
}


def from_answer(answer: Answer, what: str, tries: int = 1) -> errors.AzureError:
    """The error for an answer with an error status, or with a good one whose body cannot be read.

    `what` begins the message ("Could not read gallery /subs…").
    """
    error, kind = read_error(answer.error()), _CLASSES.get(answer.status, errors.AzureError)
    if answer.ok or not (error.code or error.message):
        needs_body = answer.ok or answer.status == 404
        error = ReportedError(NOT_JSON if needs_body or answer.content.strip() else EMPTY, answer.described())
        kind = errors.Unavailable if needs_body else kind
    said = error.message or "Azure gave no reason"
    code = "" if error.code in (NOT_JSON, EMPTY) else error.code
    facts = [code, f"HTTP {answer.status}", f"request id {answer.request_id}" if answer.request_id else ""]
    facts.append(f"after {tries} tries" if tries > 1 else "")
    advice = advice_for(error, what, answer.status, answer.retry_after, answer.credential)
    return (errors.Unavailable if answer.status >= 500 else kind)(
        _message(what, said, [*error.additions, advice], facts),
        status=answer.status,
        code=code or None,
        azure_message=said,
        request_id=answer.request_id,
        target=error.target,
        retry_after=answer.retry_after,
        more=error.as_result(),
    )


def from_operation(body: dict[str, t.Any], what: str) -> errors.AzureError:
    """The error of a failed operation, from the body of ArmClient.operation; `what` begins the message, unless it is empty."""
    given = body.get("error")
    error = read_error(given if isinstance(given, dict) else {})
    said = error.message or f"the operation ended as {body.get('status')}, with no reason given"
    facts = [error.code, f"operation {body['name']}" if body.get("name") else ""]
    kind = errors.Conflict if error.code in ("Conflict", "PropertyChangeNotAllowed") else errors.AzureError
    return kind(
        _message(what, said, [*error.additions, advice_for(error, what)], facts),
        code=error.code or None,
        azure_message=said,
        request_id=body.get("name"),
        target=error.target,
        more=error.as_result(),
    )


def _message(what: str, said: str, additions: t.Iterable[str], facts: t.Iterable[str]) -> str:
    """What failed and why, what to do, and last in parentheses what Azure's support asks for."""
    sentences = [f"{what}: {said}" if what else said, *additions]
    text = " ".join(_sentence(sentence) for sentence in sentences if sentence.strip())
    known = ", ".join(fact for fact in facts if fact)
    return f"{text.rstrip('.')} ({known})." if known else text


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text[-1] in ".!?" else f"{text}."
