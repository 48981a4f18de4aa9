"""Texts to the secrets in them: those of a known look, and those that stand beside a name that says so."""

# ruff: noqa: E501  (patterns are easier to read whole)
from __future__ import annotations

import math
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from os.path import commonprefix
from typing import Any

from nb2prod.rules.personal import find_personal
from nb2prod.rules.secret_kinds import Secret, known_secrets

MOST_REMEMBERED = 4096
"""Cells, and other texts, whose answer is kept."""
LONGEST_REMEMBERED = 4000
"""Characters of such another text."""
HIDDEN = "***"
"""What a secret becomes."""
SHOWN = 8
"""Characters of a secret's beginning that tell too much of it."""
SHORTEST = 4
"""Characters of a secret that is looked for by itself: shorter ones would stand in many a word."""

_NAMES = (
    r"(?P<name>(?:[A-Za-z0-9]{1,20}[_.-]){0,3}?(?:"
    r"(?P<password>(?:pg)?password|passwd|passphrase|pwd|pass|passwort|contrase[nñ]a|mot_de_passe)|"
    r"(?P<key>secret|api[ _-]?key|apikey|app[_-]?key|access[_-]?key(?:[_-]?id)?|secret[_-]?(?:access[_-]?)?key|account[_-]?key"
    r"|auth[_-]?key|client[_-]?secret|private[_-]?key|encryption[_-]?key|signing[_-]?key|subscription[_-]?key|master[_-]?key"
    r"|consumer[_-]?(?:key|secret)|storage[_-]?key|api[_-]?secret|app[_-]?secret|service[_-]?key|license[_-]?key|fernet[_-]?key"
    r"|(?:auth|access|api|bearer|refresh|bot|personal|id|session|github|gitlab|hf|slack|user|oauth)[_-]?token|credentials?)|"
    r"(?P<weak>token|key|appid|app_id|auth|cookie|hash_?key|kaggle_key)))"
)
_BEGIN = r"(?:(?<![A-Za-z0-9])|(?-i:(?<=[a-z0-9])(?=[A-Z])))"
"""A name begins where a word does, and where a part of one does: ``dbPassword``."""
_CODE = re.compile(
    rf"(?i){_BEGIN}{_NAMES}(?:[_-]?\d{{1,2}})?(?P<between>[\"']?\s*+(?:\]\s*+)?(?::\s*+\w++\s*+)?(?:=>|==?|:|,)\s*)[rbuf]{{0,2}}"
    r"(?P<quote>[\"'])(?P<value>[^\"'\n]{3,200})(?P=quote)"
)
"""``api_key = "..."``, ``password="..."``, ``{"token": "..."}``, ``os.environ["API_KEY"] = "..."``, ``getenv("KEY", "...")``."""
_PROSE = re.compile(
    rf"(?i){_BEGIN}{_NAMES}(?P<between>[\"'`*]{{0,3}}\s*(?:=|:| is )\s*[\"'`*]{{0,3}})(?P<value>[^\s\"'`,;<>)}}\]]{{6,200}})"
)
_OPTION = re.compile(r"--(?:password|passwd|token|api-?key|secret|auth-?token)[= ]+(?P<value>[^\s\"']{6,200})")
_COMMANDS = re.compile(
    # curl -u bob:..., and the same as a list of words
    r"\bcurl\b(?:[^\n|;&]{0,400}?\s(?:-u|--user)(?:\s+|=)?[\"']?|[\"'][^\n]{0,400}?[\"'](?:-u|--user)[\"']\s*,\s*[\"'])"
    r"(?P<user>[^\s:\"'$]{1,80}):(?P<curl>[^\s\"']{4,100})"
    # mysql -p..., sshpass -p ...
    r"|\b(?:mysql(?:dump|admin|import|show)?\b[^\n|;&]{0,400}?\s-p|sshpass\s+-p\s*)[\"']?(?P<mysql>[^\s\"'-][^\s\"']{3,100})"
    # wget --password=..., --http-password ...
    r"|--(?:[a-z]{1,10}-)?(?:password|passwd)(?:=|\s+|[\"']\s*,\s*[\"'])[\"']?(?P<option>[^\s\"'),]{4,100})"
)
"""Passwords that commands are handed: in shell lines, and in texts or lists of texts that are run."""
_SHELL = re.compile(r"\s*%%(?:bash|sh|script|!)")
_QUERY = re.compile(
    r"[?&](?P<name>api[_-]?key|apikey|key|token|access_token|auth_token|appid|app_key|auth|secret|password|pwd|client_secret|hapikey)"
    r"=(?P<value>[^&\s\"'<>#{}]{8,200})",
    re.IGNORECASE,
)
_PAIRS = re.compile(
    r"(?:\bauth\s*=\s*\(|HTTP(?:Basic|Digest)Auth\(|[Ll]ogin\()\s*[\"'][^\"'\n]{1,80}[\"']\s*,\s*[\"'](?P<value>[^\"'\n]{4,200})[\"']"
)
_DSN = re.compile(r"(?i)(?<![?&])\b(?P<name>password|pwd)\s*=\s*(?P<value>[^\s;\"'{},)]{4,100})(?=[\s;\"'])")
_HINTS = (
    "pass", "pwd", "secret", "key", "token", "auth", "credential", "appid", "app_id", "cookie", "login(", "contrase",
    "mot_de", "curl", "mysql",
)  # fmt: skip
"""One of them is in whatever the patterns above fit, in lower case."""
_NOBODYS = re.compile(
    r"(?i)your|xxx|\.\.\.|\*\*|placeholder|example|sample|dummy|change_?me|insert|replace|todo|fixme|redacted|hidden|<|>"
    r"|^\$|^\{|\}$|^%|^@|^os\.|^none$|^null$|^true$|^false$|^str$|^string$|^int$|^test(?:ing)?\d*$|^(?:my|the|a|some)[_ -]|foobar"
    r"|^abc|^password\d*$|^passwd$|^pass(?:word)?$|^secret$|^token$|^key$|^api_?key$|_here$|^enter|^mysecret|^mypass|fake|mock"
)
_PLACE = re.compile(
    r"^(?:https?|ftp|s3|gs|file)://|^[./~]|^[A-Za-z]:\\|\.(?:json|txt|pem|csv|env|ya?ml|pkl|key|crt|html?)$"
)


