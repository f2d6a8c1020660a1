"""Whether a version was created from the current managed image, or from an earlier one with the same name."""

from __future__ import annotations

from .dates import parse_instant
from .fields import Body
from .image_version import profile
from .managed_image import fingerprint as fingerprint_of
from .resource_id import same_id
from .tags import FINGERPRINT_TAG, RESTORED_TAG, tag_value

CREATED_AFTER = 60.0  # seconds from publishing a version to creating its source that different clocks may explain


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


def rebuilt_since(version: Body, image: Body, created: str | None) -> bool:
    """is_rebuilt() of two bodies; `created` is when the image was created."""
    return is_rebuilt(
        version_id=version["id"],
        stored=tag_value(version, FINGERPRINT_TAG),
        published=profile(version).get("publishedDate"),
        fingerprint=fingerprint_of(image),
        created=created,
        restored_from=tag_value(image, RESTORED_TAG),
    )
