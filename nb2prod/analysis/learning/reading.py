"""A notebook's statements, read once in order, to what its learning is made of."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache

from nb2prod.analysis.knowledge import load_knowledge
from nb2prod.analysis.learning.columns import dropped, joined, labels_of, stored
from nb2prod.analysis.learning.combining import differing, is_date
from nb2prod.analysis.learning.expressions import Arguments
from nb2prod.analysis.learning.flaws import find_flaws
from nb2prod.analysis.learning.leaks import find_leaks
from nb2prod.analysis.learning.looping import Looping
from nb2prod.analysis.learning.model import HELD_OUT, Fit, Given, Kind, Learning, Model, Part, Split
from nb2prod.analysis.learning.naming import roles_of
from nb2prod.analysis.learning.record import Scored
from nb2prod.analysis.learning.replacing import replace
from nb2prod.analysis.learning.values import (
    NOTHING,
    UNKNOWN,
    Data,
    Rows,
    Splitting,
    Value,
    kind_of_part,
    part_of,
    split_of,
)
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.room import room
from nb2prod.notebook.model import SKIP, Notebook

DEEPEST = 5
"""Calls of the notebook's own functions within one another that are followed."""
MOST_STEPS = 2_000
"""Statements of functions that are read for one statement of the notebook."""


def read_learning(notebook: Notebook, flow: Dataflow) -> Learning:
    """Return what is split, fitted, asked and scored in ``notebook``. Nothing is executed."""
    reader = Reader()
    with room():
        for statement in flow.statements:
            if notebook.cells[statement.cell].section != SKIP:
                reader.read(statement.index, statement.cell, statement.node)
        return reader.learning()


