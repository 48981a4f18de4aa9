"""Expressions to the values that they give: names, literals, operators, containers; calls are for the layers above."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from nb2prod.analysis.children import children_of, walked
from nb2prod.analysis.knowledge import load_knowledge
from nb2prod.analysis.learning.columns import chosen, columns_named, columns_together, labels_of, literal_labels
from nb2prod.analysis.learning.combining import NO_LOOPS, as_selection, is_date, merged, reckoned
from nb2prod.analysis.learning.model import Given, Kind, Learnt, Part, Place, Trace
from nb2prod.analysis.learning.record import Record
from nb2prod.analysis.learning.replacing import replace
from nb2prod.analysis.learning.values import NOTHING, UNKNOWN, Data, Labels, Owed, Rows, Value, part_of, split_of
from nb2prod.analysis.suggest.roles import Role, load_roles
from nb2prod.analysis.unparse import unparsed

MOST_ITEMS = 40
LONGEST_TEXT = 60


@dataclass
class Arguments:
    """A call's arguments, evaluated."""

    node: ast.Call
    places: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    counted: bool = True
    """Whether each place is one argument: nothing with stars is handed over of which nobody knows how much it is."""

    def all(self) -> list[Value]:
        """Return everything that is handed over."""
        return [*self.places, *self.keywords.values()]

    def find(self, place: int, *names: str) -> Value | None:
        """Return the argument at a place or under one of these names."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return self.places[place] if 0 <= place < len(self.places) else None

    def literal(self, place: int, *names: str, default: object = None) -> object:
        """Return what is written down at a place or under one of these names."""
        found = self.find(place, *names)
        return default if found is None else found.literal


class Expressions:
    """Names, literals, operators, containers."""

    def __init__(self) -> None:
        self.roles = load_roles()
        self.record = Record()
        self.variables: dict[str, Value] = {}
        self.local: list[dict[str, Value]] = []
        """The variables of the functions being read, the innermost last."""
        self.statement = 0
        self.cell = 0
        self.loops: list[int] = []
        """The loops around what is being read."""
        self.branches = 0
        """How many branches of conditions are around it."""

    # Names.

    def load(self, name: str) -> Value:
        """Return what a name holds."""
        if self.local and name in self.local[-1]:
            return self.local[-1][name]
        found = self.variables.get(name)
        if found is None:
            path = f"builtins.{name}" if hasattr(builtins, name) else f"?.{name}"
            found = Value(path, symbol=True)
        return found

    def with_rows(self, value: Value | None) -> Value | None:
        """Let what is learnt from have rows, where nobody knows whence it comes."""
        if value is None or value.literal is None or value.estimator is not None or value.items:
            return value
        if value.symbol and value.path.startswith("?.") and isinstance(value.node, ast.Name):
            value = Value(node=value.node)
            self.bind(value.node.id, value)  # type: ignore[union-attr]
        if value.data is None or value.data.rows is None:
            value.data = replace(value.data or Data(), rows=Rows(how="?"))
        return value

    def bind(self, name: str, value: Value) -> None:
        """Let a name hold a value."""
        if not value.symbol:
            history = bool(value.name and value.fits) and self.roles.role_of(value.path) is Role.NETWORK
            value.name = value.name if self.local or history else name  # h = network.fit(...)
            if value.estimator is not None and value.name:
                self.record.names[value.estimator.index] = value.name
        scope = self.local[-1] if self.local and name not in self.declared_global() else self.variables
        scope[name] = value

    def declared_global(self) -> frozenset[str]:
        """Return the names that the function being read says are the notebook's."""
        return NOTHING

    # Values.

    def place(self, node: ast.AST) -> Place:
        """Return where some code stands."""
        return Place(self.statement, self.cell, getattr(node, "lineno", 1), len(self.loops))

    def derived(self, values: Iterable[Value | None]) -> Value:
        """Return what is made of some values, row by row as far as anybody knows."""
        data: list[Data] = []
        varies = NO_LOOPS
        scored: tuple[int, ...] = ()
        for each in values:
            if each is None:
                continue
            if each.data is not None:
                data.append(each.data)
            if each.varies:
                varies |= each.varies
            if each.scored:
                scored = tuple(dict.fromkeys((*scored, *each.scored)))
        if not data:
            return Value(varies=varies, scored=scored)
        return Value(data=merged(data), varies=varies, scored=scored)

    def given(self, value: Value | None) -> Given | None:
        """Return rows as they are handed to something; ``None`` where there are none."""
        if value is None or (value.data is None and value.items is None):
            return None
        data = value.data or next((each.data for each in value.items or () if each.data is not None), None)
        if data is None:
            return None
        node = value.node
        name = node.id if isinstance(node, ast.Name) else ""
        text = name or (unparsed(node)[:LONGEST_TEXT] if node is not None else value.name)
        splitting = split_of(data.rows)
        columns = data.columns if data.table or data.column else None
        index = splitting.index if splitting is not None else None
        inside = self.given(value.held)
        return Given(text, name, part_of(data.rows), index, data.column, columns, node, inside)

    def evaluate(self, node: ast.expr | None) -> Value:
        """Return what an expression gives."""
        if isinstance(node, ast.Name):
            return self.load(node.id)
        if isinstance(node, ast.Constant):
            return Value(literal=node.value)
        if node is None:
            return Value(literal=None)
        method: Callable[[Any], Value] | None = getattr(self, _method_for(type(node).__name__), None)
        if method is not None:
            return method(node)
        return self.derived([self.evaluate(child) for child in children_of(node) if isinstance(child, ast.expr)])

    def _namedexpr(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.bind(node.target.id, value)
        return value

    def _lambda(self, node: ast.Lambda) -> Value:
        return Value(function=node, cell=self.cell, closure=dict(self.local[-1]) if self.local else None)

    def _starred(self, node: ast.Starred) -> Value:
        return self.evaluate(node.value)

    def _ifexp(self, node: ast.IfExp) -> Value:
        self.evaluate(node.test)
        other, chosen_one = self.evaluate(node.orelse), self.evaluate(node.body)
        if chosen_one.estimator is not None and other.estimator is not None:
            return self.one_of([other, chosen_one])
        return chosen_one if chosen_one.data is not None or chosen_one.estimator is not None else other

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        if ast.Starred in map(type, node.elts):
            return self._starred_list(node)
        items = [self.noted(each) for each in node.elts[:MOST_ITEMS]]
        made = self.derived(items)
        made.items = items
        literals = [each.literal for each in items]
        if len(node.elts) <= MOST_ITEMS and UNKNOWN not in literals:
            made.literal = tuple(literals)
        elif all(isinstance(each, ast.Constant) for each in node.elts):
            made.literal = tuple(each.value for each in node.elts if isinstance(each, ast.Constant))
        made.labels = literal_labels(made.literal)
        return made

    _tuple = _set = _list

    def _starred_list(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        """Read ``[*features, "age"]`` and ``(first, *[f(each) for each in others])``."""
        values = [(self.noted(each), isinstance(each, ast.Starred)) for each in node.elts[:MOST_ITEMS]]
        items: list[Value] | None = []
        for value, starred in values:
            inner = value.items if starred and value.keys is None else None if starred else [value]
            items = [*items, *inner] if items is not None and inner is not None else None
        labels = columns_together([columns_named(value) if starred else labels_of(value) for value, starred in values])
        made = self.derived([value for value, starred in values if not starred or columns_named(value) is None])
        made.items, made.labels = items, labels
        if items is not None and all(each.literal is not UNKNOWN for each in items):
            made.literal = tuple(each.literal for each in items)
        return made

    def _dict(self, node: ast.Dict) -> Value:
        keys = [self.evaluate(each).literal if each is not None else UNKNOWN for each in node.keys[:MOST_ITEMS]]
        items = [self.noted(each) for each in node.values[:MOST_ITEMS]]
        made = self.derived(items)
        made.items, made.keys = items, keys
        if UNKNOWN not in keys and UNKNOWN not in [each.literal for each in items]:
            made.literal = "{}"
        return made

    def noted(self, node: ast.expr) -> Value:
        """Return an expression's value, which knows how it is written."""
        value = self.evaluate(node)
        if value.symbol and value.path.startswith("?."):
            return replace(value, node=node)
        if value.symbol or value.function is not None:
            return value
        if value.node is None or not isinstance(value.node, ast.Name) or isinstance(node, ast.Name):
            value.node = node
        return value

    def _unaryop(self, node: ast.UnaryOp) -> Value:
        value = self.evaluate(node.operand)
        if isinstance(node.op, ast.USub) and isinstance(value.literal, int | float):
            return Value(literal=-value.literal)
        if isinstance(node.op, ast.Invert) and value.data is not None and value.data.index_of is not None:
            return Value(data=replace(value.data, rest=not value.data.rest))
        return self.derived([value])

    def _binop(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        made = self.derived([left, right])
        if isinstance(left.literal, tuple) and isinstance(right.literal, tuple) and isinstance(node.op, ast.Add):
            made.literal = left.literal + right.literal
            made.labels = literal_labels(made.literal)
        if isinstance(node.op, ast.Mult) and left.items and len(left.items) == 1 and right.data is None:
            made.items = left.items * 2
        made.data = reckoned(made.data)
        if isinstance(node.op, ast.Sub):
            self.compared(node, left, right, made)
        elif isinstance(node.op, ast.BitAnd):
            self.weighed([left, right])
        return made

    def _boolop(self, node: ast.BoolOp) -> Value:
        values = [self.evaluate(each) for each in node.values]
        self.weighed(values)
        return self.derived(values)

    def _compare(self, node: ast.Compare) -> Value:
        left, others = self.evaluate(node.left), [self.evaluate(each) for each in node.comparators]
        made = self.derived([left, *others])
        made.data = reckoned(made.data)
        if len(others) == 1 and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            self.compared(node, left, others[0], made)
        return made

    def weighed(self, values: Iterable[Value]) -> None:
        """Note that answers and the truth are looked at together; the layer above knows of answers."""

    def compared(self, node: ast.expr, left: Value, right: Value, made: Value) -> None:
        """Note that answers are set against the truth; the layer above knows of answers."""

    def _attribute(self, node: ast.Attribute) -> Value:
        base = self.evaluate(node.value)
        if base.symbol:
            return Value(load_knowledge().canonical(f"{base.path}.{node.attr}"), symbol=True)
        if node.attr in base.attributes:
            return base.attributes[node.attr]
        return self.attribute(base, node)

    def attribute(self, base: Value, node: ast.Attribute) -> Value:
        """Return an attribute of rows or of an object."""
        data, name = base.data, node.attr
        if data is None or base.estimator is not None:
            return Value(varies=base.varies) if base.estimator is None else self.attribute_of_object(base, name)
        if name in {"loc", "iloc", "at", "iat"}:
            return Value(data=data, owner=(base, name), bound=base, path=f".{name}")
        if name in {"values", "T", "str", "dt", "cat", "data", "targets"}:
            return replace(base, name="", path="", items=None, data=replace(data, bare=True))
        if name == "index" and data.rows is None and data.learnt:
            return Value(labels=Labels(certain=False, learnt=as_selection(data.learnt, data.uses)))
        if name == "index":
            return Value(data=Data(rows=None, index_of=data.rows))
        if name == "columns":
            return Value(labels=Labels(data.columns, data.without, data.table))
        if name in {"shape", "size", "ndim", "dtypes", "dtype"}:
            return Value(varies=base.varies)
        if data.table and data.rows is not None and not name.startswith("_"):
            return self.column(base, name)
        return self.derived([base])

    def attribute_of_object(self, base: Value, name: str) -> Value:
        """Return an attribute of a fitted object; the layer above knows of them."""
        return Value(varies=base.varies)

    def column(self, table: Value, name: str) -> Value:
        """Return one column of a table."""
        if table.data is None:
            return Value()
        return Value(data=chosen(table.data, Labels(frozenset((name,))), name), owner=(table, name))

    # Choosing rows and columns.

    def _subscript(self, node: ast.Subscript) -> Value:
        base = self.evaluate(node.value)
        if base.items is not None and base.path == "":
            return self._item(base, node.slice)
        if base.data is None:
            index = self.evaluate(node.slice)
            labels = replace(base.labels, certain=False) if base.labels is not None else None
            if labels is not None and index.data is not None and index.data.rows is None:
                labels = replace(labels, learnt=as_selection(index.data.learnt, index.data.uses))
            return Value(varies=base.varies | index.varies, scored=base.scored, labels=labels)
        if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            rows = self.choose_rows(base, node.slice.elts[0])
            return self._choose_columns(rows, node.slice.elts[1], base.path == ".iloc")
        if base.path in {".loc", ".iloc"} or isinstance(node.slice, ast.Slice):
            return self.choose_rows(base, node.slice)
        index = self.evaluate(node.slice)
        labels = labels_of(index)
        if labels is not None and (base.is_table or isinstance(index.literal, str) or base.data.grouped is not None):
            name = index.literal if isinstance(index.literal, str) else ""
            return Value(data=chosen(base.data, labels, name), owner=(base, name) if name else None)
        if index.data is not None and (index.data.rows is not None or index.data.index_of or index.data.random):
            return self.choose_rows(base, node.slice, index)
        made = self.derived([base])
        if made.data is not None and base.data.rows is None and isinstance(index.literal, str):
            made.data = replace(made.data, uses=frozenset((index.literal,)))
            return made
        if made.data is not None and isinstance(index.literal, int):
            return made
        made.data = replace(made.data, table=False) if made.data is not None else None
        return made

    def _item(self, base: Value, key: ast.expr) -> Value:
        index = self.evaluate(key)
        items = base.items or []
        if base.keys is not None and index.literal is not UNKNOWN:
            for known, item in zip(base.keys, items, strict=False):
                if known == index.literal and known is not UNKNOWN:
                    return item
        elif isinstance(index.literal, int) and -len(items) <= index.literal < len(items):
            return items[index.literal]
        objects = [each for each in items if each.estimator is not None]
        if not objects:
            return self.derived(items)
        if base.one is None or base.one[0] != len(objects):
            base.one = len(objects), self.one_of(objects)
        return base.one[1]

    def one_of(self, objects: list[Value]) -> Value:
        """Return an object that is one of some, where nobody knows which: the last one, but for what they differ in."""
        last, models = objects[-1], [each.estimator for each in objects if each.estimator is not None]
        made = {ast.unparse(each.constructed) if each.constructed is not None else each.path for each in models}
        if len(made) == 1 or last.estimator is None:
            return last
        paths = tuple(dict.fromkeys(each.path for each in models))
        path = paths[0] if len(paths) == 1 else ""
        supervised = any(each.supervised for each in models)
        model = replace(
            last.estimator, index=len(self.record.models), path=path, name="", supervised=supervised, constructed=None,
            among=paths,
        )  # fmt: skip
        self.record.models.append(model)
        return replace(last, path=path, name="", estimator=model, fits=[*last.fits])

    def _choose_columns(self, rows: Value, node: ast.expr, by_place: bool) -> Value:
        if rows.data is None:
            return rows
        if isinstance(node, ast.Slice) and node.lower is None and node.upper is None:
            return rows
        index = self.evaluate(node)
        labels = None if by_place else labels_of(index)
        if labels is not None:
            name = index.literal if isinstance(index.literal, str) else ""
            owner = (rows.owner[0] if rows.owner else rows, name)
            return Value(data=chosen(rows.data, labels, name), owner=owner)
        data = replace(rows.data, table=False, columns=None, column="", uses=NOTHING)
        return Value(data=data)

    def choose_rows(self, base: Value, node: ast.expr, index: Value | None = None) -> Value:
        """Return some of the rows, the same ones for the same choice."""
        data = base.data
        if data is not None and data.rows is None and data.index_of is not None and isinstance(node, ast.Slice):
            text = ast.unparse(node)
            places = self.choice(data.index_of, text, data.index_of.kind, f"[{text[:LONGEST_TEXT]}]", node)
            return Value(data=replace(data, index_of=places))
        if data is None or data.rows is None:
            return self.derived([base])
        if isinstance(node, ast.Slice) and node.lower is None and node.upper is None:
            return replace(base, path="", name="")
        index = index or self.evaluate(node)
        if index.data is not None and index.data.index_of is not None:
            rows = self.rows_by_index(data, index.data.index_of, node, rest=index.data.rest)
        else:
            random = index.data is not None and index.data.random
            kind = Kind.RANDOM if random else self._kind_of_choice(node)
            text = unparsed(node)
            rows = self.choice(data.rows, text, kind, f"[{text[:LONGEST_TEXT]}]", node)
        learnt = self._window_of(node, data) if isinstance(node, ast.Slice) else data.learnt
        return Value(data=replace(data, rows=rows, learnt=learnt, group=self._group_of(node, data)))

    def _group_of(self, node: ast.expr, data: Data) -> tuple[Rows, frozenset[str]] | None:
        """Read ``df[df["city"] == city]`` in a loop over the cities: each row is in one of the groups."""
        if not self.loops or not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq):
            return None
        sides = [node.left, node.comparators[0]] if len(node.comparators) == 1 else []
        for one, other in (sides, sides[::-1]) if sides else ():
            column = self.evaluate(one).data
            turn = self.evaluate(other).data if isinstance(other, ast.Name) else None
            if column is None or turn is None or not column.column or column.rows is not data.rows:
                continue
            listed = any(owed.what == "unique" and rows is data.rows for owed, rows, _ in turn.learnt)
            if data.rows is not None and turn.rows is None and listed:
                return data.rows, frozenset((column.column,))
        return None

    def _window_of(self, node: ast.Slice, data: Data) -> tuple[Owed, ...]:
        """Read ``series[i - 60 : i]`` in a loop: each row is made of those above it."""
        if node.lower is None or node.upper is None:
            return data.learnt
        turns = self.evaluate(node.lower).varies & self.evaluate(node.upper).varies
        if not turns:
            return data.learnt
        what = ast.unparse(node)[:LONGEST_TEXT]
        return (*data.learnt, (Learnt(Trace.BEHIND, self.place(node.lower), f"[{what}]"), data.rows, None))

    def _kind_of_choice(self, node: ast.expr) -> Kind:
        """Return whether a mask or a slice looks at dates."""
        names = [getattr(each, "id", getattr(each, "attr", getattr(each, "value", ""))) for each in walked(node)]
        dated = any(isinstance(each, str) and is_date(each) for each in names)
        return Kind.TIME if dated else Kind.ORDERED

    def rows_by_index(self, data: Data, index: Rows, node: ast.expr, *, rest: bool = False) -> Rows:
        """Return the rows at some labels or places, or all but those."""
        assert data.rows is not None
        if index in data.rows.ancestry() and not rest:
            return data.rows
        key = (index, rest)
        if key not in data.rows.choices:
            how = "the rest" if rest else index.how
            made = Rows((data.rows,), kind=index.kind, how=how, by=index, rest=rest, place=self.place(node))
            if not rest:
                made.split, made.part = index.split, index.part
            if made.split is not None and not any(each.rows for each in self.record.whole[made.split.index]):
                self.record.whole[made.split.index].append(data)
            data.rows.choices[key] = made
        return data.rows.choices[key]

    def choice(self, rows: Rows, key: object, kind: Kind, how: str, node: ast.expr | None = None) -> Rows:
        """Return rows chosen from others, the same ones for the same key."""
        if key not in rows.choices:
            place = self.place(node) if node is not None else None
            rows.choices[key] = Rows((rows,), kind=kind, how=how, choice=node, place=place)
        return rows.choices[key]

    def _joinedstr(self, node: ast.JoinedStr) -> Value:
        return self.derived([self.evaluate(each.value) for each in node.values if isinstance(each, ast.FormattedValue)])


@cache
def _method_for(kind: str) -> str:
    return f"_{kind.lower()}"


__all__ = ["Arguments", "Expressions", "Part"]