def find_secrets(text: str, *, code: bool = False) -> list[Secret]:
    """Return the secrets in a text, in order and without overlaps.

    In ``code``, what stands beside a telling name has to be in quotes; elsewhere (outputs, Markdown, commands) it need
    not be, and has to look like nothing else.
    """
    return list(_short_secrets(text, code) if len(text) <= LONGEST_REMEMBERED else _secrets(text, code))


def _secrets(text: str, code: bool) -> Sequence[Secret]:
    found = [each for each in known_secrets(text) if not _is_nobodys(text[each.start : each.end], each.kind)]
    if _may_be_named(text):
        found += _named(text, code=code)
    return _apart(found)


_short_secrets = lru_cache(maxsize=MOST_REMEMBERED)(_secrets)
"""The same, remembered: outputs and metadata of cells that nobody has touched, and what is said of them."""


def _apart(found: list[Secret]) -> list[Secret]:
    """Return secrets in order; those that overlap become one, from where the first starts to where the last ends."""
    kept: list[Secret] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
        elif each.end > kept[-1].end:
            kept[-1] = Secret(kept[-1].kind, kept[-1].start, each.end)
    return kept


@lru_cache(maxsize=2)
def _may_be_named(text: str) -> bool:
    """Say whether a text has a word that may name a secret; of a cell that is asked twice in a row."""
    return any(map(text.casefold().__contains__, _HINTS))


def redacted(text: str, values: Sequence[str] = ()) -> str:
    """Return a text for people with ``***`` in place of each secret, in quotes or not.

    ``values`` are secrets that are known to be about, such as those of the notebook that the text tells of: they go
    wherever they stand, and so does the beginning of one that was cut off.
    """
    for value in values:
        text = text.replace(value, HIDDEN)
    text = without(text, find_secrets(text))
    for value in values:
        text = _without_beginning(text, value)
    return text


