"""Filters raise the errors of the collection as Ansible's."""

from __future__ import annotations

import functools
import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._resources.errors import GalleryError

Function = t.Callable[..., t.Any]


def as_filters(functions: t.Mapping[str, Function]) -> dict[str, Function]:
    """The functions, by the names of the filters, with GalleryError raised as AnsibleFilterError."""
    return {name: _as_filter(function) for name, function in functions.items()}


def _as_filter(function: Function) -> Function:
    @functools.wraps(function)
    def wrapped(*args: t.Any, **options: t.Any) -> t.Any:
        try:
            return function(*args, **options)
        except GalleryError as error:
            raise AnsibleFilterError(error.message) from error

    return wrapped
