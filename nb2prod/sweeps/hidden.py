"""A statement goes in; what its text hides from the dataflow comes out: names read by text, chance, clocks."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.children import children_of
from nb2prod.analysis.knowledge import load_knowledge, nearest
from nb2prod.analysis.model import Statement
from nb2prod.analysis.nodes import ancestors_of, imported, parents_of, path_of
from nb2prod.analysis.scopes import evaluated_outside
from nb2prod.sweeps.each_time import CLOCKS, appends_by, differing, none_names, writes_to_database

ALL_NAMES = frozenset(
    (
        *("globals", "locals", "eval", "exec", "get_ipython", "breakpoint", "In", "_ih", "_i", "_ii", "_iii"),
        *("inspect.currentframe", "inspect.stack", "inspect.trace", "inspect.getouterframes", "inspect.getinnerframes"),
        *("sys._getframe", "sys._current_frames", "gc.get_objects", "gc.get_referrers", "gc.get_referents"),
        *("dill.dump_session", "dill.dump_module", "IPython.get_ipython", "IPython.core", "__main__", "code.interact"),
        *("pdb.set_trace", "builtins.globals", "builtins.locals", "builtins.eval", "builtins.exec", "builtins.vars"),
    )
)
"""What can read every variable of the notebook, or the text of its cells."""
ALL_NAMES_UNGIVEN = frozenset(("vars", "dir"))
"""What does so where it is given no object."""
ALL_NAMES_ATTRIBUTES = frozenset(("__globals__", "f_globals", "f_locals", "f_back", "user_ns", "user_global_ns"))
_INPUT = re.compile(r"_i\d+")

SHOWING = frozenset(("print", "display"))


@dataclass(frozen=True)
class Hidden:
    """One thing that a statement's text does and its names do not tell."""

    what: str
    """The rest of a sentence whose subject is the cell."""
    line: int
    later: bool
    """Whether it happens only when a function that the statement defines is called."""
    names: frozenset[str] | None = None
    """The swept names that it may read, ``None`` for all."""
    differs: bool = False
    """Whether it may give something else each time, whatever the names hold."""


Found = tuple[str, "frozenset[str] | None", bool]
"""What, names and differs of a :class:`Hidden`."""


