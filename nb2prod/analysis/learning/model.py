"""What a notebook's learning is made of, as far as its text tells: plain data for whoever judges it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from nb2prod.records import record


class Part(StrEnum):
    """Which rows something is about."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    WHOLE = "whole"
    """All rows that there are: those of a table that nobody has split above, or not on the way here."""
    MIXED = "mixed"
    """Parts of a split, put together again."""
    UNKNOWN = "unknown"


HELD_OUT = frozenset({Part.TEST, Part.VALIDATION})


class Kind(StrEnum):
    """How rows are parted."""

    RANDOM = "random"
    """Shuffled first: ``train_test_split``, ``KFold(shuffle=True)``, ``df.sample(frac=0.8)``, a random mask."""
    ORDERED = "ordered"
    """As they lie: ``df[:800]``, ``shuffle=False``, ``KFold``."""
    TIME = "time"
    """By a date, or ``TimeSeriesSplit``."""
    GROUP = "group"
    """No group in two parts: ``GroupKFold``, ``GroupShuffleSplit``."""
    FILES = "files"
    """By whoever made the files: ``train.csv`` and ``test.csv``, ``mnist.load_data()``."""


@record
class Place:
    """Where something stands."""

    statement: int
    """The top-level statement in which it happens."""
    cell: int
    """Index of the cell that the code stands in; of a function's body, the cell that defines the function."""
    line: int
    """In that cell, from 1."""
    loops: int = 0
    """How many loops are around it, those around the call of a function of the notebook's included."""


@record
class Given:
    """Rows as they are handed to something."""

    text: str
    """The expression: ``X_train``, ``df[["a", "b"]]``."""
    name: str = ""
    """Where the expression is a name of the notebook's."""
    part: Part = Part.UNKNOWN
    split: int | None = None
    """Index of the split that they are a part of, the last one where there are several."""
    column: str = ""
    """The one column that it is, where that is known: ``price``."""
    columns: frozenset[str] | None = None
    """The columns that it has, where that is known."""
    node: ast.expr | None = field(default=None, repr=False, compare=False)
    inside: Given | None = field(default=None, repr=False, compare=False)
    """The rows that it was made to hold, where a library has a kind of its own: ``X_train`` of ``DMatrix(X_train)``."""


