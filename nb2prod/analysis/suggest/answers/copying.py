"""The notebook's own statements between an answer and what it presents, written anew for a few rows."""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Sequence
from dataclasses import dataclass

from nb2prod.analysis.inference.expressions import WRAPPING, root_name
from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.analysis.suggest.answers.feeding_back import feeds_back
from nb2prod.analysis.suggest.answers.following import Following, is_inserted, loaded, read_at, reads_file
from nb2prod.analysis.suggest.answers.tables import column_of, stored_in
from nb2prod.analysis.suggest.roles import Role
from nb2prod.notebook.called import called_name

MOST_DEEP = 8
ROWS = ast.Name | ast.Subscript | ast.Attribute | ast.Call | ast.List | ast.Tuple | ast.Dict
COPIED = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With | ast.Expr | ast.If


class Stuck(Exception):
    """What the notebook does to its answers cannot be taken along; says why."""

    def __init__(self, why: str, statement: int, *, is_no_answer: bool = False, is_beside: bool = False) -> None:
        super().__init__(why)
        self.why, self.statement = why, statement
        self.is_no_answer = is_no_answer
        """Whether it needs what no request has, such as the truth, so that nobody misses it."""
        self.is_beside = is_beside
        """Whether it needs a value for each row beside the rows, which a cell of the notebook's may make."""


@dataclass(frozen=True)
class AskedRows:
    """Rows that a model is asked about: how they are written, and at which statement they are read."""

    text: str
    statement: int


