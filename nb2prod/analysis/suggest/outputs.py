"""Which model the notebook's own stored outputs call the best."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nb2prod.analysis.suggest.candidates import Candidate, Tier
from nb2prod.analysis.suggest.values import Fit, Story, Use
from nb2prod.notebook.model import Notebook

_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+\.\d+(?:[eE][-+]?\d+)?(?![\w.]\d)")
SMALLER_IS_BETTER = frozenset({"error", "loss", "deviance", "davies", "mae", "mse", "rmse", "rmsle", "mape", "logloss"})
LARGER_IS_BETTER = frozenset({"accuracy", "auc", "r2", "d2", "precision", "recall", "f1"})
NO_NUMBER = ("report", "matrix", "curve", "crosstab", "results", "evaluate")


def prefer_best(notebook: Notebook, story: Story, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with the one first whose score on rows kept back is the best that the outputs show.

    That is so only among models that are judged alike, and where the first one would be no more than the last judged.
    """
    ordered = list(candidates)
    first = ordered[0]
    if first.tier is not Tier.JUDGED or not first.final:
        return ordered
    shown = _shown(notebook, story)
    rivals = [c for c in ordered if c.final and not c.feeds and c.tier is Tier.JUDGED]
    for call in sorted({call for fit, call in shown if fit is first.fit}):
        scored = [(shown[c.fit, call], c) for c in rivals if (c.fit, call) in shown]
        sign = _sign(call)
        if len(scored) < 2:
            continue
        value, best = max(scored, key=lambda pair: (sign * pair[0], -ordered.index(pair[1])))
        other = max((sign * v for v, c in scored if c is not best), default=value)
        best.tier = Tier.BEST
        best.evidence = (
            f"its `{call}` is the best that the notebook shows for rows kept back: {value:g}, not {sign * other:g}"
        )
        ordered.remove(best)
        return [best, *ordered]
    return ordered


def _sign(call: str) -> int:
    """Return 1 where more of what a function gives is better, -1 where less is, 0 where its name does not say."""
    words = call.lower().split("_")
    if "d2" in words or "neg" in words:  # what is made of an error, and turned round
        return 1
    named = [each for each in words if each in SMALLER_IS_BETTER | LARGER_IS_BETTER]
    if named:  # the last one is what is measured: an AUC of hearing loss
        return 1 if named[-1] in LARGER_IS_BETTER else -1
    return 1 if "score" in words else 0


def _shown(notebook: Notebook, story: Story) -> dict[tuple[Fit, str], float]:
    """Return the numbers that the outputs show for fits, by what they were judged with, on rows kept back."""
    by_cell: dict[int, list[tuple[Fit, str, bool]]] = {}
    for place, use in enumerate(story.uses):
        if use.kind == "judge":
            found = by_cell.setdefault(use.cell, [])
            found.append((use.fit, use.call, _is_kept_back(story, use, place)))
    shown: dict[tuple[Fit, str], float] = {}
    for cell, judged in sorted(by_cell.items()):
        numbers = _NUMBER.findall(notebook.cells[cell].output)
        if len(numbers) != len(judged) or any(word in call for _, call, _ in judged for word in NO_NUMBER):
            continue
        for (fit, call, kept_back), number in zip(judged, numbers, strict=True):
            if kept_back and _sign(call):
                shown[fit, call] = float(number)
    return shown


def _is_kept_back(story: Story, use: Use, place: int) -> bool:
    """Return whether a model is judged on other rows than it was fitted on."""
    data = use.data
    if data is None:
        asked = [u for u in story.uses[:place] if u.fit is use.fit and u.kind == "answer"]
        data = asked[-1].data if asked else None
    fitted = use.fit.data
    if data is None or fitted is None:
        return False
    return data.value is not fitted.value and (not data.text or data.text != fitted.text)
