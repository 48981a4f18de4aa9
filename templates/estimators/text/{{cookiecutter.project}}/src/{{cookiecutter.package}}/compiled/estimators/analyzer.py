"""A text in, its words or pieces out, as scikit-learn's vectorizers cut them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from ..not_light import NotLight
from .registry import Unknown, stored

SPACES = re.compile(r"\s\s+")


@stored
@dataclass(frozen=True, eq=False)
class Analyzer:
    """A vectorizer's options, named as scikit-learn names them."""

    analyzer: str
    lowercase: bool
    strip_accents: str | None
    token_pattern: str | None
    stop_words: list[str] | None
    shortest: int
    longest: int

    @cached_property
    def pieces(self) -> Callable[[str], list[str]]:
        """Cut a text that is prepared into words, or into pieces of so many characters."""
        if self.analyzer == "char":
            return partial(windows, shortest=self.shortest, longest=self.longest)
        if self.analyzer == "char_wb":
            return partial(windows_in_words, shortest=self.shortest, longest=self.longest)
        return self.words

    @cached_property
    def find(self) -> Callable[[str], list[str]]:
        """Find the words of a text."""
        return re.compile(self.token_pattern).findall

    @cached_property
    def stopped(self) -> frozenset[str]:
        """Words that do not count."""
        return frozenset(self.stop_words or ())

    def words(self, text: str) -> list[str]:
        """Return the words of a text, and neighbours joined."""
        found = self.find(text)
        if self.stopped:
            found = [word for word in found if word not in self.stopped]
        if self.longest == 1:
            return found
        result = list(found) if self.shortest == 1 else []
        for size in range(max(self.shortest, 2), min(self.longest, len(found)) + 1):
            result += map(" ".join, zip(*(found[start:] for start in range(size)), strict=False))
        return result

    def __call__(self, text: Any) -> list[str]:
        """Return the pieces of a text."""
        if not isinstance(text, str):
            raise NotLight(f"a {type(text).__name__} for a text")
        if self.lowercase:
            text = text.lower()
        if self.strip_accents is not None:
            text = ACCENTS[self.strip_accents](text)
        return self.pieces(text)


def windows(text: str, shortest: int, longest: int) -> list[str]:
    """Return all pieces of a text of so many characters."""
    text = SPACES.sub(" ", text)
    result: list[str] = []
    for size in range(shortest, min(longest, len(text)) + 1):
        result += [text[start : start + size] for start in range(len(text) - size + 1)]
    return result


def windows_in_words(text: str, shortest: int, longest: int) -> list[str]:
    """Return all pieces of so many characters that cross no space; what is shorter counts once."""
    result: list[str] = []
    for word in SPACES.sub(" ", text).split():
        word = f" {word} "
        for size in range(shortest, longest + 1):
            result += [word[start : start + size] for start in range(max(len(word) - size, 0) + 1)]
            if len(word) <= size:
                break
    return result


def without_accents(text: str) -> str:
    """Return a text with letters for accented ones."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def ascii_only(text: str) -> str:
    """Return a text with ASCII letters for accented ones, and nothing for others."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


ACCENTS = {"unicode": without_accents, "ascii": ascii_only}


def analyzer_of(fitted: Any) -> Analyzer:
    """Return how a vectorizer cuts texts.

    Raises:
        Unknown: if code of the notebook does it.
    """
    if fitted.input != "content" or fitted.analyzer not in ("word", "char", "char_wb"):
        raise Unknown("Only texts, cut by the vectorizer itself, are known.")
    if fitted.preprocessor is not None or fitted.strip_accents not in (None, *ACCENTS):
        raise Unknown("Own preprocessing is not known.")
    words = fitted.analyzer == "word"
    if words and fitted.tokenizer is not None:
        raise Unknown("Own tokenizers are not known.")
    stop_words = fitted.get_stop_words() if words else None
    shortest, longest = (int(size) for size in fitted.ngram_range)
    return Analyzer(
        analyzer=fitted.analyzer,
        lowercase=bool(fitted.lowercase),
        strip_accents=fitted.strip_accents,
        token_pattern=fitted.token_pattern if words else None,
        stop_words=None if stop_words is None else sorted(stop_words),
        shortest=shortest,
        longest=longest,
    )
