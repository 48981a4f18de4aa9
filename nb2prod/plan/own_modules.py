"""Modules of the notebook's own: files beside it, or written by it, that its code imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.unreported import without_reports_in
from nb2prod.plan.write.text import replace_spans

TAKEN = frozenset(
    {"parameters", "data", "training", "evaluation", "inference", "definitions", "pipeline", "artifacts", "schema",
     "service", "files", "request", "response", "records", "main", "about", "model", "gate", "rollback", "explain_row"}
)  # fmt: skip
"""Modules that the repository has itself; the notebook's get a longer name where theirs is one of these."""


@dataclass(frozen=True)
class OwnModules:
    """The notebook's modules, by path relative to its folder, and where they live in the package."""

    package: str
    texts: Mapping[str, str]

    def root(self, name: str) -> str:
        """Return the name below the package of a top-level module, or an empty string if it is not the notebook's."""
        if name not in {_root(path) for path in self.texts}:
            return ""
        return f"notebook_{name}" if name in TAKEN else name

    def needed(self, moved: Iterable[str]) -> dict[str, str]:
        """Return path below the package to text of the modules that ``moved`` code imports, directly or not."""
        by_root: dict[str, list[str]] = {}
        for path in self.texts:
            by_root.setdefault(self.root(_root(path)), []).append(path)
        found: dict[str, str] = {}
        waiting = list(moved)
        while waiting:
            for name in sorted(_imported_from(waiting.pop(), self.package) & set(by_root)):
                for path in by_root.pop(name):
                    text = self.moved(without_reports_in(self.texts[path], path))
                    found[_placed(path, name)] = text
                    waiting.append(text)
        return found

    def moved(self, text: str) -> str:
        """Return a module's text with its imports of the notebook's other modules made imports from the package."""
        replacements: list[tuple[ast.stmt, str]] = []
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and not node.level and self.root((node.module or "").split(".")[0]):
                replacements.append((node, ast.unparse(ast.ImportFrom(self.dotted(node.module or ""), node.names, 0))))
            elif isinstance(node, ast.Import) and any(self.root(a.name.split(".")[0]) for a in node.names):
                replacements.append((node, "; ".join(self.import_line(alias) for alias in node.names)))
        return replace_spans(text, replacements)

    def dotted(self, module: str) -> str:
        """Return the dotted name that a module of the notebook has in the package; others keep theirs."""
        first, dot, rest = module.partition(".")
        return f"{self.package}.{self.root(first)}{dot}{rest}" if self.root(first) else module

    def import_line(self, alias: ast.alias) -> str:
        """Return the line that imports what ``import NAME`` imports."""
        name, _, rest = alias.name.partition(".")
        moved = self.root(name)
        if not moved:
            return f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
        if rest and alias.asname:
            parent, _, last = self.dotted(alias.name).rpartition(".")
            return f"from {parent} import {last}" + (f" as {alias.asname}" if alias.asname != last else "")
        bound = alias.asname or name
        return f"from {self.package} import {moved}" + (f" as {bound}" if bound != moved else "")

    def names(self) -> dict[str, str]:
        """Return each module's dotted name in the notebook's run to the one in the package."""
        found = {}
        for path in self.texts:
            parts = PurePosixPath(path).with_suffix("").parts
            dotted = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[dotted] = self.dotted(dotted)
        return found


def own_modules(package: str, folder: Path, code: Iterable[str], written: Mapping[str, str]) -> OwnModules:
    """Return the modules that ``code`` imports and that are ``written`` by the notebook or lie in its ``folder``.

    Raises ``UnusableInput`` for one that is not Python of the version nb2prod runs on.
    """
    found = {PurePosixPath(name).as_posix(): text for name, text in written.items() if name.endswith(".py")}
    waiting = [*code, *found.values()]
    seen: set[str] = set()
    while waiting:
        for root in sorted(_imported(waiting.pop()) - seen):
            seen.add(root)
            for path in _files_of(folder, root):
                name = path.relative_to(folder).as_posix()
                if name not in found:
                    found[name] = _read(path, name)
                    waiting.append(found[name])
    return OwnModules(package, dict(sorted(found.items())))


def _read(path: Path, name: str) -> str:
    try:
        text = path.read_text(encoding="utf-8")
        ast.parse(text)
    except (OSError, SyntaxError, ValueError) as error:
        raise UnusableInput(Problem(f"the module cannot be read: {error}", name, "mend it")) from None
    return text


def _files_of(folder: Path, root: str) -> list[Path]:
    single = folder / f"{root}.py"
    if single.is_file():
        return [single]
    if (folder / root / "__init__.py").is_file() or any((folder / root).glob("*.py")):
        return [p for p in sorted((folder / root).rglob("*.py")) if "__pycache__" not in p.parts]
    return []


def _imports(code: str) -> Iterator[tuple[str, list[ast.alias]]]:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or "", node.names


def _imported(code: str) -> set[str]:
    """Return the top-level modules that the code imports."""
    return {name.split(".")[0] for name, _ in _imports(code)}


def _imported_from(code: str, package: str) -> set[str]:
    """Return what the code imports right below ``package``."""
    found = set()
    for name, aliases in _imports(code):
        if name == package:
            found |= {alias.name for alias in aliases}
        elif name.startswith(f"{package}."):
            found.add(name.split(".")[1])
    return found


def _root(path: str) -> str:
    return PurePosixPath(path).parts[0].removesuffix(".py")


def _placed(path: str, root: str) -> str:
    first, *rest = PurePosixPath(path).parts
    return PurePosixPath(root if rest else f"{root}.py", *rest).as_posix() if first else path
