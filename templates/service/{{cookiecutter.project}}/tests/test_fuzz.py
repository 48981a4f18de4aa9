"""Thousands of bodies that were changed somewhere: answered or refused, never a crash (BODIES=100000 for more of them)."""

from __future__ import annotations

import json
import os
import random
from collections import Counter

from {{ cookiecutter.package }}.service import create_app

from .hostile import mutated
from .parity import REQUESTS
from .raw import connected, head, told
from .server import running

BODIES = int(os.environ.get("BODIES", "5000"))


def test_no_body_is_answered_by_a_crash() -> None:
    draw = random.Random(int(os.environ.get("SEED", "0")))
    counts: Counter[int] = Counter()
    with running(create_app()) as client, connected(client.port) as connection:
        for _ in range(BODIES):
            body = mutated(draw, REQUESTS)
            connection.sendall(head(len(body)) + body)
            answer = told(connection)[0]
            counts[answer.status] += 1
            assert answer.status in (200, 400, 422), body
            expected = "application/json" if answer.status == 200 else "application/problem+json"
            assert answer.content_type == expected
            json.loads(answer.body)
        assert client.get("/readyz").status == 200
    assert counts[200] and counts[400], counts
