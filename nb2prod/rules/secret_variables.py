"""Secrets in code to the texts that hold them, each with the variable of the environment that it can be read from."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from nb2prod.analysis.nodes import Placed, parents_of
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.rules.secret_kinds import Secret
from nb2prod.rules.secret_texts import secrets_in_cell

Nodes = Mapping[type[ast.AST], Sequence[Placed]]

OTHERS = re.compile(
    r"PATH|HOME|PWD|OLDPWD|USER(?:NAME|PROFILE|DOMAIN)?|LOGNAME|SHELL|SHLVL|MAIL|EDITOR|VISUAL|PAGER|DISPLAY|LANG|LANGUAGE"
    r"|LC_\w+|TERM|TERMINFO|TZ|TMP|TEMP|TMPDIR|HOST|HOSTNAME|HOSTTYPE|MACHTYPE|OSTYPE|OS|UID|EUID|GID|PPID|IFS|ENV|PS[0-4]"
    r"|CDPATH|COLUMNS|LINES|RANDOM|SECONDS|LINENO|OPTARG|OPTIND|REPLY|DEBUG|CI|PORT|COMSPEC|PATHEXT|WINDIR|SYSTEMROOT"
    r"|APPDATA|LOCALAPPDATA|(?:HTTPS?|FTP|ALL|NO)_PROXY|CUDA_\w+|OMP_\w+|MKL_\w+"
    r"|(?:BASH|ZSH|HIST|LD_|DYLD_|PYTHON|PIP_|UV_|VIRTUAL_ENV|CONDA|JUPYTER|JPY_|IPYTHON|XDG_|SSH_|DBUS_|GIT_|SYSTEMD)\w*"
)
"""Variables that shells (POSIX.1-2017, chapter 8, and bash's own), systems, Python and its tools set or read."""
GENERIC = frozenset(
    {"KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PWD", "PASS", "PW", "PASSPHRASE", "PASSWORT", "AUTHORIZATION",
     "COOKIE", "CREDENTIAL", "CREDENTIALS", "APIKEY", "URL", "URI", "DSN", "CONN", "CONNECTION", "APPID", "SIGNATURE",
     "WEBHOOK", "TEXT"}
)  # fmt: skip
"""Names that do not say whose secret it is: another one goes before them."""
EMPTY = frozenset(
    {"AUTH", "LOGIN", "VALUE", "TEXT", "DATA", "NAME", "HEADER", "HEADERS", "CONFIG", "SETTINGS", "SELF", "CLS", "OS",
     "ENVIRON", "GETENV", "SETDEFAULT", "REQUESTS", "GET", "POST", "DICT", "CONNECT", "CLIENT", "MAIN", "PRINT", "OPEN"}
)  # fmt: skip
"""Names that say nothing of a secret at all."""
SPARE = frozenset(
    {"API_KEY", "API_TOKEN", "ACCESS_TOKEN", "ACCESS_KEY", "AUTH_TOKEN", "SECRET_KEY", "API_SECRET", "BEARER_TOKEN"}
)
"""Names that say little of it: the service's name, where it is known, goes before them."""
_TELLING = re.compile("KEY|TOKEN|SECRET|PASS|AUTH|CREDENTIAL|COOKIE|WEBHOOK")
NO_SERVICE = frozenset(
    {"key", "password", "private key", "password in an address", "bearer token", "JSON web token", "webhook address"}
)
NO_DATABASE = frozenset({"http", "https", "ftp", "ftps", "sftp", "ssh", "git", "smtp", "smtps", "imap", "imaps"})
"""Schemes of addresses that lead to other things than databases and queues."""
SHORT = 2
"""Letters of a name that says nothing: ``pw`` is among those that are known."""


@dataclass(frozen=True)
class SecretText:
    """A text in a cell's code that holds a secret, and where else the very same text stands."""

    variable: str
    whole: bool
    """Whether the secret is all of it."""
    placed: tuple[Placed, ...]
    """All its places, in order."""


def secret_texts(notebook: Notebook, nodes: Nodes) -> Mapping[tuple[int, int], SecretText]:
    """Return, for each secret in a plain text of the code, by its cell and where it starts there, that text.

    Those in comments, commands and texts with fields are left out. One text has one variable, and each its own.
    """
    joined = {id(part) for each in nodes.get(ast.JoinedStr, ()) for part in ast.walk(each.node)}
    constants: dict[int, list[Placed]] = {}
    same: dict[str, list[Placed]] = {}
    for each in nodes.get(ast.Constant, ()):
        value = getattr(each.node, "value", None)
        if isinstance(value, str) and id(each.node) not in joined and _can_be_set(value):
            constants.setdefault(each.statement.cell, []).append(each)
            same.setdefault(value, []).append(each)
    found: dict[tuple[int, int], SecretText] = {}
    by_value: dict[str, SecretText] = {}
    taken = _taken(notebook, nodes)
    for cell in notebook.cells:
        for secret in secrets_in_cell(cell.source) if cell.index in constants else ():
            placed = _around(cell, secret, constants[cell.index])
            if placed is None:
                continue
            value = str(getattr(placed.node, "value", ""))
            if value not in by_value:
                whole = len(value) <= secret.end - secret.start
                variable = _free(placed, _said(secret.kind, value, whole=whole), notebook.path, taken)
                taken.all.add(variable)
                taken.given.add(variable)
                by_value[value] = SecretText(variable, whole, tuple(same[value]))
            found[cell.index, secret.start] = by_value[value]
    return found


def _can_be_set(value: str) -> bool:
    """Say whether a variable of the environment can have this value."""
    return bool(value) and "\0" not in value and not re.search("[\ud800-\udfff]", value)


def _around(cell: Cell, secret: Secret, constants: Sequence[Placed]) -> Placed | None:
    """Return the text that a secret stands in; ``None`` where it is in none, as in a comment."""
    before = cell.source[: secret.start]
    line = before.count("\n") + 1
    column = len(before.rpartition("\n")[2].encode("utf-8", "surrogatepass"))
    for each in constants:
        node = each.node
        assert isinstance(node, ast.Constant)
        start, end = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
        if start <= (line, column) < end:
            return each
    return None


def _free(placed: Placed, said: tuple[str, str], path: Path, taken: Taken) -> str:
    """Return a name that tells what the value is, and that nobody else has."""
    names, last, is_set = _names_around(placed.statement.node, placed.node)
    if is_set and _worded(last) == last and last not in taken.given:  # os.environ["API_KEY"] = "..."
        return last
    own = _worded(last) if len(last) > SHORT or _worded(last) in GENERIC else ""
    outer = [each for each in map(_worded, names) if len(each) > 1 and each not in EMPTY | GENERIC]
    for name in _candidates("" if own in EMPTY else own, outer, said, _worded(path.stem) or "NOTEBOOK"):
        if name not in taken.all and not OTHERS.fullmatch(name) and not name[0].isdigit():
            return name
    raise AssertionError("candidates do not end")


def _said(kind: str, value: str, *, whole: bool) -> tuple[str, str]:
    """Return the service of a kind of secret, empty where that is not known, and what a text that holds one is."""
    if kind == "password in an address":
        return "", "SERVICE_URL" if value.partition("://")[0].lower() in NO_DATABASE else "DATABASE_URL"
    if kind in {"key", "password"} and not whole:
        return "", "URL" if "://" in value else "CONNECTION" if kind == "password" else "TEXT"
    service, _, last = kind.upper().replace(" ", "_").rpartition("_")
    return ("", kind.upper().replace(" ", "_")) if kind in NO_SERVICE else (service, last)


def _candidates(own: str, outer: Sequence[str], said: tuple[str, str], notebook: str) -> Iterator[str]:
    """Yield names from the most telling on: its own, with the service or what it stands in before, the notebook's."""
    service, of_kind = said
    first = {"PWD": "PASSWORD", "PASS": "PASSWORD", "PW": "PASSWORD", "PASSWD": "PASSWORD"}.get(own, own) or of_kind
    if first in GENERIC and not service and "_" in of_kind:
        first = of_kind
    if service and (own in GENERIC | SPARE or not _TELLING.search(own)):
        first = first if own in GENERIC | SPARE else of_kind
        first = "API_KEY" if first == "KEY" else first
        yield first if first.startswith(service) else f"{service}_{first}"
    elif first not in GENERIC and ("_" in first or not own):
        yield first
    yield from (f"{each}_{first}" for each in reversed(outer) if each != first)
    base = first if first.startswith(notebook) else f"{notebook}_{first}"
    base = f"NOTEBOOK_{base}" if base[0].isdigit() or OTHERS.fullmatch(base) else base
    yield base
    number = 1
    while number := number + 1:
        yield f"{base}_{number}"


def _names_around(statement: ast.AST, node: ast.AST) -> tuple[list[str], str, bool]:
    """Return what a text in a statement stands in, from the outside in; what it is set to, handed over as or the key of
    right there, if anything; and whether that is a variable of the environment."""
    outer: list[str] = []
    own, is_set = "", False
    way = _way_to(statement, node)
    for parent, child in pairwise(way):
        new, names_it = _names_of(parent, child)
        if new:
            outer += [own] if own else []
            outer += new[:-1] if names_it else new
            own = new[-1] if names_it else ""
            is_set = _is_environment(parent)
    return outer, own, is_set and bool(own)


_parents_of = lru_cache(maxsize=16)(parents_of)
"""One statement may hold hundreds of secrets."""


def _way_to(statement: ast.AST, node: ast.AST) -> list[ast.AST]:
    """Return what a node of a statement stands in, from the statement to the node itself."""
    above = _parents_of(statement)
    way = [node]
    while way[-1] is not statement and way[-1] in above:
        way.append(above[way[-1]])
    return way[::-1]


def _names_of(parent: ast.AST, child: ast.AST) -> tuple[list[str], bool]:
    """Return the names that a node gives to what is right inside it, and whether the last is that one's own."""
    if isinstance(parent, ast.keyword):
        return [parent.arg] if parent.arg else [], True
    if isinstance(parent, ast.Assign):
        return _parts(parent.targets[0]), True
    if isinstance(parent, ast.AnnAssign | ast.NamedExpr):
        return _parts(parent.target), True
    if isinstance(parent, ast.Dict):
        return _key_of(parent, child), True
    if isinstance(parent, ast.Call):
        first = parent.args[0] if parent.args else None
        if child in parent.args[1:] and isinstance(first, ast.Constant) and _is_environment(parent):
            return [str(first.value)], True
        return _parts(parent.func), False
    if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [parent.name], False
    return [], False


def _key_of(parent: ast.Dict, child: ast.AST) -> list[str]:
    keys = [key for key, value in zip(parent.keys, parent.values, strict=True) if value is child]
    return [each.value for each in keys if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _parts(node: ast.expr) -> list[str]:
    """Return the names of a target: ``db.settings["password"]`` has three."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [*_parts(node.value), node.attr]
    if isinstance(node, ast.Subscript):
        key = node.slice
        return [
            *_parts(node.value),
            *([key.value] if isinstance(key, ast.Constant) and isinstance(key.value, str) else []),
        ]
    return []


def _is_environment(node: ast.AST) -> bool:
    """Say whether a statement or call sets or reads a variable of the environment by the name that it gives."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return _parts(node.targets[0].value)[-1:] == ["environ"]
    if not isinstance(node, ast.Call):
        return False
    parts = _parts(node.func)
    return parts[-1:] == ["getenv"] or parts[-2:] in (["environ", "get"], ["environ", "setdefault"])


@dataclass
class Taken:
    """Names of variables that are no longer to be had."""

    all: set[str]
    """Those that the notebook reads or sets."""
    given: set[str]
    """Those that hold a text that was in the code."""


def _taken(notebook: Notebook, nodes: Nodes) -> Taken:
    """Return the variables that the notebook names, and those that it sets to what they were: their text is gone."""
    found = Taken({each for cell in notebook.cells for each in _COMMAND.findall(cell.source)}, set())
    for each in nodes.get(ast.Subscript, ()):
        assert isinstance(each.node, ast.Subscript)
        parts = _parts(each.node)
        found.all |= {parts[-1]} if parts[-2:-1] == ["environ"] else set()
    for each in nodes.get(ast.Call, ()):
        if isinstance(each.node, ast.Call) and _is_environment(each.node) and each.node.args:
            first = each.node.args[0]
            found.all |= {first.value} if isinstance(first, ast.Constant) and isinstance(first.value, str) else set()
    for each in nodes.get(ast.Assign, ()):
        if isinstance(each.node, ast.Assign) and _is_environment(each.node):
            same = _parts(each.node.targets[0])[-1] == (_parts(each.node.value) or [""])[-1]
            found.given |= {_parts(each.node.value)[-1]} if same else set()
    return found


_COMMAND = re.compile(r"(?m)^\s*(?:%(?:set_)?env|!\s*export)\s+(\w+)")


def _worded(name: str) -> str:
    """Return a name as variables of the environment are written: ``dbPassword`` is ``DB_PASSWORD``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain)
    return re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_").upper()
