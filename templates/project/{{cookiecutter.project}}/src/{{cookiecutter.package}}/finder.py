"""Names of libraries that are not there go in; from then on they are imported as modules of which nothing can be used."""

from __future__ import annotations

import importlib.abc
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .absent import Absent


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds libraries of those names that nobody else finds: modules with nothing in them but what is absent."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        """Say that it is here."""
        return ModuleSpec(name, self, is_package=True) if name.partition(".")[0] in self.names else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module."""
        module, whole = ModuleType(spec.name), Absent(spec.name)
        module.__dict__["__getattr__"] = whole.__getattr__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: there is nothing in it."""