class Copying:
    """Copies statements, with ``sample`` in the place of the rows."""

    def __init__(
        self,
        following: Following,
        rows: AskedRows | None,
        sample: str,
        handed: str = "",
        kept_apart: Sequence[str] = (),
    ) -> None:
        self.following, self.flow, self.rows, self.sample = following, following.flow, rows, sample
        self.handed = handed
        """What a model is handed instead of rows that are not ``rows``; empty where there may be none such."""
        self.steps: dict[int, list[ast.stmt]] = {}
        self.kept: dict[str, tuple[frozenset[int], int]] = {}
        """Names that stay, to their sources and a statement that reads them."""
        self.asked: list[AskedRows] = []
        self.others: set[str] = set()
        """Rows that ``handed`` stands for."""
        self.columns: set[int] = set()
        """Statements of which only the column that they make is copied."""
        self.left_out: dict[str, set[str]] = {}
        """Table to its columns that belong to the notebook's own rows and to no others."""
        self.replaced = 0
        self.taken = {*following.story.variables, *kept_apart, sample}
        self.names: dict[str, str] = {}

    def value(self, node: ast.expr, at: int, local: frozenset[str] = frozenset()) -> ast.expr:
        """Return an expression for the sample; the statements that it needs are among ``steps`` then."""
        if self.following.is_of_all_rows(node, at):
            raise Stuck(f"`{short(node)}` takes all rows together", at)
        return _Rewriting(self, at, local).expression(node)

    def new_name(self, name: str) -> str:
        """Return the name that something has for the sample."""
        if name not in self.names:
            wish = f"{self.sample}_{name}"
            while wish in self.taken:
                wish += "_"
            self.names[name] = wish
            self.taken.add(wish)
        return self.names[name]

    def add(self, index: int) -> None:
        """Copy a statement, and what it needs."""
        if index in self.steps and index not in self.columns:
            return
        statement = self.flow.statements[index]
        node = statement.node
        if index in self.following.fitting:
            why = "a model is fitted anew where it is made, and not kept; collect such models in a list"
            raise Stuck(f"{why} (`models.append(m)`) and ask them in a cell of their own", index)
        if self.following.draws(node):
            raise Stuck("it is made where something is drawn", index)
        if not isinstance(node, COPIED) or statement.kind is not Kind.OTHER:
            raise Stuck(f"`{short(node)}` cannot be done to a few rows alone", index)
        fed = feeds_back(self.following, node, index)
        if fed:
            raise Stuck(f"each answer goes into the next request, through `{fed}`", index)
        value = getattr(node, "value", None)
        if isinstance(value, ast.expr) and self.following.is_of_all_rows(value, index):
            raise Stuck(f"`{short(node)}` takes all rows together", index)
        made = self.steps.get(index, [])
        self.columns.discard(index)
        self.steps[index] = made
        block = isinstance(node, ast.For | ast.With | ast.If)
        before = statement.facts.definitions & set(self.flow.sources[index]) if block else frozenset[str]()
        for name in sorted(statement.facts.mutations | _augmented(node) | before):
            if name in statement.facts.definitions or name in statement.facts.mutations:
                self._add_makers(name, index)
        stored = stored_in(node)
        if stored is not None and self._belongs_to_other_rows(stored[2], index):
            self.left_out.setdefault(stored[0], set()).add(ast.unparse(stored[1]))
            return
        self.steps[index] = [*made, _Rewriting(self, index, bound_in_loops(node), whole=True).statement(node)]

    def _belongs_to_other_rows(self, value: ast.expr, at: int) -> bool:
        """Return whether a column of the notebook's own rows is put beside the answers, such as their numbers."""
        if self.rows is None or self.following.reads_answers(value, at) or self.are_as_many(value, at):
            return False
        names = [n.id for n in loaded(value)]
        if any(self.is_rows(ast.Name(name, ast.Load()), at) or self.made_of_rows(name, at) >= 0 for name in names):
            return False
        tables = (self.following.story.variables.get(name) for name in names)
        return any(v is not None and v.lineage and not v.is_model and not v.fits and not v.symbol for v in tables)

    def _add_makers(self, name: str, index: int) -> None:
        """Copy what made an object that statement ``index`` changes."""
        sources = self.flow.sources[index].get(name, frozenset())
        value = self.following.story.variables.get(name)
        if name.startswith("<") or value is None or value.is_model or value.fits or value.symbol:
            return
        for source in sorted(sources - {index}):
            new = self.new_name(name)
            if self.is_rows(ast.Name(name, ast.Load()), index):
                self.replaced += 1
                self.steps.setdefault(source, [ast.parse(f"{new} = {self.sample}.copy()").body[0]])
            else:
                self._add_plain(source)

    def _add_plain(self, source: int) -> None:
        """Copy a statement that makes something empty, a list or zeros, to be filled with answers."""
        node = self.flow.statements[source].node
        if self.rows is not None and reads_file(node):
            raise Stuck(f"`{short(node)}` brings the notebook's own rows", source)
        if self.flow.statements[source].kind is Kind.CONSTANT and source not in self.steps:
            self.steps[source] = [_Rewriting(self, source, frozenset(), whole=True).statement(node)]
            return
        self.add(source)

    def column(self, name: str, key: str, at: int) -> str | None:
        """Return the name of a column of answers for the sample; ``None`` where it is none."""
        column = column_of(self.following, name, key, at)
        if column is None or column.statement == at or not self.following.reads_answers(column.value, column.statement):
            return None
        if column.statement in self.steps and column.statement not in self.columns:
            return None
        new = self.new_name(f"{name}_{key}" if f"{name}_{key}".isidentifier() else f"{name}_column")
        if column.statement not in self.steps:
            self.steps[column.statement] = []
            self.columns.add(column.statement)
            value = self._as_column(self.value(column.value, column.statement), at)
            self.steps[column.statement] = [ast.Assign([ast.Name(new, ast.Store())], value)]
        return new

    def _as_column(self, value: ast.expr, at: int) -> ast.expr:
        """Return a value as a column, which has the methods of one."""
        pandas = next((name for name, path in self.following.story.paths.items() if path == "pandas"), "")
        if not pandas:
            return value
        self.keep(pandas, at)
        return ast.Call(ast.parse(f"{pandas}.Series", mode="eval").body, [value], [])

    # Rows.

    def is_rows(self, node: ast.expr, at: int) -> bool:
        """Return whether an expression is the rows."""
        if self.rows is None or not isinstance(node, ROWS):
            return False
        return ast.unparse(node) == self.rows.text and self._same(node, at, self.rows.statement)

    def _same(self, node: ast.expr, at: int, there: int) -> bool:
        flow = self.flow
        for name in loaded(node):
            if flow.sources[read_at(name, at)].get(name.id) != rows_sources(flow, name.id, there):
                return False
        return True

    def made_of_rows(self, name: str, at: int, deep: int = 0) -> int:
        """Return the statement that makes ``name`` of the rows, -1 where none does."""
        sources = self.flow.sources[at].get(name, frozenset())
        if self.rows is None or deep > MOST_DEEP or len(sources) != 1:
            return -1
        source = next(iter(sources))
        node = self.flow.statements[source].node
        value = self.following.story.variables.get(name)
        if value is not None and (value.is_model or value.holds_models):
            return -1  # models that are chosen by rows are what was chosen
        if source in self.following.fitting or not isinstance(node, ast.Assign):
            return -1
        if len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
            return -1
        for inner in ast.walk(node.value):
            if isinstance(inner, ast.expr) and self.is_rows(inner, source):
                return source
            if isinstance(inner, ast.Name) and self.made_of_rows(inner.id, source, deep + 1) >= 0:
                return source
        return -1

    def are_as_many(self, node: ast.expr, at: int) -> bool:
        """Return whether an expression is a table with a row for each of the rows."""
        if self.is_rows(node, at):
            return True
        if self.rows is None or not isinstance(node, ast.Name):
            return False
        if self.made_of_rows(node.id, at) >= 0:
            return True
        if node.id in {n.id for n in loaded(ast.parse(self.rows.text, mode="eval"))}:
            return True
        made = self.following.story.variables.get(node.id)
        roots = [self.following.story.variables.get(n.id) for n in loaded(ast.parse(self.rows.text, mode="eval"))]
        return made is not None and any(
            root is not None and root.lineage and root.lineage == made.lineage and not made.split for root in roots
        )

    def keep(self, name: str, at: int, *, total: bool = False) -> None:
        """Note a name that the sample's statements read as it is."""
        sources = self.flow.sources[at].get(name)
        if sources is None or name.startswith("<"):
            return
        if self.following.is_truth(name) and not total:
            raise Stuck(f"`{name}` is the truth, which no request has", at, is_no_answer=True)
        rows = ast.parse(self.rows.text, mode="eval").body if self.rows is not None else None
        if rows is not None and not isinstance(rows, ast.Name) and root_name(rows) == name and not total:
            raise Stuck(f"`{name}` has more than the model is asked about", at)
        known = self.kept.setdefault(name, (sources, at))
        if known[0] != sources and not self.is_code(known[0] | sources):
            raise Stuck(f"`{name}` is something else by then", at)

    def keep_behind(self, name: str, at: int) -> None:
        """Note a name that is read as it is behind a statement."""
        sources = self.flow.sources_after(at).get(name)
        if sources is None:
            raise Stuck(f"`{name}` is not there any more", at)
        self.kept.setdefault(name, (sources, at))

    def is_code(self, sources: frozenset[int]) -> bool:
        """Return whether it is always an import."""
        return all(self.flow.statements[s].kind is Kind.IMPORT for s in sources)


