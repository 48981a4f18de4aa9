"""What expressions give, as far as suggesting goes: models and what became of them, tables and where they are from."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from nb2prod.analysis.suggest.roles import MODELS, Role

NAMES: frozenset[str] = frozenset()


@dataclass(eq=False)
class Value:
    """One object, as far as the text tells."""

    role: Role = Role.UNKNOWN
    path: str = ""
    """Dotted path of its class; of itself where ``symbol``."""
    symbol: bool = False
    """Whether it is a library's module, function or class."""
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | None = None
    """The notebook's own function or class; of an object, its class."""
    instance: bool = False
    items: list[tuple[str, Value]] | None = None
    """What a list, tuple or dict holds, by the text of the key."""
    keyed: bool = False
    """Whether it is a dict, which a loop goes over by its keys."""
    key: str = ""
    """Of a key that a loop goes over, how it is written."""
    attributes: dict[str, Value] = field(default_factory=dict)
    fits: list[Fit] = field(default_factory=list)
    answers: frozenset[Fit] = frozenset()
    """The fits on which it depends as an answer of a model."""
    compared: frozenset[Fit] = frozenset()
    """Those whose answers were set against something else in it."""
    score: bool = False
    """Whether it says how good answers are."""
    lineage: frozenset[int] = frozenset()
    """The sources of data that it comes from."""
    spelled: bool = False
    """Whether it is written down in the notebook."""
    split: bool = False
    """Whether it comes from parting rows into those to learn from and those to test on."""
    root: Value | None = None
    """What it was parted from; all parts are labels where one is."""
    label: bool = False
    parts: tuple[Value, ...] = ()
    """What it was made with: steps of a pipeline, the network of an optimizer."""
    made: Made | None = None
    loaded: bool = False
    """Whether it was read back from a file."""

    @property
    def origin(self) -> Value:
        """What it was parted from in the end."""
        value = self
        while value.root is not None:
            value = value.root
        return value

    @property
    def made_first(self) -> Made | None:
        """The call that gave it or what it was parted from."""
        value = self
        while value.made is None and value.root is not None:
            value = value.root
        return value.made

    @property
    def crossed(self) -> list[tuple[int, str]]:
        """The statements that cross-validate it before it is fitted, and what they call."""
        found = self.attributes.get("crossed")
        return [(int(key), value.path) for key, value in (found.items or ())] if found is not None else []

    @property
    def holds_models(self) -> bool:
        """Whether it is a list, tuple or dict with a model, or something that was fitted, in it."""
        return any(item.is_model or item.fits for _, item in self.items or ())

    @property
    def is_model(self) -> bool:
        """Whether it is known to be a model."""
        return self.role in MODELS and not self.symbol


@dataclass(frozen=True)
class Seen:
    """A value, and where the expression that gave it has it from."""

    value: Value
    names: frozenset[str] = NAMES
    """Global names that the statement at hand reads for it."""
    text: str = ""
    """How to write it at the top level, where that is possible."""


@dataclass(frozen=True)
class Made:
    """The call that gave a value: ``vectorizer.transform(texts)``, ``DMatrix(X)``."""

    statement: int
    tool: Seen
    method: str
    """Empty where the tool itself is called."""
    data: Seen
    others: tuple[Seen, ...] = ()
    then: str = ""
    """What is called on the result: ``.toarray()``."""
    options: str = ""
    """What the call says of the rows, for any others as well: ``, cat_features=names``."""


@dataclass(eq=False)
class Fit:
    """One time that an object was fitted."""

    model: Value
    statement: int
    cell: int
    call: str
    """How it was fitted, for a reason: ``fit``, ``xgboost.train``."""
    data: Seen | None = None
    labels: Seen | None = None
    others: tuple[Seen, ...] = ()
    """The other data that it is handed: rows to stop early by, weights."""
    data_at: int = -1
    """The statement at which the data are handed over."""
    text: str = ""
    """How the model is written at the top level there."""
    through: tuple[str, ...] = ()
    """The notebook's functions in which it happens, the outermost first."""
    in_loop: bool = False
    """Whether a loop around it fits others."""
    name: str = ""
    """The name under which it can be had behind the statement."""
    outer: Fit | None = None
    """The fit of the notebook's own object that this one is part of."""

    @property
    def within(self) -> str:
        """The innermost of the notebook's functions in which it happens."""
        return self.through[-1] if self.through else ""

    @property
    def is_split(self) -> bool:
        """Whether it learns from a part of the rows only."""
        return self.data is not None and self.data.value.split


@dataclass(frozen=True)
class Use:
    """One time that a fitted object answered or was judged."""

    kind: str
    """``answer`` or ``judge``."""
    fit: Fit
    statement: int
    cell: int
    call: str
    data: Seen | None = None
    text: str = ""
    through: tuple[str, ...] = ()
    """The notebook's functions in which it happens, the outermost first."""

    @property
    def within(self) -> str:
        """The innermost of them."""
        return self.through[-1] if self.through else ""


@dataclass
class Story:
    """What happens in a notebook, in order."""

    fits: list[Fit] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    delivered: dict[Fit, int] = field(default_factory=dict)
    """Fits whose answers are written to a file, and the last statement that does."""
    tools: list[Fit] = field(default_factory=list)
    """Fits of tools."""
    drawing: set[int] = field(default_factory=set)
    """Cells that draw."""
    crossed: list[tuple[int, str]] = field(default_factory=list)
    """Statements that judge an estimator that is never fitted for good, and what they call."""
    scores: dict[int, dict[str, frozenset[Fit]]] = field(default_factory=dict)
    """Statement to the names that it gives what was measured of models, and of which."""
    variables: dict[str, Value] = field(default_factory=dict)
    """The global names at the end."""
    paths: dict[str, str] = field(default_factory=dict)
    """Global names of libraries' modules, to their paths."""
    unknown: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Statements that ask something for answers of which the text does not say which model it is, to their cell and how
    they ask it."""
