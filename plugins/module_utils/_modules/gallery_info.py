"""Galleries of a resource group or subscription, one or all."""

from __future__ import annotations

from .._resources.gallery import GALLERY
from .._run.info import spec_of_group

SPEC = spec_of_group("gallery_info", "gallery", "galleries", GALLERY.shape)
