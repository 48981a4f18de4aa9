"""What a statement has stored in columns so far, in terms of what its tables held before it, which can be learnt."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nb2prod.analysis.preparation.reading import clash, named_columns
from nb2prod.analysis.preparation.syntax import pattern

LARGEST = 300
"""Parts of an expression, beyond which it is not written out any more."""


@dataclass(frozen=True)
class Stored:
    """A column as it is now."""

    pattern: str
    """Its name, as that of changed columns is noted."""
    place: ast.Subscript
    value: ast.expr


@dataclass
class Current:
    """Columns that were stored, by table and the text of the subscript."""

    columns: dict[tuple[str, str], Stored] = field(default_factory=dict)

    def store(self, table: str, key: ast.expr, pattern: str, value: ast.expr) -> None:
        """Note what a column is."""
        place = ast.Subscript(ast.Name(table, ast.Load()), key, ast.Load())
        self.columns[table, ast.dump(key)] = Stored(pattern, place, as_before(value))

    def forget(self, table: str, pattern: str = "") -> None:
        """Note that a column, or a whole table, has changed in a way that is not known."""
        gone = (table, pattern)
        self.columns = {
            key: each
            for key, each in self.columns.items()
            if not (clash((key[0], each.pattern), gone) or clash(gone, (key[0], each.pattern)))
        }

    def without_turns(self, key: str) -> None:
        """Forget what only one turn of a loop knows."""
        own = {n for n, each in self.columns.items() if key in {x.id for x in ast.walk(each.place.slice) if _name(x)}}  # type: ignore[attr-defined]
        self.columns = {n: each for n, each in self.columns.items() if n not in own}

    def seen(self, node: ast.expr, changed: Sequence[tuple[str, str]], *, opaque: bool = False) -> ast.expr:
        """Return an expression with what was stored written out. ``opaque``: that part, which is known to be as before
        the statement, left out."""
        tables = {table: self._table(table, changed) for table, _ in changed}
        whole = {table: value for table, value in tables.items() if value is not None}
        seen = _Seen(self.columns, whole, changed, opaque).visit(copy.deepcopy(node))
        assert isinstance(seen, ast.expr)
        return seen

    def _table(self, table: str, changed: Sequence[tuple[str, str]]) -> ast.expr | None:
        """Return a whole table with its new columns, where all that was changed is known by name."""
        known = {
            each.pattern: each
            for (owner, _), each in self.columns.items()
            if owner == table and isinstance(each.place.slice, ast.Constant)
        }
        if any(owner == table and column not in known for owner, column in changed):
            return None
        columns = ast.Dict([each.place.slice for each in known.values()], [each.value for each in known.values()])
        made = pattern(f"{table}.assign(**COLUMNS)", COLUMNS=columns)
        return as_before(made)


@dataclass(frozen=True)
class Branch:
    """What one of two branches leaves: the columns it knows, and all that was changed by then."""

    columns: Current
    changed: tuple[tuple[str, str], ...]

    def value(self, key: tuple[str, str], each: Stored) -> ast.expr | None:
        """Return a column behind the branch, ``None`` where it is not known."""
        if key in self.columns.columns:
            return self.columns.columns[key].value
        return None if any(clash((key[0], each.pattern), gone) for gone in self.changed) else as_before(each.place)


def joined(test: ast.expr, then: Branch, instead: Branch) -> Current:
    """Return what columns are behind a condition."""
    made = Current()
    for key, each in {**then.columns.columns, **instead.columns.columns}.items():
        one, other = then.value(key, each), instead.value(key, each)
        if one is None or other is None:
            continue
        alike = ast.dump(one) == ast.dump(other)
        value = one if alike else as_before(ast.copy_location(ast.IfExp(test, one, other), test))
        made.columns[key] = Stored(each.pattern, each.place, value)
    return made


def with_meaning(node: ast.expr, meaning: Mapping[str, ast.expr]) -> ast.expr:
    """Return an expression with local names replaced by what they mean; what is marked as before has none."""
    made = _Meaning(meaning).visit(copy.deepcopy(node))
    assert isinstance(made, ast.expr)
    return made


def narrowed(node: ast.expr) -> ast.expr:
    """Return an expression without those new columns of a table that it does not look at."""
    made = _Narrowed().visit(copy.deepcopy(node))
    assert isinstance(made, ast.expr)
    return made


def as_before(node: ast.expr) -> ast.expr:
    """Return an expression, marked as being in terms of what was before the statement."""
    node.as_before = True  # type: ignore[attr-defined]
    return node


def unclear(node: ast.expr) -> ast.expr:
    """Return an expression, marked as being of what the statement had changed in a way that is not known."""
    node.unclear = True  # type: ignore[attr-defined]
    return node


def is_unclear(node: ast.expr) -> bool:
    """Return whether any part is marked so."""
    return any(getattr(each, "unclear", False) for each in ast.walk(node))


def is_large(node: ast.expr) -> bool:
    """Return whether an expression is too large to be written out again and again."""
    return sum(1 for _ in ast.walk(node)) > LARGEST


def _name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


class _Seen(ast.NodeTransformer):
    def __init__(
        self,
        columns: Mapping[tuple[str, str], Stored],
        whole: Mapping[str, ast.expr],
        changed: Sequence[tuple[str, str]],
        opaque: bool,
    ) -> None:
        self.columns, self.whole, self.changed, self.opaque = columns, whole, changed, opaque

    def _is(self, value: ast.expr) -> ast.expr:
        return ast.Constant(None) if self.opaque else value

    def visit(self, node: ast.AST) -> ast.AST:
        if getattr(node, "as_before", False) and isinstance(node, ast.expr):
            return self._is(node)
        match node:
            case ast.Subscript(value=ast.Name(id=table), slice=key, ctx=ast.Load()):
                return self._column(node, table, key)
            case ast.Attribute(value=ast.Name(id=table), attr=column, ctx=ast.Load()):
                return self._column(node, table, ast.Constant(column))
            case ast.Name(id=table, ctx=ast.Load()) if table in self.whole:
                return self._is(self.whole[table])
        return self.generic_visit(node)

    def _column(self, node: ast.Subscript | ast.Attribute, table: str, key: ast.expr) -> ast.AST:
        found = self.columns.get((table, ast.dump(key)))
        if found is not None:
            return self._is(found.value)
        named = isinstance(node, ast.Subscript) and isinstance(key, ast.Constant)
        if named and not any(clash((table, str(getattr(key, "value", ""))), gone) for gone in self.changed):
            return node
        return self.generic_visit(node)


class _Meaning(ast.NodeTransformer):
    def __init__(self, meaning: Mapping[str, ast.expr]) -> None:
        self.meaning = meaning

    def visit(self, node: ast.AST) -> ast.AST:
        if getattr(node, "as_before", False):
            return node
        return super().visit(node)  # type: ignore[no-any-return]

    def visit_Name(self, node: ast.Name) -> ast.AST:
        found = self.meaning.get(node.id)
        return copy.deepcopy(found) if found is not None and isinstance(node.ctx, ast.Load) else node


class _Narrowed(ast.NodeTransformer):
    def __init__(self) -> None:
        self.keys: dict[str, frozenset[str] | None] = {}

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        for part in node.generators:
            if isinstance(part.target, ast.Name):
                self.keys[part.target.id] = named_columns(part.iter)
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        columns = self.keys.get(node.slice.id) if isinstance(node.slice, ast.Name) else named_columns(node.slice)
        if columns is not None:
            node.value = _only(node.value, columns)
        return node


def _only(table: ast.expr, columns: frozenset[str]) -> ast.expr:
    match table:
        case ast.Call(func=ast.Attribute(value=inner, attr="drop" | "copy") as method):
            method.value = _only(inner, columns)
        case ast.Call(
            func=ast.Attribute(value=inner, attr="assign"), keywords=[ast.keyword(arg=None, value=ast.Dict() as new)]
        ):
            kept = [
                (key, value)
                for key, value in zip(new.keys, new.values, strict=True)
                if isinstance(key, ast.Constant) and key.value in columns
            ]
            new.keys, new.values = [key for key, _ in kept], [value for _, value in kept]
            return table if kept else as_before(_only(inner, columns))
    return table
