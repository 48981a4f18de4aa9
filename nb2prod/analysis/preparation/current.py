"""What a statement has stored in columns so far, in terms of what its tables held before it, which can be learnt."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nb2prod.analysis.preparation.operations import load_operations
from nb2prod.analysis.preparation.reading import clash, named_columns
from nb2prod.analysis.preparation.scopes import Scoped
from nb2prod.analysis.preparation.syntax import pattern

LARGEST = 300
"""Parts of an expression, beyond which it is not written out any more."""
LOOKS = {"groupby", "loc", "iloc", "columns", "shape", "assign", "dtypes"}
"""What leaves a table as it is, beside statistics."""

Column = tuple[str, str]
"""Table and column, as changes are noted."""
Meanings = Mapping[str, ast.expr | None]
NOTHING: Meanings = {}


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

    columns: dict[Column, Stored] = field(default_factory=dict)

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
            if key[0] != table or not (clash((table, each.pattern), gone) or clash(gone, (table, each.pattern)))
        }

    def only(self, before: Current) -> Current:
        """Return the columns that are as they were: of what a loop changes, only one turn is known."""
        kept = {key: each for key, each in self.columns.items() if before.columns.get(key) is each}
        return Current(kept)

    def seen(
        self, node: ast.expr, changed: Sequence[Column], meaning: Meanings = NOTHING, *, opaque: bool = False
    ) -> ast.expr:
        """Return an expression with what was stored written out, in the notebook's names. ``opaque``: that part, which
        is known to be as before the statement, left out."""
        near = near_to(node, changed)
        tables = {table: self._table(table, near, meaning) for table in dict.fromkeys(each for each, _ in near)}
        whole = {table: value for table, value in tables.items() if value is not None}
        seen = _Seen(self.columns, whole, near, meaning, opaque).visit(copy.deepcopy(node))
        assert isinstance(seen, ast.expr)
        return seen

    def _table(self, table: str, changed: Sequence[Column], meaning: Meanings) -> ast.expr | None:
        """Return a whole table with its new columns, where all that was changed is known by name."""
        known = {
            each.pattern: each
            for (owner, _), each in self.columns.items()
            if owner == table and isinstance(each.place.slice, ast.Constant)
        }
        if any(owner == table and column not in known for owner, column in changed):
            return None
        return _with_columns(table, [(each.place.slice, each.value) for each in known.values()], meaning)


def near_to(node: ast.AST, changed: Sequence[Column]) -> list[Column]:
    """Return what has changed of the tables that an expression names; there may be very many others."""
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return [each for each in changed if each[0] in names]


def _with_columns(table: str, columns: Sequence[tuple[ast.expr, ast.expr]], meaning: Meanings) -> ast.expr | None:
    """Return a table with columns as they are now."""
    base = meaning.get(table, ast.Name(table, ast.Load()))
    if base is None:
        return None
    new = ast.Dict([key for key, _ in columns], [value for _, value in columns])
    return as_before(pattern("BASE.assign(**COLUMNS)", BASE=copy.deepcopy(base), COLUMNS=new))


@dataclass(frozen=True)
class Branch:
    """What one of two branches leaves: the columns it knows, and all that was changed by then."""

    columns: Current
    changed: tuple[Column, ...]

    def value(self, key: Column, each: Stored, meaning: Meanings) -> ast.expr | None:
        """Return a column behind the branch, ``None`` where it is not known."""
        if key in self.columns.columns:
            return self.columns.columns[key].value
        base = meaning.get(key[0], each.place.value)
        if base is None or any(clash((key[0], each.pattern), gone) for gone in self.changed):
            return None
        return as_before(ast.Subscript(copy.deepcopy(base), each.place.slice, ast.Load()))


def joined(test: ast.expr, then: Branch, instead: Branch, meaning: Meanings) -> Current:
    """Return what columns are behind a condition."""
    made = Current()
    for key, each in {**then.columns.columns, **instead.columns.columns}.items():
        one, other = then.value(key, each, meaning), instead.value(key, each, meaning)
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


class _Seen(ast.NodeTransformer):
    def __init__(
        self,
        columns: Mapping[Column, Stored],
        whole: Mapping[str, ast.expr],
        changed: Sequence[Column],
        meaning: Meanings,
        opaque: bool,
    ) -> None:
        self.columns, self.whole, self.changed, self.meaning, self.opaque = columns, whole, changed, meaning, opaque

    def _is(self, value: ast.expr) -> ast.expr:
        return ast.Constant(None) if self.opaque else value

    def visit(self, node: ast.AST) -> ast.AST:
        if getattr(node, "as_before", False) and isinstance(node, ast.expr):
            return self._is(node)
        match node:
            case ast.Subscript(value=ast.Name(id=table), slice=ast.List(elts=keys), ctx=ast.Load()):
                return self._columns(node, table, keys)
            case ast.Subscript(value=ast.Name(id=table), slice=key, ctx=ast.Load()):
                return self._column(node, table, key)
            case ast.Attribute(value=ast.Name(id=table), attr=column, ctx=ast.Load()):
                return self._column(node, table, ast.Constant(column))
            case ast.Name(id=table, ctx=ast.Load()) if table in self.whole:
                return self._is(self.whole[table])
        return self.generic_visit(node)

    def _columns(self, node: ast.Subscript, table: str, keys: Sequence[ast.expr]) -> ast.AST:
        """Return ``table[[column, ...]]``."""
        stored = [
            (key, self.columns[table, ast.dump(key)].value) for key in keys if (table, ast.dump(key)) in self.columns
        ]
        others = [key for key in keys if (table, ast.dump(key)) not in self.columns]
        unknown = any(clash((table, str(getattr(key, "value", ""))), gone) for key in others for gone in self.changed)
        if len(keys) == len(stored) == 1:
            return self._is(as_before(pattern("VALUE.to_frame(KEY)", VALUE=stored[0][1], KEY=keys[0])))
        made = None if unknown or not stored else _with_columns(table, stored, self.meaning)
        return (
            self.generic_visit(node)
            if made is None
            else self._is(as_before(ast.Subscript(made, node.slice, ast.Load())))
        )

    def _column(self, node: ast.Subscript | ast.Attribute, table: str, key: ast.expr) -> ast.AST:
        found = self.columns.get((table, ast.dump(key)))
        if found is not None:
            return self._is(found.value)
        named = isinstance(node, ast.Subscript) and isinstance(key, ast.Constant)
        if named and not any(clash((table, str(getattr(key, "value", ""))), gone) for gone in self.changed):
            return node
        return self.generic_visit(node)


class _Meaning(Scoped):
    def visit(self, node: ast.AST) -> ast.AST:
        if getattr(node, "as_before", False):
            return node
        return super().visit(node)  # type: ignore[no-any-return]

    def put(self, found: ast.expr) -> ast.AST:
        return copy.deepcopy(super().put(found))


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
        match node.value:
            case ast.Call(func=ast.Attribute(value=inner, attr="groupby") as grouped, args=[by]) if columns is not None:
                keys = named_columns(by)
                grouped.value = inner if keys is None else _only(inner, columns | keys)
            case table if columns is not None:
                node.value = _only(table, columns)
        if isinstance(node.ctx, ast.Load):
            node.value = _uncopied(node.value)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr in load_operations().methods["learns"] | LOOKS:
            node.value = _uncopied(node.value)
        return node


def _uncopied(node: ast.expr) -> ast.expr:
    """Return a table that is only looked at without copying it first."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[], keywords=[]):
            return as_before(inner)
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
