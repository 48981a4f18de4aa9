"""A metric's name in, which way it is better out: told by its words, at the export."""

from __future__ import annotations

import re
import unicodedata

HIGHER = (
    r"acc|accuracy|auc|rocauc|auroc|auprc|aucpr|map\d*|f\d+|fbeta|f1score|precision|recall|sensitivity|specificity|r2|"
    r"rsquared|explained|d2|score|silhouette|likelihood|kappa|matthews|mcc|ndcg|dcg|mrr|iou|dice|jaccard|"
    r"bleu|rouge|corrcoef"
)
LOWER = (
    r"error|errors|merror|entropy|crossentropy|loss|logloss|mlogloss|mae|mse|msle|rmse|nrmse|rmsle|rmspe|rmsse|mape|"
    r"smape|wape|wmape|mase|medae|deviance|divergence|hinge|logcosh|brier|perplexity|pinball|crps|nll|nloglik|wer|cer|"
    r"davies|inertia|aic|bic"
)
SPOKEN = r"error|errors|loss|divergence|entropy|inertia"
"""Of these, words that name other things too: an accuracy of hearing loss is an accuracy."""
BROAD = "score|explained|likelihood|d2"
"""Of those of which more is better, words that go with an error too, as in brier_score."""
ALONE = {
    1: r"(normali[sz]ed_|norm_)?gini(_coefficient|_coef|_score)?",
    -1: r"l[12]",
}
"""Metrics' names that are something else beside other words than those of a part of the rows: gini_impurity, reg_l1."""
PART = r"((valid|validation|val|test|train|training|eval|cv|oof|holdout|dev|mean|\d+)_)*"
OF_AN_ERROR = "d2"
"""What is made of an error, and more of it is better, as in d2_log_loss_score."""
NOT_THE_MODELS = "baseline|naive|dummy"
"""Words of metrics that something else than the model has."""
NOT_QUALITY = (
    "std|stdev|stddev|standard|sd|se|sem|stderr|var|variance|gap|diff|difference|delta|spread|range|threshold|cutoff|"
    "ci|bound"
)
"""Words of numbers that describe a metric, and say nothing of how good the model is."""
END_OF_A_RANGE = "low|high|lower|upper"
"""Last words of a name that is one end of a metric's range: elsewhere they are of the data, as in low_birth_weight."""
UNIT = "second|seconds|sec|secs|s|ms|minutes|time|duration|epoch|epochs|row|rows|count|counts|n|num|number|size"
"""Words of numbers that describe the work, unless a metric is named with them, as in rmse_seconds."""
NOT_NAMED = r"error|errors|loss|score|map\d*"
"""What is no metric beside a unit that follows it, or as a number of them: score_time, n_errors, map_size."""
NEGATED = "neg|negative"
OF_A_CLASS = r"precision|recall|acc|accuracy|f\d+|fbeta|f1score|sensitivity|specificity|score"
"""What a class called negative has too: there the word does not say that the sign was changed."""


def direction(metric: str) -> int:
    """Return 1 where more of a metric is better, -1 where less is, 0 where its name does not say."""
    words = words_of(metric)
    if any(re.fullmatch(f"{NOT_THE_MODELS}|{NOT_QUALITY}", word) for word in words) or _is_of_the_work(words):
        return 0
    for number, names in ALONE.items():
        if re.fullmatch(PART + names, "_".join(words)):
            return number
    spoken = _spoken_of(words)
    if spoken is not None:
        return spoken
    for number, names in ((1, OF_AN_ERROR), (-1, LOWER), (1, HIGHER)):
        place = next((n for n, word in enumerate(words) if re.fullmatch(names, word)), None)
        if place is not None:
            negations = sum(bool(re.fullmatch(NEGATED, word)) for word in words[:place])
            unclear = negations and number == 1 and re.fullmatch(OF_A_CLASS, words[place])
            return 0 if unclear else number * (-1) ** negations
    return 0


def _spoken_of(words: list[str]) -> int | None:
    """Return the direction of a name that has words of both kinds, by the last; ``None`` where it has not.

    A word that names other things too counts only as in ``dice_loss``.
    """
    higher = [n for n, word in enumerate(words) if re.fullmatch(HIGHER, word) and not re.fullmatch(BROAD, word)]
    lower = [n for n, word in enumerate(words) if re.fullmatch(LOWER, word)]
    if not higher or not lower or any(re.fullmatch(NEGATED, word) for word in words):
        return None
    spoken = all(re.fullmatch(SPOKEN, words[n]) for n in lower)
    if higher[-1] > lower[-1]:
        return 1 if spoken else 0
    return -1 if not spoken or lower[-1] == higher[-1] + 1 else 0


def _is_of_the_work(words: list[str]) -> bool:
    """Say whether a name is one end of a range, or has a unit and no metric that the unit could be of."""
    if re.fullmatch(END_OF_A_RANGE, words[-1]):
        return True
    if not any(re.fullmatch(UNIT, word) for word in words):
        return False
    named = any(re.fullmatch(f"{LOWER}|{HIGHER}", word) and not re.fullmatch(NOT_NAMED, word) for word in words)
    said = re.search(r"(log|hinge|pinball)_loss|(absolute|squared|squared_log|percentage|max)_error", "_".join(words))
    return not (named or said or words[-1] in ("error", "loss", "score"))


def words_of(metric: str) -> list[str]:
    """Return a name's words, as in ``valLoss``, ``R²`` and ``explained_variance``."""
    name = re.sub(r"\bmAP|_mAP", "_map", unicodedata.normalize("NFKC", metric))
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"([A-Z]{2})([A-Z][a-z]{2})", r"\1_\2", name)).lower()
    words = "_".join(re.findall("[a-z0-9]+", name))
    # an error with its sign is best near zero, whatever it is measured in
    words = re.sub(r"(^|_)mean_error(?=_|$)(?!_rate)", r"\1", words)
    words = re.sub(r"(^|_)io_u(?=_|$)", r"\1iou", words.replace("explained_variance", "explained"))
    return re.sub(r"(^|_)r_squared?(?=_|$)", r"\1r2", words).split("_")
