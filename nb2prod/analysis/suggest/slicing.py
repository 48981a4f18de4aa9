"""What a fitted object needs, told apart: the data, and what makes the model of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.analysis.suggest.candidates import LEARNING_ON, Candidate
from nb2prod.analysis.suggest.roles import Role
from nb2prod.analysis.suggest.values import Fit, Seen, Story

CODE = frozenset({Kind.IMPORT, Kind.FUNCTION, Kind.CLASS})


@dataclass
class Slice:
    """The statements that the served model needs, imports, functions and classes left out."""

    data: set[int] = field(default_factory=set)
    training: set[int] = field(default_factory=set)
    tools: dict[int, Fit] = field(default_factory=dict)
    """Statements that fit a tool to the training rows."""
    behind: set[int] = field(default_factory=set)
    """Statements that depend on the fitted model."""


class Slicer:
    """Ways back through the dataflow of one notebook."""

    def __init__(self, flow: Dataflow, story: Story, served: Candidate) -> None:
        self.flow, self.story, self.served = flow, story, served
        self.fit = served.fit
        self.passed = _earlier_fits(story, served)
        self.behind = self._behind()

    def needed(self, starts: Iterable[int]) -> set[int]:
        """Return ``starts`` and all that they need, libraries' state left out."""
        seen = set(starts)
        pending = sorted(seen)
        while pending:
            index = pending.pop()
            only = self.passed.get(index)
            for name, sources in self.flow.sources[index].items():
                if name.startswith("<") or (only is not None and name != only):
                    continue
                for source in self.likely(name, sources):
                    if source not in seen:
                        seen.add(source)
                        pending.append(source)
        return {i for i in seen if i not in self.passed and self.flow.statements[i].kind not in CODE}

    def with_sources(self, statements: Iterable[int]) -> set[int]:
        """Return the statements and those that they read from directly."""
        found = set(statements)
        for index in sorted(found):
            for name, sources in self.flow.sources[index].items():
                if not name.startswith("<"):
                    found |= sources
        return {i for i in found if self.flow.statements[i].kind not in CODE}

    def sources(self, seen: Seen | None, at: int) -> set[int]:
        """Return the statements that give a value its data at statement ``at``."""
        if seen is None:
            return set()
        return self.named(seen.names, at)

    def named(self, names: Iterable[str], at: int) -> set[int]:
        """Return the statements that give names their values at statement ``at``."""
        found = self.flow.sources[at]
        return {s for name in names if name in found for s in self.likely(name, found[name])}

    def likely(self, name: str, sources: frozenset[int]) -> frozenset[int]:
        """Return the sources without those that hold only where a loop behind them does not run once."""
        last = max(sources, default=-1)
        if len(sources) < 2 or not isinstance(self.flow.statements[last].node, ast.For | ast.While):
            return sources
        return frozenset((last,)) if name in self.flow.statements[last].facts.definitions else sources

    def result(self, asked: Iterable[int]) -> Slice:
        """Return the slice; ``asked`` are the statements in which the model answers or is judged."""
        fit = self.fit
        found = Slice(behind=self.behind)
        handed = (fit.data, fit.labels, *fit.others)
        found.data = self.needed(set().union(*(self.sources(each, fit.data_at) for each in handed)))
        found.data.discard(fit.statement)
        whole = self.needed([fit.statement])
        if fit.data is None or fit.call == "optimizer.step":
            found.data |= self._likely_data(whole)
        found.training = whole - found.data
        for index in asked:
            later = self.needed([index]) - found.behind - whole - {index}
            between = (self.needed([index]) & found.behind) - {index, fit.statement}
            found.data |= {i for i in later if i not in found.training}
            found.training |= {i for i in between if self._is_model_still(i)}
        self._tools_to_training(found)
        return found

    def _behind(self) -> set[int]:
        behind = {self.fit.statement}
        for index in range(self.fit.statement + 1, len(self.flow.statements)):
            names = self.flow.sources[index].items()
            if any(s in behind for name, sources in names if name[0] != "<" for s in self.likely(name, sources)):
                behind.add(index)
        return behind

    def _is_model_still(self, index: int) -> bool:
        """Return whether the statement only gives the fitted model another name, as ``best = grid.best_estimator_``."""
        held = (self.story.variables.get(name) for name in self.flow.statements[index].facts.definitions)
        return any(value is not None and self.fit in value.fits for value in held)

    def _likely_data(self, whole: set[int]) -> set[int]:
        """Return what makes tables and arrays, where it is not known what the model is fitted on."""
        variables, found = self.story.variables, set[int]()
        for index in sorted(whole - {self.fit.statement}):
            made = (variables.get(name) for name in sorted(self.flow.statements[index].facts.definitions))
            if any(v is not None and v.lineage and v.role is Role.DATA and not v.fits for v in made):
                found |= self.needed([index])
        return found & whole - {self.fit.statement}

    def _tools_to_training(self, found: Slice) -> None:
        """Count as training what is fitted on the training rows alone, and what is made with it."""
        fitted = [*self.story.tools, *self.story.fits]
        for tool in fitted:
            if tool.statement in found.data and tool.is_split:
                found.tools[tool.statement] = tool
        moved = set(found.tools)
        for index in sorted(i for i in found.data if i < self.fit.statement):
            if any(s in moved for sources in self.flow.sources[index].values() for s in sources):
                moved.add(index)
        for tool in fitted:
            at = self.flow.sources[tool.statement]
            makers = at.get(tool.text, frozenset())
            if tool.statement in moved:
                moved |= {s for s in makers if s in found.data and self.flow.statements[s].kind not in CODE}
        found.data -= moved
        found.training |= moved


def _earlier_fits(story: Story, served: Candidate) -> dict[int, str]:
    """Return the statements that fit the same object in vain, because it is fitted anew, and its name there."""
    if served.fit.model.role is Role.NETWORK or served.fit.call in LEARNING_ON:
        return {}
    return {
        fit.statement: fit.text
        for fit in story.fits
        if fit.model is served.fit.model and fit.statement < served.fit.statement and fit.call not in LEARNING_ON
    }
