"""Calls of anything, methods among them."""

from __future__ import annotations

import ast
from dataclasses import replace

from nb2prod.analysis.suggest.events import BATCHES, LABELS, TRAINING_DATA, Given, other_data
from nb2prod.analysis.suggest.library_calls import LibraryCalls
from nb2prod.analysis.suggest.roles import Role
from nb2prod.analysis.suggest.values import Made, Seen, Value

KEEPING_ROWS = frozenset(
    {"ravel", "reshape", "to_numpy", "flatten", "astype", "copy", "squeeze", "head", "tail", "sample", "fillna",
     "map", "apply", "reset_index", "to_frame", "numpy", "tolist"}
)  # fmt: skip
"""Methods after which rows are still the same kind of rows: truth stays truth."""


PREDICTING = frozenset({"predict", "predict_proba", "decision_function"})
"""Methods that nothing but a model has."""


class Calls(LibraryCalls):
    """The layer that reads calls."""

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
        if name in PREDICTING and given.all() and not value.symbol:
            self.story.unknown[self.statement] = self.cell, ast.unparse(given.node.func)
        if name in methods["judge"] and value.fits:
            self.use("judge", value.fits[-1], name, given.find(0, TRAINING_DATA), receiver.text)
            labels = given.find(1, LABELS)
            if labels is not None:
                labels.value.origin.label = True
            score = self.derived(given.all())
            score.value.compared |= {value.fits[-1]}
            return score
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
            self.keep(value)
        if name.startswith("to_") and name not in {"to_numpy", "to_frame", "to_list", "to_dict", "to_datetime"}:
            for fit in self.in_order(value.answers):
                self.story.delivered[fit] = self.statement
        if name in {"append", "extend", "insert"} and given.places:
            return self._appended(value, given)
        if value.split and name in self.roles.methods["statistics"]:
            model = Seen(Value(Role.TOOL))
            self.fitted(model, name, receiver, None, tool=True)
        made = self.derived([receiver, *given.all()])
        if value.path in self.roles.generators:
            self.new_source(made)
        if name in {"toarray", "todense"} and value.made is not None:
            made.value.made = replace(value.made, then=f".{name}()")
        if name in KEEPING_ROWS and value.lineage:
            made.value.root = value
        made.value.path = value.path if value.role is Role.OWN else ""
        return made

    def _appended(self, value: Value, given: Given) -> Seen:
        added = self.decided(given.places[-1])
        if added.value.is_model or added.value.fits or (value.items is not None and added.value.items is not None):
            value.items = [*(value.items or []), (str(len(value.items or [])), added.value)][-30:]
        elif value.items is not None:
            value.items = None
        value.answers |= added.value.answers
        value.compared |= added.value.compared
        value.lineage |= added.value.lineage
        return self.derived([added])

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
