"""Vectorizers and what learns from their words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from tests.compiled.agree import agree, answer, assert_same, compiled, row, stand_in, ways_of

WORDS = ["Free", "prize", "WIN", "now", "call", "café", "naïve", "the", "a", "of", "meeting", "at", "noon", "lunch"]
WORDS += ["tomorrow", "cash-back", "100", "x", "straße", "İstanbul"]


def texts(n: int = 120) -> tuple[list[str], np.ndarray]:
    """Return n messages and whether each is one of advertisement."""
    random = np.random.default_rng(5)
    advertisement = random.random(n) < 0.4
    shares = np.where(np.arange(len(WORDS)) < 5, 3.0, 1.0)
    made = [
        " ".join(random.choice(WORDS, 9, p=(shares / shares.sum()) if spam else np.full(len(WORDS), 1 / len(WORDS))))
        for spam in advertisement
    ]
    return made, np.where(advertisement, "spam", "ham")


TEXTS, LABELS = texts()
VECTORIZERS = [
    CountVectorizer(),
    CountVectorizer(binary=True, ngram_range=(1, 3)),
    CountVectorizer(analyzer="char", ngram_range=(2, 4), lowercase=False),
    CountVectorizer(analyzer="char_wb", ngram_range=(1, 5)),
    CountVectorizer(strip_accents="unicode", stop_words="english"),
    CountVectorizer(strip_accents="ascii", ngram_range=(2, 2)),
    CountVectorizer(token_pattern=r"(?u)\b\w(\w)\b", stop_words=["he"]),
    TfidfVectorizer(),
    TfidfVectorizer(sublinear_tf=True, norm="l1", max_features=10),
    TfidfVectorizer(use_idf=False, norm=None, vocabulary=["free", "noon", "call"]),
    make_pipeline(CountVectorizer(), TfidfTransformer()),
    FeatureUnion([("words", TfidfVectorizer()), ("pieces", CountVectorizer(analyzer="char", ngram_range=(1, 2)))]),
]
CLASSIFIERS = [
    LogisticRegression(),
    SGDClassifier(loss="log_loss", random_state=0),
    LinearSVC(),
    MultinomialNB(),
    ComplementNB(),
    BernoulliNB(),
    make_pipeline(TruncatedSVD(3, random_state=0), LogisticRegression()),
    make_pipeline(SelectKBest(chi2, k=8), MultinomialNB()),
]
MESSAGES = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from([*WORDS, "FREE", "\n", "  ", "é", "ß", "\u0301", "__", "unseen"]), max_size=20).map(
        " ".join
    ),
)


@pytest.mark.parametrize("vectorizer", VECTORIZERS, ids=lambda kind: str(kind).replace("\n", "")[:80])
def test_vectorizers(vectorizer: Any) -> None:
    fitted = vectorizer.fit(TEXTS)
    own = agree(fitted, TEXTS)

    @settings(max_examples=60, deadline=None)
    @given(message=MESSAGES)
    def compare(message: str) -> None:
        assert_same(answer(own, "transform", [message]), answer(fitted, "transform", [message]), repr(message))

    compare()


@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=lambda kind: str(kind).replace("\n", "")[:60])
def test_classifiers_of_texts(classifier: Any) -> None:
    fitted = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), classifier).fit(TEXTS, LABELS)
    own = agree(fitted, TEXTS)
    for asked in (
        [""],
        ["nothing known"],
        ["free"],
        np.array(["free", "noon"], dtype=object),
        pd.Series(["prize now"]),
    ):
        for way in ways_of(fitted):
            given_to_own = asked.tolist() if isinstance(asked, pd.Series) else asked
            assert_same(answer(own, way, given_to_own), answer(fitted, way, asked), f"{way} of {asked}")


def test_a_vectorizer_and_a_model_of_their_own() -> None:
    vectorizer = CountVectorizer().fit(TEXTS)
    model = MultinomialNB().fit(vectorizer.transform(TEXTS), LABELS)
    counts = stand_in(vectorizer).transform(["free prize free"])
    assert counts.shape == vectorizer.transform([""]).shape
    np.testing.assert_allclose(
        stand_in(model).predict_proba(counts), model.predict_proba(vectorizer.transform(["free prize free"]))
    )
    with pytest.raises(compiled("not_light").NotLight):
        counts.nnz  # noqa: B018


def test_a_column_of_texts_beside_numbers() -> None:
    table = pd.DataFrame({"message": TEXTS, "length": [len(text) for text in TEXTS]})
    prepare = make_column_transformer((TfidfVectorizer(), "message"), (StandardScaler(), ["length"]))
    fitted = make_pipeline(prepare, LogisticRegression()).fit(table, LABELS)
    agree(fitted, table)
    own = stand_in(fitted)
    gap = table[:1].assign(message=[None])
    with pytest.raises(compiled("not_light").NotLight):
        own.predict(row(gap))


def test_one_value_of_a_series_is_a_text() -> None:
    fitted = make_pipeline(CountVectorizer(), MultinomialNB()).fit(TEXTS, LABELS)
    cell = row(pd.DataFrame({"message": [TEXTS[3]]}))["message"]
    assert stand_in(fitted).predict(cell).tolist() == fitted.predict(TEXTS[3:4]).tolist()


@pytest.mark.parametrize("asked", ["free", [b"free"], [None], [1.5], {"text": "free"}, [["free"]]], ids=repr)
def test_what_is_no_list_of_texts_is_left_to_the_original(asked: Any) -> None:
    fitted = make_pipeline(CountVectorizer(), MultinomialNB()).fit(TEXTS, LABELS)
    with pytest.raises(compiled("not_light").NotLight):
        stand_in(fitted).predict(asked)


def test_code_of_the_notebook_is_left_to_the_original() -> None:
    known = compiled("estimators").stand_in
    assert known(CountVectorizer(tokenizer=str.split, token_pattern=None).fit(TEXTS)) is None
    assert known(CountVectorizer(preprocessor=str.upper).fit(TEXTS)) is None
    assert known(CountVectorizer(analyzer=str.split).fit(TEXTS)) is None
    assert known(TfidfVectorizer(dtype=np.float32).fit(TEXTS)) is None
