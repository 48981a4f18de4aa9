"""Calls to what they give, and to what happens in them: something is fitted, answers, is judged."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

from nb2prod.analysis.knowledge import load_knowledge
from nb2prod.analysis.suggest.expressions import Expressions
from nb2prod.analysis.suggest.roles import MODELS, Role
from nb2prod.analysis.suggest.values import Fit, Made, Seen, Story, Use, Value

KEEPING_ROWS = frozenset(
    {"ravel", "reshape", "to_numpy", "flatten", "astype", "copy", "squeeze", "head", "tail", "sample", "fillna",
     "map", "apply", "reset_index", "to_frame", "numpy", "tolist"}
)  # fmt: skip
"""Methods after which rows are still the same kind of rows: truth stays truth."""

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


class Calls(Expressions):
    """The layer that reads calls."""

    def __init__(self, story: Story) -> None:
        super().__init__(story)
        self.asked: dict[Value, Seen] = {}
        """What networks were last called on."""
        self.saved: Value | None = None
        """The model that was last written to a file."""

    def _call(self, node: ast.Call) -> Seen:
        function = node.func
        if isinstance(function, ast.Attribute):
            receiver = self.evaluate(function.value)
            if not receiver.value.symbol and function.attr not in receiver.value.attributes:
                return self.method(receiver, function.attr, node)
        callee = self.evaluate(function)
        value = callee.value
        if value.symbol:
            return self.library(value.path, node)
        given = self.given(node)
        if value.node is not None and not value.instance:
            return self.own(callee, given)
        if value.role is Role.NETWORK or (value.instance and value.fits):
            return self.answered(callee, "", given)
        return self.new_source(self.derived([callee, *given.all()]))

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
        if seen.text or self.local:
            return seen
        text = ast.unparse(node)
        return replace(seen, text=text) if len(text) <= LONGEST_TEXT else seen

    # Libraries.

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
            self.saved = next(each.value for each in given.places if each.value.fits)
            return self.derived(given.all())
        if path in {"builtins.print", "builtins.display"}:
            return self.derived(given.all())
        if path in self.roles.crossing:
            return self._crossed(path, given)
        if name == "dict" and given.keywords:
            made = self.derived(given.all())
            made.value.items = [(repr(key), each.value) for key, each in given.keywords.items()]
            return made
        return None

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
        self._judge(given.all(), path.rpartition(".")[2])
        for each in given.places[:1]:
            if not each.value.answers:
                each.value.origin.label = True
        return self.derived(given.all())

    def _judge(self, seen: list[Seen], name: str) -> None:
        judged: dict[Fit, None] = {}
        for each in seen:
            if each.value.fits and each.value.is_model:
                judged[outermost(each.value.fits[-1])] = None
            for fit in self.in_order(each.value.answers):
                judged[fit] = None
        for fit in judged:
            self.use("judge", fit, name, None, "")

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
        names = frozenset().union(*(each.names for each in given.all()))
        made = Value(role, path, instance=True, parts=parts)
        if role is Role.DESCRIBED:
            made.made = self._described(path, given)
        if path.startswith("copy.") and parts and parts[0].fits:
            made.path = parts[0].path
            self.fitted(Seen(made, names), path, parts[0].fits[-1].data, parts[0].fits[-1].labels)
        return Seen(made, names)

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
        made.value.made = Made(self.statement, Seen(Value(path=path), text=ast.unparse(given.node.func)), "", data)
        if path in self.roles.batches:
            made.value.path = BATCHES
        return made

    def _other_function(self, path: str, given: Given) -> Seen:
        name = path.rpartition(".")[2]
        compared = frozenset().union(*(each.value.compared for each in given.all()))
        if compared and name in self.roles.totals and not self.quiet:
            for fit in self.in_order(compared):
                self.use("judge", fit, name, None, "")
        made = self.derived(given.all())
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

    # Methods.

    def method(self, receiver: Seen, name: str, node: ast.Call) -> Seen:
        """Read a call of an object's method."""
        methods, value = self.roles.methods, receiver.value
        own = self.own_method(value, name)
        if own is not None and not (self.is_estimator(value) and name in methods["answer"] | methods["fit_own"]):
            return self.own(Seen(Value(node=own), text=""), self.given(node), bound=receiver)
        if own is not None and name in methods["fit_own"]:
            return self.fit_own(own, receiver, name, node)
        drawing = self.draws(receiver, name)
        self.quiet += drawing
        given = self.given(node)
        self.quiet -= drawing
        if drawing:
            self.story.drawing.add(self.cell)
        return self._learning(receiver, name, given) or self._plain_method(receiver, name, given)

    def draws(self, receiver: Seen, name: str) -> bool:
        """Return whether a method makes a picture."""
        return self.roles.is_drawing(receiver.value.path) or name in {"plot", "hist", "boxplot", "imshow", "scatter"}

    def _learning(self, receiver: Seen, name: str, given: Given) -> Seen | None:
        """Read a method that fits, answers, judges or changes data; ``None`` where it does none of that."""
        methods, value = self.roles.methods, receiver.value
        if value.path in self.roles.trainers and name in methods["fit_own"] | methods["judge"] | {"test", "validate"}:
            return self._train_handed(receiver, name, given)
        if name in methods["fit"]:
            if value.role is Role.DATA:  # A library's function made it, whatever it is.
                value.role, value.instance = Role.UNKNOWN, True
            return self._fit_method(receiver, name, given)
        if name in methods["fit_and_give"]:
            self.fitted(receiver, name, given.find(0, TRAINING_DATA), given.find(1, LABELS), tool=True)
            return self.new_source(self._changed_data(receiver, name, given))
        if name in methods["fit_and_answer"]:
            self.fitted(receiver, name, given.find(0, TRAINING_DATA), given.find(1, LABELS))
            return self.answered(receiver, name, given)
        if name in methods["answer"] and self._can_answer(value):
            return self.answered(receiver, name, given)
        if name in methods["judge"] and value.fits:
            self.use("judge", value.fits[-1], name, given.find(0, TRAINING_DATA), receiver.text)
            labels = given.find(1, LABELS)
            if labels is not None:
                labels.value.origin.label = True
            return self.derived(given.all())
        if name in methods["change_data"] and given.all():
            return self._changed_data(receiver, name, given)
        return self._learning_otherwise(receiver, name, given)

    def _can_answer(self, value: Value) -> bool:
        return bool(value.fits) or value.is_model or (value.role is Role.UNKNOWN and value.instance)

    def _learning_otherwise(self, receiver: Seen, name: str, given: Given) -> Seen | None:
        value = receiver.value
        if name in self.roles.methods["fit_tool"]:
            self.fitted(receiver, name, given.find(0, TRAINING_DATA), None, tool=True)
            return self.derived([receiver])
        if name in self.roles.batching:
            made = self.derived([receiver, *given.all()])
            made.value.path = BATCHES
            return self.new_source(made)
        if name in {"step", "apply_gradients"}:
            steps = [v for each in (receiver, *given.places) for v in each.value.parts if v.is_model]
            for network in dict.fromkeys(steps):
                data = self.asked.get(network)
                self.fitted(Seen(network, receiver.names, self.text_of(network)), "optimizer.step", data, None)
            return self.derived([receiver])
        if name == "parameters":
            made = self.derived([receiver])
            made.value.parts = (value,)
            return made
        if name in self.roles.methods["splits"] and not value.lineage:
            made = self.derived([receiver, *given.all()])
            made.value.split = True
            return made
        if name in self.roles.methods["same"] and (value.is_model or value.fits or value.instance):
            return receiver
        return None

    def _fit_method(self, receiver: Seen, name: str, given: Given) -> Seen:
        value = receiver.value
        data, labels = given.find(0, TRAINING_DATA), given.find(1, LABELS)
        if value.role is Role.DESCRIBED:
            result = Value(Role.MODEL, value.path, instance=True, made=value.made)
            described = value.made.data if value.made is not None else None
            others = value.made.others if value.made is not None else ()
            self.fitted(Seen(result, receiver.names), f"{receiver.text}.{name}", described, None, others=others)
            return Seen(result, receiver.names)
        self.fitted(receiver, name, data, labels, others=other_data(given))
        return receiver if value.role is not Role.NETWORK else self.derived([receiver])

    def _train_handed(self, trainer: Seen, name: str, given: Given) -> Seen:
        """Read ``trainer.fit(network, rows)`` and ``trainer.train()``; other methods judge the network."""
        handed = [each.value for each in given.all()]
        networks = [v for v in (*handed, *trainer.value.parts) if v.role is Role.NETWORK]
        for network in networks[:1]:
            seen = Seen(network, trainer.names, self.text_of(network))
            if name in self.roles.methods["fit_own"]:
                rows = other_data(given)
                self.fitted(seen, f"{trainer.text}.{name}", rows[0] if rows else None, None, others=rows)
            elif network.fits:
                self.use("judge", network.fits[-1], name, None, seen.text)
        return self.derived([trainer, *given.all()])

    def _changed_data(self, receiver: Seen, name: str, given: Given) -> Seen:
        made = self.derived([*given.places[:1], *list(given.keywords.values())[:1]])
        made = Seen(made.value, made.names | receiver.names)
        if given.places:
            made.value.made = Made(self.statement, receiver, name, given.places[0])
            made.value.root = given.places[0].value if given.places[0].value.lineage else None
        return self.new_source(made)

    def _plain_method(self, receiver: Seen, name: str, given: Given) -> Seen:
        value = receiver.value
        if value.compared and name in self.roles.totals and not self.quiet:
            for fit in self.in_order(value.compared):
                self.use("judge", fit, name, None, "")
        if name in {"save", "save_model"} and value.fits:
            self.saved = value
        if name.startswith("to_") and name not in {"to_numpy", "to_frame", "to_list", "to_dict", "to_datetime"}:
            for fit in self.in_order(value.answers):
                self.story.delivered[fit] = self.statement
        if name in {"append", "extend", "insert"} and given.places:
            return self._appended(value, given)
        if value.split and name in self.roles.methods["statistics"]:
            model = Seen(Value(Role.TOOL))
            self.fitted(model, name, receiver, None, tool=True)
        made = self.derived([receiver, *given.all()])
        if name in KEEPING_ROWS and value.lineage:
            made.value.root = value
        made.value.path = value.path if value.role is Role.OWN else ""
        return made

    def _appended(self, value: Value, given: Given) -> Seen:
        added = given.places[-1]
        if added.value.is_model or added.value.fits or (value.items is not None and added.value.items is not None):
            value.items = [*(value.items or []), (str(len(value.items or [])), added.value)][-30:]
        elif value.items is not None:
            value.items = None
        value.answers |= added.value.answers
        value.lineage |= added.value.lineage
        return self.derived([added])

    # What happens.

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
        within = self.within[-1] if self.within else ""
        if data is not None and data.value.spelled and data.value.items is None and not data.value.lineage:
            data = None  # A number of rounds, say.
        described = model.value.made
        data_at = described.statement if described is not None else self.statement
        fit = Fit(model.value, self.statement, self.cell, call, data, labels, others, data_at, model.text, within)
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
        within = self.within[-1] if self.within else ""
        self.story.uses.append(Use(kind, outermost(fit), self.statement, self.cell, call, data, text, within))

    def judged_by_attribute(self, base: Seen, attribute: str) -> None:
        """Note what an attribute such as ``best_score_`` says."""
        if attribute in self.roles.methods["judged"] and base.value.fits:
            self.use("judge", base.value.fits[-1], attribute, None, base.text)

    # What the layer above does.

    def own(self, callee: Seen, given: Given, bound: Seen | None = None) -> Seen:
        """Read a call of the notebook's own function or class."""
        raise NotImplementedError

    def own_method(self, value: Value, name: str) -> ast.FunctionDef | None:
        """Return the method of an object of one of the notebook's classes."""
        raise NotImplementedError

    def is_estimator(self, value: Value) -> bool:
        """Return whether the object's class is fitted and answers."""
        raise NotImplementedError

    def fit_own(self, method: ast.FunctionDef, receiver: Seen, name: str, node: ast.Call) -> Seen:
        """Read the fit of an object of one of the notebook's classes; what is fitted inside is its own affair."""
        raise NotImplementedError

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


def _spread(value: Value) -> list[Value]:
    """Return a value and, for a list or a tuple, what it holds."""
    if value.items is None:
        return [value]
    return [each for _, item in value.items for each in _spread(item)]
