"""Which records go into one call of ``predict``."""

from typing import Any

from .contract import REQUEST

TOGETHER: bool = REQUEST["batch"] and -1 not in REQUEST.get("shape", [])
"""Whether one call may answer many records: it was seen to answer them as many calls do."""


def batches(records: list[Any]) -> list[list[Any]]:
    """Return all records as one batch where the notebook's code can take that, else one by one."""
    return [records] if TOGETHER else [[record] for record in records]
