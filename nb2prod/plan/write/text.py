"""Moving source about: indenting without touching strings, docstrings and comments from Markdown."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
from collections.abc import Iterable

WIDTH = 96
_MARKUP = re.compile(r"(\*\*|__|`{3}\w*|^#+\s*|^\s*[-*+]\s+|^\s*>\s*|<[^>\n]+>)", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,2})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])")
_ITEM = re.compile(r"([^.!?:;,\s])\s*$(?=\n\s*(?:[-*+]|\d+[.)])\s)", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def indent(source: str, prefix: str = "    ") -> str:
    """Return ``source`` with every line indented, those inside multi-line strings left as they are."""
    inside = _lines_inside_strings(source)
    lines = source.split("\n")
    return "\n".join(
        line if number in inside or not line.strip() else prefix + line for number, line in enumerate(lines, 1)
    )


def dedent(source: str) -> str:
    """Return ``source`` without the indentation that its code lines share, strings left as they are."""
    lines = source.split("\n")
    inside = _lines_inside_strings(textwrap.dedent(source))
    code = [line for number, line in enumerate(lines, 1) if number not in inside and line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in code), default=0)
    return "\n".join(
        line if number in inside else line[margin:] if line[:margin].isspace() or not margin else line.lstrip()
        for number, line in enumerate(lines, 1)
    )


def _lines_inside_strings(source: str) -> set[int]:
    inside: set[int] = set()
    starts: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source + "\n").readline):
            name = tokenize.tok_name[token.type]
            if name == "STRING":
                inside.update(range(token.start[0] + 1, token.end[0] + 1))
            elif name == "FSTRING_START":
                starts.append(token.start[0])
            elif name == "FSTRING_END":
                inside.update(range(starts.pop() + 1, token.end[0] + 1))
    except (tokenize.TokenError, IndentationError):
        pass
    return inside


def plain(markdown: str) -> str:
    """Return the first paragraph of Markdown as plain text on one line, headings as sentences."""
    apart = re.sub(r"(?m)^(#+ .*)\n(?=\S)", r"\1\n\n", markdown.strip())
    paragraphs = [p for p in re.split(r"\n\s*\n", apart) if p.strip()]
    pieces = []
    for paragraph in paragraphs[:2]:
        text = _MARKUP.sub("", _ITEM.sub(r"\1;", _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", paragraph))))
        text = re.sub(r"\s+", " ", text).strip().strip("#").strip()
        if text:
            pieces.append(text if text[-1] in ".!?:" else text + ".")
        if not paragraph.lstrip().startswith("#"):
            break
    joined = " ".join(pieces)
    return "".join(c for c in joined if c.isprintable())


def docstring(text: str) -> str:
    """Return a docstring, wrapped, safe whatever the text holds; its first line ends with a full stop."""
    text = "".join(c for c in text if c.isprintable() or c in " \n")
    text = text.replace("\\", "\\\\").replace('"""', "'''").strip()
    if text.endswith('"'):
        text = text[:-1] + "'"
    lines = textwrap.wrap(text, WIDTH - 7) or ["See the notebook."]
    if len(lines) == 1:
        return f'"""{lines[0]}"""'
    first, rest = _first_sentence(text)
    body = textwrap.wrap(rest, WIDTH - 4)
    head = textwrap.wrap(first, WIDTH - 7)
    return '"""' + "\n".join([*head, *(["", *body] if body else [])]) + '\n"""'


def _first_sentence(text: str) -> tuple[str, str]:
    match = re.match(r"(.+?[.!?])\s+(.*)", text, re.DOTALL)
    return (match.group(1), match.group(2)) if match else (text, "")


def comment(text: str) -> str:
    """Return ``text`` as comment lines."""
    return "\n".join(f"# {line}" for line in textwrap.wrap(text, WIDTH - 6))


def global_to_nonlocal(source: str) -> str:
    """Return ``source`` with its ``global`` statements made ``nonlocal``: what was a global of the notebook is a
    variable of the enclosing function now."""
    if "global" not in source:
        return source
    lines = source.split("\n")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Global):
            line = lines[node.lineno - 1]
            lines[node.lineno - 1] = line[: node.col_offset] + line[node.col_offset :].replace("global", "nonlocal", 1)
    return "\n".join(lines)


def without_live_plots(source: str) -> str:
    """Return ``source`` with ``plot=True`` of a fit made ``plot=False``: CatBoost draws in the notebook with it."""
    if "plot" not in source:
        return source
    shown = [
        keyword.value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in {"fit", "cv"}
        for keyword in call.keywords
        if keyword.arg == "plot" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
    ]
    return replace_nodes(source, [(value, "False") for value in shown]) if shown else source


def insert_at(source: str, insertions: Iterable[tuple[int, int, str]]) -> str:
    """Return ``source`` with texts inserted at (line from 0, UTF-8 column), all places as in ``source``."""
    lines = source.encode().split(b"\n")
    for line, column, text in sorted(insertions, reverse=True):
        lines[line] = lines[line][:column] + text.encode() + lines[line][column:]
    return b"\n".join(lines).decode()


def replace_spans(source: str, replacements: Iterable[tuple[ast.stmt, str]]) -> str:
    """Return ``source`` with statements (of its own parse) replaced by text on one line."""
    lines = source.encode().split(b"\n")
    for node, text in sorted(replacements, key=lambda pair: (pair[0].lineno, pair[0].col_offset), reverse=True):
        start, end = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines[start : end + 1] = [
            lines[start][: node.col_offset] + text.encode() + lines[end][node.end_col_offset or 0 :]
        ]
    return b"\n".join(lines).decode()


def replace_nodes(source: str, replacements: Iterable[tuple[ast.expr, str]]) -> str:
    """Return ``source`` with expressions (of its own parse) replaced, the last first so that positions hold."""
    lines = source.encode().split(b"\n")
    ordered = sorted(replacements, key=lambda pair: (pair[0].lineno, pair[0].col_offset), reverse=True)
    for node, text in ordered:
        start, end = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        head, tail = lines[start][: node.col_offset], lines[end][node.end_col_offset or 0 :]
        lines[start : end + 1] = [head + text.encode() + tail]
    return b"\n".join(lines).decode()
