"""What must be alike in the headers of a recorded and a replayed answer.

Left out is what is new in every answer (dates, ids, signatures), what other clients used up (the numbers of rate
limits), what recorders replace (hosts, lengths), and what a recording does not have: recorders drop headers, so that
only of those of long-running operations the absence says something.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from .recordings import Call

_OPERATION = ("azure-asyncoperation", "location")
_SAME_VALUE = (
    "azure-asyncnotification",
    "cache-control",
    "content-type",
    "expires",
    "pragma",
    "strict-transport-security",
    "x-cache",
    "x-content-type-options",
    "x-ms-failure-cause",
)
_SIGNATURE = ("t", "c", "s", "h", "p")
_LIMITS = "x-ms-ratelimit-remaining-"
_BUCKET = re.compile(r"Microsoft\.Compute/(\w+);")


def keeps_retry_after(calls: list[Call]) -> bool:
    """Whether a recording has Retry-After wherever Azure sent it: some drop it with x-ms-request-id, or write 0."""
    kept = {call.headers.get("retry-after") for call in calls}
    return bool(kept - {None, "0"}) or ("0" not in kept and any("x-ms-request-id" in call.headers for call in calls))


def header_differences(call: Call, replayed: dict[str, str], retry_after_kept: bool) -> list[str]:
    """Every difference that counts, in words; none for a call that was recorded without headers."""
    if not call.headers:
        return []
    recorded = call.headers
    found = [
        f"header {name}: recorded {name in recorded}, replayed {name in replayed}"
        for name in (*_OPERATION, "x-ms-failure-cause", "etag")
        if (name in recorded) != (name in replayed)
    ]
    found += [
        f"header {name}: recorded {_address(recorded[name])}, replayed {_address(replayed[name])}"
        for name in _OPERATION
        if name in recorded and name in replayed and _address(recorded[name]) != _address(replayed[name])
    ]
    found += [
        f"header {name}: recorded {recorded[name]}, replayed {replayed.get(name)}"
        for name in _SAME_VALUE
        if name in recorded and recorded[name] != replayed.get(name)
    ]
    found += [f"header {name}: not replayed" for name in recorded if name.startswith(_LIMITS) and name not in replayed]
    return found + _retry_after(recorded, replayed, retry_after_kept) + _ids(recorded, replayed)


def _address(url: str) -> str:
    """The URL of an operation without host, id and signature: family, region, parameters, api-version."""
    parts = urlsplit(url)
    query = [f"{name}={value}" for name, value in parse_qsl(parts.query) if name not in _SIGNATURE]
    return f"{parts.path.rpartition('/')[0]}/*?{'&'.join(query)}"


def _retry_after(recorded: dict[str, str], replayed: dict[str, str], kept: bool) -> list[str]:
    """0 is what recorders write in place of the value, so that replays need not wait."""
    one, other = recorded.get("retry-after"), replayed.get("retry-after")
    if one == other or one == "0" or (one is None and not kept):
        return []
    return [f"header retry-after: recorded {one}, replayed {other}"]


def _ids(recorded: dict[str, str], replayed: dict[str, str]) -> list[str]:
    """The names of the rate limits, and whether the request's id is the operation's."""
    found = []
    name = f"{_LIMITS}resource"
    one, other = (_BUCKET.findall(headers.get(name, "")) for headers in (recorded, replayed))
    if one and one != other:
        found.append(f"header {name}: recorded {one}, replayed {other}")
    if "x-ms-request-id" in recorded and _named_alike(recorded) != _named_alike(replayed):
        found.append(f"header x-ms-request-id: the operation's: {_named_alike(recorded)}, {_named_alike(replayed)}")
    return found


def _named_alike(headers: dict[str, str]) -> bool:
    path = urlsplit(headers.get("azure-asyncoperation", "")).path
    return path.rpartition("/")[2] == headers.get("x-ms-request-id")
