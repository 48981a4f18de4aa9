"""Modules out of functions: imports on top, shared definitions in one place, nothing that nobody uses."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from nb2prod.plan.graph import Graph, is_configuration
from nb2prod.plan.write.functions import Writer
from nb2prod.plan.write.origins import Module, Origins
from nb2prod.plan.write.text import comment, plain

DEFINITIONS = "definitions"


@dataclass(frozen=True)
class Assembler:
    """Puts modules together."""

    graph: Graph
    origins: Origins
    writer: Writer

    def assemble(self, modules: list[Module]) -> Mapping[str, str]:
        """Return file name to text for the modules and, where some share them, the definitions."""
        for module in modules:
            for name, index in self._classes().items():  # annotations may name them where no statement does
                module.names.setdefault(name, frozenset({index}))
        wanted = {m.name: self._closure(m) for m in modules}
        homes = self._homes(wanted)
        shared = sorted(i for i, home in homes.items() if home == DEFINITIONS)
        texts = {f"{m.name}.py": self._text(m, wanted[m.name], homes) for m in modules}
        if shared:
            module = Module(DEFINITIONS, "Functions, classes and constants of the notebook that several modules use.")
            texts[f"{DEFINITIONS}.py"] = self._text(module, set(shared), homes)
        return texts

    def _classes(self) -> Mapping[str, int]:
        statements = (self.graph.flow.statements[i] for i in sorted(self.graph.lifted))
        return {s.node.name: s.index for s in statements if isinstance(s.node, ast.ClassDef)}

    def _closure(self, module: Module) -> set[int]:
        """Return the lifted definitions that the module's code needs, directly or through one another."""
        found: set[int] = set()
        waiting = list(module.lifted(self.graph))
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting += [
                    s for values in self.origins.of([index]).values() for s in values if self.graph.is_module_level(s)
                ]
        return found

    def _homes(self, wanted: Mapping[str, set[int]]) -> dict[int, str]:
        users: dict[int, set[str]] = defaultdict(set)
        for name, indices in wanted.items():
            for index in indices:
                users[index].add(name)
        return {
            index: DEFINITIONS if len(names) > 1 or is_configuration(self.graph.flow.statements[index]) else min(names)
            for index, names in users.items()
        }

    def _text(self, module: Module, wanted: set[int], homes: Mapping[int, str]) -> str:
        own = sorted(i for i in wanted if homes[i] == module.name)
        pieces = [self._definition(i) for i in own]
        names: dict[str, frozenset[int]] = dict(module.names)
        for name, sources in self.origins.of(own).items():
            names[name] = names.get(name, frozenset()) | sources
        everything = Module(module.name, module.doc, [*pieces, *module.body], names)
        lines = set(module.imports) | self._imports(everything, homes)
        lines |= {line for index in own for line in self.writer.annotation_imports(index)}
        lines |= self.origins.switches("\n".join([*lines, *everything.body]))
        if "data_file(" in "".join(everything.body):
            lines.add(f"from {self.origins.package}.files import data_file")
        head = [f'"""{module.doc}"""', "\n".join(sorted(line for line in lines if line))]
        return "\n\n".join(part for part in [*head, *everything.body] if part) + "\n"

    def _definition(self, index: int) -> str:
        statement = self.graph.flow.statements[index]
        heading = plain(self.graph.notebook.cells[statement.cell].heading)
        text = self.writer.definition(index)
        alone = sum(s.cell == statement.cell for s in self.graph.flow.statements) == 1
        return f"{comment(heading)}\n{text}" if heading and alone and not text.startswith("#") else text

    def _imports(self, module: Module, homes: Mapping[int, str]) -> set[str]:
        lines: set[str] = set()
        used, hidden = module.used_names(), module.only_in_text()
        package = self.origins.package
        for name, sources in module.names.items():
            for source in sources:
                kept = "  # noqa: F401  (named in a text below)" if name in hidden else ""
                if name in used and self.graph.is_import(source):
                    lines |= {line + kept for line in self.origins.import_lines(name, [source])}
                elif source in homes and homes[source] != module.name and name in used:
                    lines.add(f"from {package}.{homes[source]} import {name}{kept}")
                elif name.startswith("<") and homes.get(source) == DEFINITIONS != module.name:
                    lines.add(f"import {package}.{DEFINITIONS}  # noqa: F401  (sets up libraries)")
        return lines
