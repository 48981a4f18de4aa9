"""The dataflow as planning sees it: what a statement needs, the functions that it uses looked through."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from nb2prod.analysis.model import Dataflow, Kind, Statement
from nb2prod.notebook.called import called_name
from nb2prod.notebook.model import Notebook
from nb2prod.plan.arguments import freed_functions

RANDOM = frozenset({"<random>", "<numpy.random>", "<torch.random>", "<tensorflow.random>"})


@dataclass(frozen=True)
class Graph:
    """Statements and what they need. Imports, lifted definitions and parameters end every way."""

    notebook: Notebook
    flow: Dataflow
    reserved: frozenset[str] = frozenset()
    """Names that module-level definitions may not take."""
    judging: frozenset[int] = frozenset()
    """Statements of other cells than those tagged ``evaluation`` that go there, because they judge the model."""
    superseded: frozenset[int] = frozenset()
    """Definitions of functions and classes that stay behind, because the notebook goes on with later ones."""

    @cached_property
    def definers(self) -> Mapping[str, tuple[int, ...]]:
        """Name to the statements that define it anywhere in the notebook, but for those that are superseded."""
        found: dict[str, list[int]] = defaultdict(list)
        for statement in self.flow.statements:
            for name in statement.facts.definitions if statement.index not in self.superseded else ():
                found[name].append(statement.index)
        return {name: tuple(indices) for name, indices in found.items()}

    @cached_property
    def mutated(self) -> frozenset[str]:
        """Names whose object is changed in place anywhere."""
        return frozenset(name for s in self.flow.statements for name in s.facts.mutations)

    @cached_property
    def parameters(self) -> Mapping[str, int]:
        """Name to the statement in a ``parameters`` cell that gives it a literal value."""
        found = {}
        for statement in self.flow.statements:
            if self.notebook.cells[statement.cell].section == "parameters":
                name = literal_assignment(statement.node)
                if name and not name.startswith("_"):
                    found[name] = statement.index
        return found

    @cached_property
    def lifted(self) -> frozenset[int]:
        """Definitions that can stand at module level: functions, classes and constants that read only imports and
        one another, are defined once, and are never changed."""
        candidates = {s.index for s in self.flow.statements if self._may_be_lifted(s)}
        while True:
            kept = {i for i in candidates if self._reads_only_code(i, candidates)}
            if kept == candidates:
                return frozenset(kept)
            candidates = kept

    def _may_be_lifted(self, statement: Statement) -> bool:
        if self.notebook.cells[statement.cell].section == "skip" or statement.index in self.superseded:
            return False
        names = statement.facts.definitions
        if is_import_attempt(statement.node):
            return True
        if is_configuration(statement):
            return True
        if len(names) != 1 or statement.facts.conditional or statement.index in self.parameters.values():
            return False
        name = next(iter(names))
        if len(self.definers[name]) > 1 or name in self.mutated or name in self.reserved:
            return False
        if statement.kind in {Kind.FUNCTION, Kind.CLASS}:
            return not any(isinstance(n, ast.Global) for n in ast.walk(statement.node))
        if literal_assignment(statement.node) != name and not is_code_constant(statement.node):
            return False
        return name.isupper() or not _may_be_changed(statement.node) or self._is_shared(name, statement.index)

    def _is_shared(self, name: str, index: int) -> bool:
        """Return whether a function or several sections read the constant, so that it needs a place of its own."""
        sections = set()
        for statement in self.flow.statements:
            if name in statement.facts.deferred:
                return True
            if index in self.flow.sources[statement.index].get(name, ()):
                sections.add(self.section(statement.index))
        return len(sections & {"data", "training", "evaluation", "inference"}) > 1

    def _reads_only_code(self, index: int, candidates: Collection[int]) -> bool:
        statement = self.flow.statements[index]
        if statement.facts.mutations - configuration_resources(statement):
            return False
        for name, sources in self.flow.sources[index].items():
            if not name.startswith("<") and not all(self.is_import(s) or s in candidates for s in sources):
                return False
        for name in statement.facts.deferred:
            definers = self.definers.get(name, ())
            if not all(self.is_import(s) or s in candidates for s in definers):
                return False
        return True

    @cached_property
    def freed(self) -> Mapping[int, tuple[str, ...]]:
        """Functions that read variables of the notebook and can take them as arguments: statement to names."""
        candidates = {
            name: indices[0]
            for name, indices in self.definers.items()
            if len(indices) == 1 and self.is_floating(indices[0]) and name not in self.mutated | self.reserved
            if self.notebook.cells[self.flow.statements[indices[0]].cell].section != "skip"
            if all(self.is_import(s) or s in self.lifted for v in self.flow.sources[indices[0]].values() for s in v)
        }
        is_code = {
            name: all(self.is_import(s) or s in self.lifted for s in indices) for name, indices in self.definers.items()
        }
        unknown = {n for i in candidates.values() for n in self.flow.statements[i].facts.deferred}
        return freed_functions(self.flow, candidates, {**dict.fromkeys(unknown - set(is_code), True), **is_code})

    @cached_property
    def freed_names(self) -> Mapping[str, tuple[str, ...]]:
        """The same, by the functions' names."""
        return {getattr(self.flow.statements[i].node, "name", ""): names for i, names in self.freed.items()}

    def is_module_level(self, index: int) -> bool:
        """Return whether the definition stands at module level."""
        return index in self.lifted or index in self.freed

    def is_closure(self, index: int) -> bool:
        """Return whether the definition has to be written inside each function that needs it."""
        return self.is_floating(index) and index not in self.freed

    def is_import(self, index: int) -> bool:
        """Return whether the statement is an import."""
        return self.flow.statements[index].kind is Kind.IMPORT

    def is_floating(self, index: int) -> bool:
        """Return whether the statement defines a function or class that reads variables: it has no place of its own,
        and whoever uses it needs what it reads."""
        return self.flow.statements[index].kind in {Kind.FUNCTION, Kind.CLASS} and index not in self.lifted

    def is_boundary(self, index: int) -> bool:
        """Return whether ways through the dataflow end here."""
        return self.is_import(index) or index in self.lifted or index in self.parameters.values()

    def needs(self, index: int) -> Mapping[str, frozenset[int]]:
        """Return name to the statements it comes from, for all that statement ``index`` needs, what the functions
        it mentions read when they are called included."""
        known = self._needs_cache.get(index)
        if known is None:
            known = self._needs_cache[index] = self._find_needs(index)
        return known

    @cached_property
    def _needs_cache(self) -> dict[int, Mapping[str, frozenset[int]]]:
        return {}

    def _find_needs(self, index: int) -> Mapping[str, frozenset[int]]:
        found = dict(self.flow.sources[index])
        waiting = [s for sources in found.values() for s in sources if self.is_floating(s)]
        seen: set[int] = set()
        before: Mapping[str, frozenset[int]] | None = None
        while waiting:
            definition = waiting.pop()
            if definition in seen:
                continue
            seen.add(definition)
            before = self.flow.sources_after(index - 1) if before is None else before
            deferred = self.flow.statements[definition].facts.deferred
            for name in [*deferred, *self.flow.sources[definition]]:
                sources = found.get(name) or before.get(name) or self._only_definition(name)
                if sources:
                    found[name] = sources
                    waiting += [s for s in sources if self.is_floating(s)]
        found = {name: self._with_binding(name, {s for s in sources if s < index}) for name, sources in found.items()}
        return {name: sources for name, sources in found.items() if sources}

    def _with_binding(self, name: str, sources: set[int]) -> frozenset[int]:
        """Return the sources with those they build on where one changes the object under another name: who reads
        ``name`` behind ``c = b; b.append(1)`` needs the statement that binds it as well."""
        waiting = set() if name.startswith("<") else set(sources)
        while waiting:
            source = waiting.pop()
            if name in self.flow.statements[source].facts.definitions or name in self.flow.sources[source]:
                continue
            earlier = set(self.flow.sources_after(source - 1).get(name, frozenset())) - sources
            sources |= earlier
            waiting |= earlier
        return frozenset(sources)

    def _only_definition(self, name: str) -> frozenset[int]:
        definers = self.definers.get(name, ())
        return frozenset(definers) if len(definers) == 1 else frozenset()

    def ancestors(self, roots: Iterable[int]) -> set[int]:
        """Return ``roots`` and all that they need, up to imports, lifted definitions and parameters, these left out."""
        found: set[int] = set()
        waiting = [r for r in roots if not self.is_boundary(r)]
        while waiting:
            index = waiting.pop()
            if index in found:
                continue
            found.add(index)
            sources = (s for values in self.needs(index).values() for s in values)
            waiting += [s for s in sources if s not in found and not self.is_boundary(s)]
        return found

    def section(self, index: int) -> str | None:
        """Return the section that a statement is meant for, by its cell's tag or by what it does."""
        if index in self.judging:
            return "evaluation"
        return self.notebook.cells[self.flow.statements[index].cell].section

    def without_switches(self, name: str, sources: frozenset[int]) -> frozenset[int]:
        """Return the sources of ``name``, with those in the place of statements that only put the object into another
        mode that it had before these."""
        found, waiting = set[int](), set(sources)
        while waiting:
            index = waiting.pop()
            facts = self.flow.statements[index].facts
            before = self.needs(index).get(name, frozenset())
            if name in facts.switched and name not in facts.definitions and before:
                waiting |= before - found
            else:
                found.add(index)
        return frozenset(found)

    def place(self, index: int) -> str:
        """Return where a statement stands, for a message."""
        statement = self.flow.statements[index]
        return f"{self.notebook.cells[statement.cell].label}, line {statement.line}"


