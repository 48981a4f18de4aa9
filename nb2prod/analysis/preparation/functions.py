"""What functions of libraries do with rows."""

from __future__ import annotations

import ast
from dataclasses import replace

from nb2prod.analysis.preparation.context import OWN_LINE
from nb2prod.analysis.preparation.learning import Learning
from nb2prod.analysis.preparation.syntax import constant, keyword, rebuilt, shown
from nb2prod.analysis.preparation.values import RANGE, Free, Raw, Rows, Several, Shape, Stuck, Term

ONE_BY_ONE = "call it for one value at a time, as in `column.apply(lambda value: ...)`, or use pandas or NumPy instead"
MADE = {
    "randn", "rand", "normal", "uniform", "random", "randint", "multivariate_normal", "random_sample", "integers",
    "standard_normal", "poisson", "exponential", "binomial",
}  # fmt: skip
"""Methods of random generators that make data."""


class Functions(Learning):
    """Evaluates calls."""

    def call(self, node: ast.Call) -> Term:
        """Return what a call gives."""
        path = self.path(node.func)
        if path:
            return self._library(node, path)
        if isinstance(node.func, ast.Attribute):
            receiver = self.eval(node.func.value)
            if isinstance(receiver.value, Rows):
                return self.method(node, receiver)
            terms = self._arguments(node)
            if isinstance(receiver.value, Free) and any(not isinstance(t.value, Free) for t in terms):
                return self.tool_method(node, receiver)
            if isinstance(receiver.value, Free):
                return self._made_or_free(node, receiver, terms)
            raise Stuck(f"what `{shown(node)}` does with rows is not known", OWN_LINE)
        callee = self.eval(node.func)
        terms = self._arguments(node)
        if all(isinstance(term.value, Free) for term in (callee, *terms)):
            return self.reading_function(node) or self.free(node, [callee, *terms])
        return self.own_function(node, terms)

    def reading_function(self, node: ast.Call) -> Term | None:
        """Return the rows that a function of the notebook reads, if it reads any."""
        return None

    def own_function(self, node: ast.Call, terms: list[Term]) -> Term:
        """Return what a function of the notebook gives for rows."""
        raise Stuck(
            f"what the function `{shown(node.func)}` does with its rows cannot be told apart",
            "write what it does to the table in lines of their own",
        )

    def _made_or_free(self, node: ast.Call, receiver: Term, terms: list[Term]) -> Term:
        assert isinstance(node.func, ast.Attribute)
        if node.func.attr in MADE and terms and not isinstance(node.func.value, ast.Constant):
            return Term(Rows(Shape.ARRAY, self.new_rows(), raw=Raw.MADE), node)
        return self.free(node, [receiver, *terms])

    def _library(self, node: ast.Call, path: str) -> Term:
        index = keyword(node, "index") if path in {"pandas.DataFrame", "pandas.Series"} else None
        if isinstance(index, ast.Attribute) and index.attr == "index":
            owner = self.eval(index.value)
            if isinstance(owner.value, Rows):
                return self._indexed(node, path, owner)
        terms = self._arguments(node)
        special = getattr(self, "call_" + path.replace(".", "_"), None)
        rows = any(not isinstance(term.value, Free) for term in terms)
        if special is not None and rows:
            found = special(node, terms)
            if found is not None:
                return found  # type: ignore[no-any-return]
        if not rows:
            return self._without_rows(node, path, terms)
        return self._with_rows(node, path, terms)

    def _without_rows(self, node: ast.Call, path: str, terms: list[Term]) -> Term:
        shape = self.operations.reads(path)
        made = path.startswith("numpy.random.") or path.startswith("sklearn.datasets.make_")
        if made and path.rpartition(".")[2] not in MADE and not path.startswith("sklearn"):
            return self.free(node, terms)
        if path in {"pandas.DataFrame", "pandas.DataFrame.from_dict", "pandas.DataFrame.from_records"} and terms:
            shape = "frame"
        if self._of_statistics(node, path):
            return self.learnt(node)
        by_hand = shape == "frame" and not self.operations.reads(path)
        if not shape or (made and not terms):
            return self.free(node, terms)
        index = keyword(node, "index_col")
        labels = RANGE if index is None or constant(index, False) or constant(index, None) else self.new_rows()
        fresh = self.new_rows()
        value = Rows(Shape(shape), fresh, labels, Raw.MADE if made else Raw.READ, by_hand=by_hand)
        if shape == "bunch":
            frame = constant(keyword(node, "as_frame"), True)
            inner = replace(value, shape=Shape.FRAME if frame else Shape.ARRAY)
            if made or constant(keyword(node, "return_X_y"), True):
                more = [Term(Free(), node) for kw in node.keywords if kw.arg in {"coef", "return_centers"}]
                return Term(Several((Term(inner, node), Term(inner, node), *more)), node)
        return Term(value, node)

    def _of_statistics(self, node: ast.Call, path: str) -> bool:
        """Return whether a table is made of what was learnt, as ``pd.DataFrame({'skew': skewness})``."""
        data = keyword(node, "data", 0)
        if not path.startswith("pandas.DataFrame") or data is None:
            return False
        parts = data.values if isinstance(data, ast.Dict) else [data]
        return any(isinstance(part, ast.Name) and part.id in self.statistics for part in parts)

    def _with_rows(self, node: ast.Call, path: str, terms: list[Term]) -> Term:
        known = self.operations.functions
        what = self.operations.function(path)
        axis = keyword(node, "axis", 1)
        if path in known["over_columns"] and (constant(axis, 1) or constant(axis, -1)):
            return self._over_rows(node, terms)
        if path in known["joins"]:
            return self._joined(node, path, terms)
        if what == "learns" or path in known["learns"]:
            return self.learnt(node, *terms)
        if what == "row":
            return self._over_rows(node, terms)
        if what == "split":
            return self._split(node, terms)
        if what == "training":
            return Term(Several(tuple(self._resampled(node, terms))), node)
        if path in {"builtins.list", "builtins.tuple"}:
            return self._listed(node, terms)
        if path == "builtins.zip":
            return self._zipped(node, terms)
        if what == "padded":
            return self._padded(node, terms)
        if what == "batches":
            rows = next((each for each in node.args if not isinstance(self.eval(each).value, Free)), node)
            remedy = (
                f"ask the model about rows that are not in batches, in the inference section: `rows = {shown(rows)}`"
            )
            raise Stuck(f"`{shown(node)}` hands the rows out in batches", remedy)
        last = path.rpartition(".")[2]
        if last[:1].isupper() or path.startswith("builtins."):
            raise Stuck(f"what `{shown(node)}` makes of rows is not known", ONE_BY_ONE)
        raise Stuck(f"what `{path}` does with rows is not known: `{shown(node)}`", ONE_BY_ONE)

    def _padded(self, node: ast.Call, terms: list[Term]) -> Term:
        """``pad_sequences(numbers)``: where no width is given, it is that of the longest text in the notebook."""
        made = self.call_on_rows(node, terms, Shape.ARRAY)
        if keyword(node, "maxlen", 1) is None:
            assert isinstance(made.node, ast.Call)
            width = self.hole(self.fill("CALL.shape[1]", CALL=node), "width", f"width of `{shown(node)}`")
            made.node.keywords = [*made.node.keywords, ast.keyword("maxlen", width)]
        return made

    def _over_rows(self, node: ast.Call, terms: list[Term]) -> Term:
        made = self.call_on_rows(node, terms)
        assert isinstance(made.value, Rows)
        return made

    def call_numpy_array(self, node: ast.Call, terms: list[Term]) -> Term:
        """Return the same rows as an array."""
        made = self.call_on_rows(node, terms, Shape.ARRAY)
        assert isinstance(made.value, Rows)
        raw = terms[0].value.raw if isinstance(terms[0].value, Rows) else Raw.NO
        return Term(replace(made.value, raw=raw, labels=RANGE), made.node)

    call_numpy_asarray = call_numpy_array

    def call_numpy_where(self, node: ast.Call, terms: list[Term]) -> Term | None:
        """With one argument, ``where`` gives row numbers."""
        if len(node.args) == 1:
            return self.learnt(node, *terms)
        return self.call_on_rows(node, terms, Shape.ARRAY)

    call_numpy_select = call_numpy_where

    def call_pandas_DataFrame(self, node: ast.Call, terms: list[Term]) -> Term:  # noqa: N802
        """Return a table of rows; its labels are counted anew where it is made from an array."""
        data = keyword(node, "data", 0)
        first = self.eval(data) if data is not None else terms[0]
        if keyword(node, "index") is not None:
            raise Stuck(f"how the rows of `{shown(node)}` are labelled is not known", "leave `index=` out")
        made = self.call_on_rows(node, terms, Shape.FRAME)
        assert isinstance(made.value, Rows)
        raw = first.value.raw if isinstance(first.value, Rows) else Raw.NO
        return Term(replace(made.value, raw=raw), self._unlabelled(made, first))

    def _unlabelled(self, made: Term, first: Term) -> ast.expr:
        return made.node

    def _indexed(self, node: ast.Call, path: str, owner: Term) -> Term:
        """``DataFrame(array, index=df.index)``: records are counted from nought, so that no index is needed."""
        call = ast.Call(node.func, node.args, [kw for kw in node.keywords if kw.arg != "index"])
        made = self._library(ast.copy_location(call, node), path)
        rows = owner.value
        assert isinstance(rows, Rows)
        first = self.eval(node.args[0]).value if node.args else None
        if not isinstance(made.value, Rows) or made.value.rowset != rows.rowset:
            raise Stuck(f"`{shown(node)}` labels rows as others are labelled", "leave `index=` out")
        if not isinstance(first, Rows) or first.shape not in {Shape.ARRAY, Shape.LIST}:
            raise Stuck(f"how the rows of `{shown(node)}` are labelled is not known", "leave `index=` out")
        return Term(replace(made.value, labels=rows.labels), made.node)

    def call_statsmodels_api_add_constant(self, node: ast.Call, terms: list[Term]) -> Term:
        """A column of ones, also where a single row makes every column look like one."""
        made = self.call_on_rows(node, terms)
        assert isinstance(made.node, ast.Call)
        kept = [kw for kw in made.node.keywords if kw.arg != "has_constant"]
        always = ast.Call(made.node.func, made.node.args, [*kept, ast.keyword("has_constant", ast.Constant("add"))])
        return Term(made.value, always)

    call_statsmodels_tools_add_constant = call_statsmodels_api_add_constant
    call_statsmodels_tools_tools_add_constant = call_statsmodels_api_add_constant

    def call_pandas_Series(self, node: ast.Call, terms: list[Term]) -> Term:  # noqa: N802
        """Return a column of rows."""
        made = self.call_pandas_DataFrame(node, terms)
        assert isinstance(made.value, Rows)
        return Term(replace(made.value, shape=Shape.SERIES), made.node)

    def call_pandas_merge(self, node: ast.Call, terms: list[Term]) -> Term:
        """``pd.merge(left, right, ...)``."""
        left = keyword(node, "left", 0)
        right = keyword(node, "right", 1)
        first = self.eval(left) if left is not None else None
        if first is None or not isinstance(first.value, Rows):
            raise Stuck(f"`{shown(node)}` makes rows of its own", "merge the table into the rows: `rows.merge(...)`")
        return self.merged(node, first, right, node.args[2:])

    def call_pandas_concat(self, node: ast.Call, terms: list[Term]) -> Term:
        """Side by side is a matter of each row; one below the other is only for training."""
        parts = terms[0].value
        if not isinstance(parts, Several):
            raise Stuck(
                f"what `{shown(node)}` puts together is not known", "list the tables: `pd.concat([a, b], axis=1)`"
            )
        axis = keyword(node, "axis", 1)
        if constant(axis, 1) or constant(axis, "columns"):
            return self.call_on_rows(node, terms, Shape.FRAME)
        rows = [part for part in parts.parts if isinstance(part.value, Rows)]
        fresh = self.new_rows()
        self.note("training", f"`{shown(node)}` puts rows below each other")
        first = rows[0]
        assert isinstance(first.value, Rows)
        labels = RANGE if constant(keyword(node, "ignore_index"), True) else fresh
        if all(isinstance(r.value, Rows) and r.value.raw for r in rows):
            return Term(replace(first.value, rowset=fresh, labels=labels, raw=Raw.READ), first.node)
        return Term(replace(first.value, rowset=fresh, labels=labels, raw=Raw.NO), first.node)

    def _joined(self, node: ast.Call, path: str, terms: list[Term]) -> Term:
        below = not path.endswith("hstack") and not constant(keyword(node, "axis"), 1)
        parts = terms[0].value
        if below or not isinstance(parts, Several) or any(isinstance(p.value, Free) for p in parts.parts):
            raise Stuck(f"`{shown(node)}` puts rows below each other, or next to something that has no rows", OWN_LINE)
        return self.call_on_rows(node, terms, Shape.ARRAY)

    def _split(self, node: ast.Call, terms: list[Term]) -> Term:
        """``train_test_split``: for records, each part has all rows."""
        self.note("training", "`train_test_split` keeps rows for testing")
        parts: list[Term] = []
        train, test = self.new_rows(), self.new_rows()
        for term in terms[: len(node.args)]:
            for fresh in (train, test):
                value = term.value
                if isinstance(value, Rows):
                    labels = fresh if value.shape not in {Shape.ARRAY, Shape.LIST} else RANGE
                    parts.append(Term(replace(value, rowset=fresh, labels=labels), term.node))
                else:
                    parts.append(Term(value, term.node))
        return Term(Several(tuple(parts)), node)

    def _listed(self, node: ast.Call, terms: list[Term]) -> Term:
        value = terms[0].value
        if isinstance(value, Rows) and value.shape is Shape.FRAME:
            return self.learnt(node, *terms)
        if isinstance(value, Rows):
            made = self.call_on_rows(node, terms, Shape.LIST)
            return Term(replace(made.value, raw=value.raw), made.node) if isinstance(made.value, Rows) else made
        return Term(value, rebuilt(node, {id(node.args[0]): terms[0].node}))

    def _zipped(self, node: ast.Call, terms: list[Term]) -> Term:
        if any(not isinstance(t.value, Rows) for t in terms):
            raise Stuck(f"`{shown(node)}` walks over rows and something else together", OWN_LINE)
        return self.call_on_rows(node, terms, Shape.LIST)
