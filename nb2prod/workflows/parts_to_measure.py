"""Facts of a notebook's text to what can be measured of its objects: which of them play which part."""

from __future__ import annotations

import ast
from typing import Any

from nb2prod.analysis.inference import Inference
from nb2prod.analysis.lasting import changed_later, free_names
from nb2prod.analysis.learning.model import HELD_OUT, Fit, Given, How, Part, Prediction, Scoring
from nb2prod.analysis.learning.networks import BACKWARD
from nb2prod.capture.measurements import MeasureRequest
from nb2prod.rules.facts import Facts


def measure_request(facts: Facts) -> MeasureRequest:
    """Return what to measure, by the notebook's text; nothing is run."""
    looking = _Looking(facts)
    inference = looking.inference()
    parts = looking.parts()
    return MeasureRequest(
        **parts, inference=inference, groups=_groups(facts), missing=looking.missing, places=looking.places
    )


def _groups(facts: Facts) -> tuple[str, ...]:
    """Return the columns that ``{"nb2prod": {"groups": [...]}}`` in the notebook's metadata names."""
    options = facts.notebook.metadata.get("nb2prod")
    named = options.get("groups") if isinstance(options, dict) else None
    return tuple(each for each in named if isinstance(each, str)) if isinstance(named, list) else ()


