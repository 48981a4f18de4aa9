"""Evidence: what one run of the notebook showed, as plain data; and what to ask the probe for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class InferenceRequest:
    """What the probe does with the inference section, in the kernel, right behind cell ``after_cell``.

    The probe runs ``setup``, takes the values of ``inputs`` as the notebook's own request, runs ``body`` and takes
    ``output`` as its answer. Then it draws more rows from ``row_sources``, sets ``inputs`` to them and runs ``body``
    again. The user's namespace is put back afterwards.
    """

    after_cell: int
    inputs: tuple[str, ...]
    """One name, or several for a function of several arguments."""
    output: str
    setup: str
    """The notebook's own statements that make the inputs; may be empty."""
    body: str
    """The notebook's own statements that lead from the inputs to the output."""
    row_sources: tuple[str, ...] = ()
    """Names of tables, arrays and lists to draw rows from, the best first."""
    artifacts: tuple[str, ...] = ()
    """Names whose values ``body`` needs, saved from the kernel before anything else is done."""
    max_rows: int = 200
    moments: tuple[Moment, ...] = ()
    """What to keep for drawing rows: tables as they were read, and rows that the notebook gave the model."""
    before: Mapping[str, str] = field(default_factory=dict)
    """Inputs that the section changes, such as a table that it stores its answers in, to the moments that have them as
    they were asked."""
    raw: tuple[str, ...] = ()
    """Those of ``row_sources`` whose rows are as they were read."""
    picked: tuple[str, ...] = ()
    """Those of ``row_sources`` of which the notebook's own request is some rows."""
    asked: tuple[str, ...] = ()
    """Names of the moments that hold what the model was fitted to or asked about."""
    judged: bool = False
    """Whether rows are drawn only where the model is given for them what the notebook gave it, or that are raw."""


@dataclass(frozen=True)
class ShownValue:
    """An expression in a statement of the notebook whose value is wanted when it is computed."""

    name: str
    """What to call the value."""
    cell: int
    line: int
    """Where the statement that it stands in begins in the cell."""
    statement: str
    """The statement's source."""
    expression: str
    report: str = ""
    """The expression that gives a dict where the shown one gives a text."""


@dataclass(frozen=True)
class Moment:
    """A value to take in the middle of a cell, beside one of its statements, as the notebook has it there."""

    cell: int
    statement: str
    """Source of the statement."""
    earlier: int
    """How many statements before it in the cell are the same."""
    after: bool
    name: str
    """A name that the notebook does not use; the value is there under it from then on."""
    expression: str
    again: str = ""
    """Where it is asked for in a kernel that has run to the end: source that gives the value once more."""


@dataclass(frozen=True)
class RawRequest:
    """What the probe does to find out whether raw rows are answered as the prepared ones are.

    The notebook itself is run as it is. Behind cell ``inference.after_cell`` the raw rows that the notebook's own
    prepared rows were made from are looked for, prepared and asked.
    """

    moments: tuple[Moment, ...]
    """The first keeps the raw rows."""
    inference: InferenceRequest
    """The way from raw rows to the answer."""
    definitions: str
    """Functions that the notebook does not have and ``inference`` needs."""
    prepare: str
    """Expression that makes of the raw rows what the model is given."""
    others: tuple[str, ...] = ()
    """Other raw tables that ``moments`` keep, in which the rows are looked for if they are not in the first: ``test``
    beside ``train``."""
    targets: tuple[str | int, ...] = ()
    """Columns that a client may not know, such as the one that the model explains, by name or place."""


@dataclass(frozen=True)
class CaptureRequest:
    """What to run and what to bring back."""

    inference: InferenceRequest | None = None
    metrics: tuple[str, ...] = ()
    """Names that the evaluation section defines; those that are numbers, or dicts of numbers, come back."""
    types: tuple[str, ...] = ()
    """Names whose type is wanted, taken at the end of the last cell that assigned them."""
    shown: tuple[ShownValue, ...] = ()
    """Expressions that are shown and that no variable holds; those that turn out to be numbers are metrics."""
    measured: tuple[Moment, ...] = ()
    """Variables of other sections that hold numbers of evaluation's, each behind the statement that gives them."""
    raw: RawRequest | None = None
    """Wanted beside ``inference``."""


@dataclass(frozen=True)
class CellRun:
    """How one code cell ran."""

    index: int
    seconds: float
    peak_memory_mb: float
    random_use: tuple[str, ...] = ()
    """Resources whose state the cell changed: ``<random>``, ``<numpy.random>``, ``<torch.random>``."""
    changed: tuple[str, ...] = ()
    """Names that held the same object before and after, which is not what it was."""
    unchanged: tuple[str, ...] = ()
    """Names whose object is certainly what it was. Names in neither were not looked at, or not wholly."""


@dataclass(frozen=True)
class FileRead:
    """A file that the notebook opened for reading."""

    path: str
    """Relative to the notebook's folder (POSIX) where it lies inside, else absolute."""
    sha256: str
    size: int
    inside: bool