def literal_assignment(node: ast.stmt) -> str:
    """Return the name that the statement gives a literal value, or an empty string."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        name, value = node.targets[0].id, node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
        name, value = node.target.id, node.value
    else:
        return ""
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ""
    return name


def _may_be_changed(node: ast.stmt) -> bool:
    """Return whether the value is a list, dict or set that somebody who is given it could change."""
    value = getattr(node, "value", None)
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp | ast.Call)


CHEAP = frozenset(
    {"len", "list", "tuple", "set", "frozenset", "dict", "range", "sorted", "zip", "enumerate", "min", "max", "sum",
     "abs", "round", "str", "int", "float", "bool", "map", "Path", "PurePath", "compile", "device", "is_available",
     "dtype", "array", "Decimal", "timedelta", "getenv", "get", "split", "join", "lower", "upper", "strip", "replace",
     "format", "keys", "values", "items", "union", "fromkeys", "date", "datetime"}
)  # fmt: skip
"""Calls whose value is the same each time and costs nothing, so that a constant may be computed by them."""


def is_code_constant(node: ast.stmt) -> bool:
    """Return whether a statement names a value that is computed from code alone, such as ``A + B`` of two lists."""
    if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)):
        return False
    if isinstance(node.value, ast.Lambda):  # a function by another name
        return not node.value.args.defaults and not any(node.value.args.kw_defaults)
    for child in ast.walk(node.value):
        if isinstance(child, ast.Call) and called_name(child) not in CHEAP:
            return False
        if isinstance(child, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return False
    return True


def is_import_attempt(node: ast.stmt) -> bool:
    """Return whether the statement is ``try: import ...`` with nothing but imports and assignments in it."""
    if not isinstance(node, ast.Try):
        return False
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Pass)
    bodies = [node.body, *(handler.body for handler in node.handlers), node.orelse, node.finalbody]
    return isinstance(node.body[0], ast.Import | ast.ImportFrom) and all(
        isinstance(child, allowed) for body in bodies for child in body
    )


def configuration_resources(statement: Statement) -> frozenset[str]:
    """Return the library settings that the statement changes, as resources."""
    return frozenset(n for n in statement.facts.mutations if n.startswith("<") and n not in RANDOM)


def is_configuration(statement: Statement) -> bool:
    """Return whether all that a statement does is to change a library's settings."""
    changed = statement.facts.mutations | statement.facts.definitions
    return bool(changed) and changed == configuration_resources(statement)
