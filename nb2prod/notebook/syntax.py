"""A cell's plain Python to its syntax tree, and to what is wrong with it as Python."""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache

from nb2prod.errors import Problem
from nb2prod.notebook.compiling import may_not_compile
from nb2prod.notebook.kept import Kept

MOST_REMEMBERED = 4096
"""Cells whose answer is kept: a notebook that is edited is read again and again, and few of its cells have changed."""


_NUMBER = re.compile(r"[0-9]\.?[A-Za-z]")
"""What stands, if no backslash does, wherever the parser warns: of escapes that it does not know, and of numbers with a
keyword right behind."""


def tree_of(code: str, copy: int = 0) -> ast.Module:
    """Return the syntax tree of a cell, which nobody may change: whoever asks for the same one gets it again.

    ``copy`` counts the cells of a notebook that say the same, from 0: each has nodes of its own. Raises as
    ``ast.parse`` does.
    """
    return kept_tree(code, copy)


@Kept
def kept_tree(code: str, copy: int) -> ast.Module:
    """Be what ``tree_of`` keeps: here, what is not said and what is said to be 0 would be two trees."""
    if "\\" not in code and not _NUMBER.search(code):
        return ast.parse(code)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def syntax_problems(code: str, where: str) -> list[Problem]:
    """Return why ``code`` cannot run in a cell of Jupyter; ``where`` is how the problems name the cell."""
    wrong = _wrong_with(code)
    if wrong is None:
        return []
    what, line, remedy = wrong
    return [Problem(what, f"{where}, line {line}" if line else where, remedy)]


@lru_cache(maxsize=MOST_REMEMBERED)
def _wrong_with(code: str) -> tuple[str, int | None, str] | None:
    """Return what is wrong, in which line, and the remedy; ``None`` where nothing is."""
    try:
        tree = tree_of(code)
        if may_not_compile(code, tree.body):
            _compile(tree)
    except SyntaxError as error:
        return f"syntax error: {error.msg}", error.lineno, "correct it, or tag the cell `skip`"
    except (ValueError, OverflowError):
        return "the code holds characters that Python cannot read", None, "retype the cell"
    except (RecursionError, MemoryError):
        return "the code is nested too deeply for Python", None, "split the expression"
    return None


def _compile(tree: ast.Module) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # as Jupyter does; it is told by itself
        compile(tree, "a cell", "exec", flags=flags, dont_inherit=True)


def awaiting_problem(code: str, where: str) -> Problem | None:
    """Return what stands in the way of a module that is to run ``code``, which has no syntax errors: ``await``."""
    line = _first_await(tree_of(code)) if "await" in code or "async" in code else None
    if line is None:
        return None
    remedy = "use the library's synchronous function, or run it in a thread, which works in Jupyter too: "
    remedy += "`ThreadPoolExecutor().submit(asyncio.run, f()).result()`"
    return Problem("`await` outside a function, which only Jupyter runs", f"{where}, line {line}", remedy)


def _first_await(tree: ast.Module) -> int | None:
    """Return the line of the first ``await``, ``async for`` or ``async with`` outside functions."""
    pending: list[ast.AST] = list(reversed(tree.body))
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return node.lineno
        if isinstance(node, ast.comprehension) and node.is_async:
            return node.target.lineno
        pending.extend(reversed(list(ast.iter_child_nodes(node))))
    return None
