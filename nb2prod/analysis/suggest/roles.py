"""What libraries' objects are for: read from ``roles.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources

from nb2prod.analysis.knowledge import load_knowledge, nearest, prefixes


class Role(StrEnum):
    """What an object is for."""

    UNKNOWN = ""
    MODEL = "model"
    NETWORK = "network"
    """A model that goes on learning where it is fitted again."""
    TOOL = "tool"
    """Fitted, and changes data; answers nothing by itself."""
    CLOSED = "closed"
    """Fitted, and cannot answer for a row that it was not fitted on."""
    DESCRIBED = "described"
    """A model's description: its ``fit`` gives the fitted one."""
    LEARNT = "learnt"
    """Not fitted by a library: numbers that the notebook's own code learns and applies."""
    WRAPPER = "wrapper"
    PIPELINE = "pipeline"
    DATA = "data"
    OWN = "own"
    """An object of a class of the notebook's that is neither fitted nor answers."""


MOST_ASKED = 10_000
"""Paths whose answer is kept."""
MODELS = frozenset({Role.MODEL, Role.NETWORK})
_LISTS = {
    "models": Role.MODEL, "tools": Role.TOOL, "closed_models": Role.CLOSED, "wrappers": Role.WRAPPER,
    "pipelines": Role.PIPELINE, "networks": Role.NETWORK, "described": Role.DESCRIBED, "data": Role.DATA,
}  # fmt: skip


@dataclass(frozen=True)
class Paths:
    """Dotted paths and endings of names."""

    prefixes: frozenset[str]
    endings: tuple[str, ...]
    asked: dict[str, int] = field(default_factory=dict, repr=False, compare=False)
    """What was asked before: few paths, again and again."""

    @classmethod
    def of(cls, listed: list[str]) -> Paths:
        """Read a list in which ``*Name`` is an ending."""
        endings = tuple(entry[1:] for entry in listed if entry.startswith("*"))
        return cls(frozenset(entry for entry in listed if not entry.startswith("*")), endings)

    def length(self, path: str) -> int:
        """Return how much of ``path`` is listed; 1 where only its ending is, 0 where nothing is."""
        found = self.asked.get(path)
        if found is None:
            if len(self.asked) >= MOST_ASKED:
                self.asked.clear()
            found = self.asked[path] = self._length(path)
        return found

    def _length(self, path: str) -> int:
        listed = nearest(self.prefixes, path)
        if listed is not None:
            return len(listed)
        return int(bool(self.endings) and path.rpartition(".")[2].endswith(self.endings))

    def __contains__(self, path: str) -> bool:
        return self.length(path) > 0


@dataclass(frozen=True)
class Roles:
    """All that is known, ready to be asked."""

    lists: Mapping[Role, Paths]
    text_tools: Paths
    sparse_tools: Paths
    says_of_rows: frozenset[str]
    """Arguments of what holds rows that hold for any others as well."""
    by_steps: Paths
    no_source: Paths
    generators: Paths
    answers_if: Mapping[str, str]
    """Class to the argument without which its objects answer for their own rows alone."""
    trains: Mapping[str, int]
    metrics: Paths
    metric_names: frozenset[str]
    metric_words: frozenset[str]
    metrics_of_rows: frozenset[str]
    """Names of those that are told the rows first, and no truth."""
    not_metrics: Paths
    crossing: Paths
    totals: frozenset[str]
    methods: Mapping[str, frozenset[str]]
    splits: Paths
    batches: Paths
    batching: frozenset[str]
    """Methods that give batches."""
    joins: Paths
    loads: Paths
    saves: Paths
    trainers: Paths
    coefficients: Paths
    equations: Paths
    applying: Paths
    answering_words: frozenset[str]
    other_words: frozenset[str]
    asked: dict[str, Role] = field(default_factory=dict, repr=False, compare=False)

    def role_of(self, path: str) -> Role:
        """Return what objects of the class, or what the function at ``path`` gives, are for."""
        known = self.asked.get(path)
        if known is None:
            if len(self.asked) >= MOST_ASKED:
                self.asked.clear()
            known = self.asked[path] = self._role_of(path)
        return known

    def _role_of(self, path: str) -> Role:
        best, found = 0, Role.UNKNOWN
        for role, paths in self.lists.items():
            length = paths.length(path)
            if length > best:
                best, found = length, role
        return found

    def is_metric(self, path: str) -> bool:
        """Return whether the function compares answers with the truth."""
        if path in self.not_metrics or not path:
            return False
        return path in self.metrics or path.rpartition(".")[2] in self.metric_names

    def measures(self, name: str) -> bool:
        """Return whether a function of the notebook's goes by a name that says that it judges: ``score_to_label`` makes
        labels."""
        made = re.split(r"_(?:to|2)_|(?<=[a-z])To(?=[A-Z])", name)[-1]
        return bool(_words(made) & self.metric_words)

    def answers(self, name: str) -> bool:
        """Return whether a function of the notebook's goes by a name that says that it answers for a row."""
        return bool(_words(name) & self.answering_words) and not self.judges_or_trains(name)

    def judges_or_trains(self, name: str) -> bool:
        """Return whether a function of the notebook's goes by a name that says that it judges, draws or trains."""
        return bool(_words(name) & self.other_words)

    def is_drawing(self, path: str) -> bool:
        """Return whether the function or the class only makes pictures."""
        if path.startswith("builtins."):
            return False
        return any(prefix in load_knowledge().display for prefix in prefixes(path))

    def trained_by(self, path: str) -> int | None:
        """Return the place of the training data where the function fits a model and gives it."""
        return self.trains.get(path)


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


@cache
def load_roles() -> Roles:
    """Return what ``roles.toml`` says."""
    text = (resources.files(__package__) / "roles.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    metrics = table["metrics"]
    return Roles(
        lists={role: Paths.of(table[key]) for key, role in _LISTS.items()},
        no_source=Paths.of(table["no_source"]),
        by_steps=Paths.of(table["by_steps"]),
        text_tools=Paths.of(table["text_tools"]),
        sparse_tools=Paths.of(table["sparse_tools"]),
        says_of_rows=frozenset(table["says_of_rows"]),
        generators=Paths.of(table["generators"]),
        answers_if=table["answers_if"],
        trains=table["trains"],
        metrics=Paths.of(metrics["paths"]),
        metric_names=frozenset(metrics["names"]),
        metric_words=frozenset(metrics["words"]),
        metrics_of_rows=frozenset(metrics["of_rows"]),
        not_metrics=Paths.of(metrics["not"]),
        crossing=Paths.of(metrics["crossing"]),
        totals=frozenset(metrics["totals"]),
        methods={key: frozenset(names) for key, names in table["methods"].items()},
        splits=Paths.of(table["splits"]["paths"]),
        batches=Paths.of(table["batches"]["paths"]),
        batching=frozenset(table["batches"]["methods"]),
        joins=Paths.of(table["joins"]["paths"]),
        loads=Paths.of(table["loads"]["paths"]),
        saves=Paths.of(table["saves"]["paths"]),
        trainers=Paths.of(table["trainers"]),
        coefficients=Paths.of(table["coefficients"]["paths"]),
        equations=Paths.of(table["coefficients"]["equations"]),
        applying=Paths.of(table["coefficients"]["applying"]),
        answering_words=frozenset(table["coefficients"]["words"]),
        other_words=frozenset(table["coefficients"]["not"]),
    )
