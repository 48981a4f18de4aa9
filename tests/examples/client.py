"""A client of the Open Inference Protocol that nobody here wrote asks for the notebook's answers."""

from __future__ import annotations

from tests.examples.example import Example, How
from tests.templates.triton import infer


def oip(example: Example, how: How) -> str:
    """Ask for all rows that tensors can hold, as JSON and as bytes."""
    seen = []
    with example.serving() as port:
        for binary in (False, True):
            places, answers = infer(port, example.repository.name, example.requests, binary=binary)
            assert places, "tensors can hold none of the rows"
            example.agree(answers, places)
            seen.append(f"{len(places)} as {'bytes' if binary else 'JSON'}")
    return f"{' and '.join(seen)} of {len(example.requests)} rows equal"
