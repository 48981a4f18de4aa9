"""Bodies that no client should send. None of them may be answered, and none may crash."""

from __future__ import annotations

import json
from random import Random
from typing import Any

HOSTILE: dict[str, tuple[int, bytes]] = {
    "nothing": (400, b""),
    "not JSON": (400, b"hello"),
    "cut off": (400, b'{"records": [{"a"'),
    "two values": (400, b'{"records": [1]} {"records": [1]}'),
    "single quotes": (400, b"{'records': [1]}"),
    "invalid UTF-8": (400, b'{"records": ["\xff\xfe"]}'),
    "UTF-16": (400, '{"records": [1]}'.encode("utf-16")),
    "NUL bytes": (400, b"\0" * 100),
    "duplicate keys": (400, b'{"records": [1], "records": [2]}'),
    "duplicate keys inside": (400, b'{"records": [{"a": 1, "a": 2}]}'),
    "100,000 nested lists": (400, b'{"records": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "100,000 nested objects": (400, b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "100,000 open brackets": (400, b"[" * 100_000),
    "10 MB": (413, b'{"records": ["' + b"x" * 10_000_000 + b'"]}'),
    "a list": (422, b"[1, 2]"),
    "a number": (422, b"1"),
    "null": (422, b"null"),
    "no records": (422, b"{}"),
    "records misspelt": (422, b'{"record": []}'),
    "records and more": (422, b'{"records": [1], "more": 1}'),
    "records null": (422, b'{"records": null}'),
    "records an object": (422, b'{"records": {}}'),
    "records empty": (422, b'{"records": []}'),
    "100,000 records": (422, b'{"records": [' + b"1," * 99_999 + b"1]}"),
    "null record": (422, b'{"records": [null]}'),
    "NaN": (422, b'{"records": [NaN]}'),
    "Infinity": (422, b'{"records": [Infinity]}'),
    "minus Infinity": (422, b'{"records": [-Infinity]}'),
    "1e400": (422, b'{"records": [1e400]}'),
    "10,000 digits": (422, b'{"records": [' + b"9" * 10_000 + b"]}"),
    "lone surrogate": (422, b'{"records": ["\\ud800"]}'),
    "lone surrogate as a key": (422, b'{"records": [{"\\ud800": 1}]}'),
    "nested records": (422, b'{"records": [[[[[[[[1]]]]]]]]}'),
    "many unknown fields": (
        422,
        b'{"records": [{' + b",".join(b'"k%d": 1' % n for n in range(20_000)) + b"}]}",
    ),
}

ODD = [
    *(b"NaN", b"-Infinity", b"1e400", b"1e-400", b"1e308", b"-1e38", b"-0", b"-0.0", b"1.5", b"1E+2", b"1.", b"01"),
    *(b"9" * 400, b"9" * 31, b"9" * 19, b"18446744073709551616", b"-9223372036854775808", b"0" * 50, b"3.0"),
    *(b"null", b"true", b"[]", b"{}", b"[[", b"}}", b",", b":", b'"', b"\\", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\x0b"),
    *(b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\\u003a"', b'"a:b"', b'"x":1,', b'"\\u0000"', b'"2024-01-01"', b"\xc3\xa9"),
]
"""What is put into good bodies."""


def mutated(draw: Random, requests: list[Any]) -> bytes:
    """Return a body with one or two good records, and some places in it changed; now and then none."""
    records = draw.sample(requests, min(len(requests), draw.randint(1, 2)))
    spaces = draw.choice([None, (",", ":"), (" , ", " :\t")])
    body = json.dumps({"records": records}, ensure_ascii=draw.random() < 0.5, separators=spaces).encode()
    for _ in range(draw.randint(0, 4)):
        place = draw.randrange(len(body))
        if draw.random() < 0.3:  # a piece of it comes twice, as a key might
            piece = body[place : place + draw.choice([1, 5, 20, 60])]
        else:
            piece = draw.choice(ODD)
        body = body[:place] + piece + body[place + draw.choice([0, 0, 1, 1, 5, 20]) :]
    return body
