"""From a failed sign-in to an error with advice, by Microsoft Entra's code and by the kind of credentials."""

from __future__ import annotations

import re
import typing as t

from ..._resources.errors import GalleryError, SignInFailed, Unavailable
from ..._resources.text import one_line, shorten
from .. import sdk
from ..advice import find_advice
from ..lost_answer import from_transport, is_certificate, root_causes
from .certificates import Trust
from .clouds import Cloud
from .credentials import Chosen
from .secrets import hidden
from .sign_in import RetryAfterHook

# A refusal begins with a code of Microsoft Entra or AD FS, or with one of OAuth.
_REFUSAL = re.compile(
    r"((?:AADSTS|MSIS)\d+|\b(?:invalid_\w+|unauthorized_client|unsupported_grant_type|access_denied)\b)[^\r\n]*"
)
# The command that the Azure CLI asks its user to run; a claims challenge in it is long.
_COMMAND = re.compile(r"""\baz (?:login|account set)(?: --[\w-]+(?:[ =]["']?[^\s"'-][^\s"']*["']?)?)+""")
_LONGEST, _LONGEST_COMMAND = 400, 1500
# Temporary: Microsoft Entra's directory cannot be reached, or receives too many requests.
_TEMPORARY = ("AADSTS90033", "AADSTS90055")
_NO_ANSWER = (
    "Microsoft Entra did not send this answer. Check proxies (HTTPS_PROXY, NO_PROXY), sign-in pages of the network, and "
    "cloud_environment, and run this again."
)
# They ask a program or an endpoint of the machine, and repeat by themselves.
_OF_THIS_MACHINE = ("cli", "managed_identity")


def failed(
    exc: BaseException,
    chosen: Chosen,
    cloud: Cloud,
    trust: Trust,
    hook: RetryAfterHook | None = None,
    other_cloud: t.Callable[[], str] = str,
) -> GalleryError:
    """The error for a credential that gave no token; `other_cloud` is a sentence where az is signed in to another cloud."""
    if isinstance(exc, GalleryError):
        return exc
    what = _what(chosen, cloud)
    if chosen.kind not in _OF_THIS_MACHINE and _without_answer(exc):
        return from_transport(exc, what, cloud.authority, trust)
    texts = [hidden(str(cause), chosen) for cause in root_causes(exc)]
    refusal = next(filter(None, map(_REFUSAL.search, texts)), None)
    said = _said(refusal[0] if refusal and chosen.kind != "managed_identity" else texts[0])
    code = refusal[1] if refusal else None
    if chosen.kind not in _OF_THIS_MACHINE and (code is None or code in _TEMPORARY):
        wait = hook.seconds if hook else None
        return Unavailable(f"{what}: {said}. {_NO_ANSWER}", code=code, azure_message=said, retry_after=wait)
    advice = other_cloud() or _advice(chosen.kind, code, texts)
    passed_over = f" Passed over: {'; '.join(chosen.tried)}." if chosen.tried and chosen.kind == "cli" else ""
    return SignInFailed(f"{what}: {said}. {advice}{passed_over}", code=code, azure_message=said)


def _what(chosen: Chosen, cloud: Cloud) -> str:
    """What was tried. Nothing of this collection asks the cloud's authority where the machine signs in by itself."""
    if chosen.kind in _OF_THIS_MACHINE:
        return f"Could not get a token {'from' if chosen.kind == 'cli' else 'for'} {chosen.source}"
    return f"Could not sign in to {cloud.authority} with the credentials of {chosen.source}"


def _without_answer(exc: BaseException) -> bool:
    core = sdk.core_exceptions
    return isinstance(exc, (core.ServiceRequestError, core.ServiceResponseError)) or is_certificate(exc)


def _said(text: str) -> str:
    """One line without the ids that Entra adds, and without the command, which the advice repeats whole."""
    # azure-identity blames a missing answer of the endpoint before it repeats the endpoint's answer.
    text = one_line(text).split(" Trace ID:")[0].rpartition("Token request error: ")[2]
    text = _COMMAND.sub("az login", text)
    return shorten(text, _LONGEST).strip().rstrip(".")


def _advice(kind: str, code: str | None, texts: t.Sequence[str]) -> str:
    command = next(filter(None, map(_COMMAND.search, texts)), None) if kind == "cli" else None
    if command:
        return f"Run: {shorten(command[0].strip(), _LONGEST_COMMAND)}"
    messages = texts if kind == "managed_identity" else ("",)
    return find_advice([(code or "", message) for message in messages], kind)
