"""Texts as a notebook's file has them: each as one, or as a list of its lines."""

from __future__ import annotations


def joined(text: object) -> str:
    """Return such a text as one; empty for what is no text."""
    if isinstance(text, list):
        return "".join(each for each in text if isinstance(each, str))
    return text if isinstance(text, str) else ""


def in_form_of(before: object, text: str) -> str | list[str]:
    """Return ``text`` as the file had the one ``before``: as one, or as a list of lines."""
    return text.splitlines(keepends=True) if isinstance(before, list) else text
