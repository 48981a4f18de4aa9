"""Steps that learn from all rows and treat each in one go, taken apart: encoders, dummies, bins, group statistics."""

from __future__ import annotations

import ast
from abc import abstractmethod
from dataclasses import replace

from nb2prod.analysis.preparation.context import OWN_LINE, Fit
from nb2prod.analysis.preparation.methods import STUCK_REMEDY, Methods
from nb2prod.analysis.preparation.naming import hint_for, slug
from nb2prod.analysis.preparation.syntax import (
    constant,
    keyword,
    name,
    pattern,
    rebuilt,
    same,
    shown,
    without,
)
from nb2prod.analysis.preparation.values import RANGE, Free, Lost, Rows, Several, Shape, Stuck, Term, Value
from nb2prod.notebook.called import called_name

EARLIER_REMEDY = (
    "a single row does not have the rows before it: let clients send this column, as they do now, or read the rows "
    "before it from where they are kept"
)
GROUP_REMEDY = "use `.transform('mean')` or another statistic"


class Learning(Methods):
    """Splits calls that learn and treat rows at once."""

    # tools: fit_transform

    def fitted_and_applied(self, node: ast.Call, receiver: Term) -> Term:
        """``tool.fit_transform(rows)``: the fitted tool is kept, and transforms each row."""
        assert isinstance(node.func, ast.Attribute)
        if not node.args:
            raise Stuck(f"what `{shown(node)}` is fitted to is not known", OWN_LINE)
        data = self.eval(node.args[0])
        if not isinstance(data.value, Rows):
            raise Stuck(f"what `{shown(node)}` is fitted to is not known", OWN_LINE)
        tool = self.fitted(node.func.value, node, data.value.local)
        applied = "predict" if node.func.attr == "fit_predict" else "transform"
        made = ast.Call(ast.Attribute(tool, applied, ast.Load()), [data.node], [])
        return Term(Rows(Shape.ARRAY, data.value.rowset, RANGE), made)

    def fitted_inline(self, tool: ast.expr) -> ast.expr:
        """Return the tool of ``tool.fit(rows).transform(rows)``."""
        if isinstance(tool, ast.Call) and isinstance(tool.func, ast.Attribute) and tool.func.attr == "fit":
            return self.fitted(tool.func.value, tool, frozenset())
        return self.settle(tool)

    def fitted(self, tool: ast.expr, call: ast.Call, local: frozenset[str]) -> ast.expr:
        """Return the tool as it is once it is fitted to the rows that ``call`` gives it."""
        subject = hint_for(call.args[0])
        if isinstance(tool, ast.Name):
            maker = self._maker(tool.id)
            otherwise = None if maker is None else self._fit(maker, call)
            kind = _tool_word(maker) if maker is not None else tool.id
            hint = f"{subject}_{kind}"
            what = f"`{tool.id}` as it is fitted by `{shown(call)}`"
            again = self._refitted(tool)
            if local or self.dirty or self.keys or self.over_tables or again:
                if otherwise is None:
                    raise Stuck(
                        f"`{tool.id}` is fitted again in each turn of a loop",
                        f"make a new one for each column, and keep them: `tools[column] = {shown(maker or tool)}`",
                    )
                words = f"`{shown(maker or tool)}` fitted to the column"
                made = self.by_key(otherwise, local, kind, words) if local else self.hole(otherwise, hint, what)
                if self.keys or self.over_tables:
                    self.fits[tool.id] = Fit(made, tuple(self.notes))
                return made
            equal = None if otherwise is None else self.meant(otherwise)
            return self.hole(tool, hint, what, after=True, tool=True, otherwise=equal)
        if isinstance(tool, ast.Subscript) and isinstance(tool.value, ast.Name) and set(self.keys) >= local:
            what = f"the tools in `{tool.value.id}`, each fitted to its column"
            tools = self.hole(tool.value, tool.value.id, what, after=True, tool=True)
            return ast.Subscript(tools, tool.slice, ast.Load())
        if not isinstance(tool, ast.Call):
            raise Stuck(f"the tool `{shown(tool)}` is fitted where it cannot be kept", "give it a name of its own")
        if not self._is_steady(tool):
            raise Stuck(
                f"`{shown(call)}` fits a tool that is thrown away",
                f"give it a name: `tool = {shown(tool)}`",
                call.lineno,
            )
        fit = self._fit(tool, call)
        if local:
            return self.by_key(fit, local, _tool_word(tool), f"`{shown(tool)}` fitted to the column")
        return self.hole(fit, f"{subject}_{_tool_word(tool)}", f"`{shown(tool)}` fitted to `{shown(call.args[0])}`")

    def _refitted(self, tool: ast.Name) -> bool:
        """Return whether the statement has fitted a tool before, which is not what it is behind the statement then."""
        found = {key: hole for key, hole in self.holes.items() if hole.tool and same(hole.expression, tool)}
        found = {key: hole for key, hole in found.items() if hole.statement == self.index}
        for key, hole in found.items():
            if hole.otherwise is None:
                remedy = "use a tool of its own for each, in lines of their own"
                raise Stuck(f"`{tool.id}` is fitted several times in one statement", remedy, tool.lineno)
            self.holes[key] = replace(hole, expression=hole.otherwise, after=False, tool=False, otherwise=None)
            self.places = {place: known for place, known in self.places.items() if known != key}
        return bool(found)

    def fit_in_turn(self, tool: str, call: ast.Call) -> None:
        """Remember what ``tool.fit(rows)`` makes of a tool in a turn of a loop; what cannot be is told where the tool
        is used."""
        try:
            self.fitted(ast.copy_location(name(tool), call), call, self.keys_in(call.args[0]))
        except Stuck as stuck:
            stuck.line = stuck.line or call.lineno
            self.fits[tool] = stuck

    def _fit(self, maker: ast.expr, call: ast.Call) -> ast.expr:
        return ast.Call(ast.Attribute(maker, "fit", ast.Load()), call.args, call.keywords)

    def _maker(self, tool: str) -> ast.Call | None:
        """Return the call that made a tool, if it gives an equal one each time."""
        made = self.makers.get(tool)
        if isinstance(made, ast.Call):
            return made if self._is_steady(made) else None
        for index in range(self.index, -1, -1):
            statement = self.flow.statements[index]
            if tool in statement.facts.definitions:
                found = _assigned(statement.node, tool)
                while (
                    isinstance(found, ast.Call) and isinstance(found.func, ast.Attribute) and found.func.attr == "fit"
                ):
                    found = found.func.value
                return found if isinstance(found, ast.Call) and self._is_steady(found) else None
        return None

    def _is_steady(self, maker: ast.Call) -> bool:
        """Return whether a class, fitted to the same rows again, gives an equal object; its arguments are literals."""
        last = self.path(maker.func).rpartition(".")[2]
        arguments = [*maker.args, *(kw.value for kw in maker.keywords)]
        plain = all(isinstance(self.eval(each).value, Free) and not list(_names(each)) for each in arguments)
        return last in self.operations.tools["refit"] and plain

    # pandas: categories

    def call_pandas_get_dummies(self, node: ast.Call, terms: list[Term]) -> Term:
        """Categories are learnt, so that one row gets the columns that the whole table got."""
        data = keyword(node, "data", 0)
        assert data is not None
        term = self.eval(data)
        rows = term.value
        if not isinstance(rows, Rows):
            raise Stuck(f"what `{shown(node)}` is made from is not known", OWN_LINE)
        self._refuse_rows(
            [each for each in (*node.args, *(kw.value for kw in node.keywords)) if each is not data], node
        )
        if rows.shape is Shape.FRAME:
            made = self._table_dummies(node, data, term)
        elif rows.shape is Shape.SERIES:
            made = self._column_dummies(node, data, term)
        else:
            raise Stuck(
                f"whether `{shown(data)}` is a table or a column cannot be seen", "name the column: `df['...']`"
            )
        return Term(Rows(Shape.FRAME, rows.rowset, rows.labels, local=rows.local), made)

    def _refuse_rows(self, nodes: list[ast.expr], what: ast.expr) -> None:
        for each in nodes:
            if not isinstance(self.eval(each).value, Free):
                raise Stuck(f"`{shown(what)}` depends on other rows", OWN_LINE)

    def _column_dummies(self, node: ast.Call, data: ast.expr, term: Term) -> ast.expr:
        column = self.with_categories(data, term)
        made = self._again(node, data, column)
        if keyword(node, "prefix", 1) is not None or keyword(node, "dummy_na") is not None:
            return made
        return pattern("MADE.pipe(lambda table: table.set_axis(table.columns.tolist(), axis=1))", MADE=made)

    def with_categories(self, data: ast.expr, term: Term) -> ast.expr:
        """Return a column with the categories that the whole column has; others are refused."""
        every = pattern('DATA.astype("category").cat.categories.tolist() + [None] * DATA.hasnans', DATA=data)
        assert isinstance(term.value, Rows)
        hint, what = f"{hint_for(data)}_categories", f"categories of `{shown(data)}`"
        local = term.value.local
        categories = self.by_key(every, local, "categories", what) if local else self.hole(every, hint, what)
        return self._guarded("as_categories", term.node, categories)

    def _guarded(self, guard: str, rows: ast.expr, categories: ast.expr) -> ast.expr:
        self.module("pandas")
        return ast.Call(ast.Name(self.guards[guard], ast.Load()), [rows, categories], [])

    def _again(self, node: ast.Call, data: ast.expr, made: ast.expr) -> ast.Call:
        """Return the call with other data, and the rest of its arguments settled."""
        rest = [each for each in (*node.args, *(kw.value for kw in node.keywords)) if each is not data]
        parts = {id(each): self.settle(each) for each in rest} | {id(data): made}
        again = rebuilt(node, parts)
        assert isinstance(again, ast.Call)
        return again

    def _table_dummies(self, node: ast.Call, data: ast.expr, term: Term) -> ast.expr:
        columns = keyword(node, "columns")
        if columns is None:
            chosen = self.fill("[c for c in DATA if c not in pandas.get_dummies(DATA).columns]", DATA=data)
        else:
            chosen = columns
        every = self.fill(
            '{c: DATA[c].astype("category").cat.categories.tolist() + [None] * DATA[c].hasnans for c in CHOSEN}',
            DATA=data,
            CHOSEN=chosen,
        )
        learnt = self.hole(
            every, f"{hint_for(data)}_categories", f"categories of the columns that `{shown(node)}` encodes"
        )
        made = self._guarded("table_as_categories", term.node, learnt)
        again = self._again(node, data, made)
        if columns is None:
            again.keywords = [*again.keywords, ast.keyword("columns", pattern("list(LEARNT)", LEARNT=learnt))]
        return again

    def on_astype(self, node: ast.Call, receiver: Term) -> Term | None:
        """``astype("category")`` learns the categories."""
        wanted = keyword(node, "dtype", 0)
        if not (isinstance(wanted, ast.Constant) and wanted.value == "category"):
            if wanted is not None and "category" in ast.unparse(wanted):
                raise Stuck(f"`{shown(node)}` makes several columns categories", "do it for each column by itself")
            return None
        assert isinstance(node.func, ast.Attribute)
        assert isinstance(receiver.value, Rows)
        if receiver.value.shape is not Shape.SERIES:
            raise Stuck(f"`{shown(node)}` makes several columns categories", "do it for each column by itself")
        return Term(receiver.value, self.with_categories(node.func.value, receiver))

    def call_pandas_Categorical(self, node: ast.Call, terms: list[Term]) -> Term:  # noqa: N802
        """``pd.Categorical(column)`` learns the categories."""
        data = keyword(node, "values", 0)
        if data is None or keyword(node, "categories", 1) is not None or keyword(node, "dtype") is not None:
            return self.call_on_rows(node, terms, Shape.SERIES)
        term = self.eval(data)
        made = self.with_categories(data, term)
        ordered = keyword(node, "ordered")
        if constant(ordered, True):
            made = pattern("MADE.cat.as_ordered()", MADE=made)
        assert isinstance(term.value, Rows)
        return Term(replace(term.value, shape=Shape.SERIES), made)

    def call_pandas_factorize(self, node: ast.Call, terms: list[Term]) -> Term:
        """Codes by the order in which values appear first, which is learnt."""
        data = node.args[0]
        term = terms[0]
        if not isinstance(term.value, Rows) or len(node.args) > 1 or without(node, "sort"):
            raise Stuck(f"`{shown(node)}` numbers values in a way that is not known", STUCK_REMEDY)
        every = pattern("list(CALL[1]) + [None] * bool((CALL[0] < 0).any())", CALL=node)
        hint, what = f"{hint_for(data)}_categories", f"values of `{shown(data)}` in the order of their numbers"
        local = term.value.local
        learnt = self.by_key(every, local, "categories", what) if local else self.hole(every, hint, what)
        codes = pattern("CODED.cat.codes.to_numpy()", CODED=self._guarded("as_categories", term.node, learnt))
        coded = Term(Rows(Shape.ARRAY, term.value.rowset), codes)
        return Term(Several((coded, Term(Free(True), pattern("CALL[1]", CALL=node)))), node)

    # pandas: bins

    def call_pandas_cut(self, node: ast.Call, terms: list[Term]) -> Term | None:
        """A number of bins means edges that are learnt."""
        bins = keyword(node, "bins", 1)
        if bins is None or not isinstance(self.eval(bins).value, Free):
            raise Stuck(f"the bins of `{shown(node)}` are not known", "write the edges down")
        if constant(keyword(node, "retbins"), True):
            raise Stuck(f"`{shown(node)}` gives the edges too", "leave `retbins` out")
        if not (isinstance(bins, ast.Constant) and isinstance(bins.value, int)):
            return self.call_on_rows(node, terms, Shape.SERIES)
        return self._binned(node, bins, terms, [])

    def call_pandas_qcut(self, node: ast.Call, terms: list[Term]) -> Term:
        """Quantiles are learnt; each row then falls between two of them."""
        quantiles = keyword(node, "q", 1)
        if quantiles is None or constant(keyword(node, "retbins"), True):
            raise Stuck(f"`{shown(node)}` gives the edges too", "leave `retbins` out")
        lowest = [ast.keyword("include_lowest", ast.Constant(True))]
        return self._binned(node, quantiles, terms, lowest)

    def _binned(self, node: ast.Call, bins: ast.expr, terms: list[Term], more: list[ast.keyword]) -> Term:
        data, term = (keyword(node, "x", 0) or bins), terms[0]
        if not isinstance(term.value, Rows):
            raise Stuck(f"what `{shown(node)}` cuts is not known", OWN_LINE)
        asked = ast.Call(node.func, node.args, [*node.keywords, ast.keyword("retbins", ast.Constant(True))])
        every = pattern("ASKED[1].tolist()", ASKED=asked)
        hint, what = f"{hint_for(data)}_edges", f"edges of the bins of `{shown(data)}`"
        local = term.value.local
        edges = self.by_key(every, local, "edges", what) if local else self.hole(every, hint, what)
        labels = keyword(node, "labels", 3 if len(node.args) > 3 else 2 if more else -1)
        kept = without(node, "x", "bins", "q", "labels", "duplicates")
        if labels is not None:
            kept.append(ast.keyword("labels", self.settle(labels)))
        cut = self.fill("pandas.cut(DATA, EDGES)", DATA=term.node, EDGES=edges)
        assert isinstance(cut, ast.Call)
        cut.keywords = [*more, *kept]
        return Term(replace(term.value, shape=Shape.SERIES), cut)

    # pandas: groups

    def of_groups(self, node: ast.Call, receiver: Term) -> Term:
        """Statistics of groups are learnt; ``transform`` looks each row's up."""
        assert isinstance(node.func, ast.Attribute)
        called, rows = node.func.attr, receiver.value
        assert isinstance(rows, Rows)
        if called == "transform" and len(node.args) == 1 and not node.keywords:
            return self._group_statistic(node, rows, node.args[0])
        if called in self.operations.methods["learns"] | {"size", "first", "last", "ngroups", "groups", "nth"}:
            return self.learnt(node, receiver, *self._arguments(node))
        if called == "apply" and len(node.args) == 1 and not node.keywords:
            filled = self._group_filled(node, rows, node.args[0])
            if filled is not None:
                return filled
        raise Stuck(f"`{shown(node)}` needs the other rows of the group", self._group_remedy(called))

    def _group_remedy(self, called: str) -> str:
        """Return what would help where a group's rows are looked at one after the other."""
        return EARLIER_REMEDY if called in self.operations.methods["stuck"] else GROUP_REMEDY

    def _group_statistic(self, node: ast.Call, rows: Rows, how: ast.expr) -> Term:
        if isinstance(how, ast.Lambda):
            filled = self._group_filled(node, rows, how)
            if filled is not None:
                return filled
            statistic = _statistic_of(how)
        else:
            statistic = how.value if isinstance(how, ast.Constant) and isinstance(how.value, str) else ""
        known = self.operations.methods["learns"] | {"size", "first", "last"}
        if statistic not in known:
            named = {statistic, *(n.attr for n in ast.walk(how) if isinstance(n, ast.Attribute))}
            earlier = sorted(named & self.operations.methods["stuck"])
            raise Stuck(
                f"`{shown(node)}` needs the other rows of the group", self._group_remedy(earlier[0] if earlier else "")
            )
        return Term(replace(rows, shape=Shape.SERIES, keys=None, of=None), self._looked_up(node, rows, statistic))

    def _group_filled(self, node: ast.Call, rows: Rows, how: ast.expr) -> Term | None:
        """``lambda x: x.fillna(x.mean())``: fill with the group's statistic."""
        match how:
            case ast.Lambda(
                args=ast.arguments(args=[ast.arg(arg=each)]),
                body=ast.Call(func=ast.Attribute(value=ast.Name(id=filled), attr="fillna"), args=[inner], keywords=[]),
            ) if filled == each:
                statistic = _statistic_of(ast.Lambda(how.args, inner))
                if not statistic or statistic not in self.operations.methods["learns"] or rows.of is None:
                    return None
                column = self._grouped_column(node, rows)
                looked_up = self._looked_up(node, rows, statistic)
                made = self.fill("COLUMN.fillna(STATISTIC)", COLUMN=self.eval(column).node, STATISTIC=looked_up)
                return Term(replace(rows, shape=Shape.SERIES, keys=None, of=None), made)
        return None

    def _grouped_column(self, node: ast.Call, rows: Rows) -> ast.expr:
        """Return the one column that is looked at."""
        if rows.of is None:
            raise Stuck(f"which column `{shown(node)}` looks at is not known", "name it: `df.groupby('a')['b']`")
        column = self.eval(rows.of).value
        if not isinstance(column, Rows) or column.shape is not Shape.SERIES:
            raise Stuck(f"`{shown(node)}` looks at several columns at once", "take one: `df.groupby('a')['b']`")
        return rows.of

    def _looked_up(self, node: ast.Call, rows: Rows, statistic: str) -> ast.expr:
        """Return each row's entry in the table of its group's statistics."""
        assert isinstance(node.func, ast.Attribute)
        column, keys = self._grouped_column(node, rows), rows.keys
        if keys is None:
            raise Stuck(f"what `{shown(node)}` groups by is not known", "name the columns: `df.groupby('a')`")
        table = column.value if isinstance(column, ast.Subscript | ast.Attribute) else None
        every = pattern(f"GROUPS.{statistic}()", GROUPS=node.func.value)
        single = keys.elts[0] if isinstance(keys, ast.List) and len(keys.elts) == 1 else keys
        if not same(single, keys):
            every = ast.parse(ast.unparse(every), mode="eval").body
            for call in ast.walk(every):
                if isinstance(call, ast.Call) and call.args and same(call.args[0], keys):
                    call.args[0] = single
        words = [k.value for k in ast.walk(keys) if isinstance(k, ast.Constant)] or [shown(keys)]
        hint = slug(f"{hint_for(column)}_{statistic}_by_{'_'.join(map(str, words[:2]))}")
        learnt = self.hole(every, hint, f"{statistic} of `{hint_for(column)}` for each {' and '.join(map(str, words))}")
        key = self.eval(single)
        if isinstance(key.value, Rows) and key.value.shape is Shape.SERIES:
            return self.fill("KEY.map(LEARNT)", KEY=key.node, LEARNT=learnt)
        if table is None or not isinstance(key.value, Free):
            raise Stuck(f"what `{shown(node)}` groups by is not known", "name the columns: `df.groupby('a')`")
        rows_of = self.eval(table).node
        if isinstance(single, ast.List):
            parts = {"TABLE": rows_of, "KEYS": single, "LEARNT": learnt}
            text = "LEARNT.reindex(pandas.MultiIndex.from_frame(TABLE[KEYS])).set_axis(TABLE.index)"
            return self.fill(text, **parts)
        return self.fill("TABLE[KEY].map(LEARNT)", TABLE=rows_of, KEY=single, LEARNT=learnt)

    def applied_to_columns(self, node: ast.Call, receiver: Term) -> Term:
        """``table.apply(function)`` hands whole columns to the function, which may give a number for each."""
        function = keyword(node, "func", 0)
        assert isinstance(node.func, ast.Attribute)
        kind = self.operations.function(self.path(function)) if function is not None else ""
        if isinstance(function, ast.Constant) and function.value in self.operations.methods["learns"]:
            kind = "learns"
        if kind == "learns":
            return self.learnt(node, receiver)
        if kind == "row":
            return self.on_rows(node, receiver)
        if isinstance(function, ast.Attribute) and function.attr == "fit_transform":
            return self._encoded_columns(node, function, receiver)
        given, alone = self.of_one_column(function, receiver)
        if isinstance(given, Free):
            return self.learnt(node, receiver)
        if isinstance(given, Rows) and alone:
            return self.on_rows(node, receiver)
        if isinstance(given, Lost):
            raise given.why
        remedy = f"give the result a name in a line of its own: `table = {shown(node)}`"
        if not isinstance(given, Rows):
            remedy = "do it to each column by itself: `table['column'] = ...`"
        raise Stuck(f"`{shown(node)}` hands whole columns to a function", remedy)

    @abstractmethod
    def of_one_column(self, function: ast.expr | None, receiver: Term) -> tuple[Value | None, bool]:
        """Return what a function of the notebook's gives for one column of a table, and whether it treats each row
        alone; ``None`` where that is not known, ``Lost`` where it is not understood."""

    def _encoded_columns(self, node: ast.Call, function: ast.Attribute, receiver: Term) -> Term:
        """``table.apply(LabelEncoder().fit_transform)``: an encoder for each column."""
        assert isinstance(node.func, ast.Attribute)
        tool = function.value
        maker = self._maker(tool.id) if isinstance(tool, ast.Name) else tool
        if not isinstance(maker, ast.Call) or not self._is_steady(maker):
            raise Stuck(f"`{shown(node)}` fits one tool to many columns", "make a new one for each column")
        table = node.func.value
        every = pattern("{c: MAKER.fit(TABLE[c]) for c in TABLE}", MAKER=maker, TABLE=table)
        word = _tool_word(maker)
        tools = self.hole(every, f"{hint_for(table)}_{word}s", f"a {word} for each column of `{shown(table)}`")
        called = self.fill(
            "TABLE.apply(lambda column: TOOLS[column.name].transform(column))", TABLE=receiver.node, TOOLS=tools
        )
        return Term(receiver.value, called)