def harmless(shown: Any, values: Sequence[str] = ()) -> Any:
    """Return a text for people, or data that has some, with ``***`` in place of each secret and of personal data.

    All that is said of a notebook goes through this, or through :func:`redacted_source` where it is code. ``values``
    are the notebook's own secrets, as ``redacted`` takes them.
    """
    if isinstance(shown, str):
        if len(shown) > LONGEST_REMEMBERED:
            return _harmless_text(shown, values)
        return _harmless_short(shown, tuple(values))
    if isinstance(shown, Mapping):
        return {harmless(key, values): harmless(value, values) for key, value in shown.items()}
    if isinstance(shown, list):
        return [harmless(each, values) for each in shown]
    if isinstance(shown, tuple):
        return tuple(harmless(each, values) for each in shown)
    return shown


def _harmless_text(text: str, values: Sequence[str]) -> str:
    text = redacted(text, values)
    return without(text, [Secret(each.kind, each.start, each.end) for each in find_personal(text, names=False)])


_harmless_short = lru_cache(maxsize=MOST_REMEMBERED)(_harmless_text)
"""The same, remembered: all notebooks are told the same remedies, and what a rule finds goes through it again with what
else is told."""


def _without_beginning(text: str, value: str) -> str:
    """Return a text without the beginning of a secret, where it ends in the midst of it."""
    start = text.find(value[:SHOWN]) if len(value) > SHOWN else -1
    while start >= 0:
        end = start + len(commonprefix([text[start:], value]))  # noqa: RUF071  (characters are meant)
        if text[end : end + 1].isalnum():  # another that begins alike
            start = text.find(value[:SHOWN], end)
            continue
        text = f"{text[:start]}{HIDDEN}{text[end:]}"
        start = text.find(value[:SHOWN], start + len(HIDDEN))
    return text


def values_in(sources: Iterable[str]) -> tuple[str, ...]:
    """Return the secrets themselves that code cells hold, the longest first, but for those that stand in many a text.

    Those are short, and mere words or numbers; or words that the code has as names too. They are secrets at their own
    places only: ``password="model"`` says nothing of other models.
    """
    cells = list(sources)
    found = {source[each.start : each.end] for source in cells for each in secrets_in_cell(source)}
    names = {name for source in cells for name in _names_in(source)} if any(map(str.isidentifier, found)) else set()
    kept = [each for each in found - names if len(each) >= (SHORTEST if _is_mixed(each) else SHOWN)]
    return tuple(sorted(kept, key=lambda each: (-len(each), each)))


def _is_mixed(value: str) -> bool:
    """Say whether a value is neither a word nor a number."""
    return not (value.isalpha() or value.isdigit())


def _names_in(source: str) -> Iterator[str]:
    """Yield the names in a code cell, as far as it can be read; those of commands and of other languages are none."""
    if source.lstrip().startswith("%%"):
        return
    lines = ("\n" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines(keepends=True))
    with suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type == tokenize.NAME:
                yield token.string


def redacted_source(source: str, values: Sequence[str] = ()) -> str:
    """Return a code cell's source with ``***`` in place of each secret, ``values`` too, and of personal data."""
    text = without(source, secrets_in_cell(source))
    for value in values:
        text = text.replace(value, HIDDEN)
    return without(text, [Secret(each.kind, each.start, each.end) for each in find_personal(text, names=False)])


def without(text: str, secrets: Sequence[Secret]) -> str:
    """Return a text with ``***`` in place of secrets that were found in it."""
    for each in reversed(secrets):
        text = f"{text[: each.start]}{HIDDEN}{text[each.end :]}"
    return text


def _is_nobodys(value: str, kind: str) -> bool:
    """Say whether what has the look of a key is one that documents print in its place."""
    if kind in {"private key", "webhook address"}:
        return len(re.sub(r"-----[^-]*-----|[^A-Za-z0-9+/]", "", value)) < 16
    if kind == "password in an address":
        return bool(_NOBODYS.search(value)) or value.lower() in {"pass", "pw", "pwd", "user", "passwort"}
    return (
        bool(re.search(r"(?i)your|x{6}|example|\.\.\.|\*\*|1234567890123456|abcdefghijklm", value))
        and "EXAMPLEKEY" not in value
    )


