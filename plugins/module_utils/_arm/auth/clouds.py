"""Clouds: the URL of the Resource Manager, the authority to sign in at, and the scope of tokens."""

from __future__ import annotations

import typing as t
from urllib.parse import urlsplit

from ..._resources.errors import InvalidRequest, Unavailable
from .. import sdk
from ..answer import Answer
from ..api_versions import METADATA
from ..retry import OBJECT_OR_LIST, Lost, Tries
from ..task import Task
from .certificates import Trust

# A cloud does not change while a run lasts.
METADATA_AGE = 86400


class Cloud(t.NamedTuple):
    """`resource_manager` without a trailing slash; `scope` of its tokens; whether Microsoft's list of clouds knows it."""

    name: str
    resource_manager: str
    authority: str
    scope: str
    known: bool


def _known(name: str, resource_manager: str, authority: str) -> Cloud:
    return Cloud(name, resource_manager, authority, f"{resource_manager}/.default", True)


PUBLIC = _known("AzureCloud", "https://management.azure.com", "https://login.microsoftonline.com")
US_GOVERNMENT = _known("AzureUSGovernment", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us")
CHINA = _known("AzureChinaCloud", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn")
# Names as users of az, of azure.azcollection and of the SDK know them, in lower case without "_".
_NAMES = {
    "azurecloud": PUBLIC,
    "azurepubliccloud": PUBLIC,
    "azureusgovernment": US_GOVERNMENT,
    "azureusgovernmentcloud": US_GOVERNMENT,
    "azurechinacloud": CHINA,
}


def resolve_cloud(text: str | None, trust: Trust, task: Task) -> Cloud:
    """The cloud that `cloud_environment` names; the metadata of an https URL are read once a run."""
    if not text:
        return PUBLIC
    if "://" not in text:
        cloud = known_cloud(text)
        if cloud is None:
            raise InvalidRequest(
                f"cloud_environment {text!r} is not a cloud. Give AzureCloud, AzureUSGovernment, AzureChinaCloud, "
                "or the https URL of a Resource Manager."
            )
        return cloud
    url = _checked_url(text)
    known = next((cloud for cloud in _NAMES.values() if cloud.resource_manager == url), None)
    if known:
        return known
    found = task.cache.once(f"cloud:{url}", METADATA_AGE, lambda: _read_metadata(url, trust, task))
    return cloud_of_metadata(url, found)


def known_cloud(name: str) -> Cloud | None:
    """The cloud of this name in any of its spellings; None for a name that is not Microsoft's."""
    return _NAMES.get(name.replace("_", "").strip().lower())


def _checked_url(text: str) -> str:
    """The URL as scheme and host, without a trailing slash."""
    try:
        parts = urlsplit(text.strip())
    except ValueError as error:
        raise InvalidRequest(f"cloud_environment {text!r} is not a URL: {error}.") from error
    if parts.scheme.lower() != "https":
        raise InvalidRequest(
            f"cloud_environment {text!r} is not an https URL. Tokens are never sent unencrypted; "
            "use the Resource Manager's https address."
        )
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise InvalidRequest(
            f"cloud_environment {text!r} is not the URL of a Resource Manager (https://HOST or https://HOST:PORT)."
        )
    return f"https://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _read_metadata(url: str, trust: Trust, task: Task) -> t.Any:
    """The metadata of the Resource Manager at `url`, as JSON; repeated like every read."""
    sdk.require()
    what = f"Could not read what cloud {url} belongs to"

    def ask() -> Answer:
        try:
            with sdk.get(f"{url}/metadata/endpoints", trust.verify, {"api-version": METADATA}) as answer:
                return Answer(answer.status_code, answer.headers, answer.content)
        except sdk.requests.RequestException as exc:
            raise Lost(exc) from exc

    answer = Tries(task, what, url, trust).answer(ask, OBJECT_OR_LIST)
    if answer.status != 200:
        raise Unavailable(
            f"{what}: {url}/metadata/endpoints returned HTTP {answer.status}. "
            "Check that cloud_environment is the URL of a Resource Manager.",
            status=answer.status,
        )
    return answer.json()


def origin_of(url: str) -> tuple[str, int] | None:
    """Host and port of an https URL, which names no user; None for anything else."""
    try:
        parts = urlsplit(url)
        port = 443 if parts.port is None else parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or "@" in parts.netloc or not parts.hostname:
        return None
    return parts.hostname.lower(), port


def cloud_of_metadata(url: str, metadata: t.Any) -> Cloud:
    """The cloud that a Resource Manager at `url` describes, in the shape of any age: an object, or a list of them."""
    entries = metadata if isinstance(metadata, list) else [metadata]
    for entry in entries:
        authentication = entry.get("authentication") if isinstance(entry, dict) else None
        if not isinstance(authentication, dict):
            continue
        audiences = authentication.get("audiences") or []
        authority = str(authentication.get("loginEndpoint") or "").rstrip("/")
        if audiences and origin_of(authority) and not {"?", "#"} & set(authority):
            scope = f"{str(audiences[0]).rstrip('/')}/.default"
            return Cloud(str(entry.get("name") or url), url, authority, scope, False)
    raise Unavailable(
        f"{url}/metadata/endpoints names no https loginEndpoint and no audience, so signing in is not possible. "
        "Check that cloud_environment is the URL of a Resource Manager."
    )
