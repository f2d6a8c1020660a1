# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, as this collection's own exceptions.

Every failure that a user meets is one of these; `_arm/errors.py` makes them of Azure's answers, and the glue turns them into a
failed result. A message says what was tried on which id, what is wrong, and what to do.
"""

from __future__ import annotations

import typing as t

_HEAD, _TAIL = 1400, 600  # what is kept of a text that is too long to be read: what is wrong, and what to do


def shorten(text: str) -> str:
    """A text for people; of one that a huge value or list has made too long, the beginning and the end."""
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} … {text[-_TAIL:]}"


class GalleryError(Exception):
    """A failure with a message for the user; `details` become keys of the failed result."""

    def __init__(self, message: str, **details: t.Any) -> None:
        super().__init__(shorten(message))
        self.message = shorten(message)
        self.details = details


class InvalidRequest(GalleryError):
    """The task, or what exists, forbids it. Nothing was written."""


class NotReady(GalleryError):
    """A wait ended without what it waited for: too late, failed, or gone."""


class RunEnded(GalleryError):
    """Ansible's main process is gone, so nothing more may be asked or written."""

    def __init__(self) -> None:
        super().__init__("Ansible's main process has ended, so nothing more is asked of Azure.")


class AzureError(GalleryError):
    """Azure answered with an error, which keeps its code, message and request id."""

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
        **details: t.Any,
    ) -> None:
        azure = {
            "status": status,
            "code": code,
            "message": azure_message,
            "request_id": request_id,
            "target": target,
        }
        known = {key: value for key, value in azure.items() if value is not None}
        super().__init__(message, **({"azure_error": known} if known else {}), **details)
        self.status = status
        self.code = code
        self.azure_message = azure_message
        self.request_id = request_id
        self.target = target
        self.retry_after = retry_after


class NotFound(AzureError):
    """404 where something had to be there: a parent, a resource group, a subscription."""


class Conflict(AzureError):
    """409: what exists forbids it, now or for good."""


class Denied(AzureError):
    """403."""


class Throttled(AzureError):
    """429 for longer than the deadline allowed."""


class SignInFailed(AzureError):
    """No token, or one that Azure does not accept."""


class Unavailable(AzureError):
    """No usable answer: unreachable, not trusted, 5xx, not JSON, cut short."""


class UnexpectedResponse(AzureError):
    """A whole answer that says of a resource what none can be; asking again changes nothing."""
