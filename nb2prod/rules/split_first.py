"""A tool that is fitted on all rows right before they are split to the same thing the other way round."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nb2prod.analysis.model import Statement
from nb2prod.notebook.model import Cell
from nb2prod.rules.editing import replaced
from nb2prod.rules.model import Finding, Source
from nb2prod.rules.whole_lines import own_lines, with_lines

NAMES = {
    "StandardScaler": "scaler", "MinMaxScaler": "scaler", "RobustScaler": "scaler", "MaxAbsScaler": "scaler",
    "SimpleImputer": "imputer", "TfidfVectorizer": "vectorizer", "CountVectorizer": "vectorizer",
}  # fmt: skip
"""Tools that can be fitted on fewer rows and still transform the others, and what a new one is called."""


@dataclass(frozen=True)
class Fitted:
    """``made = tool.fit_transform(rows)``."""

    statement: Statement
    made: str
    rows: str
    tool: ast.expr


@dataclass(frozen=True)
class Splitting:
    """``train, test, ... = train_test_split(made, ...)``."""

    statement: Statement
    whole: ast.Name
    train: str
    test: str


def split_first(finding: Finding, statements: Sequence[Statement], cells: Sequence[Cell]) -> tuple[Source, ...]:
    """Return the changed cells; none where the notebook might not run any more, or mean something else besides."""
    at = (finding.cell, finding.line)
    here = next((each for each in statements if (each.cell, each.line) == at), None)
    fitted = _fitted(here) if here is not None and finding.subject in NAMES else None
    splitting = _splitting(fitted, statements) if fitted is not None else None
    if fitted is None or splitting is None or _is_used_elsewhere(fitted, splitting, statements, cells):
        return ()
    return _changed(fitted, splitting, NAMES[finding.subject], cells)


def _fitted(statement: Statement) -> Fitted | None:
    match statement.node:
        case ast.Assign(
            targets=[ast.Name(id=made)],
            value=ast.Call(func=ast.Attribute(value=tool, attr="fit_transform"), args=[ast.Name(id=rows)], keywords=[]),
        ) if isinstance(tool, ast.Name) or (isinstance(tool, ast.Call) and not _names(tool) & {made, rows}):
            return Fitted(statement, made, rows, tool)
    return None


def _splitting(fitted: Fitted, statements: Sequence[Statement]) -> Splitting | None:
    for each in statements[fitted.statement.index + 1 :]:
        found = _split(each, fitted)
        if found is not None or not _is_harmless(each, fitted):
            return found
    return None


def _split(statement: Statement, fitted: Fitted) -> Splitting | None:
    match statement.node:
        case ast.Assign(
            targets=[ast.Tuple(elts=[ast.Name(id=train), ast.Name(id=test), *_] as targets)],
            value=ast.Call(func=function, args=[ast.Name(id=fitted.made) as whole, *others], keywords=said),
        ) if ast.unparse(function).rpartition(".")[2] == "train_test_split" and len(targets) == 2 * len(others) + 2:
            others += [each.value for each in said if each.arg is not None]
            names = {name for each in (*others, *targets[2:]) for name in _names(each)}
            alike = {fitted.made, fitted.rows} | _names(fitted.tool)
            plain = all(isinstance(each, ast.Name) for each in targets) and all(each.arg for each in said)
            if plain and not (names | {train, test}) & alike and train != test and not {train, test} & names:
                return Splitting(statement, whole, train, test)
    return None


def _is_harmless(statement: Statement, fitted: Fitted) -> bool:
    """Return whether a statement between them neither needs what was made nor changes any rows."""
    node = statement.node
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name) or len(node.targets) > 1:
        return False
    calls = any(isinstance(each, ast.Call | ast.NamedExpr) for each in ast.walk(node.value))
    return not calls and not _names(node) & ({fitted.made, fitted.rows} | _names(fitted.tool))


def _is_used_elsewhere(
    fitted: Fitted, splitting: Splitting, statements: Sequence[Statement], cells: Sequence[Cell]
) -> bool:
    """Return whether what was made of all rows stands anywhere else, be it in a comment, a function or a magic."""
    word = re.compile(rf"\b{re.escape(fitted.made)}\b")
    known = [fitted.statement, splitting.statement]
    if fitted.made == fitted.rows:
        known += [each for each in statements[: fitted.statement.index] if not _defers(each.node)]
    counted = sum(len(word.findall(each.source)) for each in known)
    return counted != sum(len(word.findall(each.source)) for each in cells)


def _defers(node: ast.stmt) -> bool:
    deferring = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
    return any(isinstance(each, deferring) for each in ast.walk(node))


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _changed(fitted: Fitted, splitting: Splitting, name: str, cells: Sequence[Cell]) -> tuple[Source, ...]:
    by_index = {each.index: each for each in cells}
    fitting, cutting = by_index[fitted.statement.cell], by_index[splitting.statement.cell]
    made_here = not isinstance(fitted.tool, ast.Name)
    if made_here and any(re.search(rf"\b{name}\b", each.source) for each in cells):
        return ()
    tool = fitted.tool.id if isinstance(fitted.tool, ast.Name) else name
    first = [f"{tool} = {ast.unparse(fitted.tool)}"] if made_here else []
    call = replaced(cutting, splitting.whole, fitted.rows)
    place = own_lines(cutting, splitting.statement.node)
    if call is None or place is None:
        return ()
    lines = call.split("\n")[place[0] : place[1]]
    lines += [f"{splitting.train} = {tool}.fit_transform({splitting.train})"]
    lines += [f"{splitting.test} = {tool}.transform({splitting.test})"]
    return tuple(_sources(fitting, cutting, fitted, splitting, first, lines))


def _sources(
    fitting: Cell, cutting: Cell, fitted: Fitted, splitting: Splitting, first: list[str], lines: list[str]
) -> Iterator[Source]:
    split = with_lines(cutting, splitting.statement.node, lines)
    own = own_lines(fitting, fitted.statement.node)
    if split is None or own is None:
        return
    before = split if fitting.index == cutting.index else fitting.source
    kept = before.split("\n")
    kept[own[0] : own[1]] = first
    if not "".join(kept).strip():
        return
    yield Source(fitting.index, "\n".join(kept))
    if fitting.index != cutting.index:
        yield Source(cutting.index, split)


__all__ = ["split_first"]
