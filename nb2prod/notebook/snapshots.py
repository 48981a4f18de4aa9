"""Objects that are saved under a condition, or trained on afterwards, and loaded again: a copy is kept of them."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from nb2prod.notebook.lambdas import Names
from nb2prod.notebook.model import SKIP, NamedValue, Notebook
from nb2prod.notebook.replacing import replace_nodes
from nb2prod.notebook.saved_objects import Shelf

TRAINING = frozenset({"fit", "partial_fit", "fit_transform", "backward", "step", "load_state_dict", "train", "update"})
"""Methods and functions after which an object is most often not what it was."""

Replacement = tuple[ast.stmt, str]


@dataclass
class _Path:
    """What happens to one file: statements in their order, counted over the notebook."""

    saves: list[tuple[int, int, ast.stmt, str, bool]] = field(default_factory=list)
    """Number of the statement, its cell, what writes the file, the expression that is written, whether it always is."""
    loads: list[int] = field(default_factory=list)
    in_function: bool = False


def with_snapshots(notebook: Notebook) -> Notebook:
    """Return the notebook with ``if acc > best: joblib.dump(model, "best.pkl")`` a copy that is kept, and what loads
    the file that copy: the best model, and not the one that was fitted last. ``named`` says what to take from a run for
    the copy, since the kernel runs ``source``."""
    text = "\n".join(cell.code for cell in notebook.cells)
    if "load" not in text or not any(word in text for word in ("dump", "save")):
        return notebook
    paths, training = _read(notebook)
    names = Names.of(notebook)
    kept = {key: names.new(_wish(key)) for key, path in paths.items() if _is_uncertain(path, training)}
    if not kept:
        return notebook
    replaced: dict[int, list[Replacement]] = defaultdict(list)
    for key, name in kept.items():
        for _, cell, node, value, _ in paths[key].saves:
            replaced[cell].append((node, f"from copy import deepcopy; {name} = deepcopy({value})"))
    return _loading(notebook, kept, replaced)


def _read(notebook: Notebook) -> tuple[dict[str, _Path], list[int]]:
    """Return what happens to each file, and the statements that may train something."""
    shelf, paths, training, number = Shelf(), defaultdict[str, _Path](_Path), list[int](), 0
    for cell in notebook.cells:
        for node in ast.parse(cell.code).body if cell.section != SKIP else ():
            number += 1
            shelf.note_names(node)
            for each, value, key, always, inside in _saves(shelf, node):
                paths[key].saves.append((number, cell.index, each, value, always))
                paths[key].in_function |= inside
            for key in shelf.loaded_in(node):
                paths[key].loads.append(number)
                paths[key].in_function |= isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            called = (n.func for n in ast.walk(node) if isinstance(n, ast.Call))
            if any((getattr(f, "attr", "") or getattr(f, "id", "")) in TRAINING for f in called):
                training.append(number)
    return dict(paths), training


def _saves(shelf: Shelf, node: ast.stmt) -> Iterator[tuple[ast.stmt, str, str, bool, bool]]:
    """Yield the statements that write an object to a file: with the object, the file, whether they always do, and
    whether they stand in a function."""

    def look(each: ast.stmt, always: bool, inside: bool) -> Iterator[tuple[ast.stmt, str, str, bool, bool]]:
        found = shelf.saved_by(each)
        if found is not None:
            yield each, *found, always, inside
            return
        inside = inside or isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        always = always and isinstance(each, ast.With)
        for child in ast.iter_child_nodes(each):
            if isinstance(child, ast.stmt):
                yield from look(child, always, inside)
            elif isinstance(child, ast.ExceptHandler):
                for inner in child.body:
                    yield from look(inner, False, inside)

    yield from look(node, True, False)


def _is_uncertain(path: _Path, training: Iterable[int]) -> bool:
    """Return whether the variable may be something else than what the file holds when it is loaded."""
    if not path.saves or not path.loads or path.in_function or path.saves[0][0] >= min(path.loads):
        return False  # as where a file of an earlier run is used if there is one
    last = max(number for number, *_ in path.saves)
    if any(not always for *_, always in path.saves):
        return True
    return any(last < number < load for number in training for load in path.loads if load > last)


def _loading(notebook: Notebook, kept: dict[str, str], replaced: dict[int, list[Replacement]]) -> Notebook:
    shelf = Shelf()
    shelf.saved = {key: (name, name) for key, name in kept.items()}
    cells, named = [], list[NamedValue]()
    for cell in notebook.cells:
        if cell.section == SKIP:
            cells.append(cell)
            continue
        tree = ast.parse(cell.code)
        again = {_place(node): text for node, text in replaced[cell.index]}
        found: list[tuple[ast.expr | ast.stmt, str]] = []
        seen = Counter[str]()
        for node in tree.body:
            shelf.note_names(node)
            for call in ast.walk(node) if isinstance(node, ast.Assign | ast.Expr) else ():
                key = shelf.loaded(call) if isinstance(call, ast.Call) else ""
                if key in kept:
                    value = NamedValue(cell.index, ast.unparse(node), seen[ast.dump(node)])
                    named.append(replace(value, name=kept[key], expression=ast.unparse(call)))
            seen[ast.dump(node)] += 1
            saves = [n for n in ast.walk(node) if isinstance(n, ast.stmt) and _place(n) in again]
            found += [(each, again[_place(each)]) for each in saves]
            found += [(each, text) for each, text in shelf.replacements(node) if not _is_within(each, saves)]
        cells.append(replace(cell, code=replace_nodes(cell.code, found, keep_lines=True)) if found else cell)
    return replace(notebook, cells=tuple(cells), named=(*notebook.named, *_first(named)))


def _first(named: Iterable[NamedValue]) -> list[NamedValue]:
    return list({value.name: value for value in reversed([*named])}.values())


def _place(node: ast.stmt) -> str:
    return ast.dump(node) + str(node.lineno) + str(node.col_offset)


def _is_within(node: ast.AST, others: Iterable[ast.AST]) -> bool:
    return any(node is inner for each in others for inner in ast.walk(each))


def _wish(key: str) -> str:
    """Return a name for what a file holds: ``best_model.pkl`` is ``best_model_kept``."""
    stem = re.sub(r"\W+", "_", PurePosixPath(key).stem).strip("_").lower()
    return f"{stem}_kept" if stem[:1].isalpha() else "object_kept"