class Reader(Looping):
    """Statements, functions and classes."""

    def __init__(self) -> None:
        super().__init__()
        self.returned: list[list[Value]] = []
        self.active: list[ast.AST] = []
        self.steps = 0
        self.global_names: list[frozenset[str]] = []

    def read(self, index: int, cell: int, node: ast.stmt) -> None:
        """Read one statement of the notebook."""
        self.statement, self.cell, self.steps = index, cell, 0
        self.run(node)

    def learning(self) -> Learning:
        """Return what was read."""
        record = self.record
        for each in record.fits:
            each.fit = replace(each.fit, features=_as_known(each.fit.features, each.features))
            each.fit = replace(each.fit, target=_as_known(each.fit.target, each.target))
        for scored in record.scorings:
            scored.scoring = replace(scored.scoring, part=_asked_part(scored))
        fits = tuple(self._fit_named(each.fit) for each in record.fits)
        scorings = tuple(
            replace(each.scoring, model=self._named(each.scoring.model), fit=self._last(fits, each.scoring.fit))
            for each in record.scorings
        )
        return Learning(
            splits=tuple(
                replace(each.split, names={part: tuple(names) for part, names in each.names.items()})
                for each in record.splits
            ),
            fits=fits,
            predictions=tuple(
                replace(each, model=self._named(each.model) or each.model, fit=self._last(fits, each.fit))
                for each in record.predictions
            ),
            scorings=scorings,
            leaks=find_leaks(record),
            flaws=find_flaws(record),
            roles=roles_of(record),
            measured=record.measured or bool(scorings),
        )

    def _named(self, model: Model | None) -> Model | None:
        return replace(model, name=self.record.names.get(model.index, "")) if model is not None else None

    def _fit_named(self, fit: Fit) -> Fit:
        return replace(fit, model=self._named(fit.model) or fit.model)

    def _last(self, fits: tuple[Fit, ...], fit: Fit | None) -> Fit | None:
        return fits[fit.index] if fit is not None else None

    # Statements.

    def run(self, node: ast.stmt) -> None:
        """Read a statement anywhere."""
        method = getattr(self, _runner_for(type(node).__name__), None)
        if method is not None:
            method(node)
            return
        for _, value in ast.iter_fields(node):
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, ast.stmt):
                    self.run(each)
                elif isinstance(each, ast.expr):
                    self.evaluate(each)
                elif isinstance(each, ast.ExceptHandler | ast.match_case):
                    self.run_all(each.body)

    def run_all(self, body: Iterable[ast.stmt]) -> None:
        """Read a block."""
        for each in body:
            self.run(each)

    def run_expr(self, node: ast.Expr) -> None:
        """Read what gives a value to nobody."""
        self.evaluate(node.value)

    def run_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        """Bind a function or a class."""
        self.bind(node.name, Value(function=node, cell=self.cell, closure=dict(self.local[-1]) if self.local else None))

    run_asyncfunctiondef = run_functiondef
    run_classdef = run_functiondef

    def run_import(self, node: ast.Import) -> None:
        """Bind modules."""
        for alias in node.names:
            path = alias.name if alias.asname else alias.name.partition(".")[0]
            self.bind(alias.asname or path, Value(load_knowledge().canonical(path), symbol=True))

    def run_importfrom(self, node: ast.ImportFrom) -> None:
        """Bind what a module gives."""
        for alias in node.names:
            if alias.name != "*":
                path = load_knowledge().canonical(f"{node.module or ''}.{alias.name}")
                self.bind(alias.asname or alias.name, Value(path, symbol=True))

    def run_assign(self, node: ast.Assign) -> None:
        """Bind targets."""
        value = self.noted(node.value)
        for target in node.targets:
            self.assign(target, value)

    def run_annassign(self, node: ast.AnnAssign) -> None:
        """Bind a target that has a type."""
        if node.value is not None:
            self.assign(node.target, self.noted(node.value))

    def run_augassign(self, node: ast.AugAssign) -> None:
        """Change a target."""
        value = self.evaluate(node.value)
        before = self.load(node.target.id) if isinstance(node.target, ast.Name) else Value()
        if isinstance(node.target, ast.Name):
            made = self.derived([before, value])
            if before.items is not None and value.items is not None:
                made.items = [*before.items, *value.items][-30:]
            self.bind(node.target.id, made)
        else:
            self.assign(node.target, value)

    def run_for(self, node: ast.For) -> None:
        """Read a loop's body once, or once for each object that is known."""
        number = self.record.next_loop()
        turns = self.turns(node.iter)
        self.loops.append(number)
        for element in turns.elements:
            self.assign(node.target, differing(element, number) if element.data is None else element)
            self.run_all(node.body)
        self.loops.pop()
        self.run_all(node.orelse)

    def run_while(self, node: ast.While) -> None:
        """Read a loop's body once."""
        self.evaluate(node.test)
        self.loops.append(self.record.next_loop())
        self.run_all(node.body)
        self.loops.pop()

    def run_if(self, node: ast.If) -> None:
        """Read both branches; a score that is held against another one picks the best."""
        self.evaluate(node.test)
        if self.loops and isinstance(node.test, ast.Compare):
            sides = [self.evaluate(each) for each in (node.test.left, *node.test.comparators)]
            # What has rows is an answer, its truth or how far they are apart: errors are counted one by one.
            self.picked([each for each in sides if each.rows is None], node.test)
        self.branches += 1
        self.run_all(node.body)
        self.run_all(node.orelse)
        self.branches -= 1

    def run_with(self, node: ast.With) -> None:
        """Read a block and what it opens."""
        for item in node.items:
            value = self.evaluate(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value)
        self.run_all(node.body)

    def run_return(self, node: ast.Return) -> None:
        """Note what a function gives."""
        value = self.noted(node.value) if node.value is not None else Value(literal=None)
        if self.returned:
            self.returned[-1].append(value)

    def run_global(self, node: ast.Global) -> None:
        """Let assignments reach the notebook's variables."""
        if self.global_names:
            self.global_names[-1] |= frozenset(node.names)

    def run_delete(self, node: ast.Delete) -> None:
        """Read ``del df["price"]``."""
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                table = self.evaluate(target.value)
                if table.labels is not None:
                    table.labels = replace(table.labels, certain=False)
                if table.data is not None:
                    table.data = dropped(table.data, labels_of(self.evaluate(target.slice)))

    def declared_global(self) -> frozenset[str]:
        """Return the names that the function being read says are the notebook's."""
        return self.global_names[-1] if self.global_names else NOTHING

    # Binding.

    def assign(self, target: ast.expr, value: Value) -> None:
        """Bind a target, unpacking where it is a tuple."""
        if isinstance(target, ast.Name):
            if value.literal is not UNKNOWN and value.name and value.data is None:
                value = replace(value, name="")
            self.bind(target.id, value)
            self.name_rows(target, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value)
        elif isinstance(target, ast.Subscript):
            self._store(target, value)
        elif isinstance(target, ast.Attribute):
            holder = self.evaluate(target.value)
            if holder.is_table and holder.data is not None and value.data is not None:
                holder.data = stored(holder.data, frozenset((target.attr,)), value.data)
            else:
                holder.attributes[target.attr] = value
        elif isinstance(target, ast.Starred):
            self.assign(target.value, self.derived([value]))

    def _unpack(self, targets: list[ast.expr], value: Value) -> None:
        exact = _placed(targets, value)
        if exact is not None:
            for one, held in zip(targets, exact, strict=True):
                self.assign(one.value if isinstance(one, ast.Starred) else one, held)
            return
        if value.items is None and value.data is not None and value.data.rows is not None:
            self._unpack_source(targets, value, value.data.rows)
            return
        items = value.items or []
        for place, each in enumerate(targets):
            if value.items is not None and place < len(items) and not isinstance(each, ast.Starred):
                self.assign(each, items[place])
            else:
                self.assign(each, differing(self.derived([value]), *value.varies))

    def _unpack_source(self, targets: list[ast.expr], value: Value, rows: Rows) -> None:
        """Bind ``(x_train, y_train), (x_test, y_test) = mnist.load_data()``: rows of their own for each part."""
        parts = [kind_of_part(ast.unparse(each)) for each in targets]
        own = not rows.of and not rows.among and value.data is not None and len({each for each in parts if each}) > 1
        splitting = self.split_off(Kind.FILES, rows.how, [], value.node or targets[0]) if own else None
        known: dict[Part | None, Rows] = {part_of(each): each for each in rows.ancestry()[-1].among}
        for each, part in zip(targets, parts, strict=True):
            data = value.data
            if splitting is None and data is not None and part in known:
                data = replace(data, rows=known[part])
            elif splitting is not None and data is not None:
                known.setdefault(part, Rows((), splitting, part, kind=Kind.FILES, how=rows.how))
                data = replace(data, rows=known[part])
            inner = each.elts if isinstance(each, ast.Tuple | ast.List) else [each]
            for target in inner:
                self.assign(target, Value(data=data and replace(data, table=False)))

    def _store(self, target: ast.Subscript, value: Value) -> None:
        """Read ``df["ratio"] = ...`` and ``df.loc[mask, "ratio"] = ...``."""
        holder = self.evaluate(target.value)
        all_rows, key = True, target.slice
        if holder.path in {".loc", ".iloc"} and holder.bound is not None:
            whole = isinstance(key, ast.Tuple) and isinstance(key.elts[0], ast.Slice) and key.elts[0].lower is None
            by_place = holder.path == ".iloc"
            holder, all_rows = holder.bound, whole
            key = key.elts[1] if isinstance(key, ast.Tuple) and len(key.elts) == 2 and not by_place else key
        index = self.evaluate(key)
        if value.data is not None and value.data.answers:
            self.record.answered.add(holder)
        if holder.items is not None or (holder.data is None and not holder.symbol):
            holder.items = [*(holder.items or []), value][-30:]
            holder.keys = [*(holder.keys or []), index.literal][-30:]
            holder.labels = None
            holder.scored = tuple(dict.fromkeys((*holder.scored, *value.scored)))
            if holder.data is None and value.data is not None and value.data.rows is None:
                holder.data = self.derived([value]).data  # means[city] = ...: what is looked up there owes it too
            return
        labels = labels_of(index)
        names = labels.columns if labels is not None and labels.certain else None
        if holder.data is None:
            return
        if names is not None:
            holder.data = stored(holder.data, names, value.data, all_rows=all_rows)
        elif value.data is not None and value.data.learnt:
            holder.data = replace(holder.data, learnt=joined(holder.data.learnt, value.data.learnt))

    # Functions and classes of the notebook's.

    def call_back(self, given: Arguments, handed: Value) -> Value:
        """Read what a function that is handed over makes of its argument."""
        function = given.places[0] if given.places else None
        if function is None or function.function is None or isinstance(function.function, ast.ClassDef):
            return Value()
        return self.own(function, Arguments(given.node, [handed]))

    def own(self, callee: Value, given: Arguments) -> Value:
        """Read a call of the notebook's own function or class, with what it does to its arguments."""
        node = callee.function
        if isinstance(node, ast.ClassDef):
            return self._instance(callee, node, given)
        self.steps += 1
        if node is None or node in self.active or len(self.active) >= DEEPEST or self.steps > MOST_STEPS:
            return self.derived(given.all())
        scope = {**(callee.closure or {}), **self._parameters(node.args, given, callee.bound)}
        cell, self.cell = self.cell, callee.cell if callee.cell >= 0 else self.cell
        self.local.append(scope)
        self.active.append(node)
        self.returned.append([])
        self.global_names.append(NOTHING)
        if isinstance(node, ast.Lambda):
            self.returned[-1].append(self.evaluate(node.body))
        else:
            for each in node.body:
                self.steps += 1
                if self.steps <= MOST_STEPS:
                    self.run(each)
        self.global_names.pop()
        returned = self.returned.pop()
        self.active.pop()
        self.local.pop()
        self.cell = cell
        return _given_back(returned) or self.derived(returned)

    def _parameters(self, arguments: ast.arguments, given: Arguments, bound: Value | None) -> dict[str, Value]:
        places = [*arguments.posonlyargs, *arguments.args]
        handed = [*([bound] if bound is not None else []), *given.places]
        scope = {each.arg: value for each, value in zip(places, handed, strict=False)}
        for each in (*places, *arguments.kwonlyargs):
            if each.arg in given.keywords:
                scope[each.arg] = given.keywords[each.arg]
        defaults = [*zip(places[len(places) - len(arguments.defaults) :], arguments.defaults, strict=True)]
        defaults += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
        for each, default in defaults:
            if each.arg not in scope:
                scope[each.arg] = self.evaluate(default)
        for each in (*places, *arguments.kwonlyargs):
            scope.setdefault(each.arg, Value())
        return scope

    def _instance(self, definition: Value, node: ast.ClassDef, given: Arguments) -> Value:
        made = Value(function=node, cell=definition.cell)
        bases = [self.evaluate(each) for each in node.bases]
        base = next((each.path for each in bases if each.symbol), "")
        methods = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
        learns = "fit" in methods or base.startswith(("torch.nn", "keras"))
        instance = Value(base if learns else "")
        if learns:
            instance.estimator = self.own_estimator(base or node.name, given)
            answers = bool(methods & {"predict", "predict_proba", "forward", "call"})
            instance.estimator = replace(instance.estimator, supervised=answers)
        instance.attributes = {}
        instance.closure = {"": made}
        for each in node.body:
            if isinstance(each, ast.FunctionDef) and each.name == "__init__":
                self.own(Value(function=each, cell=definition.cell, bound=instance), given)
        if "__init__" not in methods:
            fields = [
                each.target.id
                for each in node.body
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
            ]
            instance.attributes |= self.filled(fields, given)
        if not learns:
            held = self.derived(given.all()).data
            instance.data = held
        return instance

    def own_method(self, receiver: Value, name: str) -> Value | None:
        """Return the method of an object of one of the notebook's classes, unless it fits or answers."""
        definition = receiver.closure.get("") if receiver.closure else None
        if definition is None or not isinstance(definition.function, ast.ClassDef):
            return None
        if receiver.estimator is not None and name in {"fit", "predict", "transform", "fit_transform", "predict_proba"}:
            return None
        for each in definition.function.body:
            if isinstance(each, ast.FunctionDef) and each.name == name:
                return Value(function=each, cell=definition.cell, bound=receiver)
        return None


