"""Objects that a notebook saves and loads again by itself: loading one is the variable that was saved."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from nb2prod.notebook.called import called_name
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.notebook.replacing import replace_nodes

PICKLES = frozenset({"pickle", "joblib", "cloudpickle", "dill", "cPickle"})
LOADS = frozenset({"load_model"})
"""Functions that load what an object's ``save`` wrote."""


def with_kept_objects(notebook: Notebook) -> Notebook:
    """Return the notebook with ``joblib.load("m.pkl")`` the variable that ``joblib.dump(model, "m.pkl")`` saved, where
    that still holds the same object; likewise for pickle, Keras and torch. A service would not have the file."""
    text = "\n".join(cell.code for cell in notebook.cells)
    if "load" not in text or not any(word in text for word in ("dump", "save")):
        return notebook
    shelf = Shelf()
    cells = []
    for cell in notebook.cells:
        if cell.section == SKIP:
            cells.append(cell)
            continue
        found = [pair for node in ast.parse(cell.code).body for pair in shelf.read(node)]
        cells.append(replace(cell, code=replace_nodes(cell.code, found, keep_lines=True)) if found else cell)
    return replace(notebook, cells=tuple(cells))


@dataclass
class Shelf:
    """What has been saved so far, by path."""

    saved: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Path to the variable and the expression that was saved."""
    texts: dict[str, str] = field(default_factory=dict)
    """Variables that hold a spelled-out path."""
    open_files: dict[str, str] = field(default_factory=dict)
    """Names of open files to their path."""
    modules: set[str] = field(default_factory=set)
    """Functions imported from the libraries that pickle."""

    def note_names(self, node: ast.stmt) -> None:
        """Take in what a statement imports, and its paths and open files."""
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PICKLES | {"torch"}:
            self.modules |= {alias.asname or alias.name for alias in node.names}
        for inner in ast.walk(node):
            self._note_files(inner)

    def read(self, node: ast.stmt) -> list[tuple[ast.expr | ast.stmt, str]]:
        """Take in a top-level statement; return what takes the place of its loads."""
        self.note_names(node)
        found = list(self.replacements(node))
        bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        replaced = {id(n) for target, _ in found for n in ast.walk(target)}
        again = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and id(n) in replaced}
        for path, (name, _) in list(self.saved.items()):
            if name in bound - again:
                del self.saved[path]
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for call in ast.walk(node):
            written = self._written(call) if isinstance(call, ast.Call) else None
            if written is not None:
                self.saved.pop(written[1], None)
                root = _root(written[0])
                if root and not inside:
                    self.saved[written[1]] = (root, ast.unparse(written[0]))
        return found

    def saved_by(self, node: ast.stmt) -> tuple[str, str] | None:
        """Return what a statement writes to which file, if it does nothing else; Keras' own files are left alone."""
        inner = node
        if isinstance(node, ast.With) and len(node.items) == 1 and len(node.body) == 1:
            inner = node.body[0]
            if ast.unparse(node.items[0].context_expr).partition("(")[0] != "open":
                return None
        if not isinstance(inner, ast.Expr) or not isinstance(inner.value, ast.Call):
            return None
        written = self._written(inner.value)
        if written is None or len(inner.value.args) < 2:
            return None
        return ast.unparse(written[0]), written[1]

    def loaded_in(self, node: ast.stmt) -> list[str]:
        """Return the files that a statement loads objects from."""
        return [key for call in ast.walk(node) if isinstance(call, ast.Call) and (key := self.loaded(call))]

    def loaded(self, call: ast.Call) -> str:
        """Return the file that a call loads an object from, or an empty string."""
        return self._key(call.args[0]) if self._loads(call) else ""

    def _note_files(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                self.texts[name] = text
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name("open"), args=[path, *_])):
                self.open_files[name] = self._key(path)
            case ast.withitem(
                context_expr=ast.Call(func=ast.Name("open"), args=[path, *_]), optional_vars=ast.Name(id=name)
            ):
                self.open_files[name] = self._key(path)

    def _written(self, call: ast.Call) -> tuple[ast.expr, str] | None:
        """Return the object that a call writes, and the file."""
        name = called_name(call)
        if self._pickles(call, "dump") and len(call.args) >= 2:
            value, place = call.args[:2]
        elif name == "save" and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "torch":
            value, place = (call.args + [ast.Constant(None)] * 2)[:2]
        elif name == "save" and isinstance(call.func, ast.Attribute) and call.args:
            value, place = call.func.value, call.args[0]
        else:
            return None
        return value, self._key(place)

    def replacements(self, node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
        """Yield what is replaced: a ``with`` that only loads, a statement that would assign a variable to itself, or
        the call that loads."""
        match node:
            case ast.With(
                items=[ast.withitem(context_expr=ast.Call(func=ast.Name("open")))], body=[ast.stmt() as inner]
            ):
                kept = self._assigned(inner)
                if kept:
                    yield node, kept
                    return
            case ast.Assign():
                kept = self._assigned(node)
                if kept == "pass":
                    yield node, kept
                    return
        if isinstance(node, ast.Call) and (kept := self._loaded(node)):
            yield node, kept
            return
        for child in ast.iter_child_nodes(node):
            yield from self.replacements(child)

    def _assigned(self, node: ast.stmt) -> str:
        """Return what takes the place of ``name = load(...)``, or an empty string."""
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                kept = self._loaded(call)
                return "pass" if kept == name else f"{name} = {kept}" if kept else ""
        return ""

    def _loaded(self, call: ast.Call) -> str:
        return self.saved.get(self._key(call.args[0]), ("", ""))[1] if self._loads(call) else ""

    def _loads(self, call: ast.Call) -> bool:
        torch = called_name(call) == "load" and ast.unparse(call.func) == "torch.load"
        return bool(call.args) and (torch or called_name(call) in LOADS or self._pickles(call, "load"))

    def _pickles(self, call: ast.Call, name: str) -> bool:
        if isinstance(call.func, ast.Attribute):
            return call.func.attr == name and ast.unparse(call.func.value).split(".")[-1] in PICKLES
        return isinstance(call.func, ast.Name) and call.func.id == name and name in self.modules

    def _key(self, place: ast.expr) -> str:
        """Return the path that an expression means: its text where it is spelled out, else the expression itself."""
        if isinstance(place, ast.Call) and isinstance(place.func, ast.Name) and place.func.id == "open" and place.args:
            return self._key(place.args[0])
        if isinstance(place, ast.Name):
            return self.open_files.get(place.id) or self.texts.get(place.id) or f"<{place.id}>"
        if isinstance(place, ast.Constant) and isinstance(place.value, str):
            return place.value
        return ast.dump(place)


def _root(value: ast.expr) -> str:
    """Return the variable that a saved object or its state belongs to."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "state_dict":
        value = value.func.value
    value = value.value if isinstance(value, ast.Attribute) else value
    return value.id if isinstance(value, ast.Name) else ""
