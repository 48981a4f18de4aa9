"""A notebook to the facts that rules ask for: each is worked out once, and not before a rule asks for it."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from nb2prod.analysis.inference.find import find_inference
from nb2prod.analysis.inference.model import Inference
from nb2prod.analysis.learning.model import Learning
from nb2prod.analysis.model import Dataflow, Statement
from nb2prod.analysis.nodes import Call, Placed, beginning, import_names, names_of, words_of
from nb2prod.capture.measurements import Measured
from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.notebook.model import SKIP, Cell, Notebook
from nb2prod.notebook.tags import is_injected
from nb2prod.rules.advisories import VARIABLE, Advisories, ask, pins_of
from nb2prod.rules.answering import Answering, answering_of
from nb2prod.rules.chance import Chance, chance_of
from nb2prod.rules.dependencies import Places, imported_roots, state_of_places
from nb2prod.rules.file_names import paths_in
from nb2prod.rules.installs import Installed, installs_of
from nb2prod.rules.model import Found
from nb2prod.rules.secret_texts import values_in
from nb2prod.rules.secret_variables import SecretText, secret_texts
from nb2prod.rules.settings import Settings
from nb2prod.rules.stored_texts import outputs_by_cell, whole_texts
from nb2prod.rules.understood import Understood, understood
from nb2prod.rules.unknown_names import Unknown, named_in_texts, unknown_names


@dataclass(frozen=True)
class Facts:
    """What rules may ask for, by the names of its properties."""

    notebook: Notebook
    """A draft: what keeps it from being exported is in ``refused``."""
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The file as nbformat 4 has it, outputs and Markdown cells included."""
    settings: Settings = field(default_factory=Settings)
    """Budgets and thresholds that somebody may have set."""
    measured: Measured | None = None
    """What was measured of the notebook's objects where it has run; rules that ask for it are passed over else."""
    asks: bool = True
    """Whether anybody else may be asked."""

    broken: dict[str, Found] = field(default_factory=dict, repr=False, compare=False)
    """What fixes have raised, by what is said of it."""

    def with_measured(self, measured: Measured) -> Facts:
        """Return the same facts and what was measured; what has been worked out of them stays."""
        other = replace(self, measured=measured)
        other.__dict__.update({name: value for name, value in self.__dict__.items() if name != "measured"})
        return other

    @cached_property
    def cells(self) -> Sequence[Cell]:
        """The code cells that are not to be skipped and have something in them."""
        return [cell for cell in self.notebook.cells if cell.section != SKIP and cell.source.strip()]

    @cached_property
    def secrets(self) -> Sequence[str]:
        """The secrets that the notebook's code holds, skipped cells included, to be kept out of what is said of it."""
        return values_in(cell.source for cell in self.notebook.cells)

    @cached_property
    def secret_texts(self) -> Mapping[tuple[int, int], SecretText]:
        """The texts in code that hold a secret, by the cell and place of that; none where code is nested too deeply."""
        try:
            return secret_texts(self.notebook, self.nodes) if self.secrets else {}
        except RecursionError:
            return {}

    @cached_property
    def shown_texts(self) -> Mapping[int, Sequence[str]]:
        """All texts of stored outputs, by the code cell; cells that show nothing are left out."""
        shown = ((cell, tuple(whole_texts(outputs))) for cell, outputs in outputs_by_cell(self.notebook, self.document))
        return {cell: texts for cell, texts in shown if texts}

    @cached_property
    def flow(self) -> Dataflow:
        """Statements, and where the values that they read come from."""
        return self._understood.flow

    @cached_property
    def _understood(self) -> Understood:
        return understood(self.notebook)

    @cached_property
    def statements(self) -> Sequence[Statement]:
        """The statements of all cells, in order."""
        return self.flow.statements

    @cached_property
    def injected(self) -> frozenset[str]:
        """The names that papermill has given other values than the notebook does."""
        cells = [cell.index for cell in self.notebook.cells if is_injected(self._metadata(cell.index))]
        return frozenset(name for cell in cells for each in self.by_cell[cell] for name in each.facts.definitions)

    def _metadata(self, cell: int) -> Mapping[str, Any]:
        cells = self.document.get("cells") or []
        position = self.notebook.cells[cell].position
        found = cells[position].get("metadata") if position < len(cells) else None
        return found if isinstance(found, dict) else {}

    @cached_property
    def by_cell(self) -> Mapping[int, Sequence[Statement]]:
        """The statements of each cell, by its index."""
        found: dict[int, list[Statement]] = {cell.index: [] for cell in self.notebook.cells}
        for statement in self.flow.statements:
            found[statement.cell].append(statement)
        return found

    @cached_property
    def nodes(self) -> Mapping[type[ast.AST], Sequence[Placed]]:
        """The nodes of all statements that are not to be skipped, by their type."""
        return self._understood.nodes

    @cached_property
    def calls(self) -> Sequence[Call]:
        """All calls in :attr:`nodes`, in order, with the full names of libraries' functions."""
        return self._understood.calls

    @cached_property
    def readers(self) -> Mapping[tuple[int, str], frozenset[int]]:
        """The statements that read a name as another statement gives it, by that one and the name."""
        found: dict[tuple[int, str], set[int]] = {}
        for index, sources in enumerate(self.flow.sources):
            for name, origins in sources.items():
                for origin in origins:
                    found.setdefault((origin, name), set()).add(index)
        return {key: frozenset(indices) for key, indices in found.items()}

    @cached_property
    def unknown_names(self) -> Sequence[Unknown]:
        """The names that are read where nothing above gives them a value, in order."""
        return unknown_names(self.notebook, self.flow)

    @cached_property
    def names(self) -> Mapping[str, Sequence[tuple[Placed, ast.Name]]]:
        """Where each name stands in the code, in order."""
        return names_of(self.nodes)

    @cached_property
    def names_in_code(self) -> frozenset[str]:
        """All names that stand in the code, those of arguments included."""
        arguments = (each.node.arg for each in self.nodes.get(ast.arg, ()) if isinstance(each.node, ast.arg))
        return frozenset(self.names) | frozenset(arguments)

    @cached_property
    def words(self) -> frozenset[str]:
        """What stands in :attr:`nodes`: names of variables, attributes, arguments and what is imported, and texts."""
        return words_of(self.nodes) | self.names.keys()

    @cached_property
    def imported_roots(self) -> Mapping[str, Sequence[Placed]]:
        """The top-level modules that are imported, whatever happens, and where."""
        return imported_roots(self.nodes)

    @cached_property
    def places(self) -> Places:
        """The state of the folders of modules: what is installed here, now."""
        return state_of_places()

    @cached_property
    def words_in_texts(self) -> frozenset[str]:
        """The words of texts that some code, or a type, may be read from."""
        return frozenset(named_in_texts(self.nodes, self.words))

    @cached_property
    def tagged(self) -> frozenset[str]:
        """The sections that the notebook has."""
        return frozenset(cell.section for cell in self.cells if cell.section)

    @cached_property
    def inference(self) -> Inference | tuple[Problem, ...] | None:
        """What the inference section asks and answers, or why that cannot be told; ``None`` where there is none."""
        if "inference" not in self.tagged:
            return None
        try:
            return find_inference(self.notebook, self.flow)
        except Nb2ProdError as error:
            return tuple(error.problems)

    @cached_property
    def answering(self) -> Answering | None:
        """What runs for each request; ``None`` where that cannot be told."""
        return answering_of(self.flow, self.inference) if isinstance(self.inference, Inference) else None

    @cached_property
    def import_names(self) -> Mapping[str, str]:
        """Full names of modules, functions and classes to the names that imports of the notebook give them."""
        return import_names(self.nodes)

    @cached_property
    def chance(self) -> Chance:
        """What draws at random, and what seeds."""
        return chance_of(self.calls)

    @cached_property
    def installs(self) -> Sequence[Installed]:
        """What the notebook's commands install."""
        return list(installs_of(self.cells))

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The variables that hold a text which is written down, and the text; of several the first."""
        found: dict[str, str] = {}
        for statement in self.statements:
            node = statement.node
            if isinstance(node, ast.Assign):
                value = beginning(node.value)
                for target in node.targets:
                    if value and isinstance(target, ast.Name):
                        found.setdefault(target.id, value)
        return found

    @cached_property
    def paths(self) -> Sequence[tuple[Placed, str]]:
        """The texts in the code that may name a file by its folder, each with where it stands."""
        return tuple(paths_in(self.nodes))

    @cached_property
    def learning(self) -> Learning:
        """What is split, fitted, asked and scored, on which rows, under which names."""
        return self._understood.learning

    @cached_property
    def own_names(self) -> frozenset[str]:
        """All names that the notebook defines at its top level."""
        return frozenset(name for statement in self.statements for name in statement.facts.definitions)

    @cached_property
    def advisories(self) -> Advisories | None:
        """What a database knows of the versions that are pinned; ``None`` where nobody named one, nobody
        may be asked, or none answers.

        Only the environment names one: a notebook that is looked at must not have anybody asked.
        """
        address = os.environ.get(VARIABLE, "")
        return ask(address, pins_of(self.notebook, self.installs)) if address and self.asks else None

    @property
    def unanswered(self) -> bool:
        """Whether somebody was to be asked who has not answered."""
        named = self.asks and bool(os.environ.get(VARIABLE))
        return named and "advisories" in self.__dict__ and self.advisories is None
