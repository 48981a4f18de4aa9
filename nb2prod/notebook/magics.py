"""Magics to plain Python with the same number of lines, and what they asked for on the way."""

from __future__ import annotations

import re
import shlex
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import resources

from nb2prod.notebook.lines import statement_starts

_LISTS = tomllib.loads(resources.files(__package__).joinpath("magics.toml").read_text(encoding="utf-8"))
DROPPED = frozenset(_LISTS["dropped"])
KEEP_BODY = frozenset(_LISTS["keep_body"])
CELL_KEEP_BODY = frozenset(_LISTS["cell_keep_body"])
CELL_DROPPED = frozenset(_LISTS["cell_dropped"])
SHELL_CELLS = frozenset(_LISTS["shell_cells"])
HARMLESS_COMMANDS = frozenset(_LISTS["harmless_commands"])
FILE_COMMANDS = frozenset(_LISTS["file_commands"])
LANGUAGES = {name: kind for kind in ("python", "text", "other") for name in _LISTS[f"language_{kind}"]}
PYLAB = (
    "import numpy, matplotlib; from matplotlib import pylab, mlab, pyplot; np = numpy; plt = pyplot; "
    "from pylab import *; from numpy import *"
)
_OPTION = re.compile(r"-(?:[nrptoqcvs]\s*\S+|[a-zA-Z]+)\s+")
_SEPARATOR = re.compile(r"&&|\|\||[;|\n]")
_VERSION = re.compile(r"[\w./]*python[\d.]*\s+(-V|--version)")
_ASSIGNED = re.compile(r"^\s*[\w.\[\]'\", ()*]+=\s*([!%])(?!=)")
_MAY_HAVE = re.compile(r"^\s*[%!?]|\?\s*$|=\s*[!%]", re.MULTILINE)
"""Whatever is a magic fits it, and little else does."""
_PIP = re.compile(r"^(?:\{?sys\.executable\}?|\$\{?sys\.executable\}?|[\w./]*python[\d.]*)\s+-m\s+pip\b|^pip[\d.]*\b")


@dataclass
class Magics:
    """A cell's plain Python, and what its magics asked for."""

    code: str
    requirements: list[str] = field(default_factory=list)
    modules: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    """Line from 1, what is wrong, and the remedy."""
    aside: list[tuple[int, str]] = field(default_factory=list)
    """Line from 1, and what only brings files there: it stays in the notebook, and files that are read travel along."""


RunFile = Callable[[str], "str | None"]


def to_python(source: str, run_file: RunFile = lambda name: None) -> Magics:
    """Return ``source`` without magics, with as many lines as before.

    ``run_file`` answers the text of the file that a ``%run`` names, or ``None`` where it cannot be had; the text takes
    the place of the magic, so line numbers behind it no longer hold.
    """
    source = _dedented(source)
    result = Magics(code=source)
    if not any(map(source.__contains__, "%!?")) or not _MAY_HAVE.search(source):
        return result
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].startswith("%%"):
        if not _cell_magic(lines, first, result):
            result.code = "\n" * (len(lines) - 1)
            return result
        lines[first] = ""
    elif first is not None and not _stays_for_language(lines, first, result):
        result.code = "\n" * (len(lines) - 1)
        return result
    _line_magics(lines, result, run_file)
    result.code = "\n".join(lines)
    return result


def _dedented(source: str) -> str:
    """Return a cell without the indentation that all its lines have, which IPython takes away."""
    return textwrap.dedent(source) if source[:1].isspace() else source


def _stays_for_language(lines: list[str], first: int, result: Magics) -> bool:
    """Return whether the lines below ``%sql`` and the like, which Databricks and Zeppelin know, are Python."""
    found = re.match(r"%([A-Za-z]+)(?:\.[A-Za-z]+)?(?=\s|$)", lines[first])
    kind = LANGUAGES.get(found.group(1), "") if found else ""
    if found is None or not kind:
        return True
    if kind == "python":
        lines[first] = lines[first][found.end() :].strip()
        return True
    if kind == "other":
        remedy = "write what it does in Python, with pandas, or tag the cell `skip` if nothing else needs it"
        result.refused.append(
            (first + 1, f"the cell is written in what `{found.group()}` names, not in Python", remedy)
        )
    return False