@dataclass(frozen=True)
class Distribution:
    """An installed distribution in the kernel's environment."""

    name: str
    version: str
    requires: tuple[str, ...] = ()
    """Normalised names of the installed distributions that it needs in turn (extras left out)."""
    imports: tuple[str, ...] = ()
    """Top-level import names that it provides."""
    problem: str = ""
    """Why it cannot be pinned: editable, from a local path, from a version control system."""


@dataclass(frozen=True)
class ValueInfo:
    """What is known of a value without loading it."""

    name: str
    module: str
    """Public import path of its type, such as ``sklearn.pipeline``; ``__main__`` for the notebook's own classes."""
    type: str
    """The type's qualified name, such as ``Pipeline``."""
    kind: str
    """Artifact kind: ``json``, ``numpy``, ``pandas``, ``sklearn``, ``xgboost``, ``lightgbm``, ``statsmodels``,
    ``keras``, ``torch`` (a Module), ``torch_whole`` (several), ``tensor``, ``callable``, ``module``, or ``object`` for
    anything else."""
    size: int = 0
    """Bytes, roughly."""
    defined_in: str = ""
    """For classes and functions of the notebook: their name."""
    bases: tuple[str, ...] = ()
    """Dotted public names of the type's ancestors."""
    pickled: str = ""
    """File name below the evidence's folder; empty if it was not asked for or could not be pickled."""
    problem: str = ""
    """Why it could not be pickled."""
    varied: bool = False
    """Whether the name held values of several types, looked at behind each cell that touched it."""
    obstacle: str = ""
    """What in it keeps it out of the file of its kind."""
    value: Any = None
    """The value itself where ``kind`` is ``json`` and it is small."""
    whole: bool = False
    """For a PyTorch module: whether a file can hold all of it, and not only its tensors."""
    own_parts: tuple[str, ...] = ()
    """Names of the notebook's own classes and functions in it, if so."""
    mode: str = ""
    """``train`` or ``eval``, for a PyTorch module that is in one of them with all its parts."""
    columns: tuple[str, ...] = ()
    """Columns of a table, those included that it had behind an earlier cell."""


@dataclass(frozen=True)
class Answers:
    """The notebook's own rows and what its own code answered."""

    request_schema: Mapping[str, Any]
    """See ``docs/schema.md``: ``{"kind": "table" | "array" | "text" | "record" | "value", ...}``."""
    response_schema: Mapping[str, Any]
    requests: tuple[Any, ...]
    """One JSON value a record."""
    responses: tuple[Any, ...]
    """One JSON value a record, in the same order."""
    own: int
    """How many of them, at the front, are the notebook's own request; the rest was drawn."""
    drawn_from: str = ""
    """Name of the variable that the other rows came from."""
    batched: bool = True
    """Whether one run of the body answers many records."""
    type: ValueInfo | None = None
    """What the notebook's own answer was, before it was cut into records."""
    refused: int = 0
    """Rows drawn on which the notebook's own code raised; they are left out."""
    contradicted: str = ""
    """How the answer to the notebook's own request differs from what the notebook's run answered; empty if it does
    not."""


@dataclass(frozen=True)
class RawRows:
    """What came of the notebook's raw rows."""

    answers: Answers | None = None
    """The notebook's answers to its prepared rows, by raw rows, where these are proven to get them."""
    why: str = ""
    """Why there are none."""
    unused: tuple[str, ...] = ()
    """Columns of the raw table that only training needs, if anybody."""
    layout: tuple[str | int, ...] = ()
    """The columns that have to be there, empty where they are not sent; nothing where those that are sent will do."""
    filled: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    """Columns of the layout that need a value, though none of what is prepared depends on it, and one that will do."""
    table: str = ""
    """The one of ``RawRequest.others`` that has the rows, empty where it is the first table."""
    problems: tuple[str, ...] = ()
    line: int = 0
    """Line of ``RawRequest.definitions`` in which preparing a row raised; 0 where it did not."""
    columns: tuple[str, ...] = ()
    """Columns of the prepared rows that are not as the notebook has them."""


@dataclass(frozen=True)
class Evidence:
    """What one run of the notebook showed. ``folder`` holds what is too big for JSON."""

    folder: str
    python: Mapping[str, str]
    """``version``, ``implementation``, ``executable``, ``platform``."""
    cells: tuple[CellRun, ...] = ()
    distributions: Mapping[str, Distribution] = field(default_factory=dict)
    """Normalised name to distribution, for everything imported in the kernel and what that needs."""
    files_read: tuple[FileRead, ...] = ()
    files_written: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    """Calls that set a seed, as text, such as ``numpy.random.seed(42)``."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    metric_texts: Mapping[str, str] = field(default_factory=dict)
    """Name of a metric to the expression that gives it: ``report.mae`` to ``report['mae']``."""
    values: Mapping[str, ValueInfo] = field(default_factory=dict)
    answers: Answers | None = None
    raw: RawRows | None = None
    problems: tuple[str, ...] = ()
    """What the probe could not do, for a person to read."""
    answers_problems: tuple[str, ...] = ()
    """What is odd about ``answers``."""
    seconds: float = 0.0
