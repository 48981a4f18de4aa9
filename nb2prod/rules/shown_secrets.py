"""Texts that a notebook has shown to the secrets in them, and to themselves without those."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nb2prod.rules.secret_kinds import Secret, known_secrets
from nb2prod.rules.secret_texts import HIDDEN, find_secrets, without
from nb2prod.rules.stored_texts import PROGRAM, chunks, without_encoded, without_programs

SEVERAL = 16
"""Characters from which on a secret is masked wherever it stands in a text, and not only where it was found."""
_WORD = re.compile(r"[A-Za-z0-9_-]*")


def shown_secrets(text: str) -> list[Secret]:
    """Return the secrets in a text of any length, in order and without overlaps.

    In scripts and the like only those of a known look count: programs set much that is called a key or a token.
    """
    plain = without_programs(text)
    found = [each for start, chunk in chunks(plain) for each in _moved(find_secrets(chunk), start)]
    for script in PROGRAM.finditer(without_encoded(text)) if "<" in text else ():
        for start, chunk in chunks(script[0]):
            known = {(each.start, each.end) for each in known_secrets(chunk)}
            inside = [each for each in find_secrets(chunk) if (each.start, each.end) in known]
            found += _moved(inside, script.start() + start)
    kept: list[Secret] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(_whole(each, text))
    return kept


def without_secrets(text: str) -> str:
    """Return a text with ``***`` for each secret, and for all that is the same as one."""
    found = shown_secrets(text)
    values = {text[each.start : each.end] for each in found}
    text = without(text, found)
    for value in sorted(values, key=lambda value: (-len(value), value)):
        text = text.replace(value, HIDDEN) if len(value) >= SEVERAL else text
    return text


def _moved(found: list[Secret], by: int) -> Iterator[Secret]:
    yield from (Secret(each.kind, each.start + by, each.end + by) for each in found)


def _whole(secret: Secret, text: str) -> Secret:
    """Return a secret with the rest of its word: a detector may know it by its beginning."""
    rest = _WORD.match(text, secret.end)
    return Secret(secret.kind, secret.start, rest.end() if rest else secret.end)
