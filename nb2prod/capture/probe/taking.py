"""An expression of the plan goes in, its value comes out, and the notebook goes on as if nobody had asked."""

from __future__ import annotations

import ast
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

    What it names is copied for it, since it may be changed on the way, and random generators are put back. Raises
    :class:`UnsafeToTakeError` where it uses up an iterator or has a function change what the notebook holds, and what
    it raises itself.
    """
    tree = ast.parse(expression.strip(), mode="eval")
    if isinstance(tree.body, ast.Name):
        return kept(namespace[tree.body.id])
    if not any(isinstance(node, ast.Call) for node in ast.walk(tree)):
        return kept(eval(expression, namespace))
    names = sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in namespace})
    copies = {name: _copy(name, namespace[name]) for name in names if not _stays(namespace[name])}
    states, marks = random_state.states(), dict(_marks(_read_by(names, namespace), namespace))
    try:
        value = eval(expression, {**namespace, **copies})
    finally:
        random_state.restore(states)
    changed = [name for name, mark in _marks(marks, namespace) if mark.digest != marks[name].digest]
    if changed:
        raise UnsafeToTakeError(f"a function in it changes `{changed[0]}` in place")
    return kept(value) if marks else value


def _stays(value: Any) -> bool:
    """Say whether a value cannot be changed, or is a module, a function or a class."""
    return type(value) in PLAIN or isinstance(value, (*SKIPPED[:-2], type))


def _copy(name: str, value: Any) -> Any:
    if hasattr(type(value), "__next__"):
        raise UnsafeToTakeError(f"it uses up `{name}`, which gives each of its values once")
    return kept(value)


def _read_by(names: list[str], namespace: dict[str, Any]) -> list[str]:
    """Return the variables that functions of the notebook's among ``names`` speak of."""
    found: dict[str, None] = {}
    waiting = [(name, 0) for name in names]
    seen = set(names)
    while waiting:
        name, depth = waiting.pop()
        value: Any = namespace.get(name)
        code = getattr(value, "__code__", None)
        if code is not None and getattr(value, "__globals__", None) is namespace and depth < DEEPEST:
            new = [each for each in _names_of(code) if each in namespace and each not in seen]
            seen.update(new)
            waiting += [(each, depth + 1) for each in new]
        elif depth and not _stays(value):
            found[name] = None
    return list(found)


def _names_of(code: Any) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if hasattr(inner, "co_names"):
            yield from _names_of(inner)


def _marks(names: Any, namespace: dict[str, Any]) -> Iterator[tuple[str, Mark]]:
    deadline = time.perf_counter() + SECONDS_FOR_MARKS
    for name in names:
        try:
            yield name, Mark(namespace[name], deadline)
        except Exception:
            continue  # too big, or a kind of object that is made differently in this version
