"""The notebook's code, read to be written down: refused where running it once could not stand for every time."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

from ..lazily import Later
from ..not_light import NotLight
from ..reading import LAZY, PACKAGE, STANDARD, Reader
from . import pandas_names
from .numbers import CALLED
from .trace import same

OF_RECORD = "_of_record"
PURE = (  # noqa: SIM905
    "__future__ abc bisect collections dataclasses enum fractions functools itertools math "
    "numbers operator re statistics string typing typing_extensions unicodedata warnings"
).split()
"""Modules of Python whose functions always say the same."""
IMPURE = (  # noqa: SIM905
    "open input print type id globals locals vars exec eval compile setattr delattr iter next "
    "__import__"
).split()
"""What would find out that values are written down, or changes something, or differs from time to time."""
ATTRIBUTES = (  # noqa: SIM905
    "random datetime64 load loadtxt genfromtxt fromfile warn lru_cache cache cached_property"
).split()
CHANGES = (  # noqa: SIM905
    "append add update extend insert pop popitem remove discard clear setdefault sort reverse"
).split()


class PureReader(Reader):
    """Modules of the notebook, each executed once more, for one trace or several."""

    def __init__(self) -> None:
        super().__init__()
        self._builtins |= {name: refused(name) for name in IMPURE} | {"__import__": self._import}
        self._builtins |= {name + OF_RECORD: function for name, function in CALLED.items()}

    def state(self) -> Any:
        """Return what tells whether a value that modules hold has changed.

        Raises:
            NotLight: if one holds an object of the notebook's own, which may keep something.
        """
        found = []
        for module in self._modules.values():
            for name, value in vars(module).items():
                if type(value).__module__ in self._modules and not isinstance(value, type):
                    raise NotLight(f"an object of the module, {name}")
                found.append((name, same(value)))
        return found

    def _code(self, source: bytes, origin: str) -> CodeType:
        tree = ast.parse(source, origin)
        check(tree)
        return compile(Calls().visit(tree), origin, "exec", LAZY, dont_inherit=True)

    def _import(
        self,
        name: str,
        variables: Mapping[str, Any] | None = None,
        local: Mapping[str, Any] | None = None,
        wanted: tuple[str, ...] | None = (),
        level: int = 0,
    ) -> Any:
        top = name.partition(".")[0]
        if not level and top == "pandas" and (name == "pandas" or not wanted):
            return pandas_names
        if not level and top in STANDARD and top not in PURE:
            raise NotLight(f"the module {name} may say something else each time")
        if not level and top == "numpy" and name != "numpy":
            raise NotLight(f"the module {name}")
        found = super()._import(name, variables, local, wanted, level)
        return Never(found._module) if type(found) is Later else found


class Calls(ast.NodeTransformer):
    """``float(x)`` and the like become calls of what takes numbers that are written down, too."""

    def visit_Call(self, node: ast.Call) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in CALLED:
            node.func.id += OF_RECORD
        return node


class Never(Later):
    """A library of which nobody knows whether it always says the same."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Never(self._module, (*self._path, name))

    def _real(self) -> Any:
        raise NotLight(f"{self._said()} may say something else each time")


def refused(name: str) -> Callable[..., Any]:
    """Return what stands for a function that must not be called."""

    def refuse(*arguments: Any, **named: Any) -> Any:
        raise NotLight(f"{name}()")

    return refuse


def pure_predict(reader: PureReader) -> Callable[..., Any]:
    """Return ``predict`` of the inference code.

    Raises:
        NotLight: if running it once cannot stand for every time.
    """
    try:
        return reader.module(f"{PACKAGE}.inference").predict  # type: ignore[no-any-return]
    except NotLight:
        raise
    except Exception as error:
        raise NotLight(f"the code cannot be loaded: {error}") from error


def check(tree: ast.Module) -> None:
    """Raise where code catches exceptions, tells objects apart, or changes what outlives it."""
    for node in ast.walk(tree):
        if isinstance(
            node,
            (
                ast.Try,
                ast.TryStar,
                ast.Global,
                ast.Nonlocal,
                ast.Yield,
                ast.YieldFrom,
                ast.AsyncFunctionDef,
            ),
        ):
            raise NotLight(f"{type(node).__name__} in line {getattr(node, 'lineno', 0)}")
        if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            raise NotLight(f".{node.attr} in line {node.lineno}")
        if isinstance(node, ast.ImportFrom) and any(each.name in ATTRIBUTES for each in node.names):
            raise NotLight(f"an import in line {node.lineno}")
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            check_function(node)


def check_function(function: ast.FunctionDef | ast.Lambda) -> None:
    """Raise where a function changes what it has not made itself."""
    if any(
        isinstance(each, (ast.List, ast.Dict, ast.Set, ast.Call)) for each in function.args.defaults
    ):
        raise NotLight("a default that may change")
    inside = [node for part in as_list(function.body) for node in ast.walk(part)]
    own = {
        node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    own |= {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
    own |= {
        each.arg
        for node in inside
        if isinstance(node, ast.arguments)
        for each in ast.walk(node)
        if isinstance(each, ast.arg)
    }
    for node in inside:
        changed: ast.expr | None = None
        if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(
            node.ctx, (ast.Store, ast.Del)
        ):
            changed = node.value
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CHANGES
        ):
            changed = node.func.value
        if changed is not None and root(changed) not in own:
            raise NotLight(f"something that outlives the call is changed in line {node.lineno}")


def as_list(body: Any) -> list[ast.AST]:
    """Return the statements of a function, or the expression of a lambda."""
    return body if isinstance(body, list) else [body]


def root(node: ast.expr) -> str:
    """Return the name that an expression begins with; nothing if it is none."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