def _asked_part(scored: Scored) -> Part:
    """Return which part of the rows that the model knows of it is scored on: half of held-out rows is held out too,
    whatever it is for another model."""
    features = scored.fitted.features if scored.fitted is not None else None
    learnt_from = features.rows if features is not None else None
    for each in scored.rows.ancestry() if scored.rows is not None and learnt_from is not None else ():
        if each.split is None or each.part not in HELD_OUT or learnt_from is None:
            continue
        if learnt_from.split_in(each.split) is Part.TRAIN:
            return each.part
    return part_of(scored.rows)


def _as_known(given: Given | None, data: Data | None) -> Given | None:
    """Return rows that were handed over as they are known at the end: later code may say which part they are."""
    if given is None or data is None:
        return given
    splitting = split_of(data.rows)
    return replace(given, part=part_of(data.rows), split=splitting.index if splitting is not None else None)


def _placed(targets: list[ast.expr], value: Value) -> list[Value] | None:
    """Return what each target is given, where as many things as are needed are known one by one."""
    star = next((place for place, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    items = value.items if value.keys is None else None
    if items is None or (len(items) != len(targets) if star is None else len(items) < len(targets) - 1):
        return None
    if star is None:
        return items
    end = len(items) - (len(targets) - star - 1)
    return [*items[:star], Value(items=items[star:end]), *items[end:]]


def _given_back(returned: list[Value]) -> Value | None:
    """Return the value of several ``return``s that says most."""
    for wanted in (
        [each for each in returned if each.items],
        [each for each in returned if each.estimator is not None],
        [each for each in returned if each.data is not None],
        [each for each in returned if each.scored or each.labels or each.function],
    ):
        if wanted:
            return wanted[-1]
    return returned[-1] if returned else Value(literal=None)


__all__ = ["Data", "Reader", "Split", "Splitting", "is_date", "read_learning"]


@cache
def _runner_for(kind: str) -> str:
    return f"run_{kind.lower()}"
