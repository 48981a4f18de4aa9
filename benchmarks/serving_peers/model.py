"""The model of an exported repository, as somebody would load it by hand: records in, the notebook's answers out.

Every peer serves this: the notebook's own ``predict`` with its artifacts, asked once for all that wait together.
``SOURCES`` in the environment is the repository's ``src``, ``PACKAGE`` the package in it.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

sys.path.insert(0, os.environ["SOURCES"])
PACKAGE = os.environ["PACKAGE"]
inference = import_module(f"{PACKAGE}.inference")
schema = import_module(f"{PACKAGE}.schema")
wanted = inspect.signature(inference.predict).parameters
VALUES = {name: value for name, value in import_module(f"{PACKAGE}.artifacts").load().values.items() if name in wanted}


def answers(records: list[Any]) -> list[Any]:
    """Return one answer, as a JSON value, for each record."""
    found: list[Any] = []
    for batch in schema.batches(records):
        found += schema.to_predictions(inference.predict(**schema.to_input(batch), **VALUES), len(batch))
    return found


def together(requests: Sequence[list[Any]]) -> list[list[Any]]:
    """Answer requests of some records each by one call, and return the answers request by request."""
    found: Iterator[Any] = iter(answers([record for request in requests for record in request]))
    return [list(islice(found, len(request))) for request in requests]


def from_table(table: Any) -> list[Any]:
    """Return one answer for each row of a table that somebody else has read from JSON."""
    fields = schema.REQUEST["fields"]
    fitting = table[[field["name"] for field in fields]].astype({field["name"]: field["dtype"] for field in fields})
    output = inference.predict(**{schema.REQUEST["inputs"][0]: fitting}, **VALUES)
    return list(schema.to_predictions(output, len(fitting)))
