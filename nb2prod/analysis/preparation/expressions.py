"""What an expression is for records alone: names, operators, subscripts, comprehensions."""

from __future__ import annotations

import ast
import copy
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from nb2prod.analysis.preparation.context import OWN_LINE, Context
from nb2prod.analysis.preparation.naming import described, hint_for
from nb2prod.analysis.preparation.scopes import variables
from nb2prod.analysis.preparation.syntax import (
    children,
    constant,
    free_names,
    name,
    parameters,
    pattern,
    rebuilt,
    shown,
)
from nb2prod.analysis.preparation.values import Free, Lost, Raw, Rows, Several, Shape, Stuck, Term, Value

TABLES = {Shape.FRAME, Shape.SERIES, Shape.UNKNOWN}


class Expressions(Context):
    """Evaluates everything but calls."""

    def eval(self, node: ast.expr) -> Term:
        """Return what ``node`` is, and how it is computed for records alone; raise ``Stuck`` where that is unknown."""
        known = self.terms.get(id(node))
        if known is not None and isinstance(known.value, Free):
            return known
        try:
            term = self._eval(node)
        except Stuck as stuck:
            stuck.line = stuck.line or getattr(node, "lineno", 0)
            raise
        self.terms[id(node)] = term
        self.kept.append(node)
        return term

    def _eval(self, node: ast.expr) -> Term:
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Constant():
                return Term(Free(), node)
            case ast.Call():
                return self.call(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript():
                return self._subscript(node)
            case ast.Lambda():
                return self._lambda(node)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
            case ast.List() | ast.Tuple() | ast.Dict():
                return self._several(node)
            case ast.BinOp() | ast.UnaryOp() | ast.IfExp():
                return self.together(node)
            case ast.Compare() if not any(isinstance(op, ast.In | ast.NotIn | ast.Is | ast.IsNot) for op in node.ops):
                return self.together(node)
            case ast.Starred():
                term = self.eval(node.value)
                return Term(term.value, ast.Starred(term.node, node.ctx))
        return self._none(node)

    @abstractmethod
    def call(self, node: ast.Call) -> Term:
        """Return what a call gives."""

    def _name(self, node: ast.Name) -> Term:
        value = self.env.get(node.id, Free())
        if isinstance(value, Lost):
            raise value.why
        if isinstance(value, Several):
            parts = tuple(self._name(p.node) if isinstance(p.node, ast.Name) else p for p in value.parts)
            return Term(Several(parts), node)
        return Term(value, name(node.id) if isinstance(value, Rows) else node)

    def _none(self, node: ast.expr) -> Term:
        """Return the value of an expression that may not have rows in it."""
        terms = [self.eval(child) for child in children(node)]
        if any(not isinstance(term.value, Free) for term in terms):
            raise Stuck(f"what `{shown(node)}` does with rows is not known", OWN_LINE)
        return self.free(node, terms)

    def free(self, node: ast.expr, terms: Sequence[Term]) -> Term:
        """Return a value made of values without rows."""
        values = [term.value for term in terms if isinstance(term.value, Free)]
        local = frozenset().union(*(value.local for value in values))
        return Term(Free(any(value.learnt for value in values), local), node)

    def learnt(self, node: ast.expr, *receivers: Term) -> Term:
        """Return a value that is learnt from rows."""
        local = frozenset[str]().union(*(_local(term.value) for term in receivers))
        return Term(Free(True, local), node)

    def together(self, node: ast.expr, shape: Shape | None = None) -> Term:
        """Return an operation that treats each row alone, over all children of ``node``."""
        below = list(children(node))
        terms = [self.eval(child) for child in below]
        if all(isinstance(term.value, Free) for term in terms):
            return self.free(node, terms)
        rows = self.align(terms, node)
        parts = {
            id(child): self.settle(child) if isinstance(term.value, Free) else term.node
            for child, term in zip(below, terms, strict=True)
        }
        local = frozenset[str]().union(*(_local(term.value) for term in terms))
        value = Rows(shape or rows.shape, rows.rowset, rows.labels, rows.raw, local=local)
        return Term(value, rebuilt(node, parts))

    def take_out(self, node: ast.expr, value: Free) -> ast.expr:
        """Return what stands for a learnt value: a name, or an entry of a dictionary for each turn of a loop."""
        if not value.local:
            return self.hole(node, hint_for(node), described(node))
        if value.local <= set(self.keys):
            return self.by_key(node, value.local)
        below = list(children(node))
        values = {id(child): self.settle(child) for child in below}
        if all(values[id(child)] is child for child in below):
            raise Stuck(f"`{shown(node)}` is learnt inside a function, from what it is given", OWN_LINE)
        return rebuilt(node, values)

    def by_key(self, node: ast.expr, local: frozenset[str], hint: str = "", what: str = "") -> ast.expr:
        """Return an entry of a dictionary that has what is learnt for each turn of the loop, or of several."""
        keys = self._turns(local)
        key: ast.expr = name(keys[0]) if len(keys) == 1 else ast.Tuple([name(each) for each in keys], ast.Load())
        words = " and ".join(f"`{each}`" for each in keys)
        hint = f"{hint or hint_for(node)}_by_{'_'.join(keys)}"
        every = self.each_turn(key, node, local, hint, f"{what or described(node)}, for each {words}")
        return ast.Subscript(every, key, ast.Load())

    def each_turn(self, key: ast.expr, node: ast.expr, local: frozenset[str], hint: str, what: str) -> ast.expr:
        """Return a dictionary that has what is learnt for each turn of the loops, by ``key``."""
        generators = [
            ast.comprehension(ast.Name(each, ast.Store()), self.keys[each], [], 0) for each in self._turns(local)
        ]
        if not generators:
            why = f"`{shown(node)}` is learnt in each turn of a loop, under the same key"
            raise Stuck(why, "give what is learnt a name of its own, in a line of its own", getattr(node, "lineno", 0))
        generators[-1].ifs = list(self.conditions)
        every = ast.DictComp(key, node, generators)
        if not self.is_settled(every):  # the columns gone over and the conditions are kept as they were in their places
            self.refuse_dirty(every)
            every.value = self.kept_as_before(node)
        return self.hole(every, hint, what)

    def _turns(self, local: frozenset[str]) -> list[str]:
        """Return the loops' variables that a value depends on, the outermost first."""
        wanted = set(local).union(*(self.keys_in(condition) for condition in self.conditions))
        for key in reversed(self.keys):
            if key in wanted:
                wanted |= self.keys_in(self.keys[key])
        return [key for key in self.keys if key in wanted]

    def keys_in(self, node: ast.expr) -> frozenset[str]:
        """Return the loops' variables that an expression reads."""
        return frozenset(free_names(self.meant(node) or node)) & frozenset(self.keys)

    def _lambda(self, node: ast.Lambda) -> Term:
        inner = parameters(node)
        with_parameters = self._inside(inner, node.body)
        if not isinstance(with_parameters.value, Free):
            raise Stuck(f"`{shown(node)}` reads rows from outside", OWN_LINE)
        body = self._settled_inside(inner, node.body)
        made = rebuilt(node, {id(node.body): body})
        assert isinstance(made, ast.Lambda)
        local = with_parameters.value.local - inner
        for each in [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]:
            local |= _local(self.eval(each).value)
        made.args = copy.copy(node.args)  # what is given where an argument is left out is computed with the lambda
        made.args.defaults = [self.settle(each) for each in node.args.defaults]
        made.args.kw_defaults = [None if each is None else self.settle(each) for each in node.args.kw_defaults]
        return Term(Free(False, local), made)

    def _inside(self, names: set[str], node: ast.expr) -> Term:
        outer = dict(self.env)
        self.env.update({each: Free(False, frozenset({each})) for each in names})
        try:
            return self.eval(node)
        finally:
            self.env.clear()
            self.env.update(outer)

    def _settled_inside(self, names: set[str], node: ast.expr) -> ast.expr:
        outer = dict(self.env)
        self.env.update({each: Free(False, frozenset({each})) for each in names})
        try:
            return self.settle(node)
        finally:
            self.env.clear()
            self.env.update(outer)

    def _several(self, node: ast.List | ast.Tuple | ast.Dict) -> Term:
        terms = [self.eval(child) for child in children(node)]
        if all(isinstance(term.value, Free) for term in terms):
            return self.free(node, terms)
        below = list(children(node))
        parts = {
            id(child): self.settle(child) if isinstance(term.value, Free) else term.node
            for child, term in zip(below, terms, strict=True)
        }
        return Term(Several(tuple(terms)), rebuilt(node, parts))

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Term:
        first = self.eval(node.generators[0].iter)
        bound = variables(node)
        if isinstance(first.value, Rows) and first.value.shape is not Shape.FRAME:
            return self._row_by_row(node, first, bound)
        outer = dict(self.env)
        self.env.update({each: Free(False, frozenset({each})) for each in bound})
        try:
            terms = [first, *(self.eval(child) for child in children(node) if child is not node.generators[0].iter)]
        finally:
            self.env.clear()
            self.env.update(outer)
        if isinstance(first.value, Rows):  # a table gives its columns' names
            terms[0] = self.learnt(node.generators[0].iter)
        if any(not isinstance(term.value, Free) for term in terms):
            raise Stuck(f"`{shown(node)}` collects columns one by one", "name the columns: `df[[...]]`")
        value = self.free(node, terms).value
        assert isinstance(value, Free)
        return Term(Free(value.learnt, value.local - bound), node)

    def _row_by_row(self, node: ast.expr, first: Term, bound: set[str]) -> Term:
        """Return a list comprehension over rows: each entry is made from one row."""
        assert isinstance(first.value, Rows)
        if not isinstance(node, ast.ListComp | ast.GeneratorExp) or len(node.generators) > 1:
            return self.learnt(node, first)
        if node.generators[0].ifs:
            raise Stuck(f"`{shown(node)}` leaves rows out while it makes a list", "filter in a line of its own")
        element = self._settled_inside(bound, node.elt)
        made = rebuilt(node, {id(node.elt): element, id(node.generators[0].iter): first.node})
        raw = first.value.raw if isinstance(node.elt, ast.Subscript | ast.Name) else Raw.NO
        return Term(Rows(Shape.LIST, first.value.rowset, raw=raw), made)

    def _attribute(self, node: ast.Attribute) -> Term:
        if self.path(node):
            return Term(Free(), node)
        labels = self._labels_of_chosen(node)
        if labels is not None:
            return labels
        receiver = self.eval(node.value)
        value = receiver.value
        if isinstance(value, Several):
            raise Stuck(f"what `{shown(node)}` does with rows is not known", OWN_LINE)
        if not isinstance(value, Rows):
            return self.free(node, [receiver])
        made = ast.Attribute(receiver.node, node.attr, ast.Load())
        if value.shape is Shape.BUNCH:
            return self._of_bunch(node, node.attr, receiver)
        if value.shape is Shape.GROUPS:
            of = ast.Attribute(value.of, node.attr, ast.Load()) if value.of is not None else None
            return Term(replace(value, of=of), made)
        if value.shape is Shape.ACCESSOR:
            return Term(replace(value, shape=Shape.SERIES), made)
        if node.attr in self.operations.attributes["learns"]:
            return self.learnt(node, receiver)
        if node.attr in self.operations.accessors["row"] and value.shape is not Shape.FRAME:
            return Term(replace(value, shape=Shape.ACCESSOR, raw=Raw.NO), made)
        if node.attr == "codes" and value.shape is Shape.SERIES:  # of pd.Categorical
            return Term(value, ast.Attribute(ast.Attribute(receiver.node, "cat", ast.Load()), "codes", ast.Load()))
        if node.attr == "values":
            return Term(replace(value, shape=Shape.ARRAY), made)
        if value.shape is Shape.FRAME and node.attr not in {"T", "index", "loc", "iloc", "at", "iat", "style"}:
            return Term(replace(value, shape=Shape.SERIES, raw=Raw.NO), made)
        remedy = "work on columns by their names"
        if node.attr in {"index", "loc", "iloc"}:
            remedy = "choose rows by a condition where they are used: `table.loc[condition, 'column']`"
        raise Stuck(f"what `{shown(node)}` gives is not a matter of each row alone", remedy)

    def _labels_of_chosen(self, node: ast.Attribute) -> Term | None:
        """``rows[condition].index``: as a choice of rows, it is the condition."""
        chosen = node.value
        while isinstance(chosen, ast.Subscript) and isinstance(chosen.slice, ast.Constant):
            chosen = chosen.value
        if node.attr != "index" or not isinstance(chosen, ast.Subscript):
            return None
        table, condition = self.eval(chosen.value), self.eval(chosen.slice)
        if not isinstance(table.value, Rows) or not isinstance(condition.value, Rows):
            return None
        self.align([table, condition], node)
        return Term(replace(condition.value, shape=Shape.LABELS), condition.node)

    def _of_bunch(self, node: ast.expr, part: str, receiver: Term) -> Term:
        """Return a part of what ``sklearn.datasets`` loads."""
        assert isinstance(receiver.value, Rows)
        shapes = {"data": Shape.UNKNOWN, "target": Shape.UNKNOWN, "frame": Shape.FRAME, "images": Shape.ARRAY}
        if part not in shapes:
            return Term(Free(), node)
        return Term(replace(receiver.value, shape=shapes[part], raw=Raw.READ), node)

    def _subscript(self, node: ast.Subscript) -> Term:
        if isinstance(node.value, ast.Name) and node.value.id in self.collected:
            return self._entry(node, self.collected[node.value.id])
        if isinstance(node.value, ast.Attribute) and node.value.attr in {"loc", "iloc"}:
            inner = self.eval(node.value.value)
            if isinstance(inner.value, Rows):
                return self.located(node, inner, node.value.attr)
        receiver = self.eval(node.value)
        if isinstance(receiver.value, Several):
            return self._part(node, receiver)
        if isinstance(receiver.value, Rows):
            return self.chosen(node, receiver)
        key = self.eval(node.slice)
        if isinstance(key.value, Several) and self.path(node.value) == "numpy.c_":
            return self._side_by_side(node, key)
        if isinstance(key.value, Rows):
            return self.together(node)
        return self.free(node, [receiver, key])

    def _entry(self, node: ast.Subscript, filled: ast.expr | Stuck) -> Term:
        """Return an entry of what a loop over tables has filled for this table."""
        if isinstance(filled, Stuck):
            raise filled
        key = self.eval(node.slice)
        if not isinstance(key.value, Free) or key.value.learnt:
            raise Stuck(f"which entry `{shown(node)}` takes is not known", OWN_LINE)
        return Term(Free(False, key.value.local), ast.Subscript(filled, node.slice, ast.Load()))

    def _side_by_side(self, node: ast.Subscript, key: Term) -> Term:
        assert isinstance(key.value, Several)
        if any(isinstance(part.value, Free) for part in key.value.parts):
            raise Stuck(f"`{shown(node)}` puts something next to the rows that has no rows itself", OWN_LINE)
        return self.together(node, Shape.ARRAY)

    def _part(self, node: ast.Subscript, receiver: Term) -> Term:
        assert isinstance(receiver.value, Several)
        place = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if not isinstance(place, int) or not -len(receiver.value.parts) <= place < len(receiver.value.parts):
            raise Stuck(f"which rows `{shown(node)}` takes is not known", "give the rows a name of their own")
        return receiver.value.parts[place]

    def only_training(self, receiver: Term, what: str, *by: Term) -> Term:
        """Return other rows of the same kind, chosen ``by`` something: for records, they all pass."""
        assert isinstance(receiver.value, Rows)
        self.note("training", what)
        fresh = self.new_rows()
        labels = fresh if receiver.value.shape in TABLES else receiver.value.labels
        local = receiver.value.local.union(*(_local(term.value) for term in by))
        return Term(replace(receiver.value, rowset=fresh, labels=labels, local=local), receiver.node)

    @abstractmethod
    def chosen(self, node: ast.Subscript, receiver: Term) -> Term:
        """Return ``rows[...]``."""

    @abstractmethod
    def located(self, node: ast.Subscript, receiver: Term, how: str) -> Term:
        """Return ``rows.loc[...]`` or ``rows.iloc[...]``."""

    def fill(self, text: str, **parts: ast.expr) -> ast.expr:
        """Return an expression made from a pattern; ``pandas`` in it becomes the notebook's name for it."""
        if "pandas." in text:
            parts["pandas"] = self.module("pandas")
        return pattern(text, **parts)


def _local(value: Value) -> frozenset[str]:
    return value.local if isinstance(value, Free | Rows) else frozenset()


def is_all(node: ast.expr) -> bool:
    """Return whether a subscript is ``:``."""
    return isinstance(node, ast.Slice) and node.lower is None and node.upper is None and node.step is None


def is_inplace(call: ast.Call) -> bool:
    """Return whether a call says ``inplace=True``."""
    return any(kw.arg == "inplace" and constant(kw.value, True) for kw in call.keywords)