def _cell_magic(lines: list[str], first: int, result: Magics) -> bool:
    """Return whether the lines below a cell magic are Python that stays."""
    name, _, rest = lines[first][2:].strip().partition(" ")
    if name in CELL_KEEP_BODY:
        return True
    if name in CELL_DROPPED or name == "":
        return False
    if name in {"writefile", "file"}:
        _write_module(rest, "\n".join(lines[first + 1 :]), first, result)
        return False
    if name in SHELL_CELLS or (name == "script" and rest.split()[:1] == ["false"]):
        for number, line in enumerate(lines[first + 1 :] if name in SHELL_CELLS else [], first + 1):
            _shell(line.partition("#")[0].strip(), number, result)
        return False
    remedy = "write what it does in Python, or tag the cell `skip` if nothing else needs it"
    result.refused.append((first + 1, f"`%%{name}` is not Python", remedy))
    return False


def _write_module(rest: str, text: str, first: int, result: Magics) -> None:
    words = rest.replace('"', "").replace("'", "").split()
    appending = "-a" in words or "--append" in words
    names = [word for word in words if not word.startswith("-")]
    name = names[0] if names else ""
    if not re.fullmatch(r"(?:\./)?[A-Za-z_]\w*\.py", name):
        if not name or name.startswith(("/", "~")) or ".." in name.split("/") or name.endswith(".py"):
            remedy = "write a module beside the notebook (`%%writefile name.py`), or tag the cell `skip`"
            result.refused.append((first + 1, f"`%%writefile {name}` does not write beside the notebook", remedy))
        else:
            result.aside.append((first + 1, f"`%%writefile {name}`"))
        return
    key = name.removeprefix("./")
    earlier = result.modules.get(key, "") if appending else ""
    result.modules[key] = f"{earlier}{text}\n"


def _line_magics(lines: list[str], result: Magics, run_file: RunFile) -> None:
    skip_to = 0
    for number in statement_starts(lines, is_magic):
        if number < skip_to:
            continue
        line = lines[number]
        found = _ASSIGNED.match(line)
        if found and not _is_python_assignment(line):
            what = "a shell command" if found.group(1) == "!" else "a magic"
            result.refused.append((number + 1, f"the value of {what} is assigned", "compute the value in Python"))
            lines[number] = _empty(line)
        elif is_magic(line):
            last = _last_line(lines, number)
            text = " ".join(part.rstrip().removesuffix("\\").strip() for part in lines[number : last + 1])
            lines[number] = _replace(line, text, number, result, run_file)
            for extra in range(number + 1, last + 1):
                lines[extra] = ""
            skip_to = last + 1


def _is_python_assignment(line: str) -> bool:
    """Tell ``x = %d`` inside a string apart from an assigned magic."""
    before = line.split("=", 1)[0]
    return before.count('"') % 2 == 1 or before.count("'") % 2 == 1


def is_magic(line: str) -> bool:
    """Return whether a line at a statement's start is IPython's and not Python's."""
    text = line.strip()
    if text.startswith(("%", "!", "?")):
        return True
    return bool(re.fullmatch(r"[\w.*]+\?{1,2}", text)) and not text.startswith("#")


def _last_line(lines: list[str], number: int) -> int:
    while lines[number].rstrip().endswith("\\") and number + 1 < len(lines):
        number += 1
    return number