def _named(text: str, *, code: bool) -> Iterator[Secret]:
    for found in _CODE.finditer(text):
        certain = "," not in found["between"]
        if _is_secret(found, certain=certain):
            yield _secret(found)
    for pattern in (_QUERY, _OPTION, _PAIRS, _DSN):
        for found in pattern.finditer(text):
            if _looks_random(found["value"], 4 if pattern in {_DSN, _PAIRS} else 12) and not _is_said(found["value"]):
                yield Secret("password" if pattern in {_DSN, _PAIRS} else "key", *found.span("value"))
    for found in _COMMANDS.finditer(text):
        if _is_given(found):
            yield Secret("password", *found.span(found.lastgroup or 0))
    if not code:
        for found in _PROSE.finditer(text):
            if _is_secret(found, certain=False):
                yield _secret(found)


def _is_given(found: re.Match[str]) -> bool:
    """Say whether what a command is handed is a password, and no place for one."""
    value = found[found.lastgroup or 0]
    if _is_said(value) or "$" in value or "{" in value or value == found["user"]:
        return False
    return _looks_random(value, 4) if found["option"] else not re.search(r"(?i)^(?:root|admin|user|pass|pwd)", value)


def _secret(found: re.Match[str]) -> Secret:
    return Secret("password" if found["password"] else "key", *found.span("value"))


def _is_said(value: str) -> bool:
    """Say whether a value is a placeholder, a place or a text for people."""
    return bool(_NOBODYS.search(value) or _PLACE.search(value)) or bool(re.search(r"\s", value)) or len(set(value)) < 3


def _is_secret(found: re.Match[str], *, certain: bool) -> bool:
    """Say whether a value beside a telling name is a secret; ``certain``: it is set to it, in quotes."""
    value = found["value"]
    if _is_said(value) or _plain(found["name"]) == _plain(value):
        return False
    if found["weak"]:
        return _looks_random(value, 20) and _entropy(value) >= 3 and "/" not in value and " " not in found["name"]
    if found["password"]:
        named = re.search(r"(?i)pass|pwd|user|login|field|column|hash", value) and not re.search(r"[\d!@#$%^&*]", value)
        return (len(value) >= 4 and not named) if certain else _looks_random(value, 6)
    return _looks_random(value, 8 if certain else 12) and not re.fullmatch(r"[a-z]+(?:[_-][a-z]+)*\d?", value)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _looks_random(value: str, length: int) -> bool:
    """Say whether a value is long enough, and of letters with digits or signs, or of both cases."""
    if len(value) < length or not re.search(r"[A-Za-z]", value):
        return length <= 6 and len(value) >= length and value.isdigit()
    if re.search(r"\d|[!@#$%^&*~]", value):
        return not re.fullmatch(r"[A-Za-z]+[-_.]?v?\d{1,3}(?:\.\d+)*", value) or length <= 8
    return len(value) >= 20 and bool(re.search(r"[a-z]", value) and re.search(r"[A-Z]", value)) and "_" not in value


def _entropy(value: str) -> float:
    """Return Shannon's entropy of a text's characters, in bits for each."""
    counts = Counter(value)
    return -sum(each / len(value) * math.log2(each / len(value)) for each in counts.values())


@lru_cache(maxsize=MOST_REMEMBERED)
def secrets_in_cell(source: str) -> Sequence[Secret]:
    """Return the secrets in a code cell: in its code, and in the commands and comments, which need no quotes."""
    found = find_secrets(source, code=True)
    if not _may_be_named(source):
        return found
    shell = _SHELL.match(source) is not None
    start = 0
    for line in source.split("\n"):
        command = shell or line.lstrip().startswith(("%", "!"))
        at = 0 if command else line.find("#")
        if at >= 0 and _may_be_named(line):
            inside = find_secrets(line[at:])
            found += [Secret(each.kind, start + at + each.start, start + at + each.end) for each in inside]
        start += len(line) + 1
    return _apart(found)
