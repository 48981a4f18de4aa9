"""The inference section among the other statements: which of them are inside, and what flows into it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from nb2prod.analysis.children import walked
from nb2prod.analysis.inference.expressions import called_names, loaded_names, root_name
from nb2prod.analysis.inference.labels import Labels, find_labels
from nb2prod.analysis.model import Dataflow, Kind, Statement, may_name
from nb2prod.errors import Problem
from nb2prod.notebook.model import Cell, Notebook

FITTED = frozenset(
    {"fit", "partial_fit", "load", "load_model", "make_pipeline", "make_column_transformer", "make_union", "train",
     "load_state_dict", "compile", "fit_generator"}
)  # fmt: skip
"""Functions and methods that make a tool, or a better one of it."""

HOLDING_DATA = frozenset(
    {"DataFrame", "Series", "Tensor", "Index", "DMatrix", "QuantileDMatrix", "Pool", "Dataset", "TensorDataset",
     "DataLoader", "LongTensor", "FloatTensor", "Categorical", "GeoDataFrame"}
)  # fmt: skip
"""Classes whose objects are data and not tools."""


@dataclass(frozen=True)
class Section:
    """The statements of the inference section, with the untagged ones behind its first."""

    notebook: Notebook
    flow: Dataflow

    @cached_property
    def tagged(self) -> tuple[Statement, ...]:
        """Statements of cells tagged ``inference``."""
        return tuple(s for s in self.flow.statements if self.notebook.cells[s.cell].section == "inference")

    @cached_property
    def inside(self) -> dict[int, Statement]:
        """Statements that may be part of answering: the tagged ones, and those untagged ones behind the first of them
        that a tagged one needs."""
        tagged = {s.index for s in self.tagged}
        first = min(tagged)
        needed = {
            i
            for i in self.flow.ancestors(tagged)
            if i > first and self.notebook.cells[self.flow.statements[i].cell].section is None
        }
        found = (self.flow.statements[i] for i in sorted(tagged | needed))
        return {s.index: s for s in found if s.kind is not Kind.IMPORT}

    @property
    def cells(self) -> list[Cell]:
        """The tagged cells."""
        return [cell for cell in self.notebook.cells if cell.section == "inference"]

    def at(self, statement: Statement, line: int = 0) -> str:
        """Return the place of a statement for a message."""
        return f"{self.notebook.cells[statement.cell].label}, line {line or statement.line}"

    def inner_sources(self, index: int, name: str) -> list[int]:
        """Return the statements inside that give ``name`` its value at statement ``index``."""
        return sorted(s for s in self.flow.sources[index].get(name, ()) if s in self.inside)

    def outer_sources(self, index: int, name: str) -> list[int]:
        """Return the statements outside that give ``name`` its value at statement ``index``."""
        return sorted(s for s in self.flow.sources[index].get(name, ()) if s not in self.inside)

    def is_import(self, index: int, name: str) -> bool:
        """Return whether ``name`` is an import, a function or a class at statement ``index``."""
        kinds = {self.flow.statements[s].kind for s in self.flow.sources[index].get(name, ())}
        return bool(kinds) and kinds <= {Kind.IMPORT, Kind.FUNCTION, Kind.CLASS}

    def is_data(self, index: int, name: str) -> bool:
        """Return whether ``name`` comes from outside and holds data: not a module, a function, a constant, nor
        something that was constructed and fitted."""
        sources = self.outer_sources(index, name)
        if not sources or name.startswith("<"):
            return False
        return not any(self._makes_tool(self.flow.statements[s], name) for s in sources)

    def is_filled_list(self, index: int, name: str) -> bool:
        """Return whether ``name`` comes from outside and holds a list that was empty and is filled since."""
        sources = [self.flow.statements[s] for s in self.outer_sources(index, name)]
        filled = [s for s in sources if name not in s.facts.definitions]
        earlier = {e for s in filled for e in self.flow.sources[s.index].get(name, ())} | {s.index for s in sources}
        values = [
            getattr(self.flow.statements[e].node, "value", None) for e in sorted(earlier - {s.index for s in filled})
        ]
        return bool(filled) and bool(values) and all(isinstance(v, ast.List) and not v.elts for v in values)

    def _makes_tool(self, statement: Statement, name: str) -> bool:
        if statement.kind in {Kind.IMPORT, Kind.FUNCTION, Kind.CLASS, Kind.CONSTANT}:
            return True
        if name not in statement.facts.definitions:  # changed, not defined: a fit, or a column store
            return self._was_fitted(statement, name)
        value = getattr(statement.node, "value", None)
        if _is_setting(value):
            return True
        if not isinstance(value, ast.Call):
            return isinstance(value, ast.Lambda)
        if "datasets" in ast.unparse(value.func).split("."):
            return False  # sm.datasets.longley.load()
        return any(self._constructs(name) for name in called_names(value))

    @staticmethod
    def _constructs(name: str) -> bool:
        if name in FITTED or name.startswith(("train_model", "build_", "make_model", "create_model")):
            return True
        return name[:1].isupper() and name not in HOLDING_DATA

    def _was_fitted(self, statement: Statement, name: str) -> bool:
        if any(root_name(call.func) == name for call in _method_calls(statement.node, FITTED)):
            return True
        earlier = self.flow.sources[statement.index].get(name, frozenset())
        return any(self._makes_tool(self.flow.statements[s], name) for s in earlier if s != statement.index)

    def fits(self, index: int) -> bool:
        """Return whether the statement fits a model, so that it is training wherever it stands."""
        if not may_name(self.inside[index], "fit", "partial_fit"):
            return False
        node = self.inside[index].node
        return not isinstance(node, ast.FunctionDef) and any(_method_calls(node, {"fit", "partial_fit"}))

    @cached_property
    def labels(self) -> Labels:
        """The true answers of the notebook."""
        return find_labels(self.flow)

    def dependents(self, roots: Iterable[int], names: Iterable[str] = ()) -> set[int]:
        """Return the statements inside that need one of ``roots`` or read one of the outside ``names``."""
        found = set(roots)
        outside = set(names)
        for index, statement in self.inside.items():
            sources = self.flow.sources[index]
            inner = any(s in found for values in sources.values() for s in values if s != index)
            read = outside & set(statement.facts.references)
            if inner or any(self.outer_sources(index, name) for name in read):
                found.add(index)
        return found

    def reads(self, node: ast.AST, index: int) -> set[str]:
        """Return the names below ``node`` that the notebook defines and that are values, not imports."""
        return {n for n in loaded_names(node) if n in self.flow.sources[index] and not self.is_import(index, n)}


def _method_calls(node: ast.AST, names: Collection[str]) -> Iterator[ast.Call]:
    for child in walked(node):
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and child.func.attr in names:
            yield child


def choose(what: str, where: str, options: Iterable[str], key: str) -> Problem:
    """Return the problem to report where several answers are equally good."""
    listed = ", ".join(f"`{option}`" for option in options)
    example = next(iter(options), "sample")
    return Problem(
        f"{what} could be any of {listed}",
        where,
        f'say which, in the cell\'s metadata: "nb2prod": {{"{key}": "{example}"}}',
    )


def _is_setting(value: ast.AST | None) -> bool:
    """Return whether a value is written down, or one of two is chosen: ``"cuda" if there_is_one else "cpu"``."""
    if isinstance(value, ast.Call) and getattr(value.func, "attr", "") == "device":
        return True
    if isinstance(value, ast.IfExp):
        return _is_setting(value.body) and _is_setting(value.orelse)
    return isinstance(value, ast.Constant)