class Reader:
    """Looks through statements of one notebook, knowing what its imports call things."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.imports: dict[str, str] = {}
        for statement in statements:
            for node in ast.walk(statement.node):
                self.imports.update(imported(node))
        bound = frozenset(name for each in statements for name in each.facts.definitions)
        self.own = bound - self.imports.keys()
        self.started = _only_subtracted(statements, self.imports)
        self.nones = none_names(statements)

    def hidden(self, statement: Statement, swept: Collection[str]) -> Iterator[Hidden]:
        """Yield what hides in a statement, in the order in which it stands there."""
        node = statement.node
        parents = parents_of(node)
        body = _called_later(node)
        for each in _walk(node):
            found = self._of(each, parents, swept)
            if found is not None:
                what, names, differs = found
                later = body is not None and any(above is node for above in ancestors_of(each, parents))
                outside = body is not None and any(each is own or own in _above(each, parents) for own in body)
                yield Hidden(what, getattr(each, "lineno", statement.line), later and not outside, names, differs)

    def _of(self, node: ast.AST, parents: Mapping[ast.AST, ast.AST], swept: Collection[str]) -> Found | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._of_text(node, node.value, parents, swept)
        if isinstance(node, ast.Attribute) and node.attr in ALL_NAMES_ATTRIBUTES:
            return f"uses `{node.attr}`, which can read any variable", None, False
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            if "__main__" in modules:
                return "imports `__main__`, which has every variable", None, False
            return None
        if isinstance(node, ast.Name | ast.Attribute) and not isinstance(parents.get(node), ast.Attribute):
            return self._of_path(node, parents)
        return None

    def _of_path(self, node: ast.Name | ast.Attribute, parents: Mapping[ast.AST, ast.AST]) -> Found | None:
        path = path_of(node, self.imports)
        called = parents.get(node)
        call = called if isinstance(called, ast.Call) and called.func is node else None
        if path.startswith("."):
            if isinstance(node, ast.Attribute):
                return ("appends to a file, which each run would", None, True) if appends_by(node.attr, call) else None
            if path[1:] in self.own:
                return None
            path = path[1:]
        if nearest(ALL_NAMES, path) is not None or _INPUT.fullmatch(path):
            return f"uses `{path}`, which can read any variable", None, False
        if path in ALL_NAMES_UNGIVEN and not (call is not None and (call.args or call.keywords)):
            return f"uses `{path}`, which can read any variable", None, False
        if path in CLOCKS and not (call is not None and self._is_timing(call, parents)):
            return f"reads the clock with `{path}`", None, True
        what = differing(path, call, self.nones, self.imports)
        return (what, None, True) if what else None

    def _is_timing(self, call: ast.Call, parents: Mapping[ast.AST, ast.AST]) -> bool:
        """Say whether a time is only there to be subtracted from another."""
        above = parents.get(call)
        if isinstance(above, ast.BinOp) and isinstance(above.op, ast.Sub):
            return True
        if isinstance(above, ast.Assign) and above.value is call:
            return all(isinstance(each, ast.Name) and each.id in self.started for each in above.targets)
        return False

    def _of_text(
        self, node: ast.Constant, text: str, parents: Mapping[ast.AST, ast.AST], swept: Collection[str]
    ) -> Found | None:
        if writes_to_database(text) and not self._is_shown(node, parents):
            return "writes to a database, which each run would", None, True
        if text == "__main__" and not isinstance(parents.get(node), ast.Compare):
            return "names `__main__`, which has every variable", None, False
        # a name alone is a column's, a label's or a key's; libraries that read variables out of texts read code
        named = frozenset(name for name in swept if text.strip() != name and mentions(text, name))
        if not named or self._is_shown(node, parents):
            return None
        listed = " and ".join(f"`{name}`" for name in sorted(named))
        return f"has a text that names {listed}, as queries and formulas read variables", named, False

    def _is_shown(self, node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
        """Say whether a text is there for people, or picks a column."""
        above = parents.get(node)
        if isinstance(above, ast.Expr):
            return True
        inside: ast.AST = node
        for each in ancestors_of(node, parents):
            if isinstance(each, ast.Subscript) and inside is each.slice:
                return True
            if isinstance(each, ast.Dict) and any(inside is key for key in each.keys):
                return True
            if isinstance(each, ast.Call) and inside is not each.func:
                path = path_of(each.func, self.imports)
                return path.lstrip(".") in SHOWING or nearest(load_knowledge().display, path) is not None
            if not isinstance(each, ast.JoinedStr | ast.List | ast.Tuple | ast.BinOp | ast.FormattedValue):
                return False
            inside = each
        return False


def mentions(text: str, name: str) -> bool:
    """Say whether a name stands in a text as a word."""
    return re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", text) is not None


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    pending = [node]
    while pending:
        each = pending.pop()
        yield each
        pending += reversed(children_of(each))


def _above(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> list[ast.AST]:
    return list(ancestors_of(node, parents))


def _called_later(node: ast.stmt) -> list[ast.expr] | None:
    """Return what a plain definition evaluates at once, ``None`` for every other statement.

    A decorator may call the function, so that a decorated one is not plain; a class's body runs at once.
    """
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list:
        return list(evaluated_outside(node))
    return None


def is_plain_definition(node: ast.stmt, own: Collection[str]) -> bool:
    """Say whether all that a statement does is to define a function or a class; ``own`` are the notebook's names.

    A decorator, a metaclass or a base may call what a class defines; a library's base is taken not to.
    """
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return not node.decorator_list
    if not isinstance(node, ast.ClassDef) or node.decorator_list or node.keywords:
        return False
    if any(root is None or root.id in own for root in map(_root, node.bases)):
        return False
    return all(
        isinstance(each, ast.Assign | ast.AnnAssign | ast.Pass)
        or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        or (isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and set(map(_name, each.decorator_list)) <= PLAIN)
        for each in node.body
    )


PLAIN = frozenset(("property", "staticmethod", "classmethod"))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _root(node: ast.expr) -> ast.Name | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node if isinstance(node, ast.Name) else None


def _only_subtracted(statements: Sequence[Statement], imports: Mapping[str, str]) -> frozenset[str]:
    """Return the names that hold times and are nothing but subtracted: ``start`` of ``time.time() - start``."""
    started: set[str] = set()
    differences: set[str] = set()
    others: set[str] = set()
    for statement in statements:
        parents = parents_of(statement.node)
        for node in ast.walk(statement.node):
            called = node.value.func if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) else None
            if isinstance(node, ast.Assign) and called is not None and path_of(called, imports) in CLOCKS:
                started.update(each.id for each in node.targets if isinstance(each, ast.Name))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                above = parents.get(node)
                subtracted = isinstance(above, ast.BinOp) and isinstance(above.op, ast.Sub)
                (differences if subtracted else others).add(node.id)
    return frozenset(started & differences - others)
