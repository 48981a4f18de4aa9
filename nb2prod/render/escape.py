"""Template filters: text goes in as data and comes out harmless in the language that surrounds it."""

from __future__ import annotations

import json
import re
import shlex
import string
from urllib.parse import quote

from jinja2 import Environment
from jinja2.ext import Extension


def toml(text: str) -> str:
    """Return a basic string in TOML, which knows JSON's escapes but no surrogate pairs."""
    return json.dumps(_clean(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def python(text: str) -> str:
    """Return a string literal in Python."""
    return repr(str(text))


def docstring(text: str) -> str:
    """Return one line that can stand inside triple quotes."""
    return _one_line(text).replace("\\", "\\\\").replace('"', "'")


def shell(text: str) -> str:
    """Return one word for a POSIX shell, inside a Markdown code block; a JSON text keeps its value."""
    return shlex.quote(_clean(text).replace("`", "\\u0060"))


def prose(text: str) -> str:
    """Return a line of Markdown that reads as the text itself: no markup but code between backticks, no HTML."""
    pieces = re.split(r"((?<!`)`[^`]+`(?!`))", _one_line(text))
    return "".join(_literal(piece) if place % 2 == 0 else piece for place, piece in enumerate(pieces))


def _literal(text: str) -> str:
    line = re.sub(r"&(?=#?\w+;)", "&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
    line = re.sub(r"([\\`*\[\]|~])", r"\\\1", line)
    return re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", line)  # inside a word it marks nothing


def code(text: str) -> str:
    """Return text for a place between backticks in Markdown."""
    return _one_line(text).replace("`", "'")


def link(text: str) -> str:
    """Return a relative path as the target of a Markdown link."""
    return quote(_one_line(text), safe="/")


def cell(text: object) -> str:
    """Return text for a cell of a Markdown table, where a bar ends a cell even between backticks."""
    return re.sub(r"(?<!\\)\|", r"\\|", prose(str(text)))


def fenced(text: str) -> str:
    """Return text for a fenced code block, which it cannot end."""
    return _clean(text).replace("```", "'''").rstrip("\n")


def _one_line(text: str) -> str:
    return " ".join(_clean(str(text)).split())


def _clean(text: str) -> str:
    """Replace what no text file can hold: lone surrogates, and control characters but tab and newline."""
    encodable = str(text).encode("utf-8", "replace").decode("utf-8")
    return "".join(char for char in encodable if char in string.whitespace[:3] or char >= " ")


class Escapes(Extension):
    """Makes the filters known to the templates."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        for function in (toml, python, docstring, shell, prose, code, link, cell, fenced):
            environment.filters[function.__name__] = function
