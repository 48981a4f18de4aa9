"""Calls of libraries' functions and classes, by what is known of them."""

from __future__ import annotations

import ast

from nb2prod.analysis.knowledge import load_knowledge
from nb2prod.analysis.suggest.events import BATCHES, LABELS, TRAINING_DATA, Events, Given, other_data, outermost
from nb2prod.analysis.suggest.roles import MODELS, Role
from nb2prod.analysis.suggest.values import Fit, Made, Seen, Value

CHOOSING = frozenset(f"builtins.{name}" for name in ("max", "min", "sorted", "reversed", "list", "tuple"))
"""Functions that give what they are given, in another order, or one of it."""


class LibraryCalls(Events):
    """The layer that reads calls of libraries."""

    def library(self, path: str, node: ast.Call) -> Seen:
        """Read a call of a library's function or class."""
        path = load_knowledge().canonical(path)
        drawing = self.roles.is_drawing(path)
        self.quiet += drawing
        given = self.given(node)
        self.quiet -= drawing
        if drawing:
            self.story.drawing.add(self.cell)
            return Seen(Value(Role.DATA, path), frozenset().union(*(each.names for each in given.all())))
        return (
            self._special(path, given)
            or self._judged_by_function(path, given)
            or self._trained(path, given)
            or self._constructed(path, given)
            or self._other_function(path, given)
        )

    def _special(self, path: str, given: Given) -> Seen | None:
        name = path.rpartition(".")[2]
        if path in self.roles.splits:
            return self._parted(given)
        if path in self.roles.loads:
            return self._loaded(path, given)
        if path in self.roles.saves and any(each.value.fits for each in given.places):
            self.keep(next(each.value for each in given.places if each.value.fits))
            return self.derived(given.all())
        if path in {"builtins.print", "builtins.display"}:
            return self.derived(given.all())
        if path in self.roles.crossing:
            return self._crossed(path, given)
        if path in CHOOSING and len(given.places) == 1:
            return self._chosen(name, given)
        if name == "dict" and given.keywords:
            made = self.derived(given.all())
            made.value.items = [(repr(key), each.value) for key, each in given.keywords.items()]
            return made
        return None

    def _chosen(self, name: str, given: Given) -> Seen | None:
        """Read ``max(models, key=...)``, which is one of them, and ``sorted(models, key=...)``, which has all."""
        (held,) = given.places
        items = held.value.items or []
        if held.value.keyed or not any(value.holds_models for value in (held.value, *(v for _, v in items))):
            return None
        if name in {"max", "min"}:
            return Seen(items[-1][1], held.names)
        made = self.derived(given.all())
        made.value.items = items
        return made

    def _crossed(self, path: str, given: Given) -> Seen:
        """Read a cross-validation: it judges copies of the estimator."""
        estimator = given.find(0, ("estimator",))
        name = path.rpartition(".")[2]
        if estimator is not None and estimator.value.fits:
            self.use("judge", estimator.value.fits[-1], name, given.find(1, ("X",)), estimator.text)
        else:
            if estimator is not None:
                estimator.value.attributes.setdefault("crossed", Value(items=[])).items.append(  # type: ignore[union-attr]
                    (f"{self.statement}", Value(path=name))
                )
            self.story.crossed.append((self.statement, name))
        return self.derived(given.all())

    def _parted(self, given: Given) -> Seen:
        """Read ``train_test_split``: two of each, which are labels if one of them is."""
        made = self.derived(given.all())
        tables = [each for each in given.places if not each.value.spelled or each.value.lineage]
        items: list[tuple[str, Value]] = []
        for table in tables:
            for _ in range(2):
                part = self.derived([table]).value
                part.root, part.split = table.value, True
                items.append((str(len(items)), part))
        made.value.items = items or None
        made.value.split = True
        return made

    def _loaded(self, path: str, given: Given) -> Seen:
        loaded = Value(Role.UNKNOWN, "", instance=True, loaded=True)
        seen = Seen(loaded, frozenset().union(*(each.names for each in given.all())))
        if self.saved is not None:  # What the notebook reads back is what it wrote.
            loaded.role, loaded.path, loaded.fits = self.saved.role, self.saved.path, self.saved.fits[-1:]
            return seen
        self.fitted(seen, path, None, None, loaded=True)
        return seen

    def _judged_by_function(self, path: str, given: Given) -> Seen | None:
        if not self.roles.is_metric(path):
            return None
        judged = self._judge(given.all(), path.rpartition(".")[2])
        for each in given.places[:1]:
            if not each.value.answers and path.rpartition(".")[2] not in self.roles.metrics_of_rows:
                each.value.origin.label = True
        made = self.derived(given.all())
        made.value.compared |= judged
        made.value.score = True
        return made

    def _judge(self, seen: list[Seen], name: str) -> frozenset[Fit]:
        judged: dict[Fit, None] = {}
        for each in seen:
            if each.value.fits and each.value.is_model:
                judged[outermost(each.value.fits[-1])] = None
            for fit in self.in_order(each.value.answers):
                judged[fit] = None
        for fit in judged:
            self.use("judge", fit, name, None, "")
        return frozenset(judged)

    def _trained(self, path: str, given: Given) -> Seen | None:
        """Read a function that fits: ``xgboost.train``."""
        place = self.roles.trained_by(path)
        if place is None:
            return None
        model = Seen(Value(Role.MODEL, path, instance=True))
        data, labels = given.find(place, TRAINING_DATA), given.find(place + 1, LABELS)
        self.fitted(model, path, data, labels, others=other_data(given))
        return model

    def _constructed(self, path: str, given: Given) -> Seen | None:
        """Read a call that makes an estimator or a tool."""
        role = self.roles.role_of(path)
        name = path.rpartition(".")[2]
        if role is Role.UNKNOWN and not name[:1].isupper():
            return None
        if role in {Role.DATA, Role.UNKNOWN}:
            return self._container_of_data(path, given) if role is Role.DATA else None
        if role in {Role.MODEL, Role.TOOL} and not name[:1].isupper() and not name.startswith("make_"):
            return None
        direct = [v for each in given.all() for v in _spread(each.value) if not v.symbol]
        parts = tuple(part for v in direct for part in (v, *v.parts))
        if role is Role.WRAPPER:
            role = next((v.role for v in direct if v.role in {*MODELS, Role.TOOL}), Role.MODEL)
        elif role is Role.PIPELINE:
            role = next((v.role for v in reversed(direct) if v.instance), Role.UNKNOWN)
        elif role is Role.CLOSED and self._is_told_to_answer(path, given):
            role = Role.MODEL
        names = frozenset().union(*(each.names for each in given.all()))
        made = Value(role, path, instance=True, parts=parts)
        if role is Role.DESCRIBED:
            made.made = self._described(path, given)
        if path.startswith("copy.") and parts and parts[0].fits:
            made.path = parts[0].path
            self.fitted(Seen(made, names), path, parts[0].fits[-1].data, parts[0].fits[-1].labels)
        return Seen(made, names)

    def _is_told_to_answer(self, path: str, given: Given) -> bool:
        told = next((k.value for k in given.node.keywords if k.arg == self.roles.answers_if.get(path, "")), None)
        return isinstance(told, ast.Constant) and told.value is True

    def _described(self, path: str, given: Given) -> Made | None:
        """Return what a statsmodels description holds: ``OLS(y, X)``, ``ols(formula, data=df)``."""
        data = given.keywords.get("data") or given.keywords.get("exog")
        if data is None and len(given.places) > 1:
            data = given.places[1]
        if data is None:
            data = given.find(0, ("endog",))
        if data is None:
            return None
        # Beside a table, a formula says which of its columns are meant; without one, the rest is data too.
        others = () if "data" in given.keywords else other_data(given)
        return Made(self.statement, Seen(Value(path=path)), "", data, others)

    def _container_of_data(self, path: str, given: Given) -> Seen | None:
        data = given.find(0, ("data", "X"))
        if data is None:
            return None
        made = self.derived(given.all())
        made.value.path, made.value.root = path, data.value
        tool = Seen(Value(path=path), text=ast.unparse(given.node.func))
        said = [ast.unparse(kw) for kw in given.node.keywords if kw.arg in self.roles.says_of_rows]
        made.value.made = Made(self.statement, tool, "", data, options="".join(f", {each}" for each in said))
        if path in self.roles.batches:
            made.value.path = BATCHES
        return self.new_source(made)  # of a name, such as that of a data set

    def _other_function(self, path: str, given: Given) -> Seen:
        name = path.rpartition(".")[2]
        compared = frozenset().union(*(each.value.compared for each in given.all()))
        if compared and name in self.roles.totals and not self.quiet:
            for fit in self.in_order(compared):
                self.use("judge", fit, name, None, "")
        made = self.derived(given.all())
        joined = [v for each in given.places for _, v in each.value.items or ()]
        if path in self.roles.joins and len(joined) > 1 and all(v.split for v in joined):
            made.value.split = False  # What was parted is whole again.
        made.value.path = BATCHES if path in self.roles.batches else path
        self._note_optimizer(made.value, path, given)
        if path in self.roles.no_source and path != "builtins.open":
            if path.startswith("builtins.") and len(given.places) == 1:
                made.value.root = given.places[0].value if given.places[0].value.lineage else None
            return made
        if len(given.places) == 1 and given.places[0].value.lineage and path.startswith(("numpy.", "keras.utils.")):
            made.value.root = given.places[0].value
        return self.new_source(made)

    def _note_optimizer(self, made: Value, path: str, given: Given) -> None:
        made.parts = tuple(v for each in given.all() for v in (each.value, *each.value.parts) if v.is_model)


def _spread(value: Value) -> list[Value]:
    """Return a value and, for a list or a tuple, what it holds."""
    if value.items is None:
        return [value]
    return [each for _, item in value.items for each in _spread(item)]
