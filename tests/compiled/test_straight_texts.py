"""Texts that go through straight lines: the notebook's functions are called as they are, answers stay what they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from tests.compiled.both import outcome
from tests.compiled.followed import Code, seen

TEXTS = ["Good value, would buy again!", "bad", "GOOD GRIEF", "", "see https://x.org: not good 12", "é ß good\tbad"]
CLEANING = """
import re
import string
from collections import Counter

LINK = re.compile(r"https?://\\S+")
STOP = {"a", "the", "would"}
WORDS = {"good": 1, "bad": -1}


def normalise(text):
    shouting = text.isupper()
    text = LINK.sub(" ", text.lower())
    text = re.sub(r"[^a-z0-9' ]", " ", text)
    return " ".join(text.split()) + (" _shouting_" if shouting else "")


def words_of(text, stop=(), shortest=1):
    kept = []
    for word in text.lower().split():
        if word not in stop and len(word) >= shortest:
            kept.append(word.strip(string.punctuation))
    return kept


def collect(text, into):
    for word in text.split():
        into.append(word)
    return len(into)


def score(words):
    return sum(WORDS.get(word, 0) for word in words)


def many(text):
    return len(text) > 10
"""
FUNCTIONS = {
    "a function's text": "return classifier.predict(vectorizer.transform([normalise(text)]))",
    "what it thinks, and how sure it is": """
        vector = vectorizer.transform([normalise(text)])
        probabilities = classifier.predict_proba(vector)[0]
        best = probabilities.argmax()
        return {"label": classifier.classes_[best], "p": probabilities[best], "doubt": bool(probabilities[best] < 0.6)}
    """,
    "methods of the text": """
        clean = text.strip().lower().replace("!", "")
        return [clean, classifier.predict(vectorizer.transform([clean]))[0]]
    """,
    "patterns": r'return vectorizer.transform([LINK.sub("", re.sub(r"\d+", "0", text))]).shape',
    "words joined": 'return " ".join(words_of(text, STOP, shortest=2)) + "."',
    "numbers": """
        words = words_of(text)
        return {"long": len(text), "words": len(words), "first": text[:3], "score": score(words)}
    """,
    "a choice": 'return "many" if many(text) else "few" if "good" in text else None',
    "a list of its own": "found = [normalise(text)]\n    found.append(text)\n    return found",
    "what is counted": 'return Counter(text.split()).most_common(1), "x" if text else "empty"',
    "arithmetic": "return len(text) / (1 + score(text.split())) * 2",
    "a weight": "return WORDS.get(text, 0), sorted(set(text.split())), isinstance(text, str), str(text)",
}
CODE = CLEANING + "\n\ndef predict(text, *, vectorizer, classifier):\n    BODY\n"


@pytest.fixture(scope="module")
def models() -> dict[str, Any]:
    texts = ["good value", "bad thing", "good good thing again", "bad bad value", "not good", "thing _shouting_"]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit(texts)
    labels = ["yes", "no", "yes", "no", "maybe", "maybe"]
    counts = CountVectorizer().fit(texts)
    return {
        "linear": (vectorizer, LogisticRegression().fit(vectorizer.transform(texts), labels)),
        "two classes": (vectorizer, LogisticRegression().fit(vectorizer.transform(texts), [1, 0, 1, 0, 1, 0])),
        "counted": (counts, MultinomialNB().fit(counts.transform(texts), labels)),
    }


@pytest.mark.parametrize("kind", ["linear", "two classes", "counted"])
@pytest.mark.parametrize("what", FUNCTIONS)
def test_texts_go_straight(
    what: str, kind: str, models: dict[str, Any], lit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = FUNCTIONS[what].strip().replace("\n        ", "\n    ")
    fitted = dict(zip(("vectorizer", "classifier"), models[kind], strict=True))
    code = Code.written(CODE.replace("BODY", body), lit, tmp_path, monkeypatch)
    straight, rows = code.ways(TEXTS, {"text": "record"}, fitted)
    answered = []

    def check(text: str) -> None:
        found, wanted = outcome(lambda: straight(text)), outcome(lambda: rows(text))
        assert type(found).__name__ == "Elsewhere" or seen(found) == seen(wanted), (text, found, wanted)
        answered.append(type(found).__name__ != "Elsewhere")

    for text in TEXTS:
        check(text)
    assert sum(answered) >= len(TEXTS) - 1

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(st.text(), st.lists(st.sampled_from([*WORDS, "\n", "!"])).map(" ".join)))
    def others(text: str) -> None:
        check(text)

    others()


WORDS = "good bad value thing again not GOOD would the https://x.org 12 é".split()  # noqa: SIM905

NOT_FOLLOWED = {
    "a list that a function fills": "found = []\n    count = collect(text, found)\n    return [count, found]",
    "a loop over words": "return [word for word in text.split() if word in WORDS]",
    "a text put into another": 'return f"<{text}>"',
    "a text looked up": "return {text: 1}",
    "a list that a function fills, and its text": "found = [text]\n    collect(text, found)\n    return found",
    "a part of a text as a key": "return WORDS[text]",
}


@pytest.mark.parametrize("what", NOT_FOLLOWED)
def test_code_that_looks_at_a_text_is_right_or_not_followed(
    what: str, models: dict[str, Any], lit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted = dict(zip(("vectorizer", "classifier"), models["linear"], strict=True))
    code = Code.written(CODE.replace("BODY", NOT_FOLLOWED[what]), lit, tmp_path, monkeypatch)
    made = outcome(lambda: code.ways(TEXTS, {"text": "record"}, fitted))
    if isinstance(made, AssertionError):
        return
    straight, rows = made
    for text in [*TEXTS, "good", "bad"]:
        found, wanted = outcome(lambda text=text: straight(text)), outcome(lambda text=text: rows(text))
        assert type(found).__name__ == "Elsewhere" or seen(found) == seen(wanted)
