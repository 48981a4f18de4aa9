"""Which records go into one call of ``predict``."""

from typing import Any

from .contract import REQUEST


def batches(records: list[Any]) -> list[list[Any]]:
    """Return all records as one batch where the notebook's code can take that, else one by one."""
    if REQUEST["batch"] and -1 not in REQUEST.get("shape", []):
        return [records]
    return [[record] for record in records]
