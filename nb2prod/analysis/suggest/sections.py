"""A served model and its slice to a section for each cell, with the reason."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from nb2prod.analysis.inference.expressions import is_spelled_out
from nb2prod.analysis.model import Dataflow, Kind, Statement
from nb2prod.analysis.suggest.asking import names_in
from nb2prod.analysis.suggest.candidates import Candidate, is_new
from nb2prod.analysis.suggest.literals import is_varied
from nb2prod.analysis.suggest.model import CellSuggestion
from nb2prod.analysis.suggest.roles import Role, load_roles
from nb2prod.analysis.suggest.slicing import Slice, Slicer
from nb2prod.analysis.suggest.values import Fit, Story, Use
from nb2prod.notebook.model import SKIP, Notebook

PROBABILITIES = frozenset({"predict_proba", "predict_log_proba", "decision_function", "score_samples"})

GIVING_OBJECTS = frozenset({"get_forecast", "get_prediction"})
"""Methods that give an object around the answer, which no service can send."""


@dataclass
class Sections:
    """What each cell is for, if ``served`` is what is served."""

    notebook: Notebook
    flow: Dataflow
    story: Story
    served: Candidate

    def __post_init__(self) -> None:
        self.by_cell: dict[int, list[Statement]] = {cell.index: [] for cell in self.notebook.cells}
        for statement in self.flow.statements:
            self.by_cell[statement.cell].append(statement)
        self.uses_in: dict[int, list[Use]] = {}
        for use in self.story.uses:
            self.uses_in.setdefault(use.cell, []).append(use)
        self.fits_in: dict[int, list[Fit]] = {}
        for fit in self.story.fits:
            self.fits_in.setdefault(fit.cell, []).append(fit)
        self.judged = [use for use in self.served.uses if use.kind == "judge"]
        self.options: dict[str, str] = {}
        """What has to be said of the inference cell."""
        self.refused = -1
        """A cell that asks the served model, but not so that a service could be made of it."""
        self.left = -1
        """A cell that asks the served model, but stops short of what the notebook presents."""
        self.going_on: set[int] = set()
        """Cells that make of the answers what the notebook presents."""
        self.members: dict[int, Fit] = {}
        """Cells that fit other models, whose answers go into what is served."""
        self.warnings: tuple[str, ...] = ()
        """What a service of the suggested sections would not do though the notebook does."""
        self.slicer = Slicer(self.flow, self.story, self.served)
        self.inference = self._inference_use()
        asked = {use.statement for use in [*self.judged, *([self.inference] if self.inference else [])]}
        self.slice: Slice = self.slicer.result(sorted(asked))

    def leave(self, own: Use | None) -> None:
        """Count a cell that asks the model as none of the sections, since a built one goes further."""
        self.inference = None
        self.left = own.cell if own is not None else -1
        self.slice = self.slicer.result(sorted({use.statement for use in self.judged}))

    def ask_about(self, rows: str, statement: int) -> None:
        """Count as data what gives the rows that a built inference cell asks about."""
        starts = self.slicer.named(names_in(rows), statement)
        self.slice.data |= self.slicer.needed(starts) - self.slice.training - self.slice.behind

    def also_serve(self, members: Iterable[Fit]) -> None:
        """Count as training what makes other models, whose answers are needed beside the served one's."""
        for fit in members:
            made = Slicer(self.flow, self.story, Candidate(fit, fit.name or fit.text, final=True)).result([])
            self.members.setdefault(fit.cell, fit)
            self.slice.training |= made.training
            self.slice.data |= made.data - self.slice.training
            self.slice.tools.update(made.tools)

    def result(self) -> list[CellSuggestion]:
        """Return what is suggested for every code cell."""
        return [self._cell(cell.index) for cell in self.notebook.cells]

    def _inference_use(self) -> Use | None:
        """Return the use that is made for the sake of the answers: on new rows rather than on old, to be looked at
        rather than to be drawn, answers rather than probabilities; of equal ones the last."""
        judged = {use.cell for use in self.judged}
        others = {use.cell for use in self.story.uses if use.fit is not self.served.fit and use.kind == "answer"}
        fits = {fit.cell for fit in self.story.fits}
        known = set(self.served.fit.data.value.lineage) if self.served.fit.data is not None else set()
        drawing = self.story.drawing
        best: tuple[tuple[bool, bool, bool, int], Use] | None = None
        tags = {cell.index for cell in self.notebook.cells if cell.section == "inference"}
        for use in self.served.uses:
            if (tags and use.cell not in tags) or use.statement not in self.slicer.behind:
                continue
            if use.kind != "answer" or use.call in GIVING_OBJECTS or use.cell in judged | others | fits:
                continue
            new = is_new(use, known) or self._is_about_written_rows(use)
            key = (new and use.cell not in drawing, use.cell not in drawing, use.call not in PROBABILITIES, use.cell)
            if best is None or key >= best[0]:
                best = (key, use)
        return best[1] if best is not None else None

    def _is_about_written_rows(self, use: Use) -> bool:
        """Return whether the rows are written down in the very cell, whatever is done to them on the way."""
        inside = {statement.index for statement in self.by_cell[use.cell]}
        names = use.data.names if use.data is not None else ()
        sources = {s for name in names for s in self.flow.sources[use.statement].get(name, ())}
        return any(self._writes_rows(index) for index in self.flow.ancestors(sources & inside) & inside)

    def _writes_rows(self, index: int) -> bool:
        value = getattr(self.flow.statements[index].node, "value", None)
        if not isinstance(value, ast.Call | ast.Dict | ast.List):
            return False

        def imported(name: str) -> bool:
            sources = self.flow.sources[index].get(name, frozenset())
            return bool(sources) and all(self.flow.statements[s].kind is Kind.IMPORT for s in sources)

        return is_spelled_out(value, imported)

    def _cell(self, index: int) -> CellSuggestion:
        statements = [s for s in self.by_cell[index] if s.kind is not Kind.IMPORT]
        if self.notebook.cells[index].section == SKIP:
            return CellSuggestion(index, None, 1.0, "tagged `skip`, so it is left alone")
        if not statements:
            what = "only imports, which come along where they are used" if self.by_cell[index] else "no code"
            return CellSuggestion(index, None, 0.9, what)
        return (
            self._parameters(index, statements)
            or self._training(index, statements)
            or self._evaluation(index)
            or self._answering(index)
            or self._data(index, statements)
            or self._crossing(index)
            or CellSuggestion(index, None, *self._none(index, statements))
        )

    def _parameters(self, index: int, statements: list[Statement]) -> CellSuggestion | None:
        if not all(is_varied(statement) for statement in statements):
            return None
        reading = {
            name
            for i in sorted(self.slice.data | self.slice.training | {use.statement for use in self.served.uses})
            for name, sources in self.flow.sources[i].items()
            for statement in statements
            if statement.index in sources
        }
        if not reading:
            return None
        names = _listed(sorted(reading & {n for s in statements for n in s.facts.definitions}))
        return CellSuggestion(index, "parameters", 0.85, f"only sets {names}, which the sections below read")

    def _training(self, index: int, statements: list[Statement]) -> CellSuggestion | None:
        fit = self.served.fit
        name = self.served.name
        if index == fit.cell:
            last = self._after_fit()
            return CellSuggestion(index, "training", 0.97, f"{_fitting(fit, name)}; {last}")
        member = self.members.get(index)
        if member is not None:
            what = f"{_fitting(member, member.name or member.text)}, whose answers go into those of the service"
            return CellSuggestion(index, "training", 0.9, what)
        inside = [s for s in statements if s.index in self.slice.training and s.kind is not Kind.CONSTANT]
        if not inside:
            return None
        tool = next((self.slice.tools[s.index] for s in inside if s.index in self.slice.tools), None)
        if tool is not None:
            learnt = f"fits `{tool.name or tool.text}` on" if tool.name or tool.text else f"takes the `{tool.call}` of"
            what = f"{learnt} the training rows, before `{name}` is fitted"
            return CellSuggestion(index, "training", 0.85, what)
        made = _listed(sorted({n for s in inside for n in s.facts.definitions | s.facts.mutations if n[0] != "<"}))
        if index > fit.cell:
            return CellSuggestion(index, "training", 0.85, f"gives the fitted model another name: {made}")
        return CellSuggestion(index, "training", 0.85, f"sets {made}, which `{name}` is made or fitted with")

    def _after_fit(self) -> str:
        served = self.served
        if served.final:
            return f"nothing after it changes `{served.name}`"
        if served.replaced_in >= 0:
            return f"`{served.name}` is made anew in cell [{served.replaced_in + 1}]"
        return f"`{served.name}` is something else later"

    def _evaluation(self, index: int) -> CellSuggestion | None:
        calls = list(dict.fromkeys(use.call for use in self.judged if use.cell == index))
        if not calls:
            return None
        name, totals = self.served.name, load_roles().totals
        metrics = [call for call in calls if call not in totals]
        if not metrics:
            what = f"sets the answers of `{name}` against the truth and takes their {_listed(calls)}"
            return CellSuggestion(index, "evaluation", 0.85, what)
        return CellSuggestion(index, "evaluation", 0.9, f"judges `{name}` by {_listed(metrics)}")

    def _crossing(self, index: int) -> CellSuggestion | None:
        """Return the section of a cell that judges copies of what is served, before it is fitted for good."""
        for fit in (self.served.fit, *self.members.values()):
            for statement, call in fit.model.crossed:
                if self.flow.statements[statement].cell == index and index not in self.fits_in:
                    what = f"judges copies of `{fit.name or fit.text or self.served.name}` by `{call}`"
                    return CellSuggestion(index, "evaluation", 0.8, what)
        return None

    def _answering(self, index: int) -> CellSuggestion | None:
        use = self.inference
        if use is not None and index in self.going_on:
            what = f"makes of the answers of `{self.served.name}` what the notebook presents"
            return CellSuggestion(index, "inference", 0.8, what)
        if use is None or use.cell != index:
            return None
        if self.served.applied:
            what = f"applies `{self.served.name}` to a request that is made there"
            return CellSuggestion(index, "inference", 0.85, what, self.options)
        data = f" about `{use.data.text}`" if use.data is not None and use.data.text else ""
        call = f"`{use.call}` of `{use.text or self.served.name}`" if use.call else f"`{use.text or self.served.name}`"
        what = f"asks {call}{data} and measures nothing"
        return CellSuggestion(index, "inference", 0.9, what, self.options)

    def _data(self, index: int, statements: list[Statement]) -> CellSuggestion | None:
        inside = [s for s in statements if s.index in self.slice.data]
        if not inside or (any(s not in inside for s in statements) and all(s.kind is Kind.CONSTANT for s in inside)):
            return None
        names = {n for s in inside for n in s.facts.definitions | s.facts.mutations if n[0] != "<"}
        asks = any(use.fit is self.served.fit for use in self.uses_in.get(index, ()))
        if index > self.served.fit.cell and not asks and any(s.index in self.slice.behind for s in statements):
            what = f"prepares answers of `{self.served.name}` and the truth to be set against each other"
            return CellSuggestion(index, "evaluation", 0.6, what)
        if names == {self.served.name}:
            return CellSuggestion(index, "training", 0.7, f"makes `{self.served.name}` and loads what it is fitted on")
        made = _listed(sorted(names))
        purpose = "is fitted on" if index <= self.served.fit.cell else "is asked about"
        return CellSuggestion(
            index, "data", 0.85, f"makes {made}, part of the data that `{self.served.name}` {purpose}"
        )

    def _none(self, index: int, statements: list[Statement]) -> tuple[float, str]:
        others, answers = self.fits_in.get(index, []), self.uses_in.get(index, [])
        if others:
            name = others[-1].name or others[-1].text or "a model"
            return 0.85, f"fits `{name}`, which is not what is served"
        if index == self.left:
            return 0.6, f"asks `{self.served.name}`, but the notebook goes on with the answers, as the added cell does"
        if index == self.refused:
            return 0.6, f"asks `{self.served.name}`, but about rows that no client could send"
        if any(use.fit is self.served.fit and use.statement not in self.slice.behind for use in answers):
            return 0.8, f"asks a copy of `{self.served.name}` that is read back from a file"
        if any(use.fit is self.served.fit for use in answers):
            return 0.6, f"asks `{self.served.name}`, but a later cell does so for the answers' sake"
        if answers:
            return 0.8, "uses a model that is not served"
        if all(s.kind in {Kind.FUNCTION, Kind.CLASS} for s in statements):
            return 0.9, "only defines functions or classes, which come along where they are used"
        if index in self.story.drawing:
            return 0.85, "draws; nothing that is served needs it"
        if all(not s.facts.effects or _is_shown(s.node) for s in statements):
            return 0.85, "only looks; nothing that is served needs it"
        return 0.75, "nothing that is served needs what it makes"


def _is_shown(node: ast.stmt) -> bool:
    """Return whether a statement only shows a value."""
    if not isinstance(node, ast.Expr):
        return False
    return not isinstance(node.value, ast.Call) or getattr(node.value.func, "id", "") in {"print", "display"}


def _fitting(fit: Fit, name: str) -> str:
    if fit.model.role is Role.LEARNT:
        return f"learns `{name}` {fit.call}" if fit.call else f"makes `{name}`, which the answers are worked out from"
    if fit.call.startswith("load "):
        return f"loads `{name}`"
    inside = f" inside `{fit.within}`" if fit.within else ""
    then = fit.text if fit.text and not fit.within else name
    becomes = f", later `{name}`" if then != name else ""
    how = f"calls `{fit.call}`{inside} on" if "." not in fit.call else "fits"
    rest = f" with `{fit.call}`{inside}" if "." in fit.call else ""
    return f"{how} `{then}`{becomes}{rest}"


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names[:4]]
    if len(names) > 4:
        return ", ".join(shown) + " and more"
    if len(shown) > 1:
        return ", ".join(shown[:-1]) + " and " + shown[-1]
    return shown[0] if shown else "something"
