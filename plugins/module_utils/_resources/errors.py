"""The exceptions of this collection.

Every failure that is reported to users is one of these. `_arm/errors.py` creates them from Azure's responses, and the runner
converts them to a failed result. Messages and details are made printable and bounded here.
"""

from __future__ import annotations

import typing as t

from . import text


class GalleryError(Exception):
    """A failure with a message for the user; `details` become keys of the failed result."""

    def __init__(self, message: str, **details: t.Any) -> None:
        self.message = text.message(message)
        super().__init__(self.message)
        self.details: dict[str, t.Any] = text.clean(details)


class InvalidRequest(GalleryError):
    """The request is invalid, by itself or for the existing resource. Nothing was written."""


class NotReady(GalleryError):
    """A wait did not succeed: it timed out, or the resource failed or was deleted."""


class RunEnded(GalleryError):
    """Ansible's main process has ended, so no further request may be sent."""

    def __init__(self) -> None:
        super().__init__("Ansible's main process has ended. No further request is sent to Azure.")


class AzureError(GalleryError):
    """Azure returned an error, with its code, message and request ID.

    `more` holds other parts of the error (details, policies) for `azure_error`.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        azure_message: str | None = None,
        request_id: str | None = None,
        target: str | None = None,
        retry_after: float | None = None,
        more: t.Mapping[str, t.Any] | None = None,
        **details: t.Any,
    ) -> None:
        azure = {
            "status": status,
            "code": code,
            "message": azure_message,
            "request_id": request_id,
            "target": target,
            **(more or {}),
        }
        known = {key: value for key, value in azure.items() if value is not None}
        super().__init__(message, **({"azure_error": known} if known else {}), **details)
        self.status, self.code, self.azure_message = status, code, azure_message
        self.request_id, self.retry_after = request_id, retry_after


class NotFound(AzureError):
    """404 for a resource that must exist: a parent, a resource group, a subscription."""


class Conflict(AzureError):
    """409: the current state of a resource forbids it, temporarily or permanently."""


class Denied(AzureError):
    """403."""


class Throttled(AzureError):
    """429 for longer than the deadline allowed."""


class SignInFailed(AzureError):
    """Could not get a token, or Azure does not accept it."""


class Unavailable(AzureError):
    """No usable response: unreachable, not trusted, 5xx, not JSON, incomplete."""


class UnexpectedResponse(AzureError):
    """A complete response with invalid content, so that a retry does not help."""
