"""Which names hold what was made of models' answers."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterable, Iterator

from nb2prod.analysis.children import walked
from nb2prod.analysis.inference.expressions import DRAWING
from nb2prod.analysis.model import Dataflow, Kind, may_name
from nb2prod.analysis.suggest.answers.blocks import names_made
from nb2prod.analysis.suggest.roles import MODELS, load_roles
from nb2prod.analysis.suggest.values import Fit, Story
from nb2prod.notebook.called import called_name

TOTALS = frozenset(
    {"mean", "sum", "std", "var", "min", "max", "median", "quantile", "percentile", "mode", "prod", "average",
     "nanmean"}
)  # fmt: skip
"""One number of many, unless an axis is named."""

AT_A_SHARE = frozenset({"quantile", "percentile"})
"""Those among them that are told which share of the answers is to lie below."""

SUMMARIES = frozenset(
    {"value_counts", "unique", "describe", "crosstab", "Counter", "nunique", "bincount", "histogram", "len", "set",
     "pivot_table", "corr", "count_nonzero", "any", "all", "type", "info", "groupby"}
)  # fmt: skip
"""What says something about all answers and is none."""

AMONG_ALL = frozenset(
    {"rank", "cumsum", "cumprod", "sort_values", "sorted", "nlargest", "nsmallest", "rolling", "shift", "diff",
     "drop_duplicates", "merge", "cut", "qcut", "rankdata", "scale", "interpolate", "ewm", "gradient", "dict",
     "enumerate", "isnull", "isna"}
)  # fmt: skip
"""What gives something for each answer, for which the answer for one row is not enough."""

OF_ALL_ROWS = SUMMARIES | AMONG_ALL

MOST_DEEP = 8

ATTRIBUTES_OF_ALL = frozenset({"shape", "size", "ndim", "dtype", "index", "columns", "dtypes"})


class Following:
    """The statements that need answers, and the names that hold some."""

    def __init__(self, flow: Dataflow, story: Story, served: Fit, own: frozenset[int] = frozenset()) -> None:
        self.flow, self.story, self.roles, self.served, self.own = flow, story, load_roles(), served, own
        tools = (tool for tool in story.tools if tool.model.path or tool.text)
        fits = (fit for fit in (*story.fits, *tools) if fit is not served or fit.statement not in own)
        self.fitting = {fit.statement for fit in fits}
        """Statements that fit something, which are not done again for a few rows."""
        self.asked = {use.statement for use in story.uses if use.kind == "answer" and not use.call.startswith("fit")}
        self.asked |= own
        self.of_own: set[int] = set()
        """Statements that need the answers about the rows that the model was fitted on."""
        self.answering_functions = {
            name for use in story.uses if use.kind == "answer" for name in use.through if name in story.variables
        }
        """Functions of the notebook that ask a model."""
        self.members = set(self._members())
        """Names that are models by turns."""
        self.measuring = {(u.statement, name) for u in story.uses if u.kind == "judge" for name in u.through}
        """Calls of the notebook's functions that set answers against the truth, by statement and name."""
        self._closure(own, self.of_own)
        self.answering = self._closure(self.asked)

    def functions_asking_at(self, index: int) -> set[str]:
        """Return the notebook's functions that ask a model when statement ``index`` runs."""
        uses = (use for use in self.story.uses if use.statement == index and use.kind == "answer")
        return {name for use in uses for name in use.through}

    def closure_of(self, fit: Fit) -> set[int]:
        """Return the statements that ask ``fit`` or need its answers."""
        uses = (u for u in self.story.uses if u.fit is fit and u.kind == "answer" and not u.call.startswith("fit"))
        return self._closure({use.statement for use in uses} | (self.own if fit is self.served else frozenset()))

    def _closure(self, starts: Iterable[int], found: set[int] | None = None) -> set[int]:
        found = set() if found is None else found
        found |= set(starts)
        for index in range(min(found, default=0), len(self.flow.statements)):
            if index in found or self.flow.statements[index].kind in {Kind.IMPORT, Kind.FUNCTION, Kind.CLASS}:
                continue
            names = self.flow.sources[index].items()
            if any(self._holds_answers(name, sources, found) for name, sources in names):
                found.add(index)
        return found

    def _holds_answers(self, name: str, sources: frozenset[int], closure: set[int]) -> bool:
        if name.startswith("<") or not sources & closure:
            return False
        value = self.story.variables.get(name)
        if value is None:
            return True
        if value.symbol or value.fits or value.is_model or value.holds_models:
            return False
        if sources & self.of_own:
            return True
        at_the_end = self.flow.final.get(name) == sources
        return not at_the_end or bool(value.answers) or value.role in MODELS

    def is_answer(self, name: str, at: int) -> bool:
        """Return whether ``name`` holds what was made of answers, for a reader at statement ``at``."""
        return self._holds_answers(name, self.flow.sources[at].get(name, frozenset()), self.answering)

    def reads_answers(self, node: ast.AST, at: int) -> bool:
        """Return whether an expression asks a model, or reads what was made of answers."""
        if any(self.is_answer(name.id, read_at(name, at)) for name in loaded(node)):
            return True
        return next(self.asks(node, at), None) is not None

    def asks(self, node: ast.AST, at: int) -> Iterator[tuple[ast.Call, ast.expr]]:
        """Yield the calls below ``node`` that ask a model for answers, and the rows that they hand over."""
        for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
            if read_at(call, at) in self.asked and self._asks(call):
                rows = self._rows(call, at)
                if rows is not None:
                    yield call, rows

    def _rows(self, call: ast.Call, at: int) -> ast.expr | None:
        if isinstance(call.func, ast.Name) and call.func.id in self.answering_functions:
            found = [a for a in (*call.args, *(k.value for k in call.keywords)) if self._is_data(a)]
            if len(found) > 1:  # A threshold that was worked out from answers is no rows either.
                found = [a for a in found if not self._is_worked_out(a, at)]
            return found[0] if len(found) == 1 else None
        rows = next((k.value for k in call.keywords if k.arg in {"X", "data", "x"}), None)
        rows = call.args[0] if call.args else rows
        return None if isinstance(rows, ast.Starred) else rows

    def _is_worked_out(self, node: ast.expr, at: int) -> bool:
        return all(self.is_frozen(name.id, read_at(name, at)) for name in loaded(node))

    def _is_data(self, node: ast.expr) -> bool:
        """Return whether an argument of one of the notebook's functions holds rows: no model, number or word."""
        values = [self.story.variables.get(name.id) for name in loaded(node)]
        if any(v is not None and (v.is_model or v.fits or v.holds_models) and not v.answers for v in values):
            return False
        if isinstance(node, ast.List | ast.Tuple | ast.Dict):
            return True
        return any(v is not None and v.lineage and not v.symbol for v in values)

    def _asks(self, call: ast.Call) -> bool:
        if isinstance(call.func, ast.Attribute):
            return call.func.attr in self.roles.methods["answer"]
        if isinstance(call.func, ast.Name):
            if call.func.id in self.answering_functions:
                return True
            value = self.story.variables.get(call.func.id)
            if value is None:
                return call.func.id in self.members
            return not value.symbol and (value.is_model or bool(value.fits and value.instance))
        return False

    def _members(self) -> Iterator[str]:
        """Yield the names that comprehensions give models by turns: ``m`` of ``sum(m(rows) for m in models)``."""
        looped = (s.node for s in self.flow.statements if may_name(s, "for"))
        for node in (n for each in looped for n in walked(each) if isinstance(n, ast.comprehension)):
            values = [self.story.variables.get(name.id) for name in loaded(node.iter)]
            if any(value is not None and value.holds_models for value in values):
                yield from (n.id for n in ast.walk(node.target) if isinstance(n, ast.Name))

    def is_frozen(self, name: str, at: int, deep: int = 0) -> bool:
        """Return whether a name holds what was worked out from all answers at once, such as a threshold."""
        sources = self.flow.sources[at].get(name, frozenset()) & self.answering
        return bool(sources) and deep < MOST_DEEP and all(self._is_total_of(name, source, deep) for source in sources)

    def _is_total_of(self, name: str, index: int, deep: int) -> bool:
        node = self.flow.statements[index].node
        if isinstance(node, ast.For | ast.While | ast.If | ast.With):
            return name not in names_made(node, lambda value, rows: self.reads_rows(value, index, deep + 1, rows))
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name | ast.Tuple):
            return False
        return self.reads_answers(node.value, index) and not self.reads_rows(node.value, index, deep + 1)

    def reads_rows(self, node: ast.expr, at: int, deep: int = 0, local: Collection[str] = ()) -> bool:
        """Return whether an expression reads answers for rows, and not only what was worked out from all; ``local``
        are names that hold some too."""
        free = {id(name) for name in loaded(node)}

        def reads(inner: ast.AST) -> bool:
            if isinstance(inner, ast.Call) and self.is_total(inner, at) and called_name(inner) not in AMONG_ALL:
                return False
            if isinstance(inner, ast.Attribute) and inner.attr in ATTRIBUTES_OF_ALL:
                return False
            if isinstance(inner, ast.Name) and id(inner) in free:
                there = (inner.id, read_at(inner, at))
                return inner.id in local or (self.is_answer(*there) and not self.is_frozen(*there, deep))
            asks = isinstance(inner, ast.Call) and read_at(inner, at) in self.asked and self._asks(inner)
            return asks or any(reads(child) for child in ast.iter_child_nodes(inner))

        return reads(node)

    def is_truth(self, name: str) -> bool:
        """Return whether a name holds the true answers for rows."""
        value = self.story.variables.get(name)
        return value is not None and not value.answers and value.origin.label

    def reads_truth(self, node: ast.AST) -> bool:
        """Return whether an expression reads true answers."""
        return any(self.is_truth(name.id) for name in loaded(node))

    def draws(self, node: ast.AST) -> bool:
        """Return whether something is drawn below ``node``."""
        calls = (n for n in ast.walk(node) if isinstance(n, ast.Call))
        return any(
            called_name(c) in DRAWING or self.roles.is_drawing(self.path_of(c.func)) for c in calls if not _shows(c)
        )

    def is_of_all_rows(self, node: ast.expr, at: int) -> bool:
        """Return whether an expression makes something of all answers at once: a mean, a rank, a measure; how many they
        are is no such thing."""
        calls = (n for n in ast.walk(node) if isinstance(n, ast.Call) and called_name(n) not in {"len", "type"})
        return any(self.is_total(call, at) and self.reads_answers(call, at) for call in calls)

    def is_total(self, call: ast.Call, at: int) -> bool:
        """Return whether a call makes something of all rows at once."""
        name = called_name(call)
        if self.roles.is_metric(self.path_of(call.func)) or self._measures(call, at):
            return True
        if name in OF_ALL_ROWS:
            return True
        if name in TOTALS and self._sets_against_data(call, at):
            return True  # An error for each of several outputs, as in ``abs(pred - true).mean(axis=0)``.
        if name not in TOTALS or names_axis(call):
            return False
        if self.path_of(call.func) == "builtins.sum" and call.args:
            return not self._adds_models_up(call.args[0], at)
        places = (1 if self.is_method(call) else 2) + (name in AT_A_SHARE)
        return len(call.args) < places

    def _measures(self, call: ast.Call, at: int) -> bool:
        """Return whether one of the notebook's functions sets answers against the truth and gives what came of it."""
        if not isinstance(call.func, ast.Name) or (at, call.func.id) not in self.measuring:
            return False
        made = [self.story.variables.get(name) for name in self.flow.statements[at].facts.definitions]
        return all(value is not None and value.compared for value in made)

    def _sets_against_data(self, call: ast.Call, at: int) -> bool:
        """Return whether answers are subtracted from other data below a call, or the other way round."""
        differences = (n for n in ast.walk(call) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Sub))
        for sides in ((node.left, node.right) for node in differences):
            answers = [self.reads_answers(side, at) for side in sides]
            if answers.count(True) == 1:
                names = (self.story.variables.get(n.id) for n in loaded(sides[answers.index(False)]))
                if any(v is not None and v.lineage and not v.is_model for v in names):
                    return True
        return False

    def _adds_models_up(self, node: ast.expr, at: int) -> bool:
        """Return whether what is summed up is what several models say of the same rows."""
        if isinstance(node, ast.GeneratorExp | ast.ListComp):
            return next(self.asks(node.elt, at), None) is not None
        if isinstance(node, ast.Name):
            return self._is_list(node.id, read_at(node, at))
        return isinstance(node, ast.List | ast.Tuple) and any(self.reads_answers(each, at) for each in node.elts)

    def _is_list(self, name: str, at: int) -> bool:
        """Return whether a name holds a list, which was filled with answers for rows since."""
        nodes = {at: self.flow.statements[at].node}
        for _ in range(2):
            sources = {s for index in nodes for s in self.flow.sources[index].get(name, ())}
            nodes |= {index: self.flow.statements[index].node for index in sources}
        values = (getattr(node, "value", None) for index, node in nodes.items() if index != at)
        return any(isinstance(value, ast.List | ast.ListComp) for value in values)

    def is_method(self, call: ast.Call) -> bool:
        """Return whether a method of a value is called, and no function."""
        return isinstance(call.func, ast.Attribute) and not self.path_of(call.func.value)

    def path_of(self, node: ast.expr) -> str:
        """Return the dotted path of a library's module or function, empty where it is none."""
        if isinstance(node, ast.Name):
            value = self.story.variables.get(node.id)
            if value is None:
                return f"builtins.{node.id}" if node.id in {"print", "display", "sum", "len"} else ""
            return value.path if value.symbol else ""
        if isinstance(node, ast.Attribute):
            base = self.path_of(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""


def _shows(call: ast.Call) -> bool:
    return called_name(call) in {"print", "display"}


def names_axis(call: ast.Call) -> bool:
    """Return whether a call says along which axis it works, in NumPy's word or PyTorch's."""
    return any(keyword.arg in {"axis", "dim"} for keyword in call.keywords)


def reads_file(node: ast.AST) -> bool:
    """Return whether a table is read below ``node``."""
    return any(called_name(call).startswith("read_") for call in ast.walk(node) if isinstance(call, ast.Call))


def loaded(node: ast.AST) -> list[ast.Name]:
    """Return the names that are read below ``node`` and not bound there."""
    bound: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.comprehension):
            bound |= {n.id for n in ast.walk(inner.target) if isinstance(n, ast.Name)}
        elif isinstance(inner, ast.Lambda):
            bound |= {argument.arg for argument in inner.args.args}
    names = (n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
    return [n for n in names if n.id not in bound]


_READ_AT = "nb2prod_read_at"


def read_at(node: ast.AST, at: int) -> int:
    """Return the statement at which an expression is read: ``at``, unless it was put there from elsewhere."""
    return int(getattr(node, _READ_AT, at))


_INSERTED = "nb2prod_inserted"


def inserted(text: str) -> ast.expr:
    """Return an expression that stands for one of a statement and was not read by it; it is read behind it."""
    made = ast.parse(text, mode="eval").body
    for inner in ast.walk(made):
        setattr(inner, _INSERTED, True)
    return made


def is_inserted(node: ast.AST) -> bool:
    """Return whether ``inserted`` made a node."""
    return hasattr(node, _INSERTED)


def marked(node: ast.expr, at: int) -> ast.expr:
    """Return a copy of an expression that remembers at which statement it is read."""
    made = copy.deepcopy(node)
    for inner in ast.walk(made):
        if isinstance(inner, ast.expr) and not hasattr(inner, _READ_AT):
            setattr(inner, _READ_AT, at)
    return made
