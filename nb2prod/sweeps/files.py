"""Statements go in; the files that some write and earlier ones have read come out, by the names in their text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.knowledge import load_knowledge, nearest
from nb2prod.analysis.model import Statement
from nb2prod.analysis.nodes import path_of

_FILE = re.compile(r"(?:^|[\\/])([^\\/\n]*[^\\/\s.][^\\/\n]*\.\w{1,10})\s*$")
_WRITING = re.compile(
    r"^(?:to_(?:csv|parquet|pickle|json|excel|feather|hdf|sql|stata|orc|latex|html|markdown|netcdf|zarr|file|disk)"
    r"|save\w*|dump\w*|write\w*|imwrite|imsave|unlink|remove|rename|replace|touch|copy\w*|move|urlretrieve|download\w*"
    r"|export\w*|extractall)$"
)
"""Names of functions and methods that make, change or remove files."""
_NAMING = frozenset(("Path", "PurePath", "join", "str", "format", "joinpath", "fspath", "expanduser", "resolve"))
"""Functions that only make a path of texts."""


def written_after_read(statements: Sequence[Statement], imports: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield a statement that reads a file, a later one that writes it, and the file's name, once for each name.

    A run would find there what another has left. So it is with a file that one cell makes, empties or removes, and a
    later cell writes: done once for all runs, it would not be done for the second. Files are told apart by their names
    without folders, which stand in the text of the statement, or in that of an assignment whose name it reads.
    """
    named: dict[str, frozenset[str]] = {}
    readers: dict[str, int] = {}
    makers: dict[str, Statement] = {}
    told: set[str] = set()
    for statement in statements:
        written = _files(statement.node, named, imports, writing=True)
        mentioned = _files(statement.node, named, imports, writing=False)
        makers.update({name: makers.get(name, statement) for name in written})
        made = {name for name in written if makers[name].cell != statement.cell}
        for name in sorted((written & readers.keys() | made) - told):
            told.add(name)
            first = min(each for each in (readers.get(name), makers[name].index) if each is not None)
            yield first, statement.index, name
        if _only_names(statement.node):
            for target in statement.facts.definitions:
                named[target] = mentioned
            continue
        for target in statement.facts.definitions:
            named.pop(target, None)
        for name in mentioned - written:
            readers.setdefault(name, statement.index)


def _files(
    node: ast.stmt, named: Mapping[str, frozenset[str]], imports: Mapping[str, str], *, writing: bool
) -> frozenset[str]:
    """Return the files that a statement names, or only those that it hands to what writes."""
    nodes: list[ast.AST] = [node]
    if writing:
        calls = [each for each in ast.walk(node) if isinstance(each, ast.Call) and _writes(each, imports)]
        # a table that was read from a file and is copied or renamed leaves the file alone
        paths = [each.func for each in calls if _only_paths(each.func)]
        nodes = [*paths, *(given for each in calls for given in (*each.args, *each.keywords))]
    found: set[str] = set()
    for each in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            match = _FILE.search(each.value)
            found.update([match[1]] if match else [])
        elif isinstance(each, ast.Name):
            found |= named.get(each.id, frozenset())
    return frozenset(found)


def _writes(call: ast.Call, imports: Mapping[str, str]) -> bool:
    path = path_of(call.func, imports).lstrip(".")
    last = path.rpartition(".")[2] or (call.func.attr if isinstance(call.func, ast.Attribute) else "")
    if last == "open":
        given = [*call.args, *(each.value for each in call.keywords if each.arg == "mode")]
        modes = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        return any(re.fullmatch(r"[rbt]*[wax+][rwaxbt+]*", mode) for mode in modes)
    known = nearest(load_knowledge().writes, path)
    return bool(_WRITING.match(last)) or (known is not None and known != "builtins")


def _only_names(node: ast.stmt) -> bool:
    """Say whether a statement gives a name to a path and does nothing else."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    return _only_paths(node.value)


def _only_paths(value: ast.expr) -> bool:
    """Say whether all calls in an expression make paths of texts."""
    for each in ast.walk(value):
        if isinstance(each, ast.Call):
            function = each.func
            last = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if last not in _NAMING:
                return False
    return True
