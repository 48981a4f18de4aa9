"""A loop over columns that only gives them smaller types goes in; the type of each column comes out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nb2prod.analysis.preparation.syntax import bound_names, mentioned, name, pattern, pattern_of

Path = Callable[[ast.expr], str]
PLAIN = {"int", "float", "bool"}
NOTHING = ast.Constant("")


@dataclass(frozen=True)
class Casts:
    """What a loop does to the types of a table's columns."""

    table: str
    kinds: ast.expr
    """A dictionary of the columns that get another type than that of categories, in the notebook's own names."""
    numbers: bool
    """Whether there may be any."""
    categories: ast.expr | None
    """A dictionary of the categories of those that become categories."""


class _OtherError(Exception):
    """The loop does something else."""


def casts_of(node: ast.For, key: str, path: Path) -> Casts | None:
    """Return what a loop casts, ``None`` where it does anything else.

    ``path`` gives the dotted path of an imported name.
    """
    found = _Loop(key, path)
    try:
        kind = found.kind(node.body, {}, NOTHING, last=True)
    except _OtherError:
        return None
    if node.orelse or not found.table or not any(isinstance(n, ast.IfExp) for n in ast.walk(kind)):
        return None
    if (mentioned(kind) & bound_names(node)) - {key} or not _reads_own(kind, found.table, key):
        return None
    column = "column" if "column" not in mentioned(node) else key
    pairs = pattern(
        f"(({column}, KIND) for {column} in OVER)", KIND=pattern_of(kind, {key: name(column)}), OVER=node.iter
    )
    test = " and kind != 'category'" if "category" in found.given else ""
    kinds = pattern(f"{{{column}: kind for {column}, kind in PAIRS if kind{test}}}", PAIRS=pairs)
    every = f"TABLE[{column}].astype('category').cat.categories.tolist() + [None] * TABLE[{column}].hasnans"
    text = f"{{{column}: {every} for {column}, kind in PAIRS if kind == 'category'}}"
    categories = pattern(text, PAIRS=pairs, TABLE=name(found.table)) if test else None
    for made in (kinds, *([categories] if categories is not None else [])):
        ast.fix_missing_locations(ast.copy_location(made, node))
    return Casts(found.table, kinds, bool(found.given - {"category"}), categories)


def _reads_own(kind: ast.expr, table: str, key: str) -> bool:
    """Return whether a type depends on no other column of the table, which an earlier turn may have changed."""
    own = 0
    for node in ast.walk(kind):
        match node:
            case ast.Subscript(
                value=ast.Name(id=root) | ast.Attribute(value=ast.Name(id=root), attr="dtypes"), slice=ast.Name(id=each)
            ) if (root, each) == (table, key):
                own += 1
    return own == sum(isinstance(n, ast.Name) and n.id == table for n in ast.walk(kind))


class _Loop:
    def __init__(self, key: str, path: Path) -> None:
        self.key, self.path, self.table = key, path, ""
        self.given: set[str] = set()

    def kind(self, body: Sequence[ast.stmt], named: dict[str, ast.expr], before: ast.expr, *, last: bool) -> ast.expr:
        """Return the type that the column has after the statements, ``before`` where they give it none. ``last``:
        whether nothing of the turn follows them."""
        for inner in body:
            ends = last and inner is body[-1]
            match inner:
                case ast.Pass() | ast.Continue() if ends or isinstance(inner, ast.Pass):
                    continue
                case ast.Assign(targets=[ast.Name(id=bound)], value=value) if before is NOTHING:
                    named[bound] = pattern_of(value, named)
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=table), slice=ast.Name(id=key))], value=value):
                    before = self._stored(table, key, value)
                case ast.If(test=test, body=then, orelse=otherwise) if before is NOTHING:
                    one, other = (self.kind(part, dict(named), before, last=ends) for part in (then, otherwise))
                    before = before if one is other is NOTHING else ast.IfExp(pattern_of(test, named), one, other)
                case _:
                    raise _OtherError
        return before

    def _stored(self, table: str, key: str, value: ast.expr) -> ast.expr:
        """Return the type of ``table[key].astype(type)``."""
        match value:
            case ast.Call(
                func=ast.Attribute(value=ast.Subscript(value=ast.Name(id=same), slice=ast.Name(id=own)), attr="astype"),
                args=[wanted],
                keywords=[],
            ) if table == same and own == key == self.key and self.table in {"", table}:
                self.table = table
                kind = self._type(wanted)
                self.given.add(str(kind.value))
                return kind
        raise _OtherError

    def _type(self, wanted: ast.expr) -> ast.Constant:
        if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str):
            return wanted
        path = self.path(wanted)
        last = path.rpartition(".")[2]
        if path.startswith("numpy.") and last.rstrip("0123456789") in {"int", "uint", "float"}:
            return ast.Constant(last)
        if path.startswith("builtins.") and last in PLAIN:
            return ast.Constant(last)
        raise _OtherError
