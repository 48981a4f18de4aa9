"""A notebook and what somebody has typed for a run go in; its parameters, and what is wrong, come out as plain data."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import draft_of, upgraded
from nb2prod.runs.parameters.checking import checked_parameters
from nb2prod.runs.parameters.declaring import declared
from nb2prod.runs.parameters.model import Declared, Type, by_name
from nb2prod.runs.parameters.typed import as_typed, value_from
from nb2prod.sweeps.model import Domain, Space
from nb2prod.sweeps.search import grid
from nb2prod.sweeps.space import parse_space
from nb2prod.workflows.refusing_secrets import secret_parameters
from nb2prod.workflows.shown import secrets_of, shown
from nb2prod.workflows.sweeping.planning import reader, tried

KINDS = {"bool": "bool", "int": "int", "float": "float", "date": "date", "datetime": "datetime", "time": "time"}
"""Types for which forms have an input of their own; any other is typed as a text."""
DATA = frozenset({"list", "dict", "tuple", "set", "frozenset", "List", "Dict", "Tuple", "Set", "FrozenSet", "Sequence"})
SHOWN_RECORD = "and the record and the executed notebook would show it"


@dataclass(frozen=True)
class Typed:
    """What somebody has typed so far, by the names of parameters."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    vary: Mapping[str, str] = field(default_factory=dict)
    """Values of a sweep, as behind ``-g NAME=``."""
    number: int = 0
    """Of runs that are drawn at random; 0 for all combinations."""


def run_form(content: Mapping[str, Any], path: str, typed: Typed) -> dict[str, Any]:
    """Return what a notebook can be run with: ``parameters``, ``wrong`` with what was typed, and how many ``runs``.

    Each thing that is wrong has the ``name`` of the parameter that it is about, empty where it is about none. ``runs``
    is ``null`` where something is wrong. Where the notebook cannot be read there are only ``problems``.

    Args:
        content: The notebook as nbformat has it, saved or not.
        path: Where it is saved, or will be; nothing is read there.
        typed: What was typed; nothing is run with it.
    """
    try:
        notebook = draft_of(upgraded(dict(content)), Path(path))
    except Nb2ProdError as error:
        return {"problems": [shown(problem.as_dict()) for problem in error.problems]}
    except RecursionError:
        return {"problems": [Problem("is nested too deeply to be understood", path).as_dict()]}
    known = declared(notebook)
    domains, wrong = _domains(notebook, typed)
    values = {name: value_from(text, by_name(known).get(name)) for name, text in typed.parameters.items()}
    for problem in _problems(notebook, values, domains, typed):
        wrong.append((_name_in(problem, {**values, **typed.vary, **by_name(known)}), problem))
    runs, uncountable = (None, []) if wrong else _count(domains, typed)
    wrong += uncountable
    secrets = secrets_of(notebook)
    told = {
        "parameters": [_as_dict(each) for each in known],
        "wrong": [{"name": name, **problem.as_dict()} for name, problem in wrong],
    }
    return {**shown(told, secrets), "runs": runs}


def _domains(notebook: Notebook, typed: Typed) -> tuple[dict[str, Domain], list[tuple[str, Problem]]]:
    """Return the values to vary, by name, and what is wrong with each as it is written."""
    found: dict[str, Domain] = {}
    wrong: list[tuple[str, Problem]] = []
    for name, text in typed.vary.items():
        try:
            found |= parse_space([f"{name}={text}"], reader(notebook), typed.parameters).domains
        except Nb2ProdError as error:
            wrong += [(name, problem) for problem in error.problems]
    return found, wrong


def _problems(
    notebook: Notebook, values: Mapping[str, Any], domains: Mapping[str, Domain], typed: Typed
) -> Iterator[Problem]:
    """Yield what keeps the runs from being begun, each thing once."""
    unread = {name: None for name in typed.vary if name not in domains}  # what is wrong with those is told already
    told: list[Problem] = []
    for row in tried(Space(domains)):
        given = {**values, **row}
        try:
            told += secret_parameters(given, SHOWN_RECORD)
            checked_parameters(notebook, {**unread, **given})
        except Nb2ProdError as error:
            told += error.problems
    for problem in dict.fromkeys(told):
        if problem.where not in {f"parameter {name!r}" for name in unread}:
            yield problem


def _name_in(problem: Problem, names: Mapping[str, Any]) -> str:
    """Return the parameter that a problem is about, empty where it is about none of these."""
    places = {f"parameter {name!r}": name for name in names}
    said = {f"the value given for `{name}` ": name for name in names}
    return places.get(problem.where) or next((said[each] for each in said if problem.what.startswith(each)), "")


def _count(domains: Mapping[str, Domain], typed: Typed) -> tuple[int | None, list[tuple[str, Problem]]]:
    """Return how many runs there will be, or what keeps them from being counted."""
    if not typed.vary:
        return 1, []
    space = Space(domains)
    if typed.number:
        return min(typed.number, space.size or typed.number), []
    try:
        return len(grid(space)), []
    except Nb2ProdError as error:
        places = {f"-g {name}": name for name in domains}
        return None, [(places.get(problem.where, ""), problem) for problem in error.problems]


def _as_dict(parameter: Declared) -> dict[str, Any]:
    """Return a parameter for a form; ``value`` is its default as it would be typed, ``null`` where it is not known."""
    kind = parameter.type
    return {
        "name": parameter.name,
        "type": kind.text,
        "kind": _kind(kind),
        "choices": [as_typed(each, parameter) for each in _choices(kind)],
        "value": as_typed(parameter.default, parameter) if parameter.understood else None,
        "source": parameter.source,
        "required": parameter.required,
        "optional": kind.optional,
        "minimum": kind.minimum,
        "maximum": kind.maximum,
        "step": kind.step,
        "help": parameter.help,
        "heading": parameter.section,
    }


def _choices(kind: Type) -> tuple[Any, ...]:
    """Return the values to choose from, where they are listed."""
    found = kind.choices or ((True, False) if kind.optional and _base(kind.text) == "bool" else ())
    return (*found, None) if found and kind.optional and None not in found else found


def _kind(kind: Type) -> str:
    if _choices(kind):
        return "choice"
    base = _base(kind.text)
    return "data" if base in DATA else KINDS.get(base, "text")


def _base(annotation: str) -> str:
    """Return ``int`` of ``int``, ``int | None``, ``Optional[int]`` and ``Annotated[int, ...]``; empty of a union."""
    try:
        node = ast.parse(annotation, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    parts = list(_parts(node))
    names = {name for name in parts if name != "None"}
    return names.pop() if len(names) == 1 else ""


def _parts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.BinOp):
        yield from _parts(node.left)
        yield from _parts(node.right)
    elif isinstance(node, ast.Subscript):
        outer = next(_parts(node.value), "")
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if outer in ("Optional", "Annotated", "Final", "ClassVar"):
            yield from _parts(inner[0])
        elif outer == "Union":
            for each in inner:
                yield from _parts(each)
        else:
            yield outer
    elif isinstance(node, ast.Constant):
        yield "None" if node.value is None else _base(str(node.value))
    else:
        yield node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
