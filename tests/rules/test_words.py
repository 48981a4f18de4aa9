"""A rule with words is only passed over where it has nothing to find: what it finds is the same without them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import draft_of, read_document
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings, may_find
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Loaded
from tests.rules.examples import FOLDER, example

EXAMPLES = Path(__file__).parents[2] / "example_notebooks"
WITH_WORDS = [each for each in known_rules() if each.rule.words]
_Documents = list[tuple[Notebook, Mapping[str, Any]]]


@pytest.fixture(scope="module")
def corpus() -> list[Facts]:
    """The examples of all rules, and the notebooks to copy from."""
    found: _Documents = [(each.notebook, each.document) for each in map(example, sorted(FOLDER.glob("*.txt")))]
    for path in sorted(EXAMPLES.glob("*.ipynb")):
        document = read_document(path)
        found.append((draft_of(document, path), document))
    return [Facts(notebook, document) for notebook, document in found]


def without_words(loaded: Loaded) -> Loaded:
    return replace(loaded, rule=replace(loaded.rule, words=frozenset()))


@pytest.mark.parametrize("loaded", WITH_WORDS, ids=lambda each: each.rule.name)
def test_it_would_find_nothing_where_it_is_passed_over(loaded: Loaded, corpus: list[Facts]) -> None:
    passed_over = [each for each in corpus if not may_find(each, loaded)]
    assert 0 < len(passed_over) < len(corpus)
    for facts in passed_over:
        told = [each.finding for each in findings(facts, [without_words(loaded)]) if each.rule.code == loaded.rule.code]
        assert told == []


@pytest.mark.parametrize(
    "code",
    ("pickle.load(f)", "import pickle as p\np.load(f)", "from pickle import load as read\nread(f)", "x.y(load=1)"),
)
def test_words_are_found_whatever_they_are_called_here(code: str) -> None:
    assert "load" in words_of(code)


def test_words_are_also_whole_texts_and_what_is_imported_and_not_what_is_skipped_or_commented() -> None:
    assert {"a b", "os", "path", "join"} <= words_of("from os.path import join\nx = 'a b'  # hidden")
    assert "ﬁt" not in words_of("ﬁt(x)")
    assert "fit" in words_of("ﬁt(x)")  # as Python reads it
    assert "hidden" not in words_of("x = 1  # hidden")
    assert "hidden" not in words_of("hidden()", ["skip"])


def words_of(code: str, tags: list[str] | None = None) -> frozenset[str]:
    cell = {"cell_type": "code", "source": code, "metadata": {"tags": tags or []}, "outputs": []}
    other = {"cell_type": "code", "source": "seen = 1", "metadata": {}, "outputs": []}
    document = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell, other]}
    return Facts(draft_of(document, Path("n.ipynb")), document).words
