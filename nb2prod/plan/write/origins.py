"""Where a name in generated code comes from: an import line, or a definition at module level."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from nb2prod.analysis.named_in_text import names_in_text
from nb2prod.plan.graph import Graph
from nb2prod.plan.own_modules import OwnModules


@dataclass(frozen=True)
class Origins:
    """Looks names up for the statements of a notebook."""

    graph: Graph
    own: OwnModules
    """Modules that travel with the notebook and live inside the package."""

    @property
    def package(self) -> str:
        """The import package of the repository."""
        return self.own.package

    def of(self, statements: Iterable[int]) -> Mapping[str, frozenset[int]]:
        """Return name to the imports and lifted definitions that it stands for in any of ``statements``."""
        found: dict[str, frozenset[int]] = {}
        for index in statements:
            pairs = list(self.graph.needs(index).items()) + [
                (name, frozenset(self.graph.definers.get(name, ())))
                for name in self.graph.flow.statements[index].facts.deferred
            ]
            for name, sources in pairs:
                code = frozenset(s for s in sources if self.graph.is_import(s) or self.graph.is_module_level(s))
                if code:
                    found[name] = found.get(name, frozenset()) | code
        return found

    def import_lines(self, name: str, sources: Collection[int]) -> set[str]:
        """Return the import lines that bind ``name``."""
        return {line for s in sources if self.graph.is_import(s) for line in self._lines(name, s)}

    def _lines(self, name: str, index: int) -> list[str]:
        node = self.graph.flow.statements[index].node
        if isinstance(node, ast.Import):
            aliases = [a for a in node.names if (a.asname or a.name.split(".")[0]) == name]
            return [self.own.import_line(a) for a in aliases]
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            module = self.own.dotted(module)
            star = any(a.name == "*" for a in node.names)
            found = [a for a in node.names if (a.asname or a.name) == name]
            return [f"from {module} import {_aliased(a)}" for a in found] or (
                [f"from {module} import {name}"] if star else []
            )
        return []

    def switches(self, code: str) -> set[str]:
        """Return import lines that matter to ``code`` although it uses no name of them: what the notebook imports of
        ``sklearn.experimental``, where the class that it makes importable is mentioned."""
        mentioned = {word.lower() for word in re.findall(r"\w+", code)}
        wanted = set()
        for statement in self.graph.flow.statements:
            node = statement.node
            if isinstance(node, ast.ImportFrom) and (node.module or "") == "sklearn.experimental":
                for alias in node.names:
                    words = alias.name.removeprefix("enable_").split("_")
                    if any(all(word in each for word in words) for each in mentioned):
                        wanted.add(f"from sklearn.experimental import {alias.name}  # noqa: F401")
        return wanted


def _named(tree: ast.AST) -> set[str]:
    return {name for node in ast.walk(tree) if isinstance(node, ast.Call) for name in names_in_text(node)}


def _aliased(alias: ast.alias) -> str:
    return alias.name + (f" as {alias.asname}" if alias.asname else "")


@dataclass
class Module:
    """A module in the making."""

    name: str
    doc: str
    body: list[str] = field(default_factory=list)
    names: dict[str, frozenset[int]] = field(default_factory=dict)
    """Names that its code may use, to the imports and lifted definitions they stand for."""
    imports: set[str] = field(default_factory=set)
    """Import lines wanted whatever the code says."""

    def add(self, text: str, names: Mapping[str, frozenset[int]], imports: Iterable[str] = ()) -> None:
        """Append a piece of code and what it may need."""
        self.body.append(text)
        self.imports |= {line for block in imports for line in block.split("\n") if line}
        for name, sources in names.items():
            self.names[name] = self.names.get(name, frozenset()) | sources

    def used_names(self) -> set[str]:
        """Return the names that the code really mentions."""
        tree = ast.parse("\n\n".join(self.body))
        strings = {
            word
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()
            for word in [node.value]
        }
        return (
            {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            | (strings & set(self.names))
            | _named(tree)
        )

    def only_in_text(self) -> set[str]:
        """Return the names that nothing but a formula or a query in a string mentions."""
        tree = ast.parse("\n\n".join(self.body))
        return _named(tree) - {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}

    def lifted(self, graph: Graph) -> set[int]:
        """Return the lifted definitions that the code mentions, with the settings of libraries it depends on."""
        used = self.used_names()
        return {
            s
            for name, sources in self.names.items()
            if name in used or name.startswith("<")
            for s in sources
            if graph.is_module_level(s)
        }