class _Rewriting(ast.NodeTransformer):
    """Puts the sample and what is made of it in the place of the rows and what was made of them."""

    def __init__(self, copying: Copying, at: int, local: frozenset[str], whole: bool = False) -> None:
        self.copying, self.following, self.at, self.whole = copying, copying.following, at, whole
        self.local = local
        self.total = 0
        """More than 0 inside what makes one number of many rows."""
        facts = copying.flow.statements[at].facts
        self.bound = (facts.definitions | facts.mutations if whole else frozenset()) - local
        self.changed = self.bound - facts.definitions
        """What the statement changes in place, so that a copy of it is changed and not the sample."""

    def expression(self, node: ast.expr) -> ast.expr:
        """Return an expression for the sample."""
        return self.visit(copy.deepcopy(node))  # type: ignore[return-value]

    def statement(self, node: ast.stmt) -> ast.stmt:
        """Return a statement for the sample."""
        return self.visit(copy.deepcopy(node))  # type: ignore[return-value]

    def visit(self, node: ast.AST) -> ast.AST:
        stored = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
        if isinstance(node, ast.expr) and not stored and self.copying.is_rows(node, read_at(node, self.at)):
            self.copying.replaced += 1
            if not isinstance(node, ast.Name) or node.id not in self.changed & set(self.copying.names):
                return ast.Name(self.copying.sample, ast.Load())
        return super().visit(node)  # type: ignore[no-any-return]

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp | ast.Lambda):
            outer, self.local = self.local, self.local | _bound_by(node)
            found = super().generic_visit(node)
            self.local = outer
            return found
        return super().generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        at = read_at(node, self.at)
        if called_name(node) == "len" and len(node.args) == 1 and self.copying.are_as_many(node.args[0], at):
            return ast.Call(node.func, [ast.Name(self.copying.sample, ast.Load())], [])
        if called_name(node) in WRAPPING:
            node.keywords = [k for k in node.keywords if k.arg not in {"label", "weight", "group_id"}]
        for call, rows in self.following.asks(node, at):
            if call is node:
                return self._ask(node, rows, at)
        total = self.following.is_total(node, at)
        self.total += total
        found = self.generic_visit(node)
        self.total -= total
        return found

    def _ask(self, node: ast.Call, rows: ast.expr, at: int) -> ast.AST:
        before, copying = copying_state(self.copying), self.copying
        if not self.local & {n.id for n in loaded(rows)}:
            copying.asked.append(AskedRows(ast.unparse(rows), read_at(rows, at)))
        if (copying.rows is None or copying.handed) and self._is_lost(rows, read_at(rows, at)):
            new: ast.AST = rows
        else:
            new = self.visit(copy.deepcopy(rows))
        stayed = copying_state(copying) == before and not self.following.reads_answers(rows, at)
        if stayed and not self.local & {n.id for n in loaded(rows)}:
            if copying.rows is not None and not copying.handed:
                raise Stuck(f"`{short(rows)}` is not made of the same rows as the others", at)
            copying.others.add(ast.unparse(rows))
            new = ast.parse(copying.handed or "None", mode="eval").body
            copying.replaced += 1
        elif copying.rows is not None and not self.following.reads_answers(rows, at):
            copying.others.add(copying.rows.text)
        if copying.rows is not None and len(copying.others) > 1:
            raise Stuck("its models are asked about different rows", at)
        self._refuse_rows_beside(node, rows, at)
        func = self.visit(node.func)
        others = [rows_or(self, each, rows, new) for each in node.args]
        keywords = [ast.keyword(k.arg, rows_or(self, k.value, rows, new)) for k in node.keywords]
        return ast.Call(func, others, keywords)  # type: ignore[arg-type]

    def _refuse_rows_beside(self, node: ast.Call, rows: ast.expr, at: int) -> None:
        """Refuse to ask a network about some rows while another of its inputs stays that of all of them."""
        network = self.following.story.variables.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if network is None or network.role is not Role.NETWORK:
            return
        for each in [*node.args, *(keyword.value for keyword in node.keywords)]:
            if each is rows or not self._holds_rows(each):
                continue
            before = copying_state(self.copying)
            self.visit(copy.deepcopy(each))
            if copying_state(self.copying) == before and not self._is_copied(each, read_at(each, at)):
                raise Stuck(
                    f"`{short(each)}` goes with the rows, and is not made of what is asked about", at, is_beside=True
                )

    def _holds_rows(self, node: ast.expr) -> bool:
        values = (self.following.story.variables.get(n.id) for n in loaded(node))
        return any(v is not None and v.lineage and not (v.is_model or v.fits or v.symbol) for v in values)

    def _is_copied(self, node: ast.expr, at: int) -> bool:
        return any(self.copying.made_of_rows(n.id, at) in self.copying.steps for n in loaded(node))

    def _is_lost(self, rows: ast.expr, at: int) -> bool:
        """Return whether rows are there only inside a function."""
        known = self.copying.flow.sources[at]
        names = {n.id for n in loaded(rows)} - self.local
        return any(name not in known and not hasattr(builtins, name) for name in names)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        at, key = read_at(node, self.at), node.slice
        if isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name) and isinstance(key, ast.Constant):
            column = self.copying.column(node.value.id, key.value, at) if isinstance(key.value, str) else None
            if column is not None:
                return ast.Name(column, ast.Load())
        counts = isinstance(node.value, ast.Attribute) and node.value.attr == "shape" and ast.unparse(key) == "0"
        if counts and self.copying.are_as_many(node.value.value, at):  # type: ignore[attr-defined]
            return ast.parse(f"len({self.copying.sample})", mode="eval").body
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        return self._without_left_out(name, self.generic_visit(node))

    def _without_left_out(self, name: str, node: ast.AST) -> ast.AST:
        """Return ``table[["id", "answer"]]`` without the columns that were left out; one alone is a column."""
        gone = self.copying.left_out.get(name, set())
        if gone and isinstance(node, ast.Subscript) and isinstance(node.slice, ast.List):
            left = [each for each in node.slice.elts if ast.unparse(each) not in gone]
            node.slice = left[0] if len(left) == 1 else ast.List(left, ast.Load())
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name):
            column = self.copying.column(node.value.id, node.attr, read_at(node, self.at))
            if column is not None:
                return ast.Name(column, ast.Load())
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        copying, name, at = self.copying, node.id, read_at(node, self.at)
        if name in self.local:
            return node
        if is_inserted(node):
            copying.keep_behind(name, at)
            return node
        if isinstance(node.ctx, ast.Store | ast.Del):
            return ast.Name(copying.new_name(name), node.ctx) if name in self.bound else node
        sources = copying.flow.sources[at].get(name, frozenset())
        if not sources and name not in self.bound and not hasattr(builtins, name):
            raise Stuck(f"`{name}` is there only inside a function", at)
        if name not in self.bound and self.following.is_answer(name, at) and self.following.is_frozen(name, at):
            copying.keep(name, at)
            return node
        if self.following.is_answer(name, at):
            for source in sorted(sources - {at} if self.whole else sources):
                copying.add(source)
            return ast.Name(copying.new_name(name), node.ctx)
        maker = copying.made_of_rows(name, at)
        if maker >= 0:
            copying.add(maker)
        if maker >= 0 or (name in self.bound and (name in copying.names or not sources)):
            return ast.Name(copying.new_name(name), node.ctx)
        copying.keep(name, at, total=self.total > 0)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        if isinstance(node.value, ast.Call) and called_name(node.value) in {"print", "display"}:
            return None
        return self.generic_visit(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        found: ast.For = self.generic_visit(node)  # type: ignore[assignment]
        if not found.body:
            found.body = [ast.Pass()]
        return found


def rows_sources(flow: Dataflow, name: str, at: int) -> frozenset[int] | None:
    """Return where a name in rows that are noted for statement ``at`` comes from: what it is before, where the
    statement reads it (``X = scaler.transform(X)``), else what the statement makes it."""
    before = flow.sources[at].get(name)
    made = before is None and name in flow.statements[at].facts.definitions
    return flow.sources_after(at).get(name) if made else before


def copying_state(copying: Copying) -> tuple[int, int]:
    """Return how much was replaced and added so far."""
    return copying.replaced, len(copying.steps)


def rows_or(rewriting: _Rewriting, each: ast.expr, rows: ast.expr, new: ast.AST) -> ast.expr:
    """Return what stands for the rows where the argument is the rows, else the argument for the sample."""
    return new if each is rows else rewriting.visit(each)  # type: ignore[return-value]


def bound_in_loops(node: ast.stmt) -> frozenset[str]:
    """Return the variables of the loops of a statement."""
    loops = [n.target for n in ast.walk(node) if isinstance(n, ast.For)]
    return frozenset(n.id for target in loops for n in ast.walk(target) if isinstance(n, ast.Name))


def _bound_by(node: ast.AST) -> frozenset[str]:
    if isinstance(node, ast.Lambda):
        return frozenset(argument.arg for argument in node.args.args)
    targets = [g.target for g in getattr(node, "generators", ())]
    return frozenset(n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name))


def _augmented(node: ast.stmt) -> set[str]:
    found = (n.target for n in ast.walk(node) if isinstance(n, ast.AugAssign))
    return {n.id for target in found for n in ast.walk(target) if isinstance(n, ast.Name)}


def short(node: ast.AST) -> str:
    """Return the first line of a text for a message."""
    text = ast.unparse(node).split("\n")[0]
    return text if len(text) <= 60 else text[:57] + "..."
