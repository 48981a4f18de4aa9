"""Numbers that evaluation only shows, as ``print(accuracy_score(y, p))`` does: where they are, and names for them."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nb2prod.analysis.model import Dataflow, Kind, Statement

SHOWING = frozenset({"print", "display", "pprint"})
ROUNDING = frozenset({"round", "float", "str", "format", "int"})
"""Functions that only change how a number looks."""

SUMMARISING = frozenset({"mean", "median", "std", "max", "min", "sum", "average"})
SPLITS = ("train", "test", "valid", "val", "holdout", "dev")
LONGEST_LABEL = 5
"""Words that a name made of a printed label may have."""

NO_METRICS = frozenset({"len", "type", "dir", "help", "vars", "id", "input", "list", "sorted", "zip"})
TAKEN = frozenset({"parameters", "metrics", "artifacts", *dir(builtins), *keyword.kwlist})


@dataclass(frozen=True)
class ShownMetric:
    """An expression of the evaluation section that is shown and that no variable holds."""

    name: str
    """A name that the notebook does not use, or the variable's own where the expression is one."""
    statement: int
    expression: str
    report: str = ""
    """The same as a dict, where the shown one is a report for people."""

    @property
    def is_variable(self) -> bool:
        """Return whether a variable of another section is shown."""
        return self.name == self.expression


@dataclass(frozen=True)
class _Shown:
    statement: Statement
    expression: ast.expr
    name: str


def find_shown_metrics(flow: Dataflow, judging: Iterable[int]) -> tuple[ShownMetric, ...]:
    """Return the expressions that the statements ``judging`` of the evaluation section show and that may be numbers,
    in notebook order."""
    statements = [flow.statements[index] for index in sorted(judging)]
    own = {name for s in statements for name in s.facts.definitions}
    found: list[_Shown] = []
    for statement in statements:
        if isinstance(statement.node, ast.Expr):
            for expression, label in _shown(statement.node.value):
                core = _core(expression)
                if _may_measure(flow, statement, core) and not (isinstance(core, ast.Name) and core.id in own):
                    found.append(_Shown(statement, core, _name_of(core) or _from_label(label) or "value"))
    return tuple(_named(found, flow))


def _shown(node: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    """Yield the expressions that a statement shows, each with the words in front of it."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SHOWING):
        parts = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
        yield from ((part, "") for part in parts)
        return
    label = ""
    for argument in node.args:
        if isinstance(argument, ast.Constant):
            label = str(argument.value)
            continue
        yield from _formatted(argument, label)
        label = ""


def _formatted(node: ast.expr, label: str) -> Iterator[tuple[ast.expr, str]]:
    """Yield the values that go into a text: f-string, ``format`` and ``%``; ``node`` itself where it is none."""
    match node:
        case ast.JoinedStr():
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield part.value, label
                    label = ""
                elif isinstance(part, ast.Constant):
                    label = str(part.value)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
            words = re.split(r"\{[^}]*\}", text)
            yield from ((value, words[n] if n < len(words) else "") for n, value in enumerate(node.args))
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod()):
            words = re.split(r"%[^a-z]*[a-z]", text)
            values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            yield from ((value, words[n] if n < len(words) else "") for n, value in enumerate(values))
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Add()):
            yield from _formatted(node.right, text)
        case ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=str())):
            yield from _formatted(left, label)
        case ast.BinOp(left=ast.BinOp(), op=ast.Add()) if _holds_text(node):
            yield from _formatted(node.left, label)
            yield from _formatted(node.right, "")
        case _:
            yield node, label


def _holds_text(node: ast.expr) -> bool:
    return any(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in ast.walk(node))


def _core(node: ast.expr) -> ast.expr:
    """Return the number itself, without the rounding around it."""
    while True:
        match node:
            case ast.Call(func=ast.Name(id=name), args=[inner, *_]) if name in ROUNDING:
                node = inner
            case ast.Call(func=ast.Attribute(value=ast.Name(), attr="round"), args=[inner, *_]):
                node = inner  # np.round(...)
            case ast.Call(func=ast.Attribute(value=ast.Call() as inner, attr="round" | "item")):
                node = inner
            case ast.BinOp(left=inner, op=ast.Mult(), right=ast.Constant(value=100 | 100.0)):
                node = inner
            case ast.BinOp(left=ast.Constant(value=100 | 100.0), op=ast.Mult(), right=inner):
                node = inner
            case _:
                return node


def _may_measure(flow: Dataflow, statement: Statement, node: ast.expr) -> bool:
    """Return whether a shown value may be a number worth keeping, as far as the text can tell."""
    match node:
        case ast.Constant() | ast.JoinedStr() | ast.Lambda() | ast.Set() | ast.Compare():
            return False
        case ast.Dict(values=values):
            return any(not isinstance(value, ast.Constant) for value in values)
        case ast.Call(func=ast.Name(id=name)) if name in NO_METRICS:
            return False
        case ast.Attribute(attr="best_params_" | "best_index_"):  # what was chosen, not how good it is
            return False
        case ast.Attribute(attr="shape" | "size" | "ndim") | ast.Subscript(value=ast.Attribute(attr="shape")):
            return False
    if any(isinstance(n, ast.NamedExpr | ast.Await | ast.Yield | ast.Starred) for n in ast.walk(node)):
        return False
    if not isinstance(node, ast.Name):
        return True
    kinds = {flow.statements[s].kind for s in flow.sources[statement.index].get(node.id, ())}
    return bool(kinds) and not kinds & {Kind.IMPORT, Kind.FUNCTION, Kind.CLASS, Kind.CONSTANT}


def _name_of(node: ast.expr) -> str:
    """Return what a number is called by what computes it; nothing where that does not say."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name.strip("_")
        case ast.Subscript(value=value, slice=ast.Constant(value=str() as key)):
            return _identifier(key) or _name_of(value)
        case ast.Subscript(value=value, slice=ast.Constant(value=int() as place)):
            return f"{inner}_{place}" if (inner := _name_of(value)) else ""
        case ast.BinOp(left=inner, op=ast.Pow(), right=ast.Constant(value=0.5)):
            return _prefixed("root", inner)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[inner, *_]) if name == "sqrt":
            return _prefixed("root", inner)
        case ast.BinOp(left=inner, op=ast.Mult(), right=ast.Constant(value=int())):
            return _name_of(inner)  # two standard deviations
        case (
            ast.Call(func=ast.Attribute(value=ast.Name(), attr="mean"), args=[ast.Compare() as inner])
            | ast.Call(func=ast.Attribute(value=ast.Compare() as inner, attr="mean"))
        ):
            return {ast.Eq: "accuracy", ast.NotEq: "error_rate"}.get(type(inner.ops[0]), "mean")
        case (
            ast.Call(func=ast.Attribute(value=ast.Name(), attr="mean"), args=[inner])
            | ast.Call(func=ast.Attribute(value=inner, attr="mean"), args=[])
        ) if error := _error(inner):
            return error
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr=name), args=[inner, *_]) if name in SUMMARISING:
            return _prefixed(name, inner)
        case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in SUMMARISING:
            return _prefixed(name, inner)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return _of_function(name)
    return ""


