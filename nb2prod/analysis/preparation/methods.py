"""What methods of tables, columns and fitted tools do with rows."""

from __future__ import annotations

import ast
import re
from abc import abstractmethod
from dataclasses import replace

from nb2prod.analysis.preparation.columns import Columns
from nb2prod.analysis.preparation.context import OWN_LINE
from nb2prod.analysis.preparation.expressions import is_inplace
from nb2prod.analysis.preparation.labels import fits_by_labels
from nb2prod.analysis.preparation.syntax import constant, keyword, pattern, pattern_of, rebuilt, shown
from nb2prod.analysis.preparation.values import RANGE, Free, Raw, Rows, Several, Shape, Stuck, Term

GIVES = {
    "to_numpy": Shape.ARRAY, "tolist": Shape.LIST, "to_list": Shape.LIST, "to_frame": Shape.FRAME,
    "ravel": Shape.ARRAY, "flatten": Shape.ARRAY, "toarray": Shape.ARRAY, "todense": Shape.ARRAY,
}  # fmt: skip
SAME_COLUMNS = {"fillna", "astype", "replace", "copy", "round", "clip", "map", "applymap"}
ONE_FOR_EACH = "make a new tool for each column, and keep them: `tools[column] = ...`"
STUCK_REMEDY = "compute it from the row's own columns, or from a statistic with a name of its own"


