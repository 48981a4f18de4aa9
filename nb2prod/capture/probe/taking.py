"""An expression of the plan goes in, its value comes out, and the notebook goes on as if nobody had asked."""

# ruff: noqa: B905
# zip(strict=True) came with Python 3.10; the probe runs from 3.8 on.
from __future__ import annotations

import ast
import contextlib
import time
from collections.abc import Iterator
from typing import Any

from . import random_state
from .as_json import is_a, loaded
from .body import copied
from .fingerprints import PLAIN, SKIPPED, Mark

SECONDS_FOR_MARKS = 1.0
"""What looking at the objects that functions of the notebook's read may take, for one expression."""
DEEPEST = 4
"""How many functions of the notebook's that call one another are looked into."""


class UnsafeToTakeError(Exception):
    """The value cannot be had without a trace; the message says why."""


def kept(value: Any) -> Any:
    """Return a copy that later changes of ``value`` do not reach; pandas 3 copies only what is changed."""
    if is_a(value, "pandas", "DataFrame", "Series"):
        return value.copy(deep=int(loaded("pandas").__version__.split(".")[0]) < 3)
    return copied(value)


def taken(expression: str, namespace: dict[str, Any]) -> Any:
    """Return what an expression gives: its own, not what the notebook goes on with.

    What it names is copied for it, since it may be changed on the way; random generators, and variables that functions
    give other values, are put back. Raises :class:`UnsafeToTakeError` where it uses up an iterator or has a function
    change what the notebook holds, and what it raises itself.
    """
    tree = ast.parse(expression.strip(), mode="eval")
    if isinstance(tree.body, ast.Name):
        return kept(namespace[tree.body.id])
    if not any(isinstance(node, ast.Call) for node in ast.walk(tree)):
        return kept(eval(expression, namespace))
    names = sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in namespace})
    copies = {name: _copy(name, namespace[name]) for name in names if not _stays(namespace[name])}
    read = _read_by(names, namespace)
    used_up = next((name for name, value in read if hasattr(type(value), "__next__")), None)
    if used_up is not None:
        raise UnsafeToTakeError(f"a function in it uses up `{used_up}`, which gives each of its values once")
    states, marks, variables = random_state.states(), _marks(read), dict(namespace)
    try:
        value = eval(expression, {**namespace, **copies})
    finally:
        random_state.restore(states)
        for name in set(namespace) - set(variables):
            del namespace[name]
        namespace.update(variables)
    pairs = zip(read, marks, _marks(read))
    changed = [name for (name, _), then, now in pairs if then and now and then.digest != now.digest]
    if changed:
        raise UnsafeToTakeError(f"a function in it changes `{changed[0]}` in place")
    return kept(value) if read else value


def _stays(value: Any) -> bool:
    """Say whether a value cannot be changed, or is a module, a function or a class."""
    return type(value) in PLAIN or isinstance(value, (*SKIPPED[:-2], type))


def _copy(name: str, value: Any) -> Any:
    if hasattr(type(value), "__next__"):
        raise UnsafeToTakeError(f"it uses up `{name}`, which gives each of its values once")
    return kept(value)


def _read_by(names: list[str], namespace: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return what functions of the notebook's among ``names`` speak of and might change, with the name it goes by."""
    found: dict[int, tuple[str, Any]] = {}
    waiting = [(name, namespace[name], 0) for name in names]
    seen = {id(value) for _, value, _ in waiting}
    while waiting:
        name, value, depth = waiting.pop()
        for function in _functions_of(value, namespace) if depth < DEEPEST else ():
            for each, inner in _spoken_of(function, namespace):
                if id(inner) not in seen:
                    seen.add(id(inner))
                    waiting.append((each, inner, depth + 1))
        if depth and not _stays(value):
            found[id(value)] = name, value
    return list(found.values())


def _functions_of(value: Any, namespace: dict[str, Any]) -> Iterator[Any]:
    """Yield a function of the notebook's, or those of a class of its own, for an object of the class too."""
    owner = value if isinstance(value, type) else type(value)
    own = owner.__module__ == namespace.get("__name__")
    for each in [value, *(vars(owner).values() if own else ())]:
        each = getattr(each, "__func__", each)
        if getattr(each, "__globals__", None) is namespace and hasattr(each, "__code__"):
            yield each


def _spoken_of(function: Any, namespace: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a function has by which name: variables of the notebook, of a function around it, and defaults."""
    yield from ((name, namespace[name]) for name in _names_of(function.__code__) if name in namespace)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        with contextlib.suppress(ValueError):  # not set yet
            yield name, cell.cell_contents
    yield from (("a default value", value) for value in function.__defaults__ or ())


def _names_of(code: Any) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if hasattr(inner, "co_names"):
            yield from _names_of(inner)


def _marks(read: list[tuple[str, Any]]) -> list[Mark | None]:
    deadline = time.perf_counter() + SECONDS_FOR_MARKS
    return [_mark(value, deadline) for _, value in read]


def _mark(value: Any, deadline: float) -> Mark | None:
    try:
        return Mark(value, deadline)
    except Exception:
        return None  # too big, or a kind of object that is made differently in this version
