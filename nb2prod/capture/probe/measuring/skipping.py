"""Why something is not measured, and the libraries without which it cannot be."""

from __future__ import annotations

import importlib
from typing import Any


class SkipError(Exception):
    """Nothing can be measured here; the message says why, to a person."""


class TooLongError(BaseException):
    """The measurement has had its time. No ``Exception``, for models that catch all of those."""


def library(name: str) -> Any:
    """Return a module of the notebook's environment, such as ``sklearn.dummy``."""
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise SkipError(f"{name.split('.')[0]} cannot be imported") from error


def short(error: BaseException) -> str:
    """Return an error as one short line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:160]