class _Looking:
    """Looks for the parts, and keeps where they stand and why some are not there."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.learning = facts.learning
        self.missing: dict[str, str] = {}
        self.places: dict[str, tuple[int, int]] = {}

    def inference(self) -> dict[str, Any] | None:
        """Return what the inference section asks and answers."""
        found = self.facts.inference
        if not isinstance(found, Inference):
            if found:
                self.missing["inference"] = f"what the notebook is asked and answers is not clear: {found[0].what}"
            return None
        first = self.facts.statements[found.body[0] if found.body else found.first]
        self.places["inference"] = (first.cell, first.line)
        return {
            "inputs": found.inputs,
            "output": found.output,
            "setup": found.setup,
            "body": found.run,
            "row_sources": found.row_sources,
        }

    def parts(self) -> dict[str, Any]:
        """Return the expressions of the model, its rows and their target, as far as they last to the end."""
        found: dict[str, Any] = {"table": self.table()}
        fit = self.fit()
        if fit is None:
            return {**found, **self.without_fit()}
        self.places["fit"] = (fit.place.cell, fit.place.line)
        found["model"] = self.lasting("model", fit.model.name, fit.place.statement)
        learnt, told = _rows_of(fit.features), fit.target
        column = _column_of_formula(fit.model.constructed)
        if column and learnt is not None:
            learnt, told = _without(learnt, column), told or _column(learnt, column)
        for part, given in (("train_features", learnt), ("train_target", told)):
            found[part] = self.given(part, given, fit.place.statement)
        features, target, place = self.tested(fit)
        if place is not None:
            features = _without(features, column) if column and features is not None else features
            found["test_features"] = self.given("test_features", _rows_of(features), place)
            found["test_target"] = self.given("test_target", target, place)
        else:
            self.missing["test_features"] = "no rows that were held back from fitting are asked about"
        if not column:
            found.update(self.raw(fit, features))
        return found

    def without_fit(self) -> dict[str, Any]:
        """Return what a model of unknown make can be asked about through the inference section.

        That are the parts of the last split of features and target, as they are in the end: they are held against the
        request before they are asked about. The model is what that section calls, where it has a name.
        """
        found: dict[str, Any] = {}
        asked = next((each for each in self.learning.predictions if self.in_inference(each)), None)
        if asked is not None and asked.model.name and self.is_plain(asked.node, asked.place):
            found["model"] = self.lasting("model", asked.model.name, asked.place.statement)
        pairs = [each for each in self.learning.splits if len(each.whole) == 2 and not each.folds]
        if not pairs:
            return found
        split = pairs[-1]
        self.places["split"] = (split.place.cell, split.place.line)
        for which, part in (("train", Part.TRAIN), ("test", Part.TEST)):
            names = split.names.get(part, ())
            if len(names) >= 2:
                found[f"{which}_rows"], found[f"{which}_target"] = names[:2]
        return found

    def table(self) -> str:
        """Return the name of the table of the data."""
        names = self.learning.roles.tables
        for statement in self.facts.statements:
            if names and names[0] in statement.facts.definitions:
                self.places["data"] = (statement.cell, statement.line)
                break
        return names[0] if names else ""

    def fit(self) -> Fit | None:
        """Return the last fit of the model that the inference section asks, else of the one that is asked last; none
        where that section asks a model of which no fit is known, such as a network in a loop of the notebook's own."""
        named = [each for each in self.learning.models if each.model.name and each.method != BACKWARD]
        fits = [each for each in named if self.is_plain(each.node, each.place)]
        served = [each for each in self.learning.predictions if self.in_inference(each)]
        known = {each.model.name for each in fits}
        if served and all(each.fit is None and each.model.name not in known for each in served):
            return None
        asked = [each.fit for each in served]
        asked += [each.fit for each in reversed(self.learning.predictions)]
        asked += [each.fit for each in reversed(self.learning.scorings)]
        for fit in asked:
            last = next((each for each in reversed(fits) if fit and each.model.index == fit.model.index), None)
            if last is not None:
                return last
        return fits[-1] if fits else None

    def in_inference(self, prediction: Prediction) -> bool:
        """Say whether something is asked in the inference section."""
        return self.facts.notebook.cells[prediction.place.cell].section == "inference"

    def is_plain(self, node: ast.AST | None, place: Any) -> bool:
        """Say whether a node stands in the notebook's own statement, and not in a function, whose names are others."""
        statement = self.facts.statements[place.statement]
        if node is None or place.cell != statement.cell or isinstance(statement.node, ast.FunctionDef | ast.ClassDef):
            return False
        inner = (ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp, ast.FunctionDef)
        hidden = {id(b) for a in ast.walk(statement.node) if isinstance(a, inner) for b in ast.walk(a)}
        return id(node) not in hidden and any(each is node for each in ast.walk(statement.node))

    def tested(self, fit: Fit) -> tuple[Given | None, Given | None, int | None]:
        """Return features and target of the rows that were held back, and the statement that asks about them."""
        predictions = [
            each
            for each in self.learning.predictions
            if each.data is not None
            and each.data.part in HELD_OUT
            and each.model.index == fit.model.index
            and self.is_plain(each.node, each.place)
        ]
        scorings = [
            each
            for each in self.learning.scorings
            if each.part in HELD_OUT
            and each.model is not None
            and each.model.index == fit.model.index
            and self.is_plain(each.node, each.place)
        ]
        for scoring in sorted(scorings, key=lambda each: each.part is not Part.TEST):
            pair = self.pair(scoring, predictions)
            if pair is not None:
                self.places["scoring"] = (scoring.place.cell, scoring.place.line)
                return (*pair, scoring.place.statement)
        if not predictions:
            return None, None, None
        asked = predictions[-1]
        return asked.data, None, asked.place.statement

    def pair(self, scoring: Scoring, predictions: list[Prediction]) -> tuple[Given, Given] | None:
        """Return features and target of what is scored."""
        if scoring.how is How.METHOD and isinstance(scoring.node, ast.Call) and len(scoring.node.args) >= 2:
            features, target = (Given(ast.unparse(each), node=each) for each in scoring.node.args[:2])
            return features, target
        if scoring.how is not How.METRIC or scoring.data is None:
            return None
        before = [
            each
            for each in predictions
            if each.place.statement <= scoring.place.statement and each.data and each.data.part is scoring.part
        ]
        return (before[-1].data, scoring.data) if before and before[-1].data else None

    def raw(self, fit: Fit, tested: Given | None) -> dict[str, str]:
        """Return the rows as they were split, where those that the model takes have been prepared since.

        Of one table that was split whole, with the target and whatever else it has, only the columns that the model
        learns from; nothing where nobody knows which these are.
        """
        features = fit.features
        if features is None or features.split is None:
            return {}
        split = self.learning.splits[features.split]
        self.places["split"] = (split.place.cell, split.place.line)
        found: dict[str, str] = {}
        for part, given, which in (("train_rows", features, Part.TRAIN), ("test_rows", tested, Part.TEST)):
            names = split.names.get(which, ())
            if given is None or not names or given.text == names[0] or split.folds:
                continue
            if len(split.whole) == 1 and not given.columns:
                continue
            if changed_later(self.facts.flow, split.place.statement, [names[0]], after=True) is None:
                whole = len(split.whole) == 1 and given.columns
                found[part] = f"{names[0]}[{sorted(given.columns or ())!r}]" if whole else names[0]
        return found if len(found) == 2 else {}

    def given(self, part: str, given: Given | None, statement: int) -> str:
        """Return the expression of some rows, where it gives at the end what it gave here."""
        if given is None:
            return ""
        return self.lasting(part, _text(given), statement)

    def lasting(self, part: str, text: str, statement: int) -> str:
        """Return an expression, empty where what it gives has changed by the end."""
        try:
            names = free_names(text)
        except SyntaxError:
            return ""
        changed = changed_later(self.facts.flow, statement, names, after=True)
        if changed is None:
            return text
        where = self.facts.notebook.cells[self.facts.statements[changed.statement].cell].label
        self.missing[part] = f"`{changed.name}` is another by the end: {where} changes it"
        return ""


def _rows_of(given: Given | None) -> Given | None:
    """Return rows themselves where a library's own kind holds them: ``X_train`` of ``DMatrix(X_train)``."""
    while given is not None and given.inside is not None:
        given = given.inside
    return given


def _column_of_formula(made: ast.Call | None) -> str:
    """Return the column that a model of a formula tells, empty where there is none: ``y`` of ``ols("y ~ a", df)``."""
    if made is None:
        return ""
    said = [*made.args[:1], *(each.value for each in made.keywords if each.arg == "formula")]
    texts = [each.value for each in said if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    left = texts[0].partition("~")[0].strip() if texts and "~" in texts[0] else ""
    return left if left.isidentifier() else ""


def _without(table: Given, column: str) -> Given:
    """Return a table without a column that it may have."""
    return Given(f"({_text(table)}).drop(columns=[{column!r}], errors='ignore')")


def _column(table: Given, column: str) -> Given:
    """Return a column of a table."""
    return Given(f"({_text(table)})[{column!r}]")


def _text(given: Given) -> str:
    return ast.unparse(given.node) if given.node is not None else given.text