def _error(node: ast.expr) -> str:
    """Return what the mean of an expression is called that has the errors of single rows, if it has."""
    match node:
        case ast.BinOp(left=ast.BinOp(op=ast.Sub()), op=ast.Pow(), right=ast.Constant(value=2)):
            return "mse"
        case ast.Call(func=ast.Name(id="abs") | ast.Attribute(attr="abs"), args=[ast.BinOp(op=ast.Sub())]):
            return "mae"
    return ""


def _as_dict(node: ast.expr) -> str:
    """Return the call that gives a classification report as a dict; nothing for what is no such report."""
    match node:
        case ast.Call(func=ast.Name(id="classification_report") | ast.Attribute(attr="classification_report")):
            if all(keyword.arg is not None and keyword.arg != "output_dict" for keyword in node.keywords):
                kept = [keyword for keyword in node.keywords if keyword.arg != "digits"]
                more = ast.keyword("output_dict", ast.Constant(True))
                return ast.unparse(ast.Call(node.func, node.args, [*kept, more]))
    return ""


def _prefixed(word: str, inner: ast.expr) -> str:
    found = _name_of(_core(inner))
    if word == "root" and found in {"mse", "msle"}:
        return f"r{found}"
    return f"{word}_{found}" if found else word


def _of_function(name: str) -> str:
    """Return ``accuracy`` for ``accuracy_score`` and ``mse`` for ``mean_squared_error``."""
    if name.endswith("_error"):
        return "".join(word[0] for word in name.split("_"))
    if name.endswith("_report"):
        return "report"
    return name.removesuffix("_score") if name != "_score" else "score"


def _from_label(label: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", label)
    return _identifier("_".join(words[-LONGEST_LABEL:]))


def _identifier(text: str) -> str:
    found = re.sub(r"\W+", "_", text).strip("_").lower()
    return found if found.isidentifier() else ""


def _named(found: list[_Shown], flow: Dataflow) -> Iterator[ShownMetric]:
    """Give each its own name: the split that it is measured on where names clash, a number where that does not do."""
    used = _names_of(flow) | TAKEN
    count = Counter(shown.name for shown in found)
    given: set[str] = set()
    seen: set[tuple[int, str]] = set()
    for shown in found:
        text = ast.unparse(shown.expression)
        if (shown.statement.index, text) in seen:
            continue
        seen.add((shown.statement.index, text))
        if isinstance(shown.expression, ast.Name):
            if text not in given:
                given.add(text)
                yield ShownMetric(text, shown.statement.index, text)
            continue
        name = shown.name
        split = _split(shown.expression)
        if count[name] > 1 and split and not name.endswith(split):
            name = f"{name}_{split}"
        if name in used:
            name = f"{name}_value"
        number, free = 1, name
        while free in used | given:
            number += 1
            free = f"{name}_{number}"
        given.add(free)
        yield ShownMetric(free, shown.statement.index, text, _as_dict(shown.expression))


def _names_of(flow: Dataflow) -> set[str]:
    facts = [s.facts for s in flow.statements]
    return {name for f in facts for name in f.definitions | f.references | f.deferred}


def _split(node: ast.expr) -> str:
    """Return the part of the data that all names with such a word in them speak of."""
    words = {
        word
        for n in ast.walk(node)
        if isinstance(n, ast.Name)
        for word in SPLITS
        if word in n.id.lower().split("_") or n.id.lower().endswith(word)
    }
    return next(iter(words)) if len(words) == 1 else ""


def texts_of(shown: tuple[ShownMetric, ...], metrics: Mapping[str, float]) -> dict[int, str]:
    """Return the text that names its numbers for each statement that shows some; those that turned out to be none
    are left out."""
    found: dict[int, list[str]] = {}
    roots = {name.split(".")[0] for name in metrics}
    for metric in shown:
        if metric.name in roots:
            lines = found.setdefault(metric.statement, [])
            if not metric.is_variable:
                lines.append(f"{metric.name} = {metric.report or metric.expression}")
    return {index: "\n".join(lines) for index, lines in found.items()}
