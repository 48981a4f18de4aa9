"""What happens to models: something is fitted, answers, is judged."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from nb2prod.analysis.children import walked
from nb2prod.analysis.suggest.expressions import Expressions
from nb2prod.analysis.suggest.roles import Role
from nb2prod.analysis.suggest.values import Fit, Seen, Story, Use, Value
from nb2prod.analysis.unparse import unparsed

BATCHES = "batches"
"""The path of what a method made that gives batches."""
LONGEST_TEXT = 80
TRAINING_DATA = ("X", "x", "data", "dtrain", "train_set", "df", "endog", "dataset", "train_dataset", "training_data")
LABELS = ("y", "Y", "target", "labels", "label")


@dataclass
class Given:
    """A call's arguments, evaluated."""

    node: ast.Call
    places: list[Seen] = field(default_factory=list)
    keywords: dict[str, Seen] = field(default_factory=dict)

    def all(self) -> list[Seen]:
        """Return everything that is handed over."""
        return [*self.places, *self.keywords.values()]

    def find(self, place: int, names: tuple[str, ...]) -> Seen | None:
        """Return the argument at a place or under one of these names."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return self.places[place] if 0 <= place < len(self.places) else None


class Events(Expressions):
    """The layer that writes the story."""

    def __init__(self, story: Story) -> None:
        super().__init__(story)
        self.asked: dict[Value, Seen] = {}
        """What networks were last called on."""
        self.saved: Value | None = None
        """The model that was last written to a file, if it is known which that was."""

    def keep(self, value: Value) -> None:
        """Note that a model is written to a file; under a condition it may be this one or the one before."""
        self.saved = None if self.deciding else value

    def given(self, node: ast.Call) -> Given:
        """Return the arguments."""
        found = Given(node)
        for each in node.args:
            seen = self.written(self.evaluate(each), each)
            if isinstance(each, ast.Starred) and seen.value.items is not None:
                found.places += [Seen(v, seen.names) for _, v in seen.value.items]
            else:
                found.places.append(seen)
        for keyword in node.keywords:
            seen = self.written(self.evaluate(keyword.value), keyword.value)
            if keyword.arg is not None:
                found.keywords[keyword.arg] = seen
            elif seen.value.items is not None:
                found.keywords.update({k.strip("'\""): Seen(v, seen.names) for k, v in seen.value.items})
        return found

    def written(self, seen: Seen, node: ast.expr) -> Seen:
        """Return the value with its text, where it is no name but stands at the top level."""
        if seen.text or not self._means_the_same_outside(node):
            return seen
        text = unparsed(node)
        return Seen(seen.value, seen.names, text) if len(text) <= LONGEST_TEXT else seen

    def _means_the_same_outside(self, node: ast.expr) -> bool:
        """Return whether an expression reads nothing but global names, so that it can stand at the top level too."""
        if not self.local:
            return True
        names = {each.id for each in walked(node) if isinstance(each, ast.Name)}
        return bool(names) and names.isdisjoint(self.local[-1]) and names <= self.variables.keys()

    def fitted(
        self,
        model: Seen,
        call: str,
        data: Seen | None,
        labels: Seen | None,
        *,
        others: tuple[Seen, ...] = (),
        tool: bool = False,
        loaded: bool = False,
    ) -> None:
        """Note that something is fitted."""
        through = tuple(dict.fromkeys(self.within))
        if data is not None and data.value.spelled and data.value.items is None and not data.value.lineage:
            data = None  # A number of rounds, say.
        described = model.value.made
        data_at = described.statement if described is not None else self.statement
        fit = Fit(model.value, self.statement, self.cell, call, data, labels, others, data_at, model.text, through)
        fit.in_loop = self.loops > 0
        if labels is not None:
            labels.value.origin.label = True
        if loaded:
            fit.call = f"load {call}"
        known_tool = model.value.role is Role.TOOL or (tool and not model.value.is_model)
        if known_tool:
            self.story.tools.append(fit)
            return
        last = model.value.fits[-1] if model.value.fits else None
        if last is not None and last.statement == self.statement and last.call == call:
            return
        model.value.fits.append(fit)
        self.story.fits.append(fit)

    def answered(self, model: Seen, call: str, given: Given) -> Seen:
        """Note that a model answers, and return the answers."""
        data = given.find(0, TRAINING_DATA)
        if data is not None:
            self.asked[model.value] = data
        fits = model.value.fits[-1:]
        made = self.derived([model, *given.all()])
        made.value.lineage |= model.value.lineage
        if fits:
            self.use("answer", fits[0], call, data, model.text)
            made.value.answers = frozenset(fits)
        made.value.root = None
        return self.new_source(made)

    def in_order(self, fits: frozenset[Fit]) -> list[Fit]:
        """Return fits in the order in which they happened."""
        return sorted({outermost(fit) for fit in fits}, key=self.story.fits.index)

    def use(self, kind: str, fit: Fit, call: str, data: Seen | None, text: str) -> None:
        """Note that a fitted object answers or is judged."""
        through = tuple(dict.fromkeys(self.within))
        self.story.uses.append(Use(kind, outermost(fit), self.statement, self.cell, call, data, text, through))

    def judged_by_attribute(self, base: Seen, attribute: str) -> None:
        """Note what an attribute such as ``best_score_`` says."""
        if attribute in self.roles.methods["judged"] and base.value.fits:
            self.use("judge", base.value.fits[-1], attribute, None, base.text)

    def text_of(self, value: Value) -> str:
        """Return the name of a global variable that holds the value."""
        for name, seen in self.variables.items():
            if seen.value is value:
                return name
        return ""


def other_data(given: Given) -> tuple[Seen, ...]:
    """Return the data among the arguments."""
    return tuple(each for each in given.all() if each.value.lineage and not each.value.is_model)


def outermost(fit: Fit) -> Fit:
    """Return the fit that counts: of the notebook's own object, where the fit is inside one."""
    while fit.outer is not None:
        fit = fit.outer
    return fit
