"""What nothing seeds to what adds a seed: a parameter, and the place where it is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count, islice

from nb2prod.analysis.knowledge import load_knowledge
from nb2prod.analysis.model import Dataflow, Kind, Statement
from nb2prod.analysis.nodes import imported
from nb2prod.analysis.unparse import unparsed
from nb2prod.notebook.model import Cell
from nb2prod.rules.chance import GENERATORS, SEEDED_BY
from nb2prod.rules.editing import parameter_cell, with_line_above
from nb2prod.rules.model import Fix, Inserted, Source

NAME = "SEED"
VALUE = 0
"""As in scikit-learn's own examples; any number will do."""
_LIKELY = re.compile(r"^(?:random_?|np_?|global_?|rng_?)?(?:seed|state)(?:_value|_number)?$", re.IGNORECASE)


def seed_name(above: Iterable[Statement]) -> str:
    """Return the name of a number that is meant to be a seed behind some statements, empty where there is none."""
    found: dict[str, None] = {}
    for statement in above:
        for name in statement.facts.definitions | statement.facts.deletions:
            found.pop(name, None)
        node = statement.node
        if statement.kind == Kind.CONSTANT and isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            value, names = node.value.value, [each.id for each in node.targets if isinstance(each, ast.Name)]
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                found.update((name, None) for name in names if _LIKELY.match(name))
    return next(iter(found), "")


def with_seed(
    statements: Sequence[Statement], cells: Sequence[Cell], before: Statement
) -> tuple[str, tuple[Source | Inserted, ...]]:
    """Return the name of a seed that stands above a statement, and what adds it where there is none yet."""
    known = seed_name(_above(before, statements, cells))
    if known:
        return known, ()
    taken = {name for statement in statements for name in statement.facts.definitions}
    name = next(each for each in (NAME, "RANDOM_SEED", "SEED_OF_ALL", "SEED_OF_THE_NOTEBOOK") if each not in taken)
    return name, (parameter_cell(cells, before.cell, f"{name} = {VALUE}"),)


def unlike(calls: Iterable[ast.Call], written: Callable[[str], str], name: str, waiting: int = 0) -> str:
    """Return a seed with which a call is ``written`` as none of ``calls`` is: ``SEED``, ``SEED + 1`` and so on.

    Two generators, samples or estimators that are made alike and given the same seed draw the same. ``waiting`` are the
    calls that are written alike above this one, and get theirs at the same time.
    """
    taken = {text for text in map(text_of, calls) if name in text}
    seeds = chain([name], (f"{name} + {more}" for more in count(1)))
    free = (each for each in seeds if not taken or _as_unparsed(written(each)) not in taken)
    return next(islice(free, waiting, None))


@lru_cache(maxsize=4096)
def text_of(call: ast.Call) -> str:
    """Return a call of the notebook's as it is unparsed: each is held against each that has the same name."""
    return unparsed(call)


@lru_cache(maxsize=4096)
def _as_unparsed(text: str) -> str:
    """Return an expression as it is unparsed; where many calls are alike, each is asked for again and again."""
    return ast.unparse(ast.parse(text, mode="eval"))


def _above(place: Statement, statements: Sequence[Statement], cells: Sequence[Cell]) -> list[Statement]:
    """Return the statements above one; those of cells that are skipped are as good as not there."""
    kept = {cell.index for cell in cells}
    return [each for each in statements[: place.index] if each.cell in kept]


def seeded_above(
    statement: Statement, generator: str, flow: Dataflow, cells: Sequence[Cell], import_names: Mapping[str, str]
) -> Fix | None:
    """Return the fix that seeds a global generator right above a statement; ``None`` where it cannot stand there."""
    cell = next(each for each in cells if each.index == statement.cell)
    tensorflow = any(path.split(".")[0] == "tensorflow" for path in import_names)
    bound = _modules(_above(statement, flow.statements, cells))
    function = _spelled(SEEDED_BY[generator], bound, flow.statements, tensorflow)
    if function is None or not _begins_its_line(cell, statement.node):
        return None
    name, changes = with_seed(flow.statements, cells, statement)
    new = with_line_above(cell, statement.line, f"{function}({name})")
    if new is None:
        return None
    return Fix(f"Seed {GENERATORS[generator]} with {name}", (*changes, Source(cell.index, new)))


def _begins_its_line(cell: Cell, node: ast.stmt) -> bool:
    return not cell.code.split("\n")[node.lineno - 1].encode()[: node.col_offset].strip()


def _spelled(function: str, bound: Mapping[str, str], statements: Sequence[Statement], tensorflow: bool) -> str | None:
    """Return how a function is called where names are ``bound`` to modules, with the import that it needs.

    ``None`` where the notebook gives its library's name to something else.
    """
    root = function.split(".")[0]
    if root == "keras" and root not in bound and tensorflow:
        root, function = "tensorflow", f"tensorflow.{function}"
    rest = function.removeprefix(root)
    if root in bound:
        return bound[root] + rest
    others = (each for each in statements if root in each.facts.definitions)
    if any(_bound_by(each).get(root) != root for each in others):
        return None
    return f"import {root}\n{function}"


def _modules(above: Sequence[Statement]) -> dict[str, str]:
    """Return the names that are modules behind some statements, by the modules."""
    names: dict[str, str] = {}
    for statement in above:
        for name in statement.facts.definitions | statement.facts.deletions:
            names.pop(name, None)
        names.update(_bound_by(statement))
    return {path: name for name, path in names.items()}


def _bound_by(statement: Statement) -> dict[str, str]:
    return {name: load_knowledge().canonical(path) for name, path in imported(statement.node).items()}
