"""What a notebook takes from the place it was written on, such as Colab or Databricks, and nobody else has."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from nb2prod.errors import Problem
from nb2prod.notebook.called import called_name
from nb2prod.notebook.elsewhere import note
from nb2prod.notebook.model import SKIP, Cell, Notebook

GUARDS = ast.Try | ast.If
FOLDERS = {"/content/": "Colab", "/kaggle/": "Kaggle", "/dbfs/": "Databricks", "dbfs:/": "Databricks"}
BESIDE = "put the file beside the notebook and name it by a relative path, such as"
DATABRICKS = {
    "dbutils": "set its values in a cell tagged `parameters`, and read files by their path",
    "spark": "read the data with pandas, from a file beside the notebook: `pd.read_parquet(...)`",
}
COLAB = {
    "drive": "put the files beside the notebook and read them by a relative path; take out the import and `mount`",
    "files": "put the files beside the notebook and read them by a relative path; take out the import and `upload`",
    "userdata": "read the value from the environment: `os.environ[...]`",
}


def elsewhere(notebook: Notebook) -> list[Problem]:
    """Return all that only works on the platform the notebook was written on, or with somebody at the keyboard."""
    cells = [(cell, ast.parse(cell.code)) for cell in notebook.cells if cell.section != SKIP]
    bound = {name for _, tree in cells for name in _bound(tree)}
    problems: list[Problem] = []
    for cell, tree in cells:
        for node, guarded in _nodes(tree, guarded=False):
            problems += _problems(node, cell, bound, guarded, notebook.path.parent)
    return problems


def _nodes(tree: ast.AST, *, guarded: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yield everything that runs when the cell does, and whether a ``try`` or an ``if`` stands around it."""
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child, guarded
            yield from _nodes(child, guarded=guarded or isinstance(child, GUARDS))


def _problems(node: ast.AST, cell: Cell, bound: set[str], guarded: bool, folder: Path) -> Iterator[Problem]:
    where = f"{cell.label}, line {getattr(node, 'lineno', 1)}"
    if isinstance(node, ast.ImportFrom | ast.Import) and not guarded:
        names = [alias.name for alias in node.names]
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else names[0]
        if module.startswith("google.colab"):
            remedy = next((COLAB[name] for name in names if name in COLAB), "take it out")
            yield Problem("`google.colab` is only there in Colab", where, remedy)
    if isinstance(node, ast.Name) and node.id in DATABRICKS and node.id not in bound:
        yield Problem(f"`{node.id}` is only there in Databricks", where, DATABRICKS[node.id])
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "input"
        and "input" not in bound
    ):
        remedy = "write a value there, as a client would send it, for example `sample = {...}`"
        yield Problem("`input(...)` waits for somebody at the keyboard", where, remedy)
    if isinstance(node, ast.Call) and node.args and not guarded:
        yield from _foreign_path(node, where, folder)


def _foreign_path(call: ast.Call, where: str, folder: Path) -> Iterator[Problem]:
    path = call.args[0]
    if not (isinstance(path, ast.Constant) and isinstance(path.value, str)) or not _reads(call):
        return
    place = next((name for start, name in FOLDERS.items() if path.value.startswith(start)), "")
    if place and not note(folder / path.value).exists():
        what = f"`{path.value}` is a path of {place}'s, and there is no such file here"
        yield Problem(what, where, f"{BESIDE} `{PurePosixPath(path.value).name}`")


def _reads(call: ast.Call) -> bool:
    called = called_name(call)
    return called.startswith(("read", "load", "imread", "open", "genfromtxt", "connect", "chdir"))


def _bound(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
