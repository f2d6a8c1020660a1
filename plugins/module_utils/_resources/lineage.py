"""Whether a version was created from the current managed image, or from an earlier one with the same name."""

from __future__ import annotations

from .dates import parse_instant
from .resource_id import same_id

CREATED_AFTER = (
    60.0  # seconds between publishing a version and creating its source that differences between clocks may explain
)


def is_rebuilt(
    *,
    version_id: str,
    stored: str | None,
    published: str | None,
    fingerprint: str,
    created: str | None,
    restored_from: str | None,
) -> bool:
    """Whether the image was rebuilt since the version was created.

    `stored` is the fingerprint in the version's tags, `fingerprint` that of the image. `published` and `created` are the times
    that Azure reports. None means unknown. The image counts as rebuilt only if there is evidence.
    """
    if restored_from and same_id(restored_from, version_id):
        return False
    if stored and stored != fingerprint:
        return True
    if not created or not published:
        return False
    return (parse_instant(created).at - parse_instant(published).at).total_seconds() > CREATED_AFTER