def _empty(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass" if indent else ""


def _replace(line: str, text: str, number: int, result: Magics, run_file: RunFile) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    if text.startswith("!"):
        _shell(text.lstrip("!").strip(), number, result)
        return _empty(line)
    if text.startswith("?") or text.endswith("?"):
        return _empty(line)
    name, _, rest = text.lstrip("%").strip().partition(" ")
    rest = rest.strip()
    if name in KEEP_BODY and rest:
        return indent + _without_options(rest)
    if name == "pylab":
        return indent + PYLAB
    if name == "run":
        return _run(line, rest, number, result, run_file)
    _other_magic(name, rest, number, result)
    return _empty(line)


def _without_options(text: str) -> str:
    while found := _OPTION.match(text):
        text = text[found.end() :]
    return text


def _other_magic(name: str, rest: str, number: int, result: Magics) -> None:
    if name in {"pip", "conda", "mamba", "micromamba", "uv"}:
        result.requirements.extend(installed(rest.removeprefix("pip ").strip(), conda=name in {"conda", "mamba"}))
    elif name in {"sx", "system", "sc"}:
        _shell(rest, number, result)
    elif name == "cd" or (name in {"env", "set_env"} and re.search(r"[=\s]", rest)):
        remedy = "name files relative to the notebook and read settings in Python with `os.environ.get`"
        result.refused.append((number + 1, f"`%{name} {_unset(rest)}` changes where or how the code runs", remedy))
    elif name == "time" or name in DROPPED or name in KEEP_BODY:
        return
    else:
        remedy = "write what it does in Python, or tag the cell `skip` if nothing else needs it"
        result.refused.append((number + 1, f"`%{name}` has no plain Python equivalent here", remedy))


def _unset(rest: str) -> str:
    """Return what a magic sets without the value, which may be a secret."""
    return re.split(r"[=\s]", rest, maxsplit=1)[0] if re.search(r"[=\s]", rest) else rest


def _run(line: str, rest: str, number: int, result: Magics, run_file: RunFile) -> str:
    names = [word for word in rest.split() if not word.startswith("-")]
    text = run_file(names[0].strip("\"'")) if names else None
    if text is None:
        remedy = "name a .py file inside the notebook's folder, or import what is needed from it"
        result.refused.append((number + 1, f"`%run {rest}` names no Python file that can be read", remedy))
        return _empty(line)
    indent = line[: len(line) - len(line.lstrip())]
    return "\n".join(indent + part if part else part for part in text.rstrip("\n").split("\n"))


def _shell(command: str, number: int, result: Magics) -> None:
    found = _PIP.match(command)
    if found:
        result.requirements.extend(installed(command[found.end() :].strip()))
        return
    if command.startswith(("conda ", "mamba ", "uv ")):
        rest = command.split(" ", 1)[1].strip().removeprefix("pip ").strip()
        result.requirements.extend(installed(rest, conda=not command.startswith("uv ")))
        return
    if not command:
        return
    words = {part.split()[0].rpartition("/")[2] for part in _SEPARATOR.split(command) if part.split()}
    if (words <= HARMLESS_COMMANDS and not re.search(r">(?!&)|\btee\b", command)) or _VERSION.fullmatch(command):
        return
    if words <= HARMLESS_COMMANDS | FILE_COMMANDS and not re.search(r"[`]|\$\(", command):
        result.aside.append((number + 1, f"the shell command `{command}`"))
        return
    remedy = "do it in Python (pathlib, shutil, urllib), or tag the cell `skip` if nothing else needs it"
    result.refused.append((number + 1, f"the shell command `{command}` may matter", remedy))


def installed(arguments: str, *, conda: bool = False) -> Iterator[str]:
    """Yield the requirements in the arguments of a ``pip install``; nothing for other commands of pip."""
    try:
        words = shlex.split(arguments, comments=True)
    except ValueError:
        words = arguments.split()
    if not words or words[0] != "install":
        return
    takes_value = {"-r", "-c", "-f", "-i", "-t", "--index-url", "--extra-index-url", "--find-links", "--target"}
    skip = False
    for word in words[1:]:
        if skip or word in {"&&", ";", "|", ">", "2>&1"}:
            if word in {"&&", ";", "|", ">"}:
                return
            skip = False
        elif word.startswith("-"):
            skip = word in takes_value or (conda and word in {"-c", "--channel", "-n", "--name"})
        else:
            yield re.sub(r"^([\w.-]+)=(?!=)", r"\1==", word) if conda else word
