"""What a notebook's learning is made of to the leaks that a rule is about: each place once, and in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from nb2prod.analysis.learning.model import Fault, Flaw, Harm, Leak, Learning, Trace
from nb2prod.rules.model import Finding

MEASURING = re.compile(
    r"(Scaler|Imputer|PCA|SVD|NMF|ICA|FactorAnalysis|LatentDirichletAllocation|(Power|Quantile|Tfidf)Transformer|"
    r"KBinsDiscretizer|CountVectorizer|TfidfVectorizer|Tokenizer|TextVectorization|layers\.Normalization|TSNE|UMAP|Isomap|"
    r"LocallyLinearEmbedding|SpectralEmbedding|Nystroem|KMeans|GaussianMixture|Birch|MeanShift|LinearDiscriminantAnalysis|"
    r"Winsorizer|CountFrequencyEncoder)$"
)
"""Classes whose objects measure the rows that they are fitted on. What only lists categories (``LabelEncoder``,
``OneHotEncoder``) or treats each row alone (``Normalizer``, ``PolynomialFeatures``) is not among them."""
ENCODING_TARGET = re.compile(
    r"(TargetEncoder|LeaveOneOutEncoder|CatBoostEncoder|JamesSteinEncoder|MEstimateEncoder|WOEEncoder|GLMMEncoder|"
    r"MeanEncoder|QuantileEncoder|WoEEncoder|SummaryEncoder|ProbabilityRatioEncoder)$"
)
"""Encoders that put a number made of the target in the place of a category."""
ALONE = re.compile(
    r"(PolynomialFeatures|Normalizer|FunctionTransformer|Binarizer|HashingVectorizer|Pipeline|make_pipeline|FeatureUnion|"
    r"ColumnTransformer|make_column_transformer|make_union|VarianceThreshold)$"
)
"""Classes whose objects treat each row alone, or only hold others."""
NUMBERS = frozenset(
    {"mean", "median", "std", "var", "quantile", "nanmean", "nanmedian", "nanstd", "average",
     "percentile", "describe"}
)  # fmt: skip
"""Numbers that rows are filled or scaled with; the most frequent value says next to nothing of single rows."""
ENDS = frozenset({"min", "max"})
"""Both together scale; one alone is more often the day that ages are counted from."""
HOW = {
    Harm.BEFORE_SPLIT: "before the rows are split: the test rows have a say in it",
    Harm.BEFORE_FOLDS: "before the rows are cross-validated: each fold has seen the others",
    Harm.ON_BOTH: "from training rows and test rows together",
    Harm.ON_TEST: "from the test rows themselves",
}


def paths_of(learning: Learning, leak: Leak) -> tuple[str, ...]:
    """Return the classes of the object that was fitted, its parts included; nothing where none was."""
    if leak.learnt.fit is None:
        return ()
    model = learning.fits[leak.learnt.fit].model
    return (model.path, *model.parts)


def measures(learning: Learning, leak: Leak) -> bool:
    """Return whether an object measures the rows that it is fitted on."""
    paths = paths_of(learning, leak)
    return any(MEASURING.search(path) for path in paths) and not encodes_target(learning, leak)


def treats_rows_alone(learning: Learning, leak: Leak) -> bool:
    """Return whether it makes no difference on which rows an object is fitted."""
    paths = paths_of(learning, leak)
    return bool(paths) and all(ALONE.search(path) for path in paths)


def encodes_target(learning: Learning, leak: Leak) -> bool:
    """Return whether an object puts numbers made of the target in the place of categories."""
    return any(ENCODING_TARGET.search(path) for path in paths_of(learning, leak))


def leaks(
    learning: Learning,
    harms: Collection[Harm],
    traces: Collection[Trace],
    wanted: Callable[[Leak], bool],
    say: Callable[[Leak], str],
    remedy: str,
) -> Iterator[Finding]:
    """Yield a finding for each place at which something of one kind is learnt with one of some harms."""
    told: set[tuple[int, int]] = set()
    for leak in learning.leaks:
        place = leak.learnt.place
        if leak.harm not in harms or leak.learnt.trace not in traces or (place.cell, place.line) in told:
            continue
        if wanted(leak):
            told.add((place.cell, place.line))
            yield Finding(say(leak), place.cell, place.line, remedy, leak.learnt.what)


def flaws(learning: Learning, fault: Fault, say: Callable[[Flaw], str], remedy: str) -> Iterator[Finding]:
    """Yield a finding for each place of a fault."""
    for flaw in learning.flaws:
        if flaw.fault is fault:
            yield Finding(say(flaw), flaw.place.cell, flaw.place.line, remedy, flaw.subject)
