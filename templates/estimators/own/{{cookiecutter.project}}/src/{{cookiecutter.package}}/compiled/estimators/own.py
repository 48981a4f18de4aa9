"""Transformers whose class the notebook defines, and functions of its own: their code, read again, on rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..in_place import in_place_of
from ..learned import light_of
from ..not_light import NotLight
from ..reading import PACKAGE, Reader
from ..row import Row
from .registry import Unknown, compiles, part, stored
from .stand_in import StandIn, Transformer, table

PLAIN = (str, int, float, bool, type(None))
BASES = ("sklearn.base", "sklearn.utils", "builtins", PACKAGE)
"""Where the bases of such a class come from, or begin: others bring methods of their own."""


@in_place_of("sklearn.base.BaseEstimator")
class Base:
    """What such a class is made of, in place of scikit-learn's."""


@in_place_of("sklearn.base.TransformerMixin")
class Mixin:
    """The same for its other base."""


@in_place_of("sklearn.utils.validation.check_is_fitted")
def check_is_fitted(*given: Any, **named: Any) -> None:
    """Say nothing: it was fitted."""


@dataclass(frozen=True, eq=False)
class OnTables(Transformer):
    """What is given tables; ``inner`` says that an earlier step has made arrays of them."""

    texts: ClassVar[bool] = True

    inner: bool

    def made(self, X: Any) -> Any:
        """Return what becomes of a table or an array."""
        raise NotImplementedError

    def behind(self) -> StandIn:
        """Return the same for rows that an earlier step has made."""
        return replace(self, inner=True)

    @property
    def takes_tables(self) -> bool:
        """Whether it is given whole rows, and what it makes of them may be one."""
        return not self.inner

    def row(self, X: Any) -> Any:
        """Return the only row of X, whole; None if it has several."""
        if isinstance(X, list):
            return self.row(X[0]) if len(X) == 1 else None
        if self.inner or not (
            type(X) is Row or isinstance(X, np.ndarray) and X.ndim == 2 and len(X) == 1
        ):
            raise NotLight("something else than a table of one row")
        return [X]

    def rows(self, X: Any) -> Any:
        """Return each row of X, whole."""
        return [self.row(item) for item in (X if isinstance(X, list) else [X])]

    def one(self, row: Any) -> Any:
        """Return the values of one row, as the next step reads them."""
        if self.inner:
            return values_of(self.made(table([row])))
        if len(row) != 1 or type(row[0]) not in (Row, np.ndarray):
            raise NotLight("something else than a table")
        return values_of(self.transform(row[0]))

    def transform(self, X: Any) -> Any:
        """Return what becomes of a table, which stays what it is."""
        return self.made(self.row(X)[0].copy())


def values_of(found: Any) -> list[Any]:
    """Return the values of a table of one row, or of an array (1, k)."""
    if type(found) is Row:
        return found.values_of(found.labels)
    if (
        isinstance(found, np.ndarray)
        and found.ndim == 2
        and len(found) == 1
        and found.dtype.kind in "fiubO"
    ):
        return found[0].tolist()
    raise NotLight(f"a {type(found).__name__} as a step's result")


@stored
@dataclass(frozen=True, eq=False)
class OwnTransformer(OnTables):
    """An object of the class ``name`` in a ``module`` of the package; ``attributes`` are those that it has."""

    module: str
    name: str
    attributes: dict[str, Any]

    @cached_property
    def instance(self) -> Any:
        """The object, of a class that is read again."""
        kind = getattr(Reader().module(f"{PACKAGE}.{self.module}"), self.name)
        made = object.__new__(kind)
        made.__dict__.update(self.attributes)
        return made

    def made(self, X: Any) -> Any:
        """Return what the notebook's own code makes of a table or an array."""
        return self.instance.transform(X)


@stored
@dataclass(frozen=True, eq=False)
class OwnFunction(OnTables):
    """The function ``name`` in a ``module`` of the package, which is given ``arguments`` too."""

    module: str
    name: str
    arguments: dict[str, Any]

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The function, read again."""
        return getattr(Reader().module(f"{PACKAGE}.{self.module}"), self.name)

    def made(self, X: Any) -> Any:
        """Return what the notebook's own code makes of a table or an array."""
        return self.function(X, **self.arguments)


@compiles("sklearn.base.BaseEstimator", "sklearn.base.TransformerMixin")
def own_transformer(fitted: Any) -> OwnTransformer:
    """Return where the class is, and what its object has learnt."""
    kind = type(fitted)
    bases = [base.__module__ for base in kind.__mro__]
    if not all(any(f"{base}.".startswith(f"{known}.") for known in BASES) for base in bases):
        raise Unknown("Classes made of other ones are not known.")
    if not hasattr(kind, "transform") or hasattr(kind, "predict") or hasattr(kind, "__slots__"):
        raise Unknown("Only transformers are known.")
    attributes = {name: plain(value) for name, value in vars(fitted).items()}
    return OwnTransformer(**nowhere(), **place_of(kind), attributes=attributes)


def is_own(function: Any) -> bool:
    """Say whether a function is one of the notebook's modules."""
    return str(getattr(function, "__module__", "")).startswith(f"{PACKAGE}.")


def own_function(function: Any, arguments: Any) -> OwnFunction:
    """Return where a function of the notebook's own is, and what it is given besides."""
    return OwnFunction(**nowhere(), **place_of(function), arguments=plain(dict(arguments or {})))


def nowhere() -> dict[str, Any]:
    """Return what is not known of columns, which the code itself looks for."""
    return {"names": None, "width": 0, "inner": False}


def place_of(thing: Any) -> dict[str, str]:
    """Return the module of a class or a function within the package, and its name."""
    module, name = str(getattr(thing, "__module__", "")), str(getattr(thing, "__qualname__", ""))
    if not module.startswith(f"{PACKAGE}.") or not name.isidentifier():
        raise Unknown("Only classes and functions of the notebook's modules are known.")
    return {"module": module.removeprefix(f"{PACKAGE}."), "name": name}


def plain(value: Any) -> Any:
    """Return what an object has learnt as plain data, with stand-ins for fitted objects."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, np.generic):
        return value.item()
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(plain(item) for item in value)
    if type(value) is dict and all(type(key) in (*PLAIN, tuple) for key in value):
        return {plain(key): plain(item) for key, item in value.items()}
    if type(value) is np.ndarray and value.dtype.kind in "fiubU":
        return value
    if (
        type(value) is np.ndarray
        and value.dtype.kind == "O"
        and all(type(each) in PLAIN for each in value.ravel())
    ):
        return value
    if type(value).__module__.partition(".")[0] == "pandas":
        return of_pandas(value)
    return part(value)


def of_pandas(value: Any) -> Any:
    """Return a Series, or the labels of columns, as the light code understands them."""
    try:
        return light_of(value)
    except NotLight as error:
        raise Unknown(f"it holds {error}.") from error
