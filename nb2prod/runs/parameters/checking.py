"""Parameters as given go in; they come out as they will be injected, or are refused, all at once."""

from __future__ import annotations

import ast
import difflib
import keyword
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.notebook.syntax import tree_of
from nb2prod.runs.parameters.declaring import declared
from nb2prod.runs.parameters.heeding import PARAMETERS, unheeded
from nb2prod.runs.parameters.model import ANYTHING, Declared, Type, by_name
from nb2prod.runs.parameters.writing import Unwritable, source_of


def checked_parameters(notebook: Notebook, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that the notebook will have: those given, as the types that it declares.

    What files and forms cannot say becomes what is declared, where nothing is lost by it: a text a date or a path, a
    list a tuple, ``2`` a float and ``2.0`` an int. Everything else stays exactly what it is.

    Raises ``UsageError`` with everything that is wrong: a name that is none, or that the parameters cell does not
    have, or, without such a cell, that nothing would read; a value of another type or out of bounds, or one that no
    source gives back; a parameter that has no default and was not given.
    """
    known = by_name(declared(notebook))
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in parameters.items():
        found = _name_problem(name, tuple(known))
        if found is None:
            values[name], found = _taken(name, value, known.get(name))
        problems += [found] if found is not None else []
    if not known:
        problems += _unheeded(notebook, values)
    problems += _missing(known.values(), parameters)
    if problems:
        raise UsageError(problems)
    return values


def as_declared(value: Any, declaration: Declared | None) -> Any:
    """Return one value as it will be injected; as it is where it is refused, which ``checked_parameters`` says."""
    if declaration is None:
        return value
    try:
        return fitted(declaration.type, value)
    except ValueError:
        return value


def injectable(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters where nothing is known of their types. Raises ``UsageError`` with all that cannot be."""
    problems = []
    for name, value in parameters.items():
        problems += [found for found in (_name_problem(name, ()), _taken(name, value, None)[1]) if found is not None]
    if problems:
        raise UsageError(problems)
    return dict(parameters)


def holds(kind: Type, value: Any) -> bool:
    """Say whether the value is of the type as it is."""
    try:
        _adapter(kind.exact).validate_python(value, strict=True)
    except ValueError:  # pydantic's is one
        return False
    return True


def fitted(kind: Type, value: Any) -> Any:
    """Return the value as the type has it. Raises ``ValueError`` with what is wrong with it."""
    from pydantic import ValidationError

    if kind is ANYTHING or holds(kind, value):
        return value
    try:
        return _adapter(kind.lenient).validate_python(value)
    except ValidationError as error:
        raise ValueError(_said(error.errors(include_url=False, include_input=False))) from None


@lru_cache(256)
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _said(errors: Sequence[Any]) -> str:
    """Return what pydantic found, without the values: they may be secrets."""
    found: dict[str, None] = {}
    for error in errors[:3]:
        place = ".".join(str(part) for part in error["loc"] if isinstance(part, int))
        what = error["msg"].removeprefix("Value error, ").replace("Input should", "should")
        found[f"at [{place}] {what}" if place else what] = None
    return ", or ".join(found)


def _taken(name: str, value: Any, declaration: Declared | None) -> tuple[Any, Problem | None]:
    where = f"parameter {name!r}"
    if declaration is not None:
        try:
            value = fitted(declaration.type, value)
        except ValueError as error:
            return None, _wrong_type(where, value, declaration, str(error))
    try:
        source_of(value)
    except Unwritable as error:
        remedy = "Give a number, a text, true, false, null, a date, a path, or lists and objects of these."
        return None, Problem(f"{error} cannot be a parameter", where, remedy)
    return value, None


def _wrong_type(where: str, value: Any, declaration: Declared, why: str) -> Problem:
    given = {str: "text", type(None): "null", bool: "a truth value", list: "a list", dict: "an object"}
    kind = given.get(type(value), type(value).__name__)
    what = f"{kind} was given for {declaration.type.text}: it {why}"
    if declaration.said:
        return Problem(what, where, f"The parameters cell says `{declaration.name}: {declaration.type.text}`.")
    other = f"{declaration.type.text} | None" if value is None else type(value).__name__
    remedy = f"Its default is {declaration.type.text}; for another type write `{declaration.name}: {other} = "
    return Problem(what, where, f"{remedy}{declaration.source}` in the parameters cell.")


def _name_problem(name: str, known: tuple[str, ...]) -> Problem | None:
    where = f"parameter {name!r}"
    if not name.isidentifier() or keyword.iskeyword(name) or unicodedata.normalize("NFKC", name) != name:
        return Problem("the name is not a Python identifier", where, "Use letters, digits and underscores.")
    if name.startswith("__") and name.endswith("__"):
        return Problem("names like this are Python's own", where, "Use another name.")
    if not known or name in known:
        return None
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return Problem("the parameters cell does not define it", where, f"{hint}It defines: {', '.join(known)}.")


def _unheeded(notebook: Notebook, names: Iterable[str]) -> Iterator[Problem]:
    """Yield what is said of names that a notebook without a parameters cell does not take."""
    if any(cell.section == PARAMETERS for cell in notebook.cells):
        return
    assigned = sorted({name for cell in notebook.cells for name in _assigned(cell)})
    for name, why in unheeded(notebook, names):
        near = [] if name in assigned else difflib.get_close_matches(name, assigned, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        what = f"the notebook has no parameters cell, and {why}"
        yield Problem(what, f"parameter {name!r}", f"{hint}Tag the cell that has the defaults `parameters`.")


def _assigned(cell: Cell) -> Iterator[str]:
    """Yield the names that a cell assigns at its top level."""
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        for statement in tree_of(cell.code).body:
            targets = statement.targets if isinstance(statement, ast.Assign) else ()
            yield from (each.id for each in targets if isinstance(each, ast.Name))


def _missing(known: Iterable[Declared], given: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem("it has no default, and no value was given", f"parameter {each.name!r}", f"Give one: {each.type.text}.")
        for each in known
        if each.required and each.name not in given
    ]