@dataclass(frozen=True)
class Split:
    """Rows are parted into those to learn from and those to test on."""

    index: int
    """Place among the notebook's splits."""
    place: Place
    kind: Kind
    how: str
    """``train_test_split``, ``KFold.split``, ``[:]``, ``sample``, a file's name."""
    whole: tuple[Given, ...] = ()
    """What went in."""
    names: Mapping[Part, tuple[str, ...]] = field(default_factory=dict)
    """The names that the parts were given first, features and target alike."""
    seeded: bool | None = None
    """Whether it says a ``random_state``; ``None`` where nothing is drawn."""
    stratified: bool = False
    folds: bool = False
    """Whether it parts the rows again and again."""
    node: ast.expr | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Model:
    """An object that is fitted."""

    index: int
    path: str
    """Dotted path of its class or of the function that trained it; empty where nobody knows."""
    name: str = ""
    """A variable that holds it, the last one that was given to it."""
    parts: tuple[str, ...] = ()
    """Paths of what it was made with: steps of a pipeline, the estimator of a search."""
    supervised: bool = False
    """Whether it answers: a model, a search or a pipeline with one, and no scaler or the like."""
    searches: bool = False
    """Whether its ``fit`` cross-validates by itself: ``GridSearchCV``, ``LassoCV``."""
    constructed: ast.Call | None = field(default=None, repr=False, compare=False)
    """The call that made it."""
    among: tuple[str, ...] = ()
    """Where it is one of several objects, and nobody knows which: their paths."""

    @property
    def kind(self) -> str:
        """The last word of its path: ``StandardScaler``."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True)
class Fit:
    """One time that an object was fitted."""

    index: int
    place: Place
    model: Model
    method: str
    """``fit``, ``fit_transform``, ``partial_fit``, ``fit_resample``, ``train``, ``optimizer.step``."""
    features: Given | None = None
    target: Given | None = None
    evals: tuple[Given, ...] = ()
    """The features of the rows that it is told to watch: ``eval_set``, ``validation_data``."""
    node: ast.Call | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Prediction:
    """A fitted object answers."""

    place: Place
    model: Model
    fit: Fit | None
    method: str
    data: Given | None = None
    node: ast.Call | None = field(default=None, repr=False, compare=False)


class How(StrEnum):
    """How a score is come by."""

    METRIC = "metric"
    """``accuracy_score(y_test, answers)``, or by hand: ``(answers == y_test).mean()``."""
    METHOD = "method"
    """``model.score(X_test, y_test)``."""
    CROSSED = "crossed"
    """``cross_val_score(model, X, y)`` and its like."""
    SEARCHED = "searched"
    """``GridSearchCV(...).fit(X, y)``."""


@dataclass(frozen=True)
class Scoring:
    """A model is scored."""

    place: Place
    how: How
    metric: str
    """``accuracy_score``, ``score``, ``cross_val_score``."""
    model: Model | None = None
    fit: Fit | None = None
    """The last fit before it, of the model whose answers are scored; ``None`` for copies that are fitted in folds."""
    part: Part = Part.UNKNOWN
    """Which rows it is scored on; for a cross-validation, those that are parted into folds."""
    data: Given | None = None
    """What the truth is, or the features where those are handed over."""
    node: ast.expr | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Roles:
    """The names that the notebook gives to what it learns from; each in the order of first use."""

    training_features: tuple[str, ...] = ()
    training_target: tuple[str, ...] = ()
    test_features: tuple[str, ...] = ()
    test_target: tuple[str, ...] = ()
    validation_features: tuple[str, ...] = ()
    validation_target: tuple[str, ...] = ()
    whole_features: tuple[str, ...] = ()
    """What was split, or fitted without a split."""
    whole_target: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    """Names of tables as they were read."""
    models: tuple[str, ...] = ()
    """Names of the supervised models that are fitted, the last one last."""
    target_columns: tuple[str, ...] = ()
    """Columns that are learnt to be told, where their names are known."""


class Trace(StrEnum):
    """What the values of some rows owe to other rows."""

    TOOL = "tool"
    """What a fitted object has learnt: a scaler, a vectoriser."""
    SELECTION = "selection"
    """Columns chosen by how they go with the target."""
    STATISTIC = "statistic"
    """A mean or the like, worked out by hand."""
    GROUPED = "grouped"
    """Such a number for each group."""
    RESAMPLED = "resampled"
    """Rows repeated or made up from other rows."""
    THINNED = "thinned"
    """Rows left out so that classes are balanced."""
    AHEAD = "ahead"
    """Rows that lie below: ``shift(-1)``."""
    BEHIND = "behind"
    """Rows that lie above: ``shift(1)``, ``rolling``."""
    FILLED_BACK = "filled-back"
    """Gaps filled with what comes later: ``bfill``."""
    SORTED = "sorted"
    """Rows put in order of a date."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """Something that values owe to other rows, and where it was worked out."""

    trace: Trace
    place: Place
    what: str
    """``StandardScaler``, ``mean``, ``groupby("city")["price"].mean()``."""
    part: Part = Part.UNKNOWN
    """The rows that it was learnt from."""
    uses: frozenset[str] = frozenset()
    """Columns that went into it, where that is known."""
    target: bool = False
    """Whether it was handed the target: ``SelectKBest().fit(X, y)``."""
    by: frozenset[str] = frozenset()
    """Columns by which it was grouped or sorted."""
    fit: int | None = None
    """Index of the fit, where an object was fitted."""


class Harm(StrEnum):
    """How rows that are held out reach what a model learns from."""

    BEFORE_SPLIT = "before-split"
    """Worked out from rows that are parted afterwards."""
    BEFORE_FOLDS = "before-folds"
    """Worked out from all the rows that a cross-validation parts afterwards."""
    ON_TEST = "on-test"
    """Worked out from held-out rows alone."""
    ON_BOTH = "on-both"
    """Worked out from training rows and held-out rows together."""


@dataclass(frozen=True)
class Leak:
    """Something worked out from held-out rows that a model has learnt from, or is scored with."""

    learnt: Learnt
    harm: Harm
    fit: Fit | None = None
    """The model's fit that it reaches, where it is known."""
    scoring: Scoring | None = None
    """The cross-validation that it reaches."""
    of_target: bool = False
    """Whether the target went into it."""


class Fault(StrEnum):
    """What else makes a score look better than the model is."""

    TARGET_GIVEN = "target-given"
    """The target, or what tells it, is among the features."""
    LOOKS_AHEAD = "looks-ahead"
    """A feature is made of rows that come later."""
    CHOSEN = "chosen"
    """Test rows decide which of several models is taken."""
    OVERLAP = "overlap"
    """A model is scored on rows that it has learnt from, and that were held out."""
    SHUFFLED_TIME = "shuffled-time"
    """Rows that follow one another in time are parted by chance."""
    GROUPS_APART = "groups-apart"
    """Rows of one subject are parted by chance."""


@dataclass(frozen=True)
class Flaw:
    """Such a fault, and where it is."""

    fault: Fault
    place: Place
    subject: str
    """The column, the expression or the name that it is about."""
    detail: str = ""
    """What else is to be said of it: the loop's text, how rows were parted, what a column is made of."""


@dataclass(frozen=True)
class Learning:
    """All of it, each in the order in which it happens."""

    splits: tuple[Split, ...] = ()
    fits: tuple[Fit, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    scorings: tuple[Scoring, ...] = ()
    leaks: tuple[Leak, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    roles: Roles = field(default_factory=Roles)
    measured: bool = False
    """Whether something tells how good a model is: a scoring, or what is none as nobody knows its rows."""

    @cached_property
    def models(self) -> tuple[Fit, ...]:
        """The fits of supervised models."""
        return tuple(fit for fit in self.fits if fit.model.supervised)

    @cached_property
    def tools(self) -> tuple[Fit, ...]:
        """The fits of what only changes data."""
        return tuple(fit for fit in self.fits if not fit.model.supervised)
