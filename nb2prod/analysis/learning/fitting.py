"""Objects that are fitted: what they learn from, what they change, what they answer and how they are scored."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import lru_cache

from nb2prod.analysis.knowledge import MOST_PATHS
from nb2prod.analysis.learning.combining import varying
from nb2prod.analysis.learning.expressions import Arguments
from nb2prod.analysis.learning.halves import halves
from nb2prod.analysis.learning.model import (
    HELD_OUT,
    Fit,
    How,
    Kind,
    Learnt,
    Model,
    Part,
    Place,
    Prediction,
    Scoring,
    Split,
    Trace,
)
from nb2prod.analysis.learning.networks import BACKWARD, Asked, is_network
from nb2prod.analysis.learning.record import Fitted, Scored
from nb2prod.analysis.learning.replacing import replace
from nb2prod.analysis.learning.tables import Tables
from nb2prod.analysis.learning.values import NOTHING, Data, Labels, Rows, Splitting, Value, part_of
from nb2prod.analysis.suggest.roles import MODELS, Role, load_roles

FEATURES = (
    "X",
    "x",
    "data",
    "X_train",
    "dtrain",
    "train_set",
    "df",
    "documents",
    "raw_documents",
    "dataset",
    "training_data",
)
TARGET = ("y", "Y", "target", "labels", "label", "y_train", "y_true")
SELECTION = "sklearn.feature_selection"
GROUPERS = frozenset({"KMeans", "MiniBatchKMeans", "BisectingKMeans", "MeanShift", "Birch", "AffinityPropagation",
                      "GaussianMixture", "BayesianGaussianMixture", "KernelDensity", "NearestNeighbors",
                      "EllipticEnvelope", "IsolationForest", "LocalOutlierFactor", "OneClassSVM"})  # fmt: skip
"""Models of scikit-learn that learn without a target."""
ROWS = frozenset({"OLS", "GLS", "WLS", "GLSAR", "GLM", "GEE", "RLM", "Logit", "Probit", "MNLogit", "Poisson",
                  "NegativeBinomial", "QuantReg", "MixedLM"})  # fmt: skip
"""Models of statsmodels that are made of ``(endog, exog)``, the truth and the rows."""
SEARCHES = ("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV", "BayesSearchCV",
            "OptunaSearchCV", "TuneSearchCV", "TuneGridSearchCV")  # fmt: skip
SEEDS = frozenset({"random_state", "seed", "n_jobs", "verbose", "random_seed"})
"""Arguments that make no other model of it."""
MEASURED = frozenset({"oob_score_", "oob_scores_", "oob_prediction_", "oob_decision_function_", "validation_score_",
                      "validation_scores_", "best_validation_score_", "best_score_", "cv_results_"})  # fmt: skip
"""What objects of scikit-learn tell of how good they are for rows that they have not learnt from."""
SAME_OBJECT = frozenset(
    {"to", "cuda", "cpu", "eval", "train", "compile", "set_params", "set_output", "float", "double"}
)


@lru_cache(maxsize=MOST_PATHS)
def _makes(path: str) -> bool:
    """Return whether a function or class of a library's makes something to be fitted."""
    name, role = path.rpartition(".")[2], load_roles().role_of(path)
    makes = name[:1].isupper() or name.startswith("make_") or role is Role.WRAPPER or ".formula." in path
    return makes and role not in {Role.UNKNOWN, Role.DATA}


