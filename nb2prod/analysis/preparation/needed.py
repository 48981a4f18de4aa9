"""Which steps the model's input needs, told backwards, by columns where they have names."""

from __future__ import annotations

import ast
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nb2prod.analysis.preparation.column_loops import column_by_column, only_needed, only_there, reads_own, without
from nb2prod.analysis.preparation.reading import named_columns
from nb2prod.analysis.preparation.stores import Step
from nb2prod.analysis.preparation.syntax import free_names, pattern

BY_COLUMN = {
    "fillna", "replace", "copy", "round", "reset_index", "astype",  "drop", "clip", "map", "applymap", "apply",
    "convert_dtypes", "infer_objects", "merge",
}  # fmt: skip
"""Methods of a table whose columns each come from the column of the same name."""


@dataclass(frozen=True)
class Wanted:
    """Columns of a table: those named, or all but those named."""

    names: frozenset[str] = frozenset()
    all_but: bool = True
    sure: frozenset[str] | None = None
    """Where some are chosen by names that only the run knows: those that are needed for sure."""
    unsure: frozenset[str] = frozenset()
    """Of those that are needed: the ones that may only be needed so."""
    placed: frozenset[str] = frozenset()
    """Columns that get other values later, and stand where they stood before."""

    def has(self, column: str) -> bool:
        """Return whether the column is among them."""
        return (column not in self.names) if self.all_but else column in self.names

    def minus(self, columns: frozenset[str]) -> Wanted:
        """Return them without some."""
        if not self.all_but:
            return Wanted(self.names - columns, False)
        sure = None if self.sure is None else self.sure - columns
        return Wanted(self.names | columns, True, sure, self.unsure - columns, self.placed - columns)

    def stored(self, columns: frozenset[str]) -> Wanted:
        """Return what is needed before columns get other values."""
        shown = frozenset(c for c in columns if self.has(c) or c in self.placed)
        rest = self.minus(columns)
        return replace(rest, placed=rest.placed | shown) if self.all_but and self.sure is None else rest

    def may_miss(self, column: str) -> bool:
        """Return whether the column may be one that nobody needs."""
        return column in self.unsure or (self.sure is not None and column not in self.sure)

    def surely_has(self, column: str) -> bool:
        """Return whether the column is needed, whatever the run shows."""
        return self.has(column) and not self.may_miss(column)

    def plus(self, other: Wanted) -> Wanted:
        """Return them and others."""
        if self.all_but and other.all_but:
            vague = self.sure is not None and other.sure is not None
            sure = (self.sure or NONE) | (other.sure or NONE) if vague else None
            named = (self.names | other.names | self.unsure | other.unsure) - (self.names & other.names)
            unsure = frozenset(c for c in named if not self.surely_has(c) and not other.surely_has(c))
            placed = self.placed | other.placed
            return Wanted(self.names & other.names, True, sure, unsure, placed)
        if self.all_but:
            sure = None if self.sure is None else self.sure | other.names
            return Wanted(self.names - other.names, True, sure, self.unsure - other.names, self.placed)
        if other.all_but:
            return other.plus(self)
        return Wanted(self.names | other.names, False)


NONE: frozenset[str] = frozenset()
ALL = Wanted()
SOME = Wanted(sure=NONE)
"""Columns by names that are learnt."""


