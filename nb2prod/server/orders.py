"""What JupyterLab asks to be done, as the command that does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Place = Callable[[str], Path]
"""From a path of the contents manager to one of the file system; refuses what lies outside the server's root."""
ContentsPath = Annotated[str, Field(min_length=1, max_length=4096)]
KernelId = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{0,64}$")]
"""The id of a kernel of Jupyter's; empty for none."""

TypedTexts = dict[Annotated[str, Field(pattern=r"^[^=]{1,200}$")], Annotated[str, Field(max_length=100_000)]]
"""By the names of parameters, what was typed for them."""

SERVICE_SECONDS = 3600
"""After which a service that was started to be tried stops by itself."""


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class _JobOrder(_Order):
    def facts(self) -> dict[str, Any]:
        """Return what the job is to remember of the order."""
        return self.model_dump()

    def typed(self) -> dict[str, str]:
        """Return what the command is told by its standard input: parameters, as somebody types them."""
        return {}


class _RunningOrder(_JobOrder):
    """What runs the notebook that is saved at ``path``."""

    path: ContentsPath
    parameters: TypedTexts = Field(default_factory=dict)
    """As somebody types them behind ``-p``. They may be secrets: a job is told them, and keeps their names alone."""
    kernel: str = Field(default="", max_length=200)
    timeout: float = Field(default=0, ge=0)
    """Seconds that the notebook may run; 0 for no limit."""

    def facts(self) -> dict[str, Any]:
        """Return what the job is to remember of the order."""
        return {**self.model_dump(), "parameters": sorted(self.parameters)}

    def typed(self) -> dict[str, str]:
        """Return the parameters."""
        return self.parameters

    def _limits(self) -> list[str]:
        kernel = [f"--kernel={self.kernel}"] if self.kernel else []
        return [*kernel, f"--timeout={self.timeout}"] if self.timeout else kernel


class ExportOrder(_RunningOrder):
    """One export. ``path`` and ``destination`` are paths of the contents manager, below the server's root."""

    kind: Literal["export"]
    destination: ContentsPath
    name: str = Field(default="", max_length=200)
    verify: Literal["full", "fast", "none"] = "full"
    input: Literal["auto", "raw", "prepared"] = "auto"
    running: KernelId = ""
    """A kernel that has just run the notebook, to be asked instead of a run."""
    run: str = Field(default="", pattern=r"^[0-9a-z-]{0,40}$")
    """A run that is recorded, to be taken instead of a new one."""
    allow_pickle: bool = False
    without: list[Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,40}$")]] = Field(default_factory=list, max_length=50)
    """Concerns that the service is made without."""

    def command(self, place: Place) -> list[str]:
        """Return what to type behind ``nb2prod``."""
        options = ["--json", "--progress=json", f"--verify={self.verify}", f"--input={self.input}"]
        if self.name:
            options.append(f"--name={self.name}")
        if self.running:
            options.append(f"--running={self.running}")
        if self.run:
            options.append(f"--run={self.run}")
        options += self._limits()
        if self.allow_pickle:
            options.append("--allow-pickle")
        options += [f"--without={concern}" for concern in self.without]
        if self.parameters:
            options.append("--typed=-")  # a command line is for everybody to see
        return ["export", *options, "--", str(place(self.path)), str(place(self.destination))]


class ServeOrder(_JobOrder):
    """Start the service of a repository that was exported to ``path``."""

    kind: Literal["serve"]
    path: ContentsPath

    def command(self, place: Place) -> list[str]:
        """Return what to type behind ``nb2prod``."""
        return ["serve", "--progress=json", "--json", f"--for={SERVICE_SECONDS}", "--", str(place(self.path))]


class CheckOrder(_JobOrder):
    """Look at the objects of a notebook that is saved at ``path``, in a kernel that has run it."""

    kind: Literal["check"]
    path: ContentsPath
    running: KernelId = Field(min_length=1)

    def command(self, place: Place) -> list[str]:
        """Return what to type behind ``nb2prod``."""
        options = ["--json", "--progress=json", "--exit-zero", "--no-cache", f"--running={self.running}"]
        return ["check", *options, "--", str(place(self.path))]


