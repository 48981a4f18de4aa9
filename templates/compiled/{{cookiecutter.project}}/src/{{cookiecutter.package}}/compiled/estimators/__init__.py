"""Fitted objects as plain data: ``stand_in`` takes a fitted object and gives what answers for it, or None."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from .registry import STAND_INS, stand_in
from .stand_in import StandIn

__all__ = ["STAND_INS", "StandIn", "stand_in"]

for kind in iter_modules(__path__):  # each tells the registry what it compiles
    import_module(f".{kind.name}", __name__)