@dataclass
class Needs:
    """What is needed of each name at one place, going backwards."""

    tables: dict[str, Wanted] = field(default_factory=dict)
    constants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Columns that variables name."""
    by_column: Container[str] = ()
    """Functions of a table whose columns each come from the column of the same name."""

    def read(self, node: ast.AST | None, wanted: Wanted = ALL) -> None:
        """Note what an expression reads, where ``wanted`` is what is needed of its value."""
        match node:
            case None:
                return
            case ast.Name(id=spelled, ctx=ast.Load()):
                self.add(spelled, wanted)
            case ast.Subscript(value=ast.Name(id=spelled), slice=key) if self._columns(key) is not None:
                self.add(spelled, Wanted(self._columns(key) or NONE, False))
            case ast.Subscript(value=ast.Name(id=spelled), slice=ast.Name()):
                self.add(spelled, SOME)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=spelled), attr="filter"), args=[ast.Name()], keywords=[]
            ):
                self.add(spelled, SOME)
            case ast.Attribute(value=ast.Name(id=spelled), attr=column) if column not in {"loc", "values", "index"}:
                self.add(spelled, Wanted(frozenset({column}), False))
            case ast.Call(func=ast.Attribute(value=inner, attr=called)) if called in BY_COLUMN:
                dropped = _dropped(node) if called == "drop" else frozenset()
                self.read(inner, (wanted if wanted.all_but or called != "merge" else ALL).minus(dropped))
                for each in (*node.args, *(kw.value for kw in node.keywords)):
                    self.read(each)
            case ast.Call(func=ast.Attribute(value=inner, attr="rename"), args=[], keywords=[ast.keyword(value=names)]):
                self.read(inner, _renamed_back(names, wanted))
                self.read(names)
            case ast.Call(func=ast.Attribute(attr="get_dummies")) if wanted.all_but:
                for each in node.args:
                    self.read(each, wanted)
                for kw in node.keywords:
                    self.read(kw.value, wanted if kw.arg == "data" else ALL)
            case ast.Call(func=ast.Attribute(attr="concat"), args=[ast.List(elts=parts)]) if wanted.all_but:
                for part in parts:
                    self.read(part, wanted)
            case ast.Call(func=ast.Name(id=spelled), args=[table, learnt]) if spelled in self.by_column:
                self.read(table, wanted)
                self.read(learnt)
            case ast.Call(func=ast.Attribute(value=inner)):
                self.read(inner)
                for each in (*node.args, *(kw.value for kw in node.keywords)):
                    self.read(each)
            case ast.Lambda() | ast.ListComp() | ast.GeneratorExp() | ast.DictComp() | ast.SetComp():
                for spelled in free_names(node):
                    self.add(spelled, ALL)
            case _:
                for child in ast.iter_child_nodes(node):
                    self.read(child)

    def add(self, spelled: str, wanted: Wanted) -> None:
        """Note that columns of a name are needed."""
        known = self.tables.get(spelled)
        self.tables[spelled] = wanted if known is None else known.plus(wanted)

    def takes(self, step: Step) -> Step | None:
        """Go back over one step; return it if it is needed, as it is needed."""
        narrowed = self._fewer_turns(only_needed(self._narrowed(step), self.tables))
        guard = self._guarded(narrowed)
        return (guard or narrowed) if self._takes(narrowed) else self._place_only(narrowed)

    def _place_only(self, step: Step) -> Step | None:
        """Return a step that makes a column only for the place that it has among the others."""
        match step.node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=table), slice=key)]):
                columns = self._columns(key) or NONE
                if table in self.tables and columns & self.tables[table].placed:
                    made = ast.Assign(step.node.targets, ast.Constant(0), lineno=step.node.lineno)
                    return replace(step, node=ast.fix_missing_locations(made), unchanged=False, stuck=None, notes=())
        return None

    def _narrowed(self, step: Step) -> Step:
        """Return ``rows = rows[['a', 'b', 'target']]`` without the columns that nobody needs."""
        node = step.node
        copied = isinstance(node, ast.Assign) and _is_copy(node.value)
        match node.value.func.value if copied else getattr(node, "value", None), node:  # type: ignore[union-attr]
            case ast.Subscript(slice=ast.List(elts=keys)) as chosen, ast.Assign(targets=[ast.Name(id=bound)]):
                wanted = self.tables.get(bound)
                if wanted is None or not all(isinstance(k, ast.Constant) for k in keys):
                    return step
                kept = [k for k in keys if wanted.has(str(getattr(k, "value", "")))]
                if len(kept) == len(keys) or not kept:
                    return step
                value: ast.expr = ast.Subscript(chosen.value, ast.List(kept, ast.Load()), ast.Load())
                value = pattern("CHOSEN.copy()", CHOSEN=value) if copied else value
                made = ast.Assign([ast.Name(bound, ast.Store())], value, lineno=1)
                return replace(step, node=ast.fix_missing_locations(made), unchanged=False)
        return step

    def _fewer_turns(self, step: Step) -> Step:
        """Return a loop that treats one column a turn without those that nobody needs, as the target."""
        node, table = step.node, min(step.changes, default="")
        wanted = self.tables.get(table)
        if not isinstance(node, ast.For) or wanted is None or not column_by_column(node, table):
            return step
        columns = self._columns(node.iter)
        if wanted.all_but:
            unwanted = wanted.names if columns is None else frozenset(c for c in columns if not wanted.has(c))
        else:
            unwanted = frozenset(c for c in columns or () if not wanted.has(c))
        made = node
        if unwanted:
            made = without(node, unwanted)
        vague = wanted.sure is not None or (not wanted.all_but and columns is None)
        if vague and reads_own(node, table):  # what it stores alone is there only afterwards
            made = only_there(made, table)
        return step if made is node else replace(step, node=made, unchanged=False)

    def _guarded(self, step: Step) -> Step | None:
        """Return ``if 'y' in rows: rows['y'] = ...`` for a column that may be the target, which requests lack."""
        match step.node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=table), slice=ast.Constant(value=str(column)))]):
                inner = Needs()
                inner.read(step.node.value)
                read = inner.tables.get(table)
                own = read is not None and not read.all_but and read.names == {column}
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=table)), args=[_, ast.Constant(str(column)), _])
            ):
                own = _moved(step.node.value) == column
            case _:
                return None
        wanted = self.tables.get(table)
        if own and wanted is not None and wanted.may_miss(column) and step.stuck is None:
            test = ast.Compare(ast.Constant(column), [ast.In()], [ast.Name(table, ast.Load())])
            made = ast.copy_location(ast.If(test, [step.node], []), step.node)
            return replace(step, node=ast.fix_missing_locations(made), unchanged=False)
        return None

    def _takes(self, step: Step) -> bool:
        node = step.node
        if step.raw or node is None:
            found = bool(step.changes & set(self.tables))
            if step.raw:
                self.tables.pop(step.raw, None)
            return found
        match node:
            case ast.Assign(targets=[ast.Name(id=spelled)], value=value):
                if spelled not in self.tables:
                    return False
                self.read(value, self.tables.pop(spelled))
                return True
            case ast.Assign(targets=[ast.Subscript(value=owner, slice=key)], value=value):
                return self._store(step, owner, key, value)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=inner, attr=called)) as call):
                return self._in_place(step, call, inner, called)
        if not step.changes & set(self.tables):
            return False
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name):
            table = min(step.changes)
            before = self.tables.get(table)
            self._loop(node, node.target.id)
            if before is not None and column_by_column(node, table):  # a turn reads no column but its own
                self.tables[table] = before
            return True
        for spelled in free_names(node):
            self.add(spelled, ALL)
        return True

    def _columns(self, key: ast.expr) -> frozenset[str] | None:
        """Return the columns that a subscript names, ``None`` where only the run knows them."""
        return self.constants.get(key.id) if isinstance(key, ast.Name) else named_columns(key)

    def _loop(self, node: ast.For, key: str) -> None:
        """Note what a loop over columns reads."""
        columns = self._columns(node.iter)
        outer = self.constants
        self.constants = {k: v for k, v in outer.items() if k != key} | ({} if columns is None else {key: columns})
        self.read(node.iter)
        self._block(node.body)
        self.constants = outer

    def _block(self, block: Sequence[ast.stmt]) -> None:
        for inner in block:
            match inner:
                case ast.Assign(
                    targets=[ast.Subscript(value=ast.Name(), slice=ast.Name() | ast.Constant())], value=value
                ):
                    self.read(value)
                case ast.If(test=test, body=body, orelse=otherwise):
                    self.read(test)
                    self._block(body)
                    self._block(otherwise)
                case _:
                    for spelled in free_names(inner):
                        self.add(spelled, ALL)

    def _store(self, step: Step, owner: ast.expr, key: ast.expr, value: ast.expr) -> bool:
        name = min(step.changes)
        if name not in self.tables:
            return False
        columns = self._columns(key)
        if isinstance(owner, ast.Name) and columns is not None:
            if not any(self.tables[name].has(column) for column in columns):
                return False
            self.tables[name] = self.tables[name].stored(columns)
        else:
            touched = _touched(owner, key)
            if touched is not None and not self.tables[name].has(touched):
                return False
            self.read(key)
            if touched is not None:
                self.add(name, Wanted(frozenset({touched}), False))
        self.read(value)
        return True

    def _in_place(self, step: Step, call: ast.Call, inner: ast.expr, called: str) -> bool:
        name = min(step.changes)
        if name not in self.tables:
            return False
        wanted = self.tables[name]
        moved = _moved(call)
        if moved:
            return wanted.has(moved) or moved in wanted.placed
        if isinstance(inner, ast.Name):
            self.tables[name] = wanted.minus(_dropped(call)) if called == "drop" else wanted
            if called not in BY_COLUMN:
                self.tables[name] = ALL
        else:
            column = _column(inner)
            if column is not None and not wanted.has(column):
                return False
            self.add(name, ALL if column is None else Wanted(frozenset({column}), False))
        for each in (*call.args, *(kw.value for kw in call.keywords)):
            self.read(each)
        return True


def _renamed_back(names: ast.expr, wanted: Wanted) -> Wanted:
    """Return what is needed of a table before its columns get other names."""
    if not isinstance(names, ast.Dict):
        return ALL
    old = {v.value: k.value for k, v in zip(names.keys, names.values, strict=True)
           if isinstance(k, ast.Constant) and isinstance(v, ast.Constant)}  # fmt: skip
    if len(old) != len(names.keys):
        return ALL
    back = frozenset(str(old.get(column, column)) for column in wanted.names)
    return Wanted(back, wanted.all_but)


def _is_copy(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="copy"), args=[], keywords=[]):
            return True
    return False


def needed(
    steps: Sequence[Step], result: ast.expr, constants: Mapping[str, frozenset[str]], by_column: Container[str] = ()
) -> list[Step]:
    """Return the steps that ``result`` needs, in their order."""
    needs = Needs(constants=constants, by_column=by_column)
    needs.read(result)
    taken = [needs.takes(step) for step in reversed(steps)]
    return [step for step in reversed(taken) if step is not None]


def _dropped(call: ast.Call) -> frozenset[str]:
    for kw in call.keywords:
        if kw.arg == "columns":
            return named_columns(kw.value) or frozenset()
    return frozenset()


def _moved(call: ast.expr) -> str:
    """Return the column that ``rows.insert(place, 'a', rows.pop('a'))`` moves, an empty text for anything else."""
    match call:
        case ast.Call(
            func=ast.Attribute(attr="insert"),
            args=[_, ast.Constant(value=str(column)), ast.Call(func=ast.Attribute(attr="pop"))],
        ):
            return column
    return ""


def _column(node: ast.expr) -> str | None:
    match node:
        case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str(column))):
            return column
        case ast.Attribute(value=ast.Name(), attr=column):
            return column
    return None


def _touched(owner: ast.expr, key: ast.expr) -> str | None:
    """Return the one column that ``rows.loc[condition, 'column']`` or ``rows['column'][condition]`` changes."""
    if isinstance(owner, ast.Attribute) and owner.attr == "loc" and isinstance(owner.value, ast.Name):
        if isinstance(key, ast.Tuple) and len(key.elts) == 2:
            columns = named_columns(key.elts[1])
            return next(iter(columns)) if columns and len(columns) == 1 else None
        return None
    return _column(owner.value if isinstance(owner, ast.Attribute) and owner.attr == "loc" else owner)
