"""What somebody asked to be exported, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from nb2prod.analysis.inference import Inference
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.shown_metrics import ShownMetric, find_shown_metrics
from nb2prod.analysis.suggest.judging import Judgement, find_judgements
from nb2prod.notebook.model import Notebook
from nb2prod.plan.concerns import Concern
from nb2prod.plan.graph import Graph
from nb2prod.plan.model import InputPlan
from nb2prod.plan.own_modules import OwnModules, own_modules
from nb2prod.plan.superseded import superseded

RESERVED = frozenset(
    {"load_data", "train", "evaluate", "predict", "run", "main", "Parameters", "parameters", "data_file"}
)
"""Names that the repository's own code has; a notebook's function of that name stays inside the one that uses it."""


@dataclass(frozen=True)
class Request:
    """What somebody asked to be exported, and how."""

    notebook: Notebook
    flow: Dataflow
    inference: Inference
    templates: Path
    project: str
    package: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Values given on the command line."""
    allow_pickle: bool = False
    input: InputPlan | None = None
    """Whether its rows are raw or prepared, where that was a question."""
    warnings: tuple[str, ...] = ()
    """What its text shows that people should know."""
    prepare: str = ""
    """Name of the function that prepares raw rows, where that is not the user's own."""
    prepared: str = ""
    """The notebook's name of what it returns."""
    added: frozenset[str] = frozenset()
    """Names of variables that the notebook of its user does not have."""
    verify: str = "full"
    """How much is going to be proven, for the README to say."""
    concerns: tuple[Concern, ...] = ()
    """What the service does beside answering."""
    copy: str | None = None
    """The notebook's file as it travels, without the secrets that its stored outputs show; ``None`` for a request that
    is only looked at, which no repository can be planned for."""

    sha256: str = ""
    """Of the notebook's file as it was read; of the file that is there now if not given."""
    run: str = ""
    """Identifier of the recorded run that the evidence is of, where that is no run of its own."""

    @cached_property
    def own_modules(self) -> OwnModules:
        """The modules beside the notebook, or written by it, that it imports."""
        cells = [cell.code for cell in self.notebook.cells if cell.section != "skip"]
        return own_modules(self.package, self.notebook.path.parent, cells, self.notebook.modules)

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """What measures the model in cells that are not tagged ``evaluation``."""
        return find_judgements(self.notebook, self.flow, self.inference)

    @cached_property
    def shown_metrics(self) -> tuple[ShownMetric, ...]:
        """What the evaluation section shows and no variable holds."""
        return find_shown_metrics(self.flow, self.evaluating)

    @cached_property
    def held_metrics(self) -> Mapping[str, int]:
        """Variables that hold what training measured, to the statements that do: the numbers of a notebook that
        measures nowhere else."""
        found = {name: each.statement for each in self.judgements for name in each.names}
        graph = self.graph
        training = [s for s in self.flow.statements if graph.section(s.index) == "training"]
        return {
            name: index
            for name, index in found.items()
            if not self.evaluating and not any(s.index > index and name in s.facts.definitions for s in training)
        }

    @cached_property
    def evaluating(self) -> tuple[int, ...]:
        """The statements of the evaluation section: of the cells with its tag, and what else measures the model."""
        graph = self.graph
        return tuple(s.index for s in self.flow.statements if graph.section(s.index) == "evaluation")

    @cached_property
    def graph(self) -> Graph:
        """The dataflow as planning sees it."""
        apart = frozenset(each.statement for each in self.judgements if not each.obstacle)
        whole = Graph(self.notebook, self.flow, RESERVED, apart)
        judging = (s.index for s in self.flow.statements if whole.section(s.index) == "evaluation")
        return replace(whole, superseded=superseded(whole, [*self.inference.body, *judging]))
