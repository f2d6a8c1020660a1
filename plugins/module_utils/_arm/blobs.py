"""The end of a blob at a signed address that the Resource Manager gave.

The address is a secret, and its host is not the Resource Manager: no token is sent there, no redirect is followed, and no error
says more of the address than its host. What is read is never more than LONGEST bytes.
"""

from __future__ import annotations

from . import sdk
from .auth.certificates import Trust
from .auth.clouds import origin_of

LONGEST = 4 * 1024 * 1024
KEPT = 64 * 1024
_CHUNK = 64 * 1024


def read_blob(url: str, trust: Trust) -> str | None:
    """The end of the blob as text; None if it does not exist (yet) or cannot be read."""
    if origin_of(url) is None:
        return None
    sdk.require()
    try:
        with sdk.get(url, trust.verify) as answer:
            if answer.status_code != 200:
                return None
            kept, length = b"", 0
            for chunk in answer.iter_content(_CHUNK):
                kept = (kept + chunk)[-KEPT:]
                length += len(chunk)
                if length >= LONGEST:
                    break
            return kept.decode("utf-8", "replace")
    except (sdk.requests.RequestException, OSError):
        return None
