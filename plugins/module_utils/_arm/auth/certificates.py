"""Which certificate authorities are trusted, the same for every client and credential."""

from __future__ import annotations

import os
import typing as t

from ..._resources.errors import InvalidRequest

# The first is this collection's own: a credential of AWX that sets it and is blank does not override one of the others.
VARIABLES = ("AZURE_GALLERY_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


class Trust(t.NamedTuple):
    """`verify` as requests takes it (a path, or True for the built-in bundle); `source` names it for messages."""

    verify: str | bool
    source: str


def trust(environ: t.Mapping[str, str]) -> Trust:
    """The first of VARIABLES that is set, else the bundle that comes with requests. InvalidRequest if the path does not exist."""
    for variable in VARIABLES:
        path = environ.get(variable)
        if not path:
            continue
        if not os.path.exists(path):
            raise InvalidRequest(
                f"The environment variable {variable} names {path!r}, which does not exist. "
                "Set it to a file of certificate authorities, or unset it to use the built-in ones."
            )
        return Trust(path, f"{path} (from {variable})")
    return Trust(True, "the built-in authorities (none of " + ", ".join(VARIABLES) + " is set)")
