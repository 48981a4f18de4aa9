"""Functions out of statements: ``load_data``, ``train``, ``evaluate`` and the builders of empty models."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nb2prod.plan.arguments import with_annotations, with_parameters
from nb2prod.plan.graph import Graph
from nb2prod.plan.interface import Interface
from nb2prod.plan.write.text import comment, docstring, indent, plain
from nb2prod.plan.write.types import Types

FUNCTION = {"data": "load_data", "training": "train", "evaluation": "evaluate"}
RESULT = {"data": "LoadedData", "training": "TrainingResult"}
SUMMARY = {
    "data": "Load the data and prepare it.",
    "training": "Train the model.",
    "evaluation": "Measure the model.",
    "inference": "Answer one request.",
}


@dataclass(frozen=True)
class Writer:
    """Writes functions; ``source`` gives a statement's text as it goes into the repository."""

    graph: Graph
    types: Types
    source: Callable[[int], str]
    settings_name: str = "parameters"
    setting: Callable[[str], str] = lambda name: name
    """Text that gives a parameter's value, from its name."""
    prepare: str = ""
    """Name of the function that prepares raw rows; its own annotations are missing."""
    prepared: str = ""
    """Name of what the notebook has where that function returns something."""
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What people should know of what a section's function gives."""
    records: tuple[str, str] = ("Any", "from typing import Any")
    """Annotation of what that function is given, and the import that it needs."""

    def section(
        self, section: str, statements: Sequence[int], interface: Interface, returned: str
    ) -> tuple[str, set[str]]:
        """Return the text of a section's function (and of the result it returns), with import lines for annotations.

        ``returned`` is the expression that ``evaluate`` returns; the other sections return their outputs.
        """
        imports: set[str] = set()
        arguments = [f"{self.settings_name}: Parameters"] if interface.settings else []
        for name in interface.inputs:
            arguments.append(f"{name}: {self._annotate(name, imports)}")
        result, head = self._result(section, interface, imports)
        said = self._said_of_all(section, statements)
        summary = with_summary(said, SUMMARY[section]) if said else SUMMARY[section]
        notes = [f"{each}." for each in self.notes.get(section, ())]
        lines = [docstring(" ".join([summary if summary[-1:] in ".!?" or not notes else f"{summary}.", *notes]))]
        lines += [f"{name} = {self.setting(name)}" for name in interface.settings]
        lines.append(self.statements(statements, skip_first_heading=bool(said), section=section))
        lines.append(f"return {returned}" if section == "evaluation" else _return(section, interface))
        signature = f"def {FUNCTION[section]}({', '.join(arguments)}) -> {result}:"
        body = "\n".join(line for line in lines if line)
        return head + signature + "\n" + indent(body) + "\n", imports

    def _result(self, section: str, interface: Interface, imports: set[str]) -> tuple[str, str]:
        if section == "evaluation":
            return "dict[str, float]", ""
        outputs = interface.outputs
        if not outputs:
            return "None", ""
        if len(outputs) == 1:
            return self._annotate(outputs[0], imports), ""
        imports.add("from typing import NamedTuple")
        fields = "\n".join(f"    {name}: {self._annotate(name, imports)}" for name in outputs)
        what = {"data": "What `load_data` hands on.", "training": "What `train` hands on."}[section]
        return RESULT[section], f'class {RESULT[section]}(NamedTuple):\n    """{what}"""\n\n{fields}\n\n\n'

    def _annotate(self, name: str, imports: set[str]) -> str:
        text, line = self.types.annotation(name)
        imports.update(part for part in line.split("\n") if part)
        return text

    def _said_of_all(self, section: str, statements: Sequence[int]) -> str:
        """Return the text above a section's cells where one speaks for all of them, else nothing."""
        indices = dict.fromkeys(self.graph.flow.statements[index].cell for index in statements)
        cells = [self.graph.notebook.cells[index] for index in indices]
        headed = [cell for cell in cells if cell.heading.strip()]
        if len(headed) != 1 or headed[0] is not cells[0] or headed[0].section != section:
            return ""
        return self._heading(cells[0].index)

    def _heading(self, cell: int) -> str:
        """Return the text above a cell; the notebook's title, which speaks of the whole, is no such text."""
        text = plain(self.graph.notebook.cells[cell].heading)
        title = plain(self.graph.notebook.title)
        return "" if title and text.startswith(title) else text

    def statements(self, indices: Iterable[int], *, skip_first_heading: bool = False, section: str = "") -> str:
        """Return the statements' text in order, a cell's heading as a comment above its first, cells set apart. The
        heading of a cell that is tagged otherwise and only measures the model beside that stays in its own section."""
        pieces: list[str] = []
        cell, headed = -1, not skip_first_heading
        for index in indices:
            statement = self.graph.flow.statements[index]
            text = self.source(index)
            if statement.cell != cell:
                tag = self.graph.notebook.cells[statement.cell].section
                elsewhere = section == "evaluation" and tag not in {None, section}
                heading = "" if elsewhere else self._heading(statement.cell)
                if heading and headed:
                    text = f"{comment(heading)}\n{text}"
                headed = headed or bool(heading)
                if pieces:
                    pieces.append("")
                cell = statement.cell
            pieces.append(text)
        return "\n".join(pieces)

    def definition(self, index: int) -> str:
        """Return the text of a definition at module level, the variables it reads made parameters."""
        text = self.source(index)
        if self._prepares(index):
            notes = self._notes(index)
            returns = notes.pop("return")[0]
            return with_annotations(text, {name: note for name, (note, _) in notes.items()}, returns)
        if index not in self.graph.freed:
            return text
        return with_parameters(text, {name: self.types.annotation(name)[0] for name in self.graph.freed[index]})

    def annotation_imports(self, index: int) -> set[str]:
        """Return the import lines for the annotations that ``definition`` adds."""
        if self._prepares(index):
            return {line for _, block in self._notes(index).values() for line in block.split("\n") if line}
        lines = (self.types.annotation(name)[1] for name in self.graph.freed.get(index, ()))
        return {line for block in lines for line in block.split("\n") if line}

    def _prepares(self, index: int) -> bool:
        node = self.graph.flow.statements[index].node
        return isinstance(node, ast.FunctionDef) and node.name == self.prepare and index not in self.graph.freed

    def _notes(self, index: int) -> dict[str, tuple[str, str]]:
        """Return the annotations of the function that prepares raw rows, by parameter, and ``return``."""
        node = self.graph.flow.statements[index].node
        assert isinstance(node, ast.FunctionDef)
        notes = {argument.arg: self.records for argument in node.args.args}
        notes |= {argument.arg: self.types.kept(argument.arg) for argument in node.args.kwonlyargs}
        return {**notes, "return": self.types.kept(self.prepared)}

    def build(self, name: str, statements: Sequence[int], needs: Mapping[str, str]) -> tuple[str, set[str]]:
        """Return the function that makes the empty object ``name``, whose state is loaded afterwards."""
        imports: set[str] = set()
        arguments = ", ".join(f"{need}: {self._annotate(need, imports)}" for need in needs)
        result = self._annotate(name, imports)
        body = "\n".join(
            [
                docstring(f"Return `{name}` as it is before training; its state is loaded from the artifact."),
                self.statements(statements),
                f"return {name}",
            ]
        )
        return f"def build_{name}({arguments}) -> {result}:\n{indent(body)}\n", imports


def with_summary(heading: str, summary: str) -> str:
    """Return a heading that says something by itself; a title of one or two words gives way to ``summary``."""
    title, _, rest = heading.partition(". ")
    if len(title.split()) > 2:
        return heading
    return f"{summary} {rest}".strip()


def _return(section: str, interface: Interface) -> str:
    outputs = interface.outputs
    if not outputs:
        return ""
    if len(outputs) == 1:
        return f"return {outputs[0]}"
    return f"return {RESULT[section]}({', '.join(f'{name}={name}' for name in outputs)})"