def _assigned(node: ast.stmt, name: str) -> ast.expr | None:
    """Return what a statement assigns to a name, in a loop the only thing that it assigns to it."""
    if isinstance(node, ast.For | ast.If):
        values = [_assigned(inner, name) for inner in (*node.body, *node.orelse)]
        found = [value for value in values if value is not None]
        return found[0] if len(found) == 1 else None
    if not isinstance(node, ast.Assign) or len(node.targets) > 1:
        return None
    target = node.targets[0]
    return node.value if isinstance(target, ast.Name) and target.id == name else None


def _names(node: ast.AST) -> list[str]:
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id not in {"str", "int", "float"}]


def _tool_word(maker: ast.expr) -> str:
    """Return ``encoder`` for ``LabelEncoder()``."""
    if not isinstance(maker, ast.Call):
        return "tool"
    spelled = called_name(maker)
    return slug(spelled or "tool").rpartition("_")[2] or "tool"


def _statistic_of(function: ast.Lambda) -> str:
    """Return ``mean`` for ``lambda x: x.mean()``."""
    match function:
        case ast.Lambda(
            args=ast.arguments(args=[ast.arg(arg=each)]),
            body=ast.Call(func=ast.Attribute(value=ast.Name(id=root), attr=called), args=[], keywords=[]),
        ) if root == each:
            return called
    return ""
