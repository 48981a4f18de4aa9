"""Whether a newly trained model may take the place of the served one."""

from __future__ import annotations

import math
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping

WORSE_BY = 0.05
"""Share of a metric by which a new model may be worse than the served one."""

HIGHER = (
    r"acc|accuracy|auc|auroc|auprc|aucpr|f\d+|fbeta|f1score|precision|recall|sensitivity|specificity|r2|"
    r"rsquared|explained|d2|score|silhouette|likelihood|kappa|matthews|mcc|ndcg|dcg|mrr|iou|dice|jaccard|"
    r"bleu|rouge"
)
LOWER = (
    r"error|errors|entropy|loss|logloss|mae|mse|msle|rmse|nrmse|rmsle|rmspe|mape|smape|wape|mase|medae|deviance|"
    r"brier|perplexity|pinball|crps|nll|wer|cer|davies|inertia|aic|bic"
)
OF_AN_ERROR = "d2"
"""What is made of an error, and more of it is better, as in d2_log_loss_score."""
NOT_THE_MODELS = "baseline|naive|dummy"
"""Words of metrics that something else than the model has."""
NOT_QUALITY = (
    "std|stdev|stddev|standard|sd|se|sem|stderr|var|variance|gap|diff|difference|delta|spread|range|threshold|cutoff|"
    "second|seconds|sec|secs|s|ms|minutes|time|duration|epoch|epochs|row|rows|count|counts|n|num|number|ci|low|high|"
    "lower|upper|size"
)
"""Words of numbers that describe a metric or the work, and say nothing of how good the model is."""
NEGATED = "neg|negative"
OF_A_CLASS = r"precision|recall|acc|accuracy|f\d+|fbeta|f1score|sensitivity|specificity|score"
"""What a class called negative has too: there the word does not say that the sign was changed."""


class Refused(RuntimeError):
    """A model that was trained is not good enough to be served."""


def direction(metric: str) -> int:
    """Return 1 where more of a metric is better, -1 where less is, 0 where its name does not say."""
    words = words_of(metric)
    if any(re.fullmatch(f"{NOT_THE_MODELS}|{NOT_QUALITY}", word) for word in words):
        return 0
    for number, names in ((1, OF_AN_ERROR), (-1, LOWER), (1, HIGHER)):
        place = next((n for n, word in enumerate(words) if re.fullmatch(names, word)), None)
        if place is not None:
            negations = sum(bool(re.fullmatch(NEGATED, word)) for word in words[:place])
            unclear = negations and number == 1 and re.fullmatch(OF_A_CLASS, words[place])
            return 0 if unclear else number * (-1) ** negations
    return 0


def words_of(metric: str) -> list[str]:
    """Return a name's words, as in ``valLoss``, ``R²`` and ``explained_variance``."""
    name = re.sub(r"([a-z])([A-Z][a-z])", r"\1_\2", unicodedata.normalize("NFKC", metric)).lower()
    words = "_".join(re.findall("[a-z0-9]+", name))
    # an error with its sign is best near zero
    words = re.sub(r"(^|_)mean_error(?=_|$)", r"\1", words)
    words = words.replace("explained_variance", "explained")
    return re.sub(r"(^|_)r_squared?(?=_|$)", r"\1r2", words).split("_")


def better(metric: str, new: float, old: float) -> float:
    """Return by which share of ``old`` the ``new`` value is better; negative where it is worse."""
    return direction(metric) * (new - old) / max(abs(old), 1e-12)


def complaints(new: Mapping[str, float], served: Mapping[str, float | None]) -> Iterator[str]:
    """Yield why a model with the ``new`` metrics may not take the served one's place."""
    for name, value in new.items():
        old = served.get(name)
        if not math.isfinite(value):
            yield f"{name} is {value}"
        elif old is not None and better(name, value, old) < -WORSE_BY:
            yield f"{name} is {value:g}, and {old:g} for the served model"


def check(new: Mapping[str, float], served: Mapping[str, float | None]) -> None:
    """Let a model pass, or not; ``ACCEPT_WORSE=1`` in the environment lets every one pass.

    Raises:
        Refused: with every reason.
    """
    found = list(complaints(new, served))
    if found and os.environ.get("ACCEPT_WORSE") != "1":
        raise Refused(
            f"The new model is not put in the served one's place: {'; '.join(found)}. "
            "Set ACCEPT_WORSE=1 to take it all the same."
        )
