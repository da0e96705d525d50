"""Libraries that only some people install: loaded when used, named when missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from trialist.values.errors import MissingExtraError


def load_extra(extra: str, module: str) -> Any:
    """Give an optional module.

    Raises:
        MissingExtraError: If it is not installed, with the extra that holds it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"this needs {module}, which is not installed",
            todo=f"pip install 'trialist[{extra}]'",
        ) from error
