"""Calls of ``nb2prod.report`` go out of a notebook's code: in a service nobody listens, and nb2prod is not there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.notebook.replacing import replace_nodes

PACKAGE = "nb2prod"
REPORT, PRUNED = "report", "Pruned"
_DOING = ast.Call | ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr
"""Expressions that may do something beside having a value."""
_REMEDY = "call nb2prod.report(step, value) by this name, and catch nb2prod.Pruned alone or not at all"


def without_reports(notebook: Notebook) -> Notebook:
    """Return the notebook without what it reports while it trains, each line where it was.

    What is worked out only to be reported is still worked out: it may train, or draw.

    Raises ``UnusableInput`` where a name stands for :func:`nb2prod.report` and for something else too.
    """
    if not any(PACKAGE in cell.code for cell in notebook.cells):
        return notebook
    cells = [(cell, ast.parse(cell.code)) for cell in notebook.cells if cell.section != SKIP]
    names = _Names()
    for _, tree in cells:
        names.note(tree)
    problems = [problem for cell, tree in cells for problem in names.problems(cell.label, tree)]
    if problems:
        raise UnusableInput(problems)
    codes = {cell.index: _without(cell.code, tree, names) for cell, tree in cells}
    return replace(
        notebook, cells=tuple(replace(each, code=codes.get(each.index, each.code)) for each in notebook.cells)
    )


def without_reports_in(text: str, path: str) -> str:
    """Return the text of a module of the notebook's without what it reports, as :func:`without_reports` does."""
    if PACKAGE not in text:
        return text
    tree, names = ast.parse(text), _Names()
    names.note(tree)
    if problems := list(names.problems(path, tree)):
        raise UnusableInput(problems)
    return _without(text, tree, names)


@dataclass
class _Names:
    """What a notebook calls nb2prod and its parts."""

    modules: set[str] = field(default_factory=set)
    parts: dict[str, str] = field(default_factory=dict)
    """Name to ``report`` or ``Pruned``."""
    others: bool = False
    """Whether anything else of nb2prod is used."""

    def note(self, tree: ast.Module) -> None:
        """Take in what a cell imports and uses."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name == PACKAGE:
                        self.modules.add(alias.asname or PACKAGE)
            elif isinstance(node, ast.ImportFrom) and node.module in (PACKAGE, f"{PACKAGE}.reporting"):
                self.parts |= {a.asname or a.name: a.name for a in node.names if a.name in (REPORT, PRUNED)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in self.modules:
                self.others = self.others or node.attr not in (REPORT, PRUNED)

    def part(self, node: ast.AST) -> str:
        """Return which part of nb2prod an expression is, ``report`` or ``Pruned``; nothing where it is neither."""
        if isinstance(node, ast.Name):
            return self.parts.get(node.id, "")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in self.modules:
            return node.attr if node.attr in (REPORT, PRUNED) else ""
        return ""

    def problems(self, place: str, tree: ast.Module) -> Iterator[Problem]:
        """Yield what cannot be taken out."""
        caught = {id(each.type) for each in ast.walk(tree) if isinstance(each, ast.ExceptHandler)}
        for node in ast.walk(tree):
            where = f"{place}, line {getattr(node, 'lineno', 1)}"
            taken = {*self.parts, *self.modules}
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and node.id in taken:
                yield Problem(f"`{node.id}` is nb2prod's, and here something else", where, _REMEDY)
            elif isinstance(node, ast.expr) and self.part(node) == PRUNED and id(node) not in caught:
                yield Problem(f"`{ast.unparse(node)}` is not there in a service", where, _REMEDY)


def _without(code: str, tree: ast.Module, names: _Names) -> str:
    return replace_nodes(code, _replacements(tree, names), keep_lines=True)


def _replacements(tree: ast.AST, names: _Names) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """Yield what takes the place of each use and each import."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and names.part(node.value.func) == REPORT:
            given = _given(node.value)
            yield node, f"_ = {given}" if given else "pass"
        elif isinstance(node, ast.Call) and names.part(node.func) == REPORT:
            given = _given(node)
            yield node, f"({given}, None)[-1]" if given else "None"
        elif isinstance(node, ast.expr) and names.part(node) == REPORT:
            yield node, "(lambda *_, **__: None)"
        elif isinstance(node, ast.expr) and names.part(node) == PRUNED:
            yield node, "()"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from _import(node, names)
        else:
            yield from _replacements(node, names)


def _given(call: ast.Call) -> str:
    """Return the arguments as a tuple, where working them out may do something; else nothing."""
    if not any(isinstance(each, _DOING) for given in (*call.args, *call.keywords) for each in ast.walk(given)):
        return ""
    keywords = [f"{{**{ast.unparse(each.value)}}}" if each.arg is None else ast.unparse(each.value)
                for each in call.keywords]  # fmt: skip
    return f"({', '.join([*map(ast.unparse, call.args), *keywords])},)"


def _import(node: ast.Import | ast.ImportFrom, names: _Names) -> Iterator[tuple[ast.stmt, str]]:
    if isinstance(node, ast.Import):
        kept = [each for each in node.names if each.name != PACKAGE or names.others]
    elif node.module in (PACKAGE, f"{PACKAGE}.reporting"):
        kept = [each for each in node.names if each.name not in (REPORT, PRUNED)]
    else:
        return
    if len(kept) == len(node.names):
        return
    left = ast.Import(kept) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, kept, node.level)
    yield node, ast.unparse(left) if kept else "pass"
