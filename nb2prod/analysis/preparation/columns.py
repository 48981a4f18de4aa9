"""Choosing rows and columns by subscripts: which are a matter of each row, which only of training."""

from __future__ import annotations

import ast
from dataclasses import replace

from nb2prod.analysis.preparation.context import OWN_LINE
from nb2prod.analysis.preparation.expressions import Expressions, is_all
from nb2prod.analysis.preparation.syntax import pattern, rebuilt, shown
from nb2prod.analysis.preparation.values import Free, Raw, Rows, Shape, Stuck, Term

PLACES = {"permutation", "arange", "choice", "randint", "integers", "argsort"}
"""Functions and generators' methods whose arrays are numbers of rows where rows are chosen by them."""


class Columns(Expressions):
    """Evaluates subscripts of rows."""

    def chosen(self, node: ast.Subscript, receiver: Term) -> Term:
        """Return ``rows[...]``."""
        rows = receiver.value
        assert isinstance(rows, Rows)
        if rows.shape is Shape.BUNCH and isinstance(node.slice, ast.Constant):
            return self._of_bunch(node, str(node.slice.value), receiver)
        if rows.shape is Shape.GROUPS:
            of = ast.Subscript(rows.of, node.slice, ast.Load()) if rows.of is not None else None
            return Term(replace(rows, of=of), node)
        if isinstance(node.slice, ast.Slice):
            if rows.shape is Shape.ACCESSOR:
                return self.together(node, Shape.SERIES)
            return self.only_training(receiver, f"takes some of the rows: `{shown(node)}`")
        if rows.shape in {Shape.ARRAY, Shape.UNKNOWN} and isinstance(node.slice, ast.Tuple):
            return self._of_array(node, receiver, node.slice.elts)
        key = self.eval(node.slice)
        if isinstance(key.value, Rows):
            return self.only_training(receiver, f"keeps the rows where `{shown(node.slice)}`", key)
        if not isinstance(key.value, Free):
            raise Stuck(f"what `{shown(node)}` takes is not known", OWN_LINE)
        return self._by_key(node, receiver, key)

    def _by_key(self, node: ast.Subscript, receiver: Term, key: Term) -> Term:
        rows = receiver.value
        assert isinstance(rows, Rows)
        assert isinstance(key.value, Free)
        if rows.shape is Shape.ACCESSOR:
            return self.together(node, Shape.SERIES)
        if rows.shape in {Shape.ARRAY, Shape.UNKNOWN} and self._are_places(node.slice):
            return self.only_training(receiver, f"takes some of the rows: `{shown(node)}`")
        if rows.shape in {Shape.FRAME, Shape.UNKNOWN}:
            shape = self.width(node.slice)
            if rows.shape is Shape.UNKNOWN and shape is not Shape.FRAME and not _is_text(node.slice):
                raise Stuck(f"whether `{shown(node)}` is a row or a column cannot be seen", "name the column")
            expanded = self._expanded(node, receiver)
            if expanded is not None:
                return expanded
            made = rebuilt(node, {id(node.value): receiver.node, id(node.slice): self._settled_key(node.slice, shape)})
            kept = rows.raw is Raw.MADE or (rows.raw is Raw.READ and shape is Shape.FRAME)
            raw = rows.raw if kept else Raw.NO
            columns = spelled_out(node.slice)
            local = rows.local | key.value.local
            return Term(replace(rows, shape=shape, raw=raw, local=local, columns=columns), made)
        if self._chooses_rows(node.slice):
            return self.only_training(receiver, f"takes some of the rows: `{shown(node)}`")
        if isinstance(node.slice, ast.Name) and rows.shape in {Shape.ARRAY, Shape.LIST}:
            return self.only_training(receiver, f"takes some of the rows: `{shown(node)}`")
        return self.learnt(node, receiver, key)

    def _settled_key(self, key: ast.expr, shape: Shape) -> ast.expr:
        value = self.eval(key).value
        if isinstance(value, Free) and value.learnt and not value.local and shape is Shape.FRAME:
            return self.hole(pattern("list(KEY)", KEY=key), "feature_columns", f"names of the columns `{shown(key)}`")
        return self.settle(key)

    def _expanded(self, node: ast.Subscript, receiver: Term) -> Term | None:
        """Return ``texts.str.split(..., expand=True)[1]`` in a form that does not depend on the other rows."""
        made = receiver.node
        if not (
            isinstance(made, ast.Call)
            and isinstance(made.func, ast.Attribute)
            and made.func.attr in {"split", "rsplit"}
            and any(kw.arg == "expand" for kw in made.keywords)
        ):
            return None
        if not (isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int)):
            raise Stuck(
                f"how many columns `{shown(node.value)}` gives depends on all rows", "use `.str.split(...).str[0]`"
            )
        assert isinstance(receiver.value, Rows)
        split = ast.Call(made.func, made.args, [kw for kw in made.keywords if kw.arg != "expand"])
        parts = ast.Attribute(split, "str", ast.Load())
        return Term(replace(receiver.value, shape=Shape.SERIES), ast.Subscript(parts, node.slice, ast.Load()))

    def width(self, key: ast.expr) -> Shape:
        """Return whether a key gives a table or a column."""
        match key:
            case ast.Constant():
                return Shape.SERIES
            case ast.List() | ast.ListComp() | ast.Slice():
                return Shape.FRAME
            case ast.Name(id=spelling):
                if spelling in self.keys:
                    return Shape.SERIES
                return self._width_of_variable(spelling)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                shapes = {self.width(left), self.width(right)}
                return Shape.FRAME if Shape.FRAME in shapes else Shape.SERIES
            case ast.JoinedStr():
                return Shape.SERIES
            case ast.Attribute(attr="columns" | "index") | ast.Call(func=ast.Name(id="list" | "sorted")):
                return Shape.FRAME
            case ast.Subscript(slice=ast.Slice()):
                return Shape.FRAME
            case ast.Subscript(value=inner):
                return Shape.SERIES if self.width(inner) is Shape.FRAME else Shape.UNKNOWN
            case ast.Call(func=ast.Attribute(attr="tolist" | "to_list" | "drop" | "difference" | "intersection")):
                return Shape.FRAME
        return Shape.UNKNOWN

    def _are_places(self, key: ast.expr) -> bool:
        """Return whether a key is known to be numbers of rows, as a permutation gives them."""
        match key:
            case ast.Call(func=ast.Attribute(attr=called)):
                return called in PLACES and (self.path(key.func) or "numpy").startswith("numpy")
            case ast.Subscript(value=inner, slice=ast.Slice()):
                return self._are_places(inner)
            case ast.Name(id=spelling):
                values = self.assigned(spelling)
                return bool(values) and all(not isinstance(v, ast.Name) and self._are_places(v) for v in values)
        return False

    def assigned(self, spelling: str) -> list[ast.expr]:
        """Return what a variable has been assigned, nothing where it may be anything."""
        origins = self.flow.sources_after(self.index).get(spelling, frozenset())
        found: list[ast.expr] = []
        for origin in sorted(origins):
            match self.flow.statements[origin].node:
                case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == spelling:
                    found.append(value)
                case ast.Expr(value=ast.Call()):  # shuffled where it is
                    continue
                case _:
                    return []
        return found or self._before_changes(spelling, origins)

    def _before_changes(self, spelling: str, origins: frozenset[int]) -> list[ast.expr]:
        """Return what a variable was assigned before the one statement that changes it."""
        before = [self.flow.sources[origin].get(spelling, frozenset()) for origin in sorted(origins)]
        nodes = [self.flow.statements[each].node for each in sorted(frozenset().union(*before) - origins)]
        values = [
            node.value for node in nodes if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        ]
        return values if len(values) == len(nodes) else []

    def _width_of_variable(self, spelling: str) -> Shape:
        origins = self.flow.sources_after(self.index).get(spelling, frozenset())
        shapes = set()
        for origin in origins:
            node = self.flow.statements[origin].node
            if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == spelling for target in node.targets
            ):
                inner = node.value
                known = not (isinstance(inner, ast.Name) and inner.id == spelling)
                shapes.add(self.width(inner) if known else Shape.UNKNOWN)
            elif isinstance(node, ast.Expr):  # a list that something is appended to
                shapes.add(Shape.FRAME)
            else:
                shapes.add(Shape.UNKNOWN)
        return shapes.pop() if len(shapes) == 1 else Shape.UNKNOWN

    def _chooses_rows(self, key: ast.expr) -> bool:
        """Return whether a key has several entries, as a list or a name of row numbers does."""
        return self.width(key) is Shape.FRAME

    def _of_array(self, node: ast.Subscript, receiver: Term, keys: list[ast.expr]) -> Term:
        """Return ``array[rows, columns]``."""
        assert isinstance(receiver.value, Rows)
        if len(keys) != 2 or not isinstance(keys[0], ast.Slice):
            raise Stuck(f"what `{shown(node)}` takes is not known", "choose rows and columns one after the other")
        term = receiver if is_all(keys[0]) else self.only_training(receiver, f"takes some of the rows: `{shown(node)}`")
        columns = keys[1] if isinstance(keys[1], ast.Slice) else self.settle(keys[1])
        every = ast.Tuple([ast.Slice(), columns], ast.Load())
        return Term(term.value, ast.Subscript(term.node, every, ast.Load()))

    def located(self, node: ast.Subscript, receiver: Term, how: str) -> Term:
        """Return ``rows.loc[...]`` or ``rows.iloc[...]``."""
        rows = receiver.value
        assert isinstance(rows, Rows)
        if not isinstance(node.slice, ast.Tuple):
            return self._located_rows(node, node.slice, receiver)
        if len(node.slice.elts) != 2 or rows.shape is not Shape.FRAME:
            raise Stuck(f"what `{shown(node)}` takes is not known", "choose rows and columns one after the other")
        wanted, columns = node.slice.elts
        term = receiver if is_all(wanted) else self._located_rows(node, wanted, receiver)
        if not isinstance(term.value, Rows) or is_all(columns):
            return term
        return self._located_columns(node, term, columns, how)

    def _located_rows(self, node: ast.Subscript, wanted: ast.expr, receiver: Term) -> Term:
        if not isinstance(wanted, ast.Slice):
            key = self.eval(wanted)
            if not isinstance(key.value, Rows) and self.width(wanted) is Shape.SERIES:
                return self.learnt(node, receiver, key)
            return self.only_training(receiver, f"takes some of the rows: `{shown(node)}`", key)
        return self.only_training(receiver, f"takes some of the rows: `{shown(node)}`")

    def _located_columns(self, node: ast.Subscript, term: Term, columns: ast.expr, how: str) -> Term:
        """Return columns of a table; those by place are learnt by their names."""
        assert isinstance(term.value, Rows)
        assert isinstance(node.value, ast.Attribute)
        if how == "loc" and not isinstance(columns, ast.Slice):
            made = ast.Subscript(term.node, self.settle(columns), ast.Load())
            return Term(replace(term.value, shape=self.width(columns), raw=Raw.NO), made)
        known = self._known_places(term, columns)
        if how == "iloc" and known is not None:
            return known
        table = node.value.value
        one = not isinstance(columns, ast.Slice) and self._is_number(columns)
        if how == "loc":
            every = ast.Tuple([ast.Slice(), columns], ast.Load())
            located = ast.Subscript(ast.Attribute(table, "loc", ast.Load()), every, ast.Load())
            chosen: ast.expr = ast.Attribute(located, "columns", ast.Load())
        else:
            chosen = ast.Subscript(ast.Attribute(table, "columns", ast.Load()), columns, ast.Load())
        self.eval(chosen)
        if one:
            names = self.hole(chosen, "column", f"name of the column `{shown(node)}`")
        else:
            names = self.hole(
                self.fill("CHOSEN.tolist()", CHOSEN=chosen), "feature_columns", f"names of the columns `{shown(node)}`"
            )
        shape = Shape.SERIES if one else Shape.FRAME
        return Term(replace(term.value, shape=shape, raw=Raw.NO), ast.Subscript(term.node, names, ast.Load()))

    def _known_places(self, term: Term, columns: ast.expr) -> Term | None:
        """Return columns by place of a table whose columns the notebook spells out."""
        rows = term.value
        if not isinstance(rows, Rows) or rows.columns is None:
            return None
        places = _literal_slice(columns)
        if places is None:
            return None
        names = rows.columns[places] if isinstance(places, slice) else (rows.columns[places],)
        keys: list[ast.expr] = [ast.Constant(column) for column in names]
        if isinstance(places, int):
            made = ast.Subscript(term.node, keys[0], ast.Load())
            return Term(replace(rows, shape=Shape.SERIES, raw=Raw.NO, columns=None), made)
        made = ast.Subscript(term.node, ast.List(keys, ast.Load()), ast.Load())
        return Term(replace(rows, raw=Raw.NO, columns=names), made)

    def _is_number(self, node: ast.expr) -> bool:
        inner = node.operand if isinstance(node, ast.UnaryOp) else node
        return isinstance(inner, ast.Constant) and isinstance(inner.value, int)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def spelled_out(key: ast.expr) -> tuple[str, ...] | None:
    """Return the columns that a list names, ``None`` where it is not all literals."""
    if not isinstance(key, ast.List):
        return None
    names = [each.value for each in key.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return tuple(names) if len(names) == len(key.elts) else None


def _literal_slice(node: ast.expr) -> slice | int | None:
    """Return a place or a range of places that is written down."""
    if isinstance(node, ast.Slice):
        parts = [None if part is None else _whole(part) for part in (node.lower, node.upper, node.step)]
        given = [part for part in (node.lower, node.upper, node.step) if part is not None]
        return slice(*parts) if all(_whole(part) is not None for part in given) else None
    return _whole(node)


def _whole(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number
    return None
