"""Numbers that a notebook measures go in; what they do not say of the model that is served comes out, in words."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from nb2prod.analysis.inference.expressions import loaded_names
from nb2prod.analysis.inference.model import Inference
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.judging import needed_by
from nb2prod.analysis.suggest.reading import read_story
from nb2prod.analysis.suggest.roles import load_roles
from nb2prod.analysis.suggest.values import Story
from nb2prod.notebook.model import Notebook

MOST_UP = 4
"""Names that are followed from a number to the rows that it is measured on."""


@dataclass(frozen=True)
class Measure:
    """A number that says how good a model is."""

    name: str
    statement: int
    expression: str = ""
    """What it is, where no variable holds it."""


def said_of_measures(
    notebook: Notebook, flow: Dataflow, inference: Inference, measures: Collection[Measure]
) -> tuple[str, ...]:
    """Return what people should know of ``measures``: that they are of other models than the one that ``inference``
    asks, or of the rows that this one was trained on."""
    if not measures:
        return ()
    reading = _Measures(flow, read_story(notebook, flow), inference)
    found: dict[str, list[str]] = {}
    for measure in measures:
        said = reading.said_of(measure)
        if said:
            found.setdefault(said, []).append(f"`{measure.name}`")
    return tuple(f"{_and(names)} {'is' if len(names) == 1 else 'are'} {said}" for said, names in found.items())


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


class _Measures:
    """Looks for the models and the rows behind numbers."""

    def __init__(self, flow: Dataflow, story: Story, inference: Inference) -> None:
        self.flow, self.story = flow, story
        needed = needed_by(flow, inference.body)
        facts = [flow.statements[index].facts for index in inference.body]
        self.asked = {n for each in facts for n in each.references | each.deferred}
        self.served = [fit for fit in story.fits if fit.statement in needed]
        self.answering = self._answering()

    def said_of(self, measure: Measure) -> str:
        """Return what a number does not say of the served model; empty where nothing is to be said."""
        return self._of_others(measure) or self._of_all_turns(measure) or self._of_training_rows(measure)

    def _answering(self) -> frozenset[int]:
        """Return the statements that ask a model, or need one that does."""
        found = {use.statement for use in self.story.uses if use.kind == "answer"}
        for index, sources in enumerate(self.flow.sources):
            if any(not found.isdisjoint(each) for name, each in sources.items() if not name.startswith("<")):
                found.add(index)
        return frozenset(found)

    def _of_others(self, measure: Measure) -> str:
        judged = {use.fit for use in self.story.uses if use.kind == "judge" and use.statement == measure.statement}
        names = sorted({fit.name or fit.text for fit in judged})
        known = {fit.name or fit.text for fit in self.served}
        if not self.served or not names or not all(names) or judged & set(self.served) or known & set(names):
            return ""
        others = " and ".join(f"`{name}`" for name in names)
        return f"measured of {others}, which the service does not ask"

    def _of_all_turns(self, measure: Measure) -> str:
        for fit in self.served:
            name, facts = fit.name or fit.text, self.flow.statements[fit.statement].facts
            made_anew = name in facts.definitions or fit.text in facts.definitions
            if not fit.in_loop or fit.through or not made_anew or measure.statement <= fit.statement:
                continue
            collected = {n for n in facts.mutations if not self._is_model(n)}
            if any(self._holds_models(n) for n in self.asked) or not self._reads(measure, fit.statement, collected):
                continue
            cell = self.flow.statements[fit.statement].cell + 1
            return f"measured of all models that cell [{cell}] fits in turn, of which the service asks only one"
        return ""

    def _reads(self, measure: Measure, made_in: int, collected: Collection[str]) -> bool:
        """Return whether a number comes from what the turns of a loop have collected, and not through a model that was
        chosen by that."""
        seen, pending = {measure.statement}, [measure.statement]
        while pending:
            for name, sources in sorted(self.flow.sources[pending.pop()].items()):
                if made_in in sources and name in collected:
                    return True
                if name.startswith("<") or self._is_model(name):
                    continue
                new = {source for source in sources if source > made_in} - seen
                seen |= new
                pending += sorted(new)
        return False

    def _is_model(self, name: str) -> bool:
        value = self.story.variables.get(name)
        return value is None or value.is_model or bool(value.fits) or self._holds_models(name)

    def _holds_models(self, name: str) -> bool:
        value = self.story.variables.get(name)
        return value is not None and value.holds_models

    def _of_training_rows(self, measure: Measure) -> str:
        node = _expression(self.flow, measure)
        if node is None:
            return ""
        asked = set(self._asked_about(node, measure.statement, 0))
        fits = [fit for fit in self.served if fit.labels is not None and fit.data is not None and not fit.through]
        for fit in fits:
            rows = fit.data.text if fit.data is not None else ""
            if rows and asked and all(text == rows and self._same(rows, at, fit.data_at) for text, at in asked):
                model = f"`{fit.name or fit.text}`" if fit.name or fit.text else "the model"
                return f"measured on the rows that {model} was trained on, `{rows}`, and not on others"
        return ""

    def _same(self, rows: str, at: int, fitted_at: int) -> bool:
        names = loaded_names(ast.parse(rows, mode="eval"))
        return all(self.flow.sources[at].get(n) == self.flow.sources[fitted_at].get(n) for n in names)

    def _asked_about(self, node: ast.AST, at: int, deep: int) -> Iterator[tuple[str, int]]:
        """Yield the rows that models are asked about below ``node`` and where its names are made, and where."""
        methods = load_roles().methods
        for call in (n for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)):
            asks = getattr(call.func, "attr", "") in methods["answer"] | methods["judge"]
            if asks and call.args and not isinstance(call.args[0], ast.Starred):
                yield ast.unparse(call.args[0]), at
        for name in sorted(loaded_names(node)) if deep < MOST_UP else ():
            for source in sorted(self.flow.sources[at].get(name, frozenset())):
                made = self.flow.statements[source]
                value = getattr(made.node, "value", None)
                if (
                    source in self.answering
                    and isinstance(made.node, ast.Assign)
                    and value is not None
                    and name in made.facts.definitions
                ):
                    yield from self._asked_about(value, source, deep + 1)


def _expression(flow: Dataflow, measure: Measure) -> ast.expr | None:
    """Return what a number is made of where it is measured."""
    if measure.expression:
        return ast.parse(measure.expression, mode="eval").body
    node = flow.statements[measure.statement].node
    return node.value if isinstance(node, ast.Assign) else None
