"""scikit-learn's CountVectorizer, TfidfVectorizer and TfidfTransformer: from texts to sparse rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt
from typing import Any, ClassVar

import numpy as np

from ..cell import Cell
from ..not_light import NotLight
from .analyzer import Analyzer, analyzer_of
from .registry import Unknown, compiles, stored
from .sparse import Sparse
from .stand_in import Transformer, Values, columns_of


@stored
@dataclass(frozen=True, eq=False)
class Weights:
    """How counts of words become weights: ``idf`` for each word, and a norm."""

    idf: np.ndarray | None
    norm: str | None
    sublinear: bool

    @cached_property
    def idf_list(self) -> list[float] | None:
        """The same numbers as Python's own."""
        return None if self.idf is None else self.idf.tolist()

    def weighted(self, places: list[int], values: list[float]) -> list[float]:
        """Return the weights for the counts at some places."""
        if self.sublinear:
            values = [log(value) + 1.0 for value in values]
        idf = self.idf_list
        if idf is not None:
            values = [value * idf[place] for place, value in zip(places, values, strict=True)]
        if self.norm is None:
            return values
        if self.norm == "l2":
            norm = sqrt(sum([value * value for value in values]))
        else:
            norm = sum([abs(value) for value in values])
        return [value / norm for value in values] if norm else values


@stored
@dataclass(frozen=True, eq=False)
class Vectorizer(Transformer):
    """Counts the words of a vocabulary in a text, or says which are there, and weighs them."""

    takes: ClassVar[str] = "texts"

    words: list[str]
    analyzer: Analyzer
    binary: bool
    weights: Weights | None

    @cached_property
    def vocabulary_(self) -> dict[str, int]:
        """The place of each word."""
        return {word: place for place, word in enumerate(self.words)}

    def get_feature_names_out(self) -> np.ndarray:
        """Return the words."""
        return np.array(self.words, dtype=object)

    def row(self, X: Any) -> Any:
        """Return the only text of X."""
        if type(X) is Cell:
            return X.value
        return self.rows(X)[0] if len(X) == 1 else None

    def rows(self, X: Any) -> list[Any]:
        """Return the texts of X: a Cell, or a list, tuple or array of texts."""
        if type(X) is Cell:
            return [X.value]
        if isinstance(X, np.ndarray) and X.ndim == 1:
            return X.tolist()
        if not isinstance(X, (list, tuple)):
            raise NotLight(f"texts in a {type(X).__name__}")
        return list(X)

    def one(self, row: Values) -> Sparse:
        """Return the weights of a text's words."""
        place_of = self.vocabulary_.get
        found = [place for word in self.analyzer(row) if (place := place_of(word)) is not None]
        places = sorted(set(found))
        values = [1.0] * len(places)
        if len(found) > len(places) and not self.binary:
            counts = Counter(found)
            values = [float(counts[place]) for place in places]
        if self.weights is not None:
            values = self.weights.weighted(places, values)
        return Sparse(places, values, self.width)


@stored
@dataclass(frozen=True, eq=False)
class Tfidf(Transformer):
    """Weighs counts of words that a step before has made."""

    weights: Weights

    def one(self, row: Any) -> Sparse:
        """Return the weights for one row's counts."""
        if type(row) is not Sparse:
            raise NotLight("counts that are not sparse")
        return Sparse(row.places, self.weights.weighted(row.places, row.values), row.width)


@compiles(
    "sklearn.feature_extraction.text.CountVectorizer",
    "sklearn.feature_extraction.text.TfidfVectorizer",
)
def vectorizer(fitted: Any) -> Vectorizer:
    """Return a vectorizer's vocabulary, how it cuts texts and what it does with counts."""
    tfidf = type(fitted).__name__ == "TfidfVectorizer"
    kind = np.dtype(fitted.dtype)
    if kind != np.float64 and (tfidf or kind != np.int64):
        raise Unknown("Only weights in float64 and counts in int64 are known.")
    places = fitted.vocabulary_
    words = sorted(places, key=places.__getitem__)
    if [int(places[word]) for word in words] != list(range(len(words))):
        raise Unknown("Words without a place of their own are not known.")
    if not all(isinstance(word, str) for word in words):
        raise Unknown("Only words are known.")
    return Vectorizer(
        names=None,
        width=len(words),
        words=[str(word) for word in words],
        analyzer=analyzer_of(fitted),
        binary=bool(fitted.binary),
        weights=weights_of(fitted._tfidf) if tfidf else None,
    )


@compiles("sklearn.feature_extraction.text.TfidfTransformer")
def tfidf_transformer(fitted: Any) -> Tfidf:
    """Return what is done with counts."""
    return Tfidf(**columns_of(fitted), weights=weights_of(fitted))


def weights_of(fitted: Any) -> Weights:
    """Return what a TfidfTransformer does with counts."""
    idf = np.array(fitted.idf_, dtype=np.float64) if fitted.use_idf else None
    return Weights(idf=idf, norm=fitted.norm, sublinear=bool(fitted.sublinear_tf))
