"""Parameters as given go in; they come out checked, or refused all at once."""

from __future__ import annotations

import ast
import difflib
import keyword
import math
from collections.abc import Iterable, Mapping
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.notebook.model import Notebook


def check_parameters(notebook: Notebook, parameters: Mapping[str, Any]) -> None:
    """Raise ``UsageError`` with every parameter that cannot be injected: its name or its value is not fit for it."""
    known = known_parameters(notebook)
    problems = [
        problem
        for name, value in parameters.items()
        for problem in (_name_problem(name, known), _value_problem(name, value))
        if problem is not None
    ]
    if problems:
        raise UsageError(problems)


def known_parameters(notebook: Notebook) -> tuple[str, ...]:
    """Return the names that the parameters cells assign, in order; empty if there is no such cell."""
    names: dict[str, None] = {}
    for cell in notebook.cells:
        if cell.section == "parameters":
            names.update(dict.fromkeys(_assigned(cell.code)))
    return tuple(names)


def _assigned(code: str) -> Iterable[str]:
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _name_problem(name: str, known: tuple[str, ...]) -> Problem | None:
    where = f"parameter {name!r}"
    if not name.isidentifier() or keyword.iskeyword(name):
        return Problem("the name is not a Python identifier", where, "Use letters, digits and underscores.")
    if not known or name in known:
        return None
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return Problem("the parameters cell does not define it", where, f"{hint}It defines: {', '.join(known)}.")


def _value_problem(name: str, value: Any) -> Problem | None:
    bad = _unfit(value)
    if bad is None:
        return None
    return Problem(
        f"a value of type {bad} cannot be a parameter",
        f"parameter {name!r}",
        "Give a number, a text, true, false, null, or lists and objects of these.",
    )


def _unfit(value: Any) -> str | None:
    """Name what papermill would change or refuse in ``value``, or return ``None``: it turns tuples, bytes and keys
    that are not text into text without a word."""
    if value is None or type(value) in (bool, int):
        return None
    if type(value) is float:
        return None if not math.isnan(value) else "NaN"
    if type(value) is str:
        return None if _encodable(value) else "text that is not Unicode"
    if type(value) is list:
        return next(filter(None, map(_unfit, value)), None)
    if type(value) is dict:
        if any(type(key) is not str for key in value):
            return "object whose keys are not text"
        return next(filter(None, map(_unfit, [*value, *value.values()])), None)
    return type(value).__name__


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
