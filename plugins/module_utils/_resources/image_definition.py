"""The fields of an image definition.

Mutable: description, end of life, release notes, recommended sizes, disallowed disk types and tags; features only for the
versions from a given one on. All other properties are immutable.
"""

from __future__ import annotations

from .field_types import FieldType
from .fields import DATE, ENUM, FEATURES, INT, LOCATION, SET, STR, Field, Resource

_IMMUTABLE = "Azure does not allow changing it."
_FEATURES = (
    "Azure changes a feature of an existing definition only for the versions from a given one on: "
    "write the feature as a mapping {value: ..., starts_at_version: 2.0.0}."
)

IMAGE_DEFINITION = Resource(
    kind="image_definition",
    names=("gallery_name", "name"),
    fields=(
        LOCATION,
        Field("os_type", "properties.osType", ENUM, _IMMUTABLE, argument={"choices": ["Linux", "Windows"]}),
        Field("os_state", "properties.osState", ENUM, _IMMUTABLE, argument={"choices": ["Generalized", "Specialized"]}),
        Field(
            "hyper_v_generation", "properties.hyperVGeneration", ENUM, _IMMUTABLE, argument={"choices": ["V1", "V2"]}
        ),
        Field("architecture", "properties.architecture", ENUM, _IMMUTABLE),
        Field("publisher", "properties.identifier.publisher", FieldType(rule="publisher"), _IMMUTABLE),
        Field("offer", "properties.identifier.offer", FieldType(rule="offer"), _IMMUTABLE),
        Field("sku", "properties.identifier.sku", FieldType(rule="sku"), _IMMUTABLE),
        Field("purchase_plan.name", "properties.purchasePlan.name", STR, _IMMUTABLE),
        Field("purchase_plan.publisher", "properties.purchasePlan.publisher", STR, _IMMUTABLE),
        Field("purchase_plan.product", "properties.purchasePlan.product", STR, _IMMUTABLE),
        Field("description", "properties.description"),
        Field("eula", "properties.eula", STR, _IMMUTABLE),
        Field("privacy_statement_uri", "properties.privacyStatementUri", STR, _IMMUTABLE),
        Field("release_note_uri", "properties.releaseNoteUri"),
        Field("end_of_life_date", "properties.endOfLifeDate", DATE),
        Field("recommended_vcpus.min", "properties.recommended.vCPUs.min", INT),
        Field("recommended_vcpus.max", "properties.recommended.vCPUs.max", INT),
        Field("recommended_memory.min", "properties.recommended.memory.min", INT),
        Field("recommended_memory.max", "properties.recommended.memory.max", INT),
        Field("disallowed_disk_types", "properties.disallowed.diskTypes", SET, argument={"elements": "str"}),
        Field("features", "properties.features", FEATURES, _FEATURES),
    ),
)
