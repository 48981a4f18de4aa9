"""Lambdas that a tool is made with become functions with a name: a tool that holds a lambda cannot be saved."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from nb2prod.notebook.called import called_name
from nb2prod.notebook.model import SKIP, Cell, Notebook
from nb2prod.notebook.replacing import replace_nodes

NO_TOOLS = frozenset({"DataFrame", "Series"})
BINDING = (
    ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
)


@dataclass
class Names:
    """Names that are taken, and new ones."""

    taken: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, notebook: Notebook) -> Names:
        """Return what gives names that a notebook does not use."""
        return cls(set(re.findall(r"[A-Za-z_]\w*", "\n".join(cell.code for cell in notebook.cells))))

    def new(self, wish: str) -> str:
        """Return ``wish``, or that with a number."""
        number, name = 1, wish
        while name in self.taken:
            number += 1
            name = f"{wish}_{number}"
        self.taken.add(name)
        return name


def with_named_lambdas(notebook: Notebook) -> Notebook:
    """Return the notebook with each lambda that is handed to a class, as in ``FunctionTransformer(lambda x: ...)``, a
    function of its own. It stands at the end of the cell before, so that every line keeps its number."""
    if not any("lambda" in cell.code for cell in notebook.cells):
        return notebook
    names = Names.of(notebook)
    cells: list[Cell] = []
    for cell in notebook.cells:
        code, functions = cell.code, ""
        if cell.section != SKIP and "lambda" in code:
            code, functions = _named(code, names)
        cells.append(replace(cell, code=code))
        if functions:
            _put_before(cells, functions)
    return replace(notebook, cells=tuple(cells))


def _named(code: str, names: Names) -> tuple[str, str]:
    replacements, functions = [], []
    for call, given, bound in _given(ast.parse(code), frozenset()):
        lambda_, keyword = given
        if _free(lambda_) & bound or lambda_.args.defaults or any(lambda_.args.kw_defaults):
            continue
        name = names.new(_wish(call, keyword))
        replacements.append((lambda_, name))
        functions.append(f"def {name}({ast.unparse(lambda_.args)}):\n    return {ast.unparse(lambda_.body)}")
    return replace_nodes(code, replacements), "\n\n\n".join(functions)


def _given(tree: ast.AST, bound: frozenset[str]) -> Iterator[tuple[ast.Call, tuple[ast.Lambda, str], frozenset[str]]]:
    """Yield the calls of classes with each lambda that they are handed, its keyword, and the names bound around it."""
    if isinstance(tree, BINDING):
        bound |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        bound |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)} if hasattr(tree, "args") else set()
    if isinstance(tree, ast.Call) and _makes_tool(tree):
        pairs = [*((value, "") for value in tree.args), *((kw.value, kw.arg or "") for kw in tree.keywords)]
        yield from ((tree, (value, name), bound) for value, name in pairs if isinstance(value, ast.Lambda))
    if not isinstance(tree, ast.JoinedStr):
        for child in ast.iter_child_nodes(tree):
            yield from _given(child, bound)


def _makes_tool(call: ast.Call) -> bool:
    name = called_name(call)
    return name[:1].isupper() and name not in NO_TOOLS


def _free(lambda_: ast.Lambda) -> set[str]:
    own = {a.arg for a in ast.walk(lambda_.args) if isinstance(a, ast.arg)}
    return {n.id for n in ast.walk(lambda_.body) if isinstance(n, ast.Name)} - own


def _wish(call: ast.Call, keyword: str) -> str:
    return f"{snake(called_name(call))}_{keyword or 'function'}"


def snake(name: str) -> str:
    """Return the name of a class as the name of a variable."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _put_before(cells: Sequence[Cell], functions: str) -> None:
    """Append the functions to the cell before the last; in a notebook's first cell they come first."""
    assert isinstance(cells, list)
    place = len(cells) - 2
    while place >= 0 and cells[place].section in {SKIP, "parameters"}:
        place -= 1
    if place >= 0:
        cells[place] = replace(cells[place], code=f"{cells[place].code}\n\n\n{functions}\n")
    else:
        cells[-1] = replace(cells[-1], code=f"{functions}\n\n\n{cells[-1].code}")