class Methods(Columns):
    """Evaluates calls of methods."""

    def method(self, node: ast.Call, receiver: Term) -> Term:
        """Return what a method of rows gives."""
        assert isinstance(node.func, ast.Attribute)
        rows, called = receiver.value, node.func.attr
        assert isinstance(rows, Rows)
        if is_inplace(node):
            raise Stuck(f"`{shown(node)}` changes its rows inside an expression", OWN_LINE)
        if rows.shape is Shape.GROUPS:
            return self.of_groups(node, receiver)
        if rows.shape is Shape.ACCESSOR:
            return self._of_accessor(node, receiver)
        special = getattr(self, f"on_{called}", None)
        if special is not None:
            found = special(node, receiver)
            if found is not None:
                return found  # type: ignore[no-any-return]
        return self._by_kind(node, receiver, called)

    def _by_kind(self, node: ast.Call, receiver: Term, called: str) -> Term:
        rows = receiver.value
        assert isinstance(rows, Rows)
        known = self.operations.methods
        if any(kw.arg == "dim" for kw in node.keywords):  # of tensors, over columns or over rows
            raise Stuck(f"what `{shown(node)}` does with rows is not known", OWN_LINE)
        over = keyword(node, "axis", 0 if called != "apply" else 1)
        if called in known["over_columns"] and (constant(over, 1) or constant(over, "columns")):
            return self.on_rows(node, receiver, Shape.SERIES if rows.shape is not Shape.ARRAY else Shape.ARRAY)
        if called in known["row"]:
            return self.on_rows(node, receiver, GIVES.get(called))
        if called in known["training"]:
            return self.only_training(receiver, f"`.{called}` drops or reorders rows", *self._arguments(node))
        if called in known["learns"]:
            return self.learnt(node, receiver, *self._arguments(node))
        if called in known["stuck"]:
            raise Stuck(
                f"`{shown(node)}` needs the other rows: `.{called}` looks at the rows before or after", STUCK_REMEDY
            )
        raise Stuck(f"what `.{called}` does with rows is not known: `{shown(node)}`", OWN_LINE)

    def on_rows(self, node: ast.Call, receiver: Term, shape: Shape | None = None) -> Term:
        """Return a method that treats each row alone."""
        assert isinstance(node.func, ast.Attribute)
        below = [*node.args, *(kw.value for kw in node.keywords)]
        terms = [self.eval(each) for each in below]
        rows = self.align([receiver, *terms], node)
        parts: dict[int, ast.expr] = {id(node.func): ast.Attribute(receiver.node, node.func.attr, ast.Load())}
        for child, term in zip(below, terms, strict=True):
            parts[id(child)] = self.settle(child) if isinstance(term.value, Free) else term.node
        assert isinstance(receiver.value, Rows)
        kept = shape or (Shape.SERIES if receiver.value.shape is Shape.ACCESSOR else receiver.value.shape)
        local = receiver.value.local.union(*(t.value.local for t in terms if isinstance(t.value, Rows | Free)))
        columns = receiver.value.columns if node.func.attr in SAME_COLUMNS else None
        return Term(Rows(kept, rows.rowset, rows.labels, rows.raw, local=local, columns=columns), rebuilt(node, parts))

    def call_on_rows(self, node: ast.Call, terms: list[Term], shape: Shape | None = None) -> Term:
        """Return a function that treats each row of its arguments alone."""
        rows = self.align(terms, node)
        below = [*node.args, *(kw.value for kw in node.keywords)]
        parts = {
            id(child): self.settle(child) if isinstance(term.value, Free) else term.node
            for child, term in zip(below, terms, strict=True)
        }
        first = next((t.value for t in terms if isinstance(t.value, Rows)), None)
        kept = shape or (first.shape if first is not None else rows.shape)
        local = frozenset[str]().union(*(t.value.local for t in terms if isinstance(t.value, Rows | Free)))
        return Term(Rows(kept, rows.rowset, rows.labels, rows.raw, local=local), rebuilt(node, parts))

    def _arguments(self, node: ast.Call) -> list[Term]:
        return [self.eval(each) for each in (*node.args, *(kw.value for kw in node.keywords))]

    def _of_accessor(self, node: ast.Call, receiver: Term) -> Term:
        """Return what a method behind ``.str``, ``.dt`` or ``.cat`` gives."""
        assert isinstance(node.func, ast.Attribute)
        called = node.func.attr
        if called == "get_dummies" or (called == "cat" and not (node.args or keyword(node, "others"))):
            raise Stuck(f"`{shown(node)}` gives what depends on all rows", STUCK_REMEDY)
        expand = keyword(node, "expand")
        frame = (called in {"split", "rsplit", "partition", "rpartition"} and constant(expand, True)) or (
            called == "extract" and not constant(expand, False)
        )
        frame = frame or called == "isocalendar"  # year, week and day
        return self.on_rows(node, receiver, Shape.FRAME if frame else Shape.SERIES)

    def on_fillna(self, node: ast.Call, receiver: Term) -> Term | None:
        """``fillna(method=...)`` looks at the neighbours."""
        if keyword(node, "method") is not None:
            raise Stuck(f"`{shown(node)}` fills from the neighbouring rows", "fill with a value or a statistic")
        return None

    def on_replace(self, node: ast.Call, receiver: Term) -> Term | None:
        """``replace(..., method=...)`` looks at the neighbours."""
        return self.on_fillna(node, receiver)

    def on_drop(self, node: ast.Call, receiver: Term) -> Term:
        """Dropping columns needs no columns to be there; dropping rows is for training."""
        columns = keyword(node, "columns")
        if columns is None:
            axis = keyword(node, "axis", 1)
            if not (constant(axis, 1) or constant(axis, "columns")):
                return self.only_training(receiver, f"`{shown(node)}` drops rows")
            columns = keyword(node, "labels", 0)
        if columns is None:
            raise Stuck(f"what `{shown(node)}` drops is not known", "name the columns: `drop(columns=[...])`")
        rows = receiver.value
        assert isinstance(rows, Rows)
        left = _without_columns(rows, columns)
        # what is dropped where the table is read was never sent
        raw = Raw.READ if rows.raw is Raw.READ else Raw.NO
        return Term(replace(rows, raw=raw, columns=left), self.dropped(receiver.node, columns))

    def dropped(self, table: ast.expr, columns: ast.expr) -> ast.expr:
        """Return ``table`` without columns, which need not be there."""
        settled = self.settle(columns)
        if isinstance(settled, ast.Constant):
            settled = ast.List([settled], ast.Load())
        return self.fill('TABLE.drop(columns=COLUMNS, errors="ignore")', TABLE=table, COLUMNS=settled)

    def on_select_dtypes(self, node: ast.Call, receiver: Term) -> Term:
        """Columns of a type are learnt by their names: a single row may not show it."""
        self._arguments(node)
        every = self.fill("CALL.columns.tolist()", CALL=node)
        names = self.hole(every, "columns_of_type", f"names of the columns `{shown(node)}`")
        assert isinstance(receiver.value, Rows)
        made = self.fill("ROWS.filter(NAMES)", ROWS=receiver.node, NAMES=names)  # the target may be among them
        return Term(replace(receiver.value, shape=Shape.FRAME, raw=Raw.NO), made)

    def on_reshape(self, node: ast.Call, receiver: Term) -> Term:
        """``reshape(-1, ...)`` keeps an entry for each row, where all but the first size are given."""
        sizes = node.args[0].elts if node.args and isinstance(node.args[0], ast.Tuple | ast.List) else node.args
        rest = [self.eval(size).value for size in sizes[1:]]
        given = all(isinstance(value, Free) and not _is_minus_one(s) for value, s in zip(rest, sizes[1:], strict=True))
        all_rows = bool(sizes) and (_is_minus_one(sizes[0]) or self._counts_rows(sizes[0]))
        if all_rows and len(sizes) == 2 and _is_minus_one(sizes[1]) and not _is_minus_one(sizes[0]):
            return self._flattened(node, receiver)
        if not all_rows or not given or node.keywords:
            raise Stuck(f"`{shown(node)}` may mix rows", "write `reshape(-1, ...)` with all other sizes given")
        first = ast.UnaryOp(ast.USub(), ast.Constant(1))
        called = ast.Attribute(receiver.node, "reshape", ast.Load())
        made = ast.Call(called, [first, *(self.settle(size) for size in sizes[1:])], [])
        assert isinstance(receiver.value, Rows)
        return Term(replace(receiver.value, shape=Shape.ARRAY), made)

    def _flattened(self, node: ast.Call, receiver: Term) -> Term:
        """``images.reshape(len(images), -1)``: how many numbers a row then has is learnt."""
        assert isinstance(receiver.value, Rows)
        size = self.hole(self.fill("CALL.shape[1]", CALL=node), "row_size", f"numbers in each row of `{shown(node)}`")
        made = self.fill("ROWS.reshape(-1, SIZE)", ROWS=receiver.node, SIZE=size)
        return Term(replace(receiver.value, shape=Shape.ARRAY, raw=Raw.NO), made)

    def _counts_rows(self, node: ast.expr) -> bool:
        """Return whether a size is ``len(X)`` or ``X.shape[0]``, or a variable that holds that."""
        values = self.assigned(node.id) if isinstance(node, ast.Name) else [node]
        return bool(values) and all(_counts_rows(value) for value in values)

    def on_reset_index(self, node: ast.Call, receiver: Term) -> Term:
        """Records are counted from nought anyway."""
        rows = receiver.value
        assert isinstance(rows, Rows)
        if constant(keyword(node, "drop", 1), True):
            return Term(replace(rows, labels=RANGE), receiver.node)
        if rows.shape is not Shape.FRAME or node.args or any(kw.arg != "inplace" for kw in node.keywords):
            raise Stuck(f"`{shown(node)}` makes a column of the rows' labels", "write `reset_index(drop=True)`")
        # the column of labels is most often dropped at once; where it is not, the run shows that it is missing
        return Term(replace(rows, labels=RANGE, raw=Raw.NO, columns=None), receiver.node)

    def on_set_index(self, node: ast.Call, receiver: Term) -> Term:
        """Labels are no matter of a record's: a column that becomes them is dropped, and need not be sent."""
        rows, columns = receiver.value, keyword(node, "keys", 0)
        assert isinstance(rows, Rows)
        if columns is None or rows.shape is not Shape.FRAME:
            raise Stuck(f"what `{shown(node)}` makes the rows' labels is not known", OWN_LINE)
        self._refuse_fitting_by_labels(node)
        labelled = replace(rows, labels=self.new_rows())
        if not isinstance(self.eval(columns).value, Free) or constant(keyword(node, "drop", 1), False):
            return Term(labelled, receiver.node)
        left = _without_columns(rows, columns)
        return Term(replace(labelled, raw=Raw.NO, columns=left), self.dropped(receiver.node, columns))

    def _refuse_fitting_by_labels(self, node: ast.Call) -> None:
        """Raise where rows are fitted to something by the labels that a column gives them."""
        text = ast.dump(node)
        nodes = [statement.node for statement in self.flow.statements]
        here = next((i for i, each in enumerate(nodes) if any(ast.dump(n) == text for n in ast.walk(each))), 0)
        fitted = fits_by_labels(nodes[:here], nodes[here:])
        if fitted:
            raise Stuck(
                f"`{fitted[:80]}` fits rows together by the labels that `{shown(node)}` gives them",
                "keep the column, and look the values up in it: `df[column].map(values)`",
            )

    def on_align(self, node: ast.Call, receiver: Term) -> Term:
        """``left.align(right, axis=1)`` gives both tables the same columns, which are learnt."""
        other = self.eval(node.args[0]) if len(node.args) == 1 else receiver
        over = keyword(node, "axis")
        known = {kw.arg for kw in node.keywords} <= {"join", "axis", "fill_value"}
        if not (constant(over, 1) or constant(over, "columns")) or not known or not isinstance(other.value, Rows):
            raise Stuck(f"`{shown(node)}` fits rows together by their labels", "write `align(..., axis=1)`")
        options = [ast.keyword("fill_value", self.settle(kw.value)) for kw in node.keywords if kw.arg == "fill_value"]
        parts = []
        for place, term in enumerate((receiver, other)):
            names = self.hole(
                self.fill(f"CALL[{place}].columns.tolist()", CALL=node), "columns", f"the columns of `{shown(node)}`"
            )
            func = ast.Attribute(term.node, "reindex", ast.Load())
            assert isinstance(term.value, Rows)
            made = ast.Call(func, [], [ast.keyword("columns", names), *options])
            parts.append(Term(replace(term.value, raw=Raw.NO, columns=None), made))
        return Term(Several(tuple(parts)), node)

    def on_reindex(self, node: ast.Call, receiver: Term) -> Term | None:
        """``reindex(columns=...)`` chooses columns; another choice of rows needs them all."""
        if node.args or {kw.arg for kw in node.keywords} - {"columns", "fill_value"}:
            raise Stuck(f"`{shown(node)}` chooses rows by their labels", "choose them by a condition")
        return self.on_rows(node, receiver)

    def on_pop(self, node: ast.Call, receiver: Term) -> Term:
        """The column, which the table has no more after the statement."""
        column = keyword(node, "item", 0)
        if column is None or not isinstance(receiver.node, ast.Name):
            raise Stuck(f"what `{shown(node)}` takes out is not known", OWN_LINE)
        taken = self.eval(ast.copy_location(ast.Subscript(receiver.node, column, ast.Load()), node))
        self.popped.append((receiver, column))
        return taken

    def on_apply(self, node: ast.Call, receiver: Term) -> Term | None:
        """A function of one entry treats each row alone; a function of a whole column may not."""
        rows = receiver.value
        assert isinstance(rows, Rows)
        over = keyword(node, "axis", 1)
        if rows.shape is Shape.SERIES:
            return self.on_rows(node, receiver)
        if constant(over, 1) or constant(over, "columns"):
            made = self.on_rows(node, receiver)
            return Term(replace(made.value, shape=Shape.UNKNOWN), made.node) if isinstance(made.value, Rows) else made
        return self.applied_to_columns(node, receiver)

    def on_pipe(self, node: ast.Call, receiver: Term) -> Term:
        """``table.pipe(function, more)`` is ``function(table.copy(), more)``."""
        assert isinstance(node.func, ast.Attribute)
        table = pattern("TABLE.copy()", TABLE=node.func.value)
        match node.args:
            case [ast.Lambda(args=ast.arguments(args=[ast.arg(arg=given)]), body=body)] if not node.keywords:
                called = pattern_of(body, {given: table})
            case [ast.Name() | ast.Attribute() as function, *more]:
                called = ast.Call(function, [table, *more], node.keywords)
            case _:
                raise Stuck(f"what `{shown(node)}` does with rows is not known", OWN_LINE)
        ast.copy_location(called, node)
        self.kept.append(called)
        return self.eval(called)

    def on_eval(self, node: ast.Call, receiver: Term) -> Term | None:
        """An expression in a text may ask all rows."""
        text = node.args[0] if node.args else None
        if not (isinstance(text, ast.Constant) and isinstance(text.value, str)) or re.search(
            "[@.]\\s*[^\\W\\d]", text.value
        ):
            raise Stuck(f"what `{shown(node)}` computes is not seen in a text", "write it as an expression of Python")
        return None

    def on_map(self, node: ast.Call, receiver: Term) -> Term | None:
        """An entry at a time, for columns and tables alike."""
        return self.on_rows(node, receiver)

    @abstractmethod
    def applied_to_columns(self, node: ast.Call, receiver: Term) -> Term:
        """Return ``table.apply(function)``."""

    @abstractmethod
    def of_groups(self, node: ast.Call, receiver: Term) -> Term:
        """Return what a method of grouped rows gives."""

    def on_groupby(self, node: ast.Call, receiver: Term) -> Term:
        """Remember what is grouped by what."""
        rows = receiver.value
        assert isinstance(rows, Rows)
        assert isinstance(node.func, ast.Attribute)
        keys = keyword(node, "by", 0)
        terms = self._arguments(node)
        local = rows.local.union(*(term.value.local for term in terms if isinstance(term.value, Free)))
        options = tuple(kw for kw in node.keywords if kw.arg != "by")
        made = replace(rows, shape=Shape.GROUPS, keys=keys, of=node.func.value, options=options, local=local)
        return Term(made, node)

    def on_merge(self, node: ast.Call, receiver: Term) -> Term:
        """A lookup table stays as it is; each row finds its entry."""
        return self.merged(node, receiver, node.args[0] if node.args else keyword(node, "right"), node.args[1:])

    def merged(self, node: ast.Call, left: Term, right: ast.expr | None, rest: list[ast.expr]) -> Term:
        """Return rows with the columns of a lookup table."""
        if right is None:
            raise Stuck(f"what `{shown(node)}` merges is not known", OWN_LINE)
        other = self.eval(right)
        rows = left.value
        assert isinstance(rows, Rows)
        if rest:
            raise Stuck(f"how `{shown(node)}` merges is not spelled out", "write `how=` and `on=`")
        if isinstance(other.value, Several):
            raise Stuck(f"what `{shown(node)}` merges is not known", OWN_LINE)
        if isinstance(other.value, Rows):
            if other.value.rowset == rows.rowset:
                raise Stuck(f"`{shown(node)}` merges rows with themselves", STUCK_REMEDY)
            lookup = self.hole(right, f"{shown(right)}_lookup", f"the lookup table `{shown(right)}`")
        else:
            lookup = self.settle(right)
        how = keyword(node, "how")
        if how is not None and not (isinstance(how, ast.Constant) and how.value in {"left", "inner"}):
            raise Stuck(f"`{shown(node)}` makes rows of its own", "merge with `how='left'`")
        kept = [
            ast.keyword(kw.arg, self.settle(kw.value)) for kw in node.keywords if kw.arg not in {"how", "right", "left"}
        ]
        left_join = ast.keyword("how", ast.Constant("left"))
        if how is None or (isinstance(how, ast.Constant) and how.value == "inner"):
            self.note(
                "training", f"`{shown(node)}` drops rows that the lookup table does not have; a request keeps them"
            )
        made = ast.Call(ast.Attribute(left.node, "merge", ast.Load()), [lookup], [left_join, *kept])
        fresh = self.new_rows()
        return Term(replace(rows, rowset=fresh, labels=RANGE, raw=Raw.NO, columns=None), made)

    def tool_method(self, node: ast.Call, receiver: Term) -> Term:
        """Return what a method of something that has no rows gives for rows."""
        assert isinstance(node.func, ast.Attribute)
        called = node.func.attr
        terms = self._arguments(node)
        known = self.operations.tools
        if called in {"fit_transform", "fit_predict"}:
            return self.fitted_and_applied(node, receiver)
        if called in known["learns"]:
            return self.learnt(node, receiver, *terms)
        if called in known["row"]:
            return self._applied(node, receiver, terms)
        if called in known["training"]:
            return Term(Several(tuple(self._resampled(node, terms))), node)
        raise Stuck(f"what `{shown(node.func)}` does with rows is not known", OWN_LINE)

    def _applied(self, node: ast.Call, receiver: Term, terms: list[Term]) -> Term:
        assert isinstance(node.func, ast.Attribute)
        rows = self.align(terms, node)
        value = receiver.value
        fitted_here = isinstance(value, Free) and value.learnt
        tool = self.fitted_inline(node.func.value) if fitted_here else self._fitted_in_turn(node.func.value)
        func = ast.Attribute(tool, node.func.attr, ast.Load())
        below = (*node.args, *(kw.value for kw in node.keywords))
        parts: dict[int, ast.expr] = {id(node.func): func}
        for child, term in zip(below, terms, strict=True):
            parts[id(child)] = self.settle(child) if isinstance(term.value, Free) else term.node
        return Term(Rows(Shape.ARRAY, rows.rowset, rows.labels), rebuilt(node, parts))

    def _fitted_in_turn(self, tool: ast.expr) -> ast.expr:
        """Return what stands for a tool that the turn of a loop has fitted, any other as it is."""
        fit = self.fits.get(tool.id) if isinstance(tool, ast.Name) else None
        if isinstance(fit, Stuck):
            raise fit
        if fit is None:
            self._refuse_unfitted(tool)
            return tool
        self.notes += [note for note in fit.notes if note not in self.notes]
        return fit.tool

    def _refuse_unfitted(self, tool: ast.expr) -> None:
        """Refuse a tool that the turns of a loop over columns fit in a way that is not known."""
        if isinstance(tool, ast.Name) and self.keys and self.index < len(self.flow.statements):
            facts = self.flow.statements[self.index].facts
            if tool.id in facts.mutations | facts.definitions:
                raise Stuck(f"`{tool.id}` is fitted again in each turn of a loop", ONE_FOR_EACH)

    def _resampled(self, node: ast.Call, terms: list[Term]) -> list[Term]:
        fresh = self.new_rows()
        self.note("training", f"`{shown(node)}` draws other rows")
        return [
            Term(replace(term.value, rowset=fresh, labels=RANGE), term.node) if isinstance(term.value, Rows) else term
            for term in terms
        ]

    @abstractmethod
    def fitted_and_applied(self, node: ast.Call, receiver: Term) -> Term:
        """Return ``tool.fit_transform(rows)``."""

    @abstractmethod
    def fitted_inline(self, tool: ast.expr) -> ast.expr:
        """Return the tool of ``tool.fit(rows).transform(rows)``."""


def _without_columns(rows: Rows, dropped: ast.expr) -> tuple[str, ...] | None:
    """Return a table's columns once some are dropped."""
    keys = dropped.elts if isinstance(dropped, ast.List) else [dropped]
    if rows.columns is None or not all(isinstance(key, ast.Constant) for key in keys):
        return None
    names = {key.value for key in keys if isinstance(key, ast.Constant)}
    return tuple(column for column in rows.columns if column not in names)


def _is_minus_one(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and constant(node.operand, 1)


def _counts_rows(node: ast.expr) -> bool:
    """Return whether a size is ``len(X)`` or ``X.shape[0]``."""
    match node:
        case ast.Call(func=ast.Name(id="len")):
            return True
        case ast.Subscript(value=ast.Attribute(attr="shape"), slice=ast.Constant(value=0)):
            return True
    return False
