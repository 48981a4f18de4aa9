"""Loads the package's inference code a second time, with stand-ins in place of pandas; out comes its ``predict``."""

from __future__ import annotations
import __future__

import builtins
import importlib.util
import sys
from collections.abc import Callable, Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from . import pandas_stand_in
from .lazily import Later
from .not_light import NotLight, times_raised

PACKAGE = __name__.rpartition(".compiled.")[0]

LAZY = __future__.annotations.compiler_flag

STANDARD = sys.stdlib_module_names

AS_THEY_ARE = ("about", "artifacts", "compiled", "files", "model", "schema", "service")
"""Modules of the package that are not the notebook's."""


def load_light(inference: str = "inference") -> Callable[..., Any]:
    """Return ``predict`` of the inference code, which takes a Row where the original takes a DataFrame.

    Learned values have to be handed over as ``learned.light_of`` returns them.
    ``predict`` raises NotLight, or any other exception, where the original has to answer.

    Raises:
        NotLight: if the code cannot be loaded without pandas.
    """
    try:
        predict = Reader().module(f"{PACKAGE}.{inference}").predict
    except NotLight:
        raise
    except Exception as error:
        raise NotLight(f"the code cannot be loaded: {error}") from error

    def light(**arguments: Any) -> Any:
        before = times_raised()
        answer = predict(**arguments)
        if times_raised() != before:
            raise NotLight("the code has caught it")
        return answer

    return light


class Reader:
    """Modules of the notebook, each executed once, with an ``import`` of their own."""

    def __init__(self) -> None:
        self._modules: dict[str, ModuleType] = {}
        self._builtins = {**vars(builtins), "__import__": self._import}

    def module(self, name: str) -> ModuleType:
        """Return one of the package's modules, with its code executed here."""
        if name not in self._modules:
            spec = importlib.util.find_spec(name)
            if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
                raise NotLight(f"no source of {name}")
            self._modules[name] = self._execute(name, spec)
        return self._modules[name]

    def _execute(self, name: str, spec: ModuleSpec) -> ModuleType:
        assert spec.origin is not None
        module = ModuleType(name)
        module.__file__ = spec.origin
        module.__package__ = (
            name if spec.submodule_search_locations is not None else name.rpartition(".")[0]
        )
        module.__dict__["__builtins__"] = self._builtins
        self._modules[name] = module
        code = self._code(Path(spec.origin).read_bytes(), spec.origin)
        try:
            exec(code, module.__dict__)
        except BaseException:
            del self._modules[name]
            raise
        return module

    def _code(self, source: bytes, origin: str) -> CodeType:
        return compile(source, origin, "exec", LAZY, dont_inherit=True)

    def _import(
        self,
        name: str,
        variables: Mapping[str, Any] | None = None,
        local: Mapping[str, Any] | None = None,
        wanted: tuple[str, ...] | None = (),
        level: int = 0,
    ) -> Any:
        """Do what ``import`` does, in the notebook's modules."""
        if level:
            package = str((variables or {}).get("__package__", PACKAGE))
            name = importlib.util.resolve_name("." * level + name, package)
        top = name.partition(".")[0]
        if top == "pandas":
            if name == "pandas" or not wanted:
                return pandas_stand_in
            if name == "pandas.api.types":
                return pandas_stand_in.types
            raise NotLight(f"the module {name}")
        if name == PACKAGE or name.startswith(PACKAGE + "."):
            return self._own(name, wanted or ())
        if top in ("numpy", "__future__") or top in STANDARD:
            return builtins.__import__(name, variables, local, wanted or (), 0)
        return Later(name if wanted else top)

    def _own(self, name: str, wanted: tuple[str, ...]) -> Any:
        rest = name[len(PACKAGE) + 1 :]
        if rest.partition(".")[0] in AS_THEY_ARE:
            return importlib.import_module(name)
        if not wanted:
            raise NotLight(f"import {name}")
        if rest:
            return self.module(name)
        found = ModuleType(name)
        for part in wanted:
            setattr(found, part, self._own(f"{name}.{part}", ("*",)))
        return found