class Fitting(Tables):
    """The layer that reads what objects learn."""

    # Making.

    def constructed(self, path: str, given: Arguments) -> Value | None:
        """Read a call that makes something to be fitted."""
        if not _makes(path):
            return None
        name, role = path.rpartition(".")[2], self.roles.role_of(path)
        described = role is Role.DESCRIBED and (
            ".formula." in path or {"exog", "endog"} & {*given.keywords} or name in ROWS
        )
        direct = [part for each in given.all() for part in _spread(each)]
        parts = tuple(dict.fromkeys(p for each in direct for p in (each, *each.parts) if p.estimator is not None))
        inner = [each.estimator for each in parts if each.estimator is not None]
        supervised = (role in MODELS and name not in GROUPERS) or bool(described)
        if role in {Role.WRAPPER, Role.PIPELINE}:
            supervised = any(each.supervised for each in inner)
        if role is Role.PIPELINE and not inner:
            supervised = False
        searches = name in SEARCHES or (name.endswith("CV") and role in {*MODELS, Role.WRAPPER})
        paths = tuple(dict.fromkeys(path for each in inner for path in (each.path, *each.parts)))
        model = Model(len(self.record.models), path, "", paths, supervised, searches, given.node)
        self.record.models.append(model)
        told = [each for key, each in given.keywords.items() if key not in SEEDS]
        varies = varying((*given.places, *told, *parts))
        made = Value(path, estimator=model, parts=parts, keywords=given.keywords, varies=varies)
        handed = [each for each in given.all() if each.data is not None and each.data.rows is not None]
        made.data = handed[0].data if handed and role is Role.DESCRIBED else None
        if described:
            features = given.find(1, "data" if ".formula." in path else "exog")
            made.data = features.data if features is not None else None
            made.held = features
            if ".formula." not in path and (truth := given.find(0, "endog")) is not None:
                made.attributes["label"] = truth
        return made

    def own_estimator(self, path: str, given: Arguments) -> Model:
        """Return the description of an object that learns and whose class nobody knows."""
        model = Model(len(self.record.models), path, "", (), True, False, given.node)
        self.record.models.append(model)
        return model

    # Fitting.

    def fitted(self, value: Value, method: str, given: Arguments, features: Value | None, target: Value | None) -> Fit:
        """Note that something is fitted, and what it hands on from then on."""
        if value.estimator is None:
            value.estimator = self.own_estimator(value.path, given)
        model = replace(value.estimator, name=value.name)
        if features is not None and features.items and features.data is None:
            features = features.items[0]
        features, target = self.with_rows(features), self.with_rows(target)
        number, place = len(self.record.fits), self.place(given.node)
        evals = tuple(each for value in self._watched(given) if (each := self.given(value)) is not None)
        fit = Fit(number, place, model, method, self.given(features), self.given(target), evals, given.node)
        data, truth = features.data if features else None, target.data if target else None
        self.record.fits.append(Fitted(fit, value, data, truth))
        value.fits.append(fit)
        value.fitted_on = data.rows if data is not None else None
        self._hand_on(value, fit, data, truth)
        if model.searches and model.supervised and data is not None:
            scoring = Scoring(place, How.SEARCHED, model.kind, model, fit, part_of(data.rows), fit.features, given.node)
            self.record.scorings.append(Scored(scoring, data, data.rows, truth))
        return fit

    def _watched(self, given: Arguments) -> list[Value]:
        found: list[Value] = []
        for name in ("eval_set", "validation_data", "evals", "valid_sets"):
            value = given.keywords.get(name)
            pairs = value.items if value is not None and value.items is not None else [value] if value else []
            if name in {"validation_data"} and value is not None and value.items:
                pairs = value.items[:1]
            for pair in pairs:
                found.append(pair.items[0] if pair.items else pair)
        return found

    def _hand_on(self, value: Value, fit: Fit, data: Data | None, truth: Data | None) -> None:
        """Let what the object changes or answers from now on owe it to the rows that it has learnt from."""
        if data is None or data.rows is None:
            return
        paths = (fit.model.path, *fit.model.parts)
        chooses = any(path.startswith(SELECTION) for path in paths) and not fit.model.supervised
        trace = Trace.SELECTION if chooses and truth is not None else Trace.TOOL
        uses = truth.uses if truth is not None else NOTHING
        owed = Learnt(
            trace, fit.place, fit.model.kind, part_of(data.rows), uses, target=truth is not None, fit=fit.index
        )
        self.record.worked_out.append((owed, data.rows))
        value.learnt = ((owed, data.rows, None),)

    # Using.

    def transformed(self, value: Value, given: Arguments, data: Value | None) -> Value:
        """Return what a fitted tool makes of rows."""
        made = self.derived([data])
        if made.data is None or data is None or data.data is None:
            return made
        learnt = tuple(dict.fromkeys((*data.data.learnt, *value.learnt)))
        columns = data.data.columns if value.path.endswith(("Scaler", "Imputer")) else None
        table = data.data.table and value.path.endswith(("Scaler", "Imputer", "Transformer"))
        made.data = replace(
            made.data, learnt=learnt, columns=columns, table=table, without=data.data.without, bare=True
        )
        if data.data.column and value.path.endswith(("Encoder", "Binarizer")):
            made.data = replace(made.data, column=data.data.column, columns=data.data.columns)
        return made

    def resampled(self, value: Value, method: str, given: Arguments) -> Value:
        """Read ``SMOTE().fit_resample(X, y)``."""
        features, target = given.find(0, *FEATURES), given.find(1, *TARGET)
        self.fitted(value, method, given, features, target)
        thins = any("under_sampling" in path for path in (value.path,)) or "Under" in value.path
        trace = Trace.THINNED if thins else Trace.RESAMPLED
        rows: Rows | None = None
        items: list[Value] = []
        for each in (features, target):
            if each is None or each.data is None or each.data.rows is None:
                items.append(Value())
                continue
            rows = rows or Rows((each.data.rows,), how=value.path.rpartition(".")[2], doubled=not thins)
            owed = Learnt(trace, self.place(given.node), rows.how, part_of(each.data.rows), target=True)
            items.append(
                Value(data=replace(each.data, rows=rows, learnt=(*each.data.learnt, (owed, each.data.rows, None))))
            )
            self.record.worked_out.append((owed, each.data.rows))
        made = self.derived(items)
        made.items = items
        return made

    def answered(self, value: Value, method: str, given: Arguments) -> Value:
        """Note that something answers, and return the answers."""
        data = self.with_rows(given.find(0, *FEATURES))
        fit = value.fits[-1] if value.fits else None
        if value.estimator is not None and value.estimator.supervised:
            model = replace(value.estimator, name=value.name)
            prediction = Prediction(self.place(given.node), model, fit, method, self.given(data), given.node)
            self.record.predictions.append(prediction)
            if data is not None and data.data is not None:
                self.record.asked.append((prediction, data.data))
        if is_network(value):
            self.record.network = Asked(value, data)
        rows = data.data.rows if data is not None and data.data is not None else None
        learnt = value.learnt if value.estimator is not None and not value.estimator.supervised else ()
        answers = (fit,) if fit is not None and fit.model.supervised else ()
        made = Data(rows, learnt=learnt, answers=answers, asked=rows)
        if answers and data is not None and data.data is not None:
            made = replace(made, origin=0)
        return Value(data=made)

    def trained_by_hand(self, given: Arguments) -> Value:
        """Read ``loss.backward()`` in a loop: the network that was asked last learns from the rows it was asked about.

        Below a condition, and on held-out rows, that is not sure: the same function may be for training and for tests.
        What such a network answers afterwards is not followed, as batches of both kinds go by the same names.
        """
        asked, self.record.network = self.record.network, None
        if asked is not None and asked.truth is not None and self.loops and not self.branches:
            rows = asked.features.rows if asked.features is not None else None
            if rows is not None and part_of(rows) not in {*HELD_OUT, Part.MIXED}:
                fit = self.fitted(asked.network, BACKWARD, given, asked.features, asked.truth)
                asked.network.fits.remove(fit)
        return Value()

    def held_against(self, truth: Value | None) -> None:
        """Note the truth that the answers of the network that was asked last are held against."""
        if self.record.network is not None and truth is not None:
            self.record.network.truth = truth

    def scored(self, value: Value, method: str, given: Arguments) -> Value:
        """Note ``model.score(X_test, y_test)``."""
        features, target = self.with_rows(given.find(0, *FEATURES)), given.find(1, *TARGET)
        fit = value.fits[-1] if value.fits else None
        rows = features.rows if features is not None else None
        model = replace(value.estimator, name=value.name) if value.estimator is not None else None
        scoring = Scoring(
            self.place(given.node), How.METHOD, method, model, fit, part_of(rows), self.given(features), given.node
        )
        made = self.note_scoring(
            Scored(scoring, features.data if features else None, rows, target.data if target else None)
        )
        made.varies = value.varies
        return made

    def note_scoring(self, scored: Scored) -> Value:
        """Note a scoring and return its number."""
        if scored.scoring.fit is not None:
            scored.fitted = self.record.fits[scored.scoring.fit.index]
        scored.loops = tuple(self.loops)
        self._part_by_hand(scored)
        self.record.scorings.append(scored)
        return Value(scored=(len(self.record.scorings) - 1,))

    def _part_by_hand(self, scored: Scored) -> None:
        """Take two choices of the same rows as a split where a model learns from one and is scored on the other."""
        fitted, asked = scored.fitted, scored.rows
        learnt_from = fitted.features.rows if fitted is not None and fitted.features is not None else None
        pair = halves(learnt_from, asked) if learnt_from is not None and asked is not None else None
        if pair is None or scored.scoring.node is None:
            return
        kinds = {each.kind for each in pair}
        kind = next((each for each in (Kind.RANDOM, Kind.TIME) if each in kinds), Kind.ORDERED)
        splitting = self.split_off(
            kind, pair[0].how, [], scored.scoring.node, seeded=False if kind is Kind.RANDOM else None,
            folds=(kind is Kind.RANDOM and bool(self.loops)) or self._moves(pair),
            place=pair[1].place or pair[0].place,
        )  # fmt: skip
        self.record.whole[splitting.index] = [fitted.features] if fitted is not None and fitted.features else []
        splitting.by_use = pair[1].named not in HELD_OUT
        inner = part_of(pair[0].of[0]) is Part.TRAIN
        for rows, part in zip(pair, (Part.TRAIN, Part.VALIDATION if inner else Part.TEST), strict=True):
            rows.split, rows.part = splitting, part

    def _moves(self, pair: tuple[Rows, Rows]) -> bool:
        """Return whether each turn of a loop around has rows of its own: ``X[:i]`` and ``X[i : i + 1]``."""
        names = {
            name.id for each in pair if each.choice for name in ast.walk(each.choice) if isinstance(name, ast.Name)
        }
        return any(self.load(name).varies & frozenset(self.loops) for name in sorted(names))

    def measured(self, metric: str, values: Sequence[Value], node: ast.expr) -> Value:
        """Note that answers are set against the truth."""
        told = [each for each in values if each.data is not None]
        answers = next((each for each in told if each.data and each.data.answers), None)
        if answers is None or answers.data is None:
            return Value(scored=tuple(n for each in values for n in each.scored))
        truth = next((each for each in told if each.data and not each.data.answers), None)
        rows = answers.data.asked or (truth.rows if truth is not None else None)
        if part_of(rows) in {Part.UNKNOWN, Part.WHOLE} and truth is not None and truth.rows is not None:
            rows = truth.rows
        fit = answers.data.answers[-1]
        scoring = Scoring(self.place(node), How.METRIC, metric, fit.model, fit, part_of(rows), self.given(truth), node)
        made = self.note_scoring(Scored(scoring, None, rows, truth.data if truth else None, answers.varies))
        made.varies = answers.varies
        return made

    def weighed(self, values: Iterable[Value]) -> None:
        """Note that answers and other rows are looked at together, be it one by one: somebody measures by hand."""
        told = [each for each in values if each.data is not None or each.items or each in self.record.answered]
        if any(self._answers(each) for each in told):
            truths = (each.data for each in told if each.data is not None and not each.data.answers)
            self.record.measured |= any(each.rows is not None for each in truths)

    def _answers(self, value: Value) -> bool:
        return value in self.record.answered or (value.data is not None and bool(value.data.answers))

    def named_in(self, node: ast.expr) -> list[Value]:
        """Return what the names in an expression hold; nothing as long as no model answers."""
        if self.record.measured or not self.record.predictions:
            return []
        return [self.load(each.id) for each in ast.walk(node) if isinstance(each, ast.Name)]

    def compared(self, node: ast.expr, left: Value, right: Value, made: Value) -> None:
        """Note ``answers == y_test``; the number that is made of it is the score."""
        self.weighed(self.named_in(node))
        if isinstance(node, ast.Compare):  # what a network answers while it learns
            told = [each.data for each in (left, right) if each.data is not None]
            self.record.measured |= len(told) == 2 and any(each.asked is not None for each in told)
        for answers, truth in ((left, right), (right, left)):
            if answers.data is None or truth.data is None or not answers.data.answers or truth.data.answers:
                continue
            if truth.data.rows is not None and answers.data.asked is not None:
                made.scored = self.measured("by hand", [answers, truth], node).scored
            return

    def attribute_of_object(self, base: Value, name: str) -> Value:
        """Return an attribute of a fitted object: the best one of a search, its labels, how much columns matter."""
        self.record.measured |= name in MEASURED
        if name.startswith("best_estimator") and base.estimator is not None:
            inner = next((each.estimator for each in base.parts if each.estimator is not None), base.estimator)
            model = replace(base.estimator, path=inner.path, parts=inner.parts, searches=False, constructed=None)
            made = Value(inner.path, estimator=model, fits=base.fits, parts=base.parts, learnt=base.learnt)
            made.fitted_on, made.name = base.fitted_on, base.name
            return made
        if name == "labels_" and base.learnt:
            return Value(data=Data(base.fitted_on, learnt=base.learnt))
        if name == "get_support" and base.learnt:
            return Value(data=Data(None, learnt=base.learnt))
        if name in {"feature_importances_", "coef_", "scores_", "pvalues_", "support_", "ranking_"} and base.learnt:
            return Value(data=Data(None, learnt=_as_selection(base.learnt)))
        if name in {"named_steps", "steps", "estimators_", "transformers_"}:
            return Value(items=list(base.parts), keys=None)
        return Value(varies=base.varies)

    # Crossing.

    def crossed(self, path: str, given: Arguments) -> Value:
        """Note ``cross_val_score(model, X, y)``."""
        estimator = given.find(0, "estimator")
        features, target = self.with_rows(given.find(1, "X")), given.find(2, "y")
        name = path.rpartition(".")[2]
        model = estimator.estimator if estimator is not None else None
        rows = features.rows if features is not None else None
        if model is not None and estimator is not None:
            model = replace(model, name=estimator.name)
        scoring = Scoring(
            self.place(given.node), How.CROSSED, name, model, None, part_of(rows), self.given(features), given.node
        )
        data = features.data if features is not None else None
        scored = Scored(scoring, data, rows, target.data if target is not None else None)
        scored.kind = self._kind_of_folds(given)
        groups = given.keywords.get("groups")
        if groups is not None and rows is not None and groups.literal is not None:
            scored.kind = Kind.GROUP
            self.record.grouped.append((rows, self._text(groups)))
        made = self.note_scoring(scored)
        made.varies = estimator.varies if estimator is not None else frozenset()
        if name == "cross_val_predict":
            return Value(data=Data(rows))
        return made

    def _kind_of_folds(self, given: Arguments) -> Kind | None:
        splitter = given.keywords.get("cv")
        if splitter is None or not splitter.path:
            return None
        return kind_of_splitter(splitter)

    def _text(self, value: Value) -> str:
        if value.data is not None and value.data.column:
            return value.data.column
        return value.name or (ast.unparse(value.node)[:60] if value.node is not None else "")

    # Splitting.

    def split_off(self, kind: Kind, how: str, whole: Sequence[Value], node: ast.expr, **said: object) -> Splitting:
        """Note a split."""
        given = tuple(each for value in whole if (each := self.given(value)) is not None)
        stratified, folds = bool(said.get("stratified")), bool(said.get("folds"))
        seeded = said.get("seeded")
        place = said.get("place")
        split = Split(
            len(self.record.splits), place if isinstance(place, Place) else self.place(node), kind, how, given, {},
            seeded if isinstance(seeded, bool) else None, stratified, folds=folds, node=node,
        )  # fmt: skip
        splitting = Splitting(split.index, split)
        self.record.whole[split.index] = [each.data for each in whole if each.data is not None]
        self.record.splits.append(splitting)
        return splitting

    def parted(self, path: str, given: Arguments) -> Value:
        """Read ``train_test_split(X, y)``: two of each."""
        shuffles = given.literal(-1, "shuffle", default=True) is not False
        given.places = [self.with_rows(each) or each for each in given.places]
        tables = given.places
        kind = Kind.RANDOM if shuffles else Kind.ORDERED
        seeded = ("random_state" in given.keywords or "seed" in given.keywords) if shuffles else None
        stratified = "stratify" in given.keywords and given.keywords["stratify"].literal is not None
        name = path.rpartition(".")[2]
        splitting = self.split_off(kind, name, tables, given.node, seeded=seeded, stratified=stratified)
        known: dict[Rows, tuple[Rows, Rows]] = {}
        items: list[Value] = []
        for table in given.places:
            data = table.data or Data(Rows(how="?"))
            places = data.index_of
            whole = places or data.rows or Rows(how="?")
            if whole not in known:
                known[whole] = (
                    Rows((whole,), splitting, Part.TRAIN, kind=kind),
                    Rows((whole,), splitting, Part.TEST, kind=kind),
                )
            items += [Value(data=replace(data, rows=rows, index_of=places and rows)) for rows in known[whole]]
        made = self.derived(items)
        made.items, made.split = items, splitting
        return made

    def folds(self, splitter: Value, given: Arguments) -> Value:
        """Read ``for train, test in kf.split(X, y)``: the places of two parts, again and again."""
        name = splitter.path.rpartition(".")[2]
        kind = kind_of_splitter(splitter)
        seeded = "random_state" in (splitter.keywords or {}) if kind is Kind.RANDOM else None
        whole = self.with_rows(given.find(0, "X", "df"))
        groups = given.find(2, "groups")
        if groups is not None and kind is Kind.GROUP and whole is not None and whole.rows is not None:
            self.record.grouped.append((whole.rows, self._text(groups)))
        splitting = self.split_off(
            kind, f"{name}.split", [whole] if whole else [], given.node,
            seeded=seeded, stratified="Stratified" in name, folds=True,
        )  # fmt: skip
        rows = whole.rows if whole is not None else None
        of = (rows,) if rows is not None else ()
        halves = [Rows(of, splitting, part, kind=kind) for part in (Part.TRAIN, Part.TEST)]
        pair = Value(items=[Value(data=Data(index_of=each)) for each in halves])
        return Value(items=[pair], split=splitting)


def kind_of_splitter(splitter: Value) -> Kind:
    """Return how ``KFold(5, shuffle=True)`` and its like part rows."""
    name = splitter.path.rpartition(".")[2]
    if "Group" in name or "PGroups" in name:
        return Kind.GROUP
    if "Time" in name:
        return Kind.TIME
    shuffles = "Shuffle" in name or (splitter.keywords or {}).get("shuffle", Value()).literal is True
    return Kind.RANDOM if shuffles else Kind.ORDERED


def _spread(value: Value) -> list[Value]:
    """Return a value and, for a list or a tuple, what it holds."""
    if value.items is None:
        return [value]
    return [each for item in value.items for each in _spread(item)]


def _as_selection(
    learnt: tuple[tuple[Learnt, Rows | None, frozenset[str] | None], ...],
) -> tuple[tuple[Learnt, Rows | None, frozenset[str] | None], ...]:
    return tuple((replace(owed, trace=Trace.SELECTION), rows, columns) for owed, rows, columns in learnt)


__all__ = ["FEATURES", "SAME_OBJECT", "TARGET", "Fitting", "Labels"]
