"""Names of parameters go in; those that change nothing come out, with why: nothing reads them where they are set."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from nb2prod.notebook.model import SKIP, Cell, Notebook
from nb2prod.notebook.syntax import tree_of

PARAMETERS = "parameters"
_ANY_NAME = re.compile(
    r"\b(?:globals|locals|vars|eval|exec|get_ipython|user_ns|__main__)\b|^\s*%run\b.*\s-i\b", re.MULTILINE
)
"""What may read a name that stands nowhere."""


def unheeded(notebook: Notebook, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each name that is set in vain, and the rest of a sentence about it; nothing of those that may be read.

    Values are set behind the last parameters cell, else at the top. A look at the text is enough: what is assigned
    before it stands anywhere else has another value by then, and what stands nowhere is read by nobody.
    """
    tagged = [cell.index for cell in notebook.cells if cell.section == PARAMETERS]
    below = [cell for cell in notebook.cells if cell.index > max(tagged, default=-1) and cell.section != SKIP]
    if any(_ANY_NAME.search(cell.source) for cell in below):
        return
    modules = "\n".join(notebook.modules.values())
    for name in names:
        word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        naming = next((cell for cell in below if word.search(cell.source) or word.search(cell.code)), None)
        if naming is None:
            if not word.search(modules):
                yield name, "nothing in the notebook reads it"
        elif _overwrites(naming, name, word):
            yield name, f"{naming.label} gives it another value before anything reads it"


def _overwrites(cell: Cell, name: str, word: re.Pattern[str]) -> bool:
    """Say whether the first statement of the cell that has the name assigns it, and has it nowhere else."""
    try:
        body = tree_of(cell.code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    lines = cell.code.split("\n")
    before = 0
    for statement in body:
        above = "\n".join(lines[before : statement.lineno - 1])
        text = "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
        if any(word.search(line) for line in above.split("\n") if not line.lstrip().startswith("#")):
            return False
        before = statement.end_lineno or before
        if word.search(text.partition("#")[0]) or _names(statement, name):
            return _only_assigns(statement, name)
    return False


def _only_assigns(statement: ast.stmt, name: str) -> bool:
    targets: Sequence[ast.expr] = ()
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    plainly = any(isinstance(each, ast.Name) and each.id == name for each in targets)
    value = getattr(statement, "value", None)
    return plainly and value is not None and not _names(value, name) and not _in_texts(value, name)


def _names(node: ast.AST, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))


def _in_texts(node: ast.AST, name: str) -> bool:
    texts = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    return any(isinstance(text, str) and name in text for text in texts)
