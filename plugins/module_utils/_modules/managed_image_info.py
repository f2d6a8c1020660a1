"""Managed images of a resource group or subscription, one or all."""

from __future__ import annotations

from .._resources import managed_image
from .._run.info import spec_of_group

SPEC = spec_of_group("managed_image_info", "managed_image", "images", managed_image.shape)