class RunOrder(_RunningOrder):
    """One run, recorded in the notebook's ledger."""

    kind: Literal["run"]
    evidence: bool = False
    """Whether to keep what an export of it needs."""

    def _options(self) -> list[str]:
        options = ["--json", "--progress=json", "--typed=-"]  # a command line is for everybody to see
        return [*options, *self._limits(), *(["--evidence"] if self.evidence else [])]

    def command(self, place: Place) -> list[str]:
        """Return what to type behind ``nb2prod``."""
        return ["run", *self._options(), "--", str(place(self.path))]


class SweepOrder(RunOrder):
    """Many runs of it."""

    kind: Literal["sweep"]  # type: ignore[assignment]
    vary: TypedTexts = Field(min_length=1)
    """Values, as somebody types them behind ``-g NAME=``."""
    random: int = Field(default=0, ge=0, le=100_000)
    """How many combinations to draw; 0 for all."""
    metric: str = Field(default="", max_length=200)
    direction: Literal["", "maximize", "minimize"] = ""
    workers: int = Field(default=0, ge=0, le=1000)
    """Runs at once; 0 for one for each processor."""

    @model_validator(mode="after")
    def _either(self) -> SweepOrder:
        if both := sorted({*self.parameters} & {*self.vary}):
            raise ValueError(f"{', '.join(both)} cannot both have one value and be varied")
        return self

    def facts(self) -> dict[str, Any]:
        """Return what the job is to remember of the order."""
        return {**super().facts(), "vary": sorted(self.vary)}

    def typed(self) -> dict[str, str]:
        """Return the parameters, and the values of those that are varied."""
        return {**self.parameters, **self.vary}

    def command(self, place: Place) -> list[str]:
        """Return what to type behind ``nb2prod``."""
        options = [*self._options(), *(f"--vary={name}" for name in self.vary)]
        if self.random:
            options.append(f"--random={self.random}")
        if self.metric:
            options.append(f"--metric={self.metric}")
        if self.direction:
            options.append(f"--{self.direction}")
        if self.workers:
            options.append(f"--workers={self.workers}")
        return ["sweep", *options, "--", str(place(self.path))]


JobOrder = ExportOrder | ServeOrder | CheckOrder | RunOrder | SweepOrder
JOB_ORDER: TypeAdapter[JobOrder] = TypeAdapter(Annotated[JobOrder, Field(discriminator="kind")])


class RunFormOrder(_Order):
    """What was typed so far to run a notebook as it is in the browser, saved or not."""

    path: ContentsPath
    content: dict[str, Any]
    """The notebook as nbformat has it."""
    parameters: TypedTexts = Field(default_factory=dict)
    vary: TypedTexts = Field(default_factory=dict)
    number: int = Field(default=0, ge=0, le=100_000)
    """Of runs to draw at random; 0 for all combinations."""


RUN_FORM_ORDER = TypeAdapter(RunFormOrder)


class OutlineOrder(_Order):
    """What to say of a notebook as it is in the browser, saved or not."""

    path: ContentsPath
    content: dict[str, Any]
    """The notebook as nbformat has it."""
    suggest: bool = False
    model: str = Field(default="", max_length=500)
    """The model to serve, as ``NAME`` or ``NAME@CELL``; empty for the best."""


OUTLINE_ORDER = TypeAdapter(OutlineOrder)


class FindingsOrder(_Order):
    """What to find in a notebook as it is in the browser, saved or not."""

    path: ContentsPath
    content: dict[str, Any]
    """As nbformat has it; a number in a list that stands for the text of an output says what was left out."""


FINDINGS_ORDER = TypeAdapter(FindingsOrder)


class Told(_Order):
    """A finding, as ``nb2prod check --json`` tells it."""

    code: str = Field(min_length=1, max_length=40)
    cell: str | None = Field(max_length=1000)
    """The id of its cell."""
    line: int = Field(ge=0)
    what: str = Field(max_length=10_000)


class FixOrder(_Order):
    """How to mend a finding, or all that can be mended safely."""

    path: ContentsPath
    content: dict[str, Any]
    """As nbformat has it, whole."""
    finding: Told | None


FIX_ORDER = TypeAdapter(FixOrder)


class RunningOrder(_Order):
    """Whether a running kernel can be asked about a notebook as it is in the browser."""

    path: ContentsPath
    content: dict[str, Any]
    kernel: KernelId


RUNNING_ORDER = TypeAdapter(RunningOrder)


class PredictOrder(_Order):
    """One record for a service that runs."""

    record: Any


PREDICT_ORDER = TypeAdapter(PredictOrder)
