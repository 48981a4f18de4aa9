"""Which fitted objects are known: a full name and a fitted object come in, what answers for it goes out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from .stand_in import StandIn

PACKAGE = __name__.rpartition(".compiled.")[0]
Compiler = Callable[[Any], "StandIn | None"]
S = TypeVar("S", bound=type[StandIn])
COMPILERS: dict[str, Compiler] = {}
OWN_BASES = ("sklearn.base.TransformerMixin", "sklearn.base.BaseEstimator")
"""What classes of the notebook's own are made of."""
STAND_INS: dict[str, type[StandIn]] = {}


class Unknown(Exception):
    """A part or an option that no stand-in knows; ``of`` is the class of the innermost object that has it."""

    of = ""

    def __str__(self) -> str:
        said = super().__str__()
        return f"{self.of}: {said}" if self.of else said


def compiles(*names: str) -> Callable[[Compiler], Compiler]:
    """Register a function for fitted objects of types that go by these names, such as ``sklearn.svm.SVC``."""

    def register(function: Compiler) -> Compiler:
        COMPILERS.update(dict.fromkeys(names, function))
        return function

    return register


def stored(kind: S) -> S:
    """Register a class that may be read from a store."""
    STAND_INS[kind.__name__] = kind
    return kind


def stand_in(fitted: Any) -> StandIn | None:
    """Return what answers for a fitted object, or None where that is not known to be the same.

    Other versions of a library keep other attributes, and a model may be too large for a file: whatever is raised here,
    there is always the original.
    """
    try:
        return part(fitted)
    except Exception:
        return None


def part(fitted: Any) -> StandIn:
    """Return what answers for a fitted object that another one holds.

    Raises:
        Unknown: if nothing does.
    """
    if isinstance(fitted, StandIn):
        return fitted
    compiler = compiler_of(type(fitted))
    if compiler is None or gives_tables(fitted):
        raise Unknown(f"{type(fitted).__name__} is not known.")
    try:
        made = compiler(fitted)
    except Unknown as error:
        error.of = error.of or type(fitted).__name__
        raise
    if made is None:
        raise Unknown(f"{type(fitted).__name__} with these options is not known.")
    return made


def fellow(fitted: Any) -> StandIn:
    """Return what answers for a fitted object that is given the rows of the one that holds it.

    Raises:
        Unknown: if nothing does, or if it is given tables.
    """
    found = part(fitted)
    if found.takes_tables:
        raise Unknown("The notebook's own code within another object is not known.")
    return found.behind()


def compiler_of(kind: type) -> Compiler | None:
    """Return what compiles objects of a type; those of the package's own classes by the base that these have."""
    if kind.__module__.startswith(f"{PACKAGE}."):
        names = {public_name(base) for base in kind.__mro__}
        return next((COMPILERS.get(name) for name in OWN_BASES if name in names), None)
    return COMPILERS.get(public_name(kind))


def public_name(kind: type) -> str:
    """Return where users import a type from: its module up to the first private part, and its name."""
    parts = kind.__module__.split(".")
    private = next((i for i, name in enumerate(parts) if name.startswith("_")), len(parts))
    return ".".join([*parts[:private], kind.__qualname__])


def gives_tables(fitted: Any) -> bool:
    """Say whether it was told to return DataFrames."""
    own = getattr(fitted, "_sklearn_output_config", {}).get("transform", "default")
    library = sys.modules.get("sklearn")
    general = library.get_config().get("transform_output", "default") if library else "default"
    return own not in (None, "default") or general != "default"
