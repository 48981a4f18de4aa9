"""A notebook or a folder, and what somebody said, to where the ledger of its runs is."""

from __future__ import annotations

import os
from pathlib import Path

from nb2prod.errors import LedgerUnusable, Problem
from nb2prod.ledger.places import FILE, FOLDER, Place, default_file, place_of
from nb2prod.workflows.reports.configuration import ledger_set_for

VARIABLE = "NB2PROD_LEDGER"
MOST_SHOWN = 5


def ledger_for(notebook: Path, said: str | None) -> Place:
    """Return where a notebook's runs are recorded: as said, else as the environment, the project's or the user's file
    has it, else in ``.nb2prod/runs.sqlite`` beside it. Raises ``UsageError``."""
    found = said or os.environ.get(VARIABLE) or ledger_set_for(notebook.absolute().parent)
    return place_of(found) if found else Place(file=default_file(notebook))


def ledger_from(folder: Path, said: str | None) -> Place:
    """Return the ledger that somebody means in a folder: as for a notebook there, or of the nearest folder above.

    Raises ``LedgerUnusable`` where there is none.
    """
    found = said or os.environ.get(VARIABLE) or ledger_set_for(folder.absolute())
    if found:
        return place_of(found)
    for above in (folder.absolute(), *folder.absolute().parents):
        file = above / FOLDER / FILE
        if file.exists():
            return Place(file=file)
    below = sorted(folder.glob(f"*/{FOLDER}/{FILE}"))[:MOST_SHOWN]
    remedy = f"run a notebook with `nb2prod run`, name its notebook, or name a ledger with --ledger or {VARIABLE}"
    if below:
        remedy = f"name one with --ledger: {', '.join(map(str, below))}"
    raise LedgerUnusable(Problem("no ledger of runs is here or above", str(folder.absolute()), remedy))
