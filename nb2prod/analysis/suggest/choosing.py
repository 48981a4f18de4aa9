"""Which candidate is served, and what is said of the others."""

from __future__ import annotations

from collections.abc import Sequence

from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.candidates import Candidate, Tier
from nb2prod.analysis.suggest.model import FittedModel
from nb2prod.errors import Problem, UsageError
from nb2prod.notebook.model import Notebook

MOST_LISTED = 12


def choose(notebook: Notebook, candidates: Sequence[Candidate], wanted: str | None) -> Candidate:
    """Return the candidate that ``wanted`` names, else the one that the notebook's tags mean, else the best.

    Raises ``UsageError`` where no candidate goes by the name.
    """
    if wanted is None:
        return _tagged(notebook, candidates) or candidates[0]
    name, _, cell = wanted.strip().partition("@")
    found = [c for c in candidates if name in {c.name, c.fit.text, c.name.partition("[")[2].strip("'\"]")}]
    if cell:
        found = [c for c in found if cell.strip(" []") == str(c.fit.cell + 1)]
    if found:
        return found[0]
    listed = ", ".join(f"`{c.name}@{c.fit.cell + 1}`" for c in candidates[:MOST_LISTED])
    more = f" and {len(candidates) - MOST_LISTED} more" if len(candidates) > MOST_LISTED else ""
    raise UsageError(Problem(f"no model is called `{wanted}`", notebook.path.name, f"choose one of {listed}{more}"))


def _tagged(notebook: Notebook, candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the best candidate that is asked in a cell tagged ``inference``, or fitted in one tagged ``training``."""
    sections = [cell.section for cell in notebook.cells]
    if "inference" in sections:
        for candidate in candidates:
            if any(use.kind == "answer" and sections[use.cell] == "inference" for use in candidate.uses):
                return candidate
    if "training" in sections:
        return next((c for c in candidates if sections[c.fit.cell] == "training"), None)
    return None


def describe_served(candidate: Candidate, flow: Dataflow, alone: bool, wanted: bool) -> FittedModel:
    """Return the model to serve with what speaks for it."""
    why = _speaks(candidate, flow)
    if wanted:
        why = "asked for by name"
    elif candidate.applied:
        cell = f"cell [{flow.statements[candidate.applied[0][0]].cell + 1}]"
        why = f"it is learnt by the notebook's own code and applied in {cell}; no library's model is fitted here"
    elif alone:
        why = "the only fitted object here that answers for new rows"
    return FittedModel(candidate.name, candidate.fit.statement, candidate.fit.cell, why)


def _speaks(candidate: Candidate, flow: Dataflow) -> str:
    cell = f"cell [{flow.statements[candidate.place].cell + 1}]"
    return {
        Tier.DELIVERED: f"its answers are what the notebook writes to a file in {cell}",
        Tier.NEW_ROWS: f"it is the last one that is asked about new rows, in {cell}",
        Tier.BEST: candidate.evidence,
        Tier.JUDGED: f"it is the last one that the notebook judges, in {cell}",
        Tier.ANSWERS: f"it is the last one that is asked for answers, in {cell}",
        Tier.FITTED: f"it is the last one that is fitted, in {cell}",
    }[candidate.tier]


def describe_other(candidate: Candidate, served: Candidate, flow: Dataflow) -> FittedModel:
    """Return another candidate with what speaks against it."""
    fit = candidate.fit
    cell = f"cell [{flow.statements[candidate.place].cell + 1}]"
    if not candidate.final:
        later = f" in cell [{candidate.replaced_in + 1}]" if candidate.replaced_in >= 0 else " later"
        why = f"its name is given to something else{later}"
    elif candidate.feeds:
        why = "another model is trained on its answers"
    else:
        why = {
            Tier.DELIVERED: f"its answers are written to a file too, in {cell}",
            Tier.NEW_ROWS: f"asked about new rows in {cell}",
            Tier.BEST: f"judged in {cell}; {candidate.evidence}",
            Tier.JUDGED: f"judged in {cell}",
            Tier.ANSWERS: f"asked for answers in {cell}, but never judged",
            Tier.FITTED: "fitted, but never asked nor judged",
        }[candidate.tier]
    return FittedModel(candidate.name, fit.statement, fit.cell, why)
