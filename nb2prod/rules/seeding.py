"""What nothing seeds to what adds a seed: a parameter, and the place where it is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from nb2prod.analysis.model import Kind, Statement
from nb2prod.notebook.model import Cell
from nb2prod.rules.chance import GENERATORS, SEEDED_BY
from nb2prod.rules.editing import parameter_cell, with_line_above
from nb2prod.rules.model import Fix, Inserted, Source

NAME = "SEED"
VALUE = 0
"""As in scikit-learn's own examples; any number will do."""
_LIKELY = re.compile(r"^(?:random_?|np_?|global_?|rng_?)?(?:seed|state)(?:_value|_number)?$", re.IGNORECASE)


def seed_name(statements: Sequence[Statement], before: int) -> str:
    """Return the name of a number above a statement that is meant to be a seed, empty where there is none."""
    for statement in statements[:before]:
        node = statement.node
        if statement.kind == Kind.CONSTANT and isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            value, names = node.value.value, [each.id for each in node.targets if isinstance(each, ast.Name)]
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                found = next((name for name in names if _LIKELY.match(name)), "")
                if found:
                    return found
    return ""


def with_seed(
    statements: Sequence[Statement], cells: Sequence[Cell], before: Statement
) -> tuple[str, tuple[Source | Inserted, ...]]:
    """Return the name of a seed that stands above a statement, and what adds it where there is none yet."""
    known = seed_name(statements, before.index)
    if known:
        return known, ()
    taken = {name for statement in statements for name in statement.facts.definitions}
    name = next(each for each in (NAME, "RANDOM_SEED", "SEED_OF_ALL", "SEED_OF_THE_NOTEBOOK") if each not in taken)
    return name, (parameter_cell(cells, before.cell, f"{name} = {VALUE}"),)


def seeded_above(
    statement: Statement,
    generator: str,
    statements: Sequence[Statement],
    cells: Sequence[Cell],
    import_names: Mapping[str, str],
) -> Fix | None:
    """Return the fix that seeds a global generator right above a statement."""
    function = SEEDED_BY[generator]
    name, changes = with_seed(statements, cells, statement)
    cell = next(each for each in cells if each.index == statement.cell)
    new = with_line_above(cell, statement.line, _call(function, name, import_names))
    if new is None:
        return None
    return Fix(f"Seed {GENERATORS[generator]} with {name}", (*changes, Source(cell.index, new)))


def _call(function: str, argument: str, import_names: Mapping[str, str]) -> str:
    """Return the text of a call, with the import that it needs."""
    root = function.split(".")[0]
    tensorflow = any(path.split(".")[0] == "tensorflow" for path in import_names)
    if root == "keras" and root not in import_names and tensorflow:
        root, function = "tensorflow", f"tensorflow.{function}"
    known = import_names.get(root, "")
    call = f"{known or root}{function.removeprefix(root)}({argument})"
    return call if known else f"import {root}\n{call}"
