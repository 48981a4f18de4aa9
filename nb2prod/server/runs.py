"""Addresses for runs: what a notebook can be run with, and what its ledger knows. Runs are begun as jobs."""

from __future__ import annotations

import re
from typing import Any

import tornado
from jupyter_server.auth.decorator import authorized

from nb2prod.server.handling import Handler, as_seen
from nb2prod.server.orders import RUN_FORM_ORDER

MOST_RUNS = 1000
"""Runs that a list can have."""
USUAL_RUNS = 50
RUN = "([0-9a-z]{1,20}(?:-[0-9]{1,9})?)"
"""A run's identifier."""


class RunFormHandler(Handler):
    """What a notebook can be run with."""

    @tornado.web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Return the parameters of the notebook in the body, and what is wrong with what was typed for them."""
        order = self.ordered(RUN_FORM_ORDER)
        place = str(self.place(order.path))
        typed = {"parameters": order.parameters, "vary": order.vary, "number": order.number}
        found = await self.parts.thinking.run_form(order.content, place, typed)
        self.answer(as_seen(found, place, order.path))


class RunsHandler(Handler):
    """The runs of one notebook."""

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """Return the last of them, the newest first, as they stand now."""
        limit = self.get_query_argument("limit", str(USUAL_RUNS))
        most = min(int(limit), MOST_RUNS) if re.fullmatch("[1-9][0-9]{0,8}", limit) else USUAL_RUNS
        self.answer(await self.parts.ledgers.runs(*self.asked(), most))


class RunHandler(Handler):
    """One run."""

    @tornado.web.authenticated
    @authorized
    async def get(self, run: str) -> None:
        """Return all that is known of it."""
        self.answer(await self.parts.ledgers.run(*self.asked(), run))


class RunOutputHandler(Handler):
    """What one run has shown."""

    @tornado.web.authenticated
    @authorized
    async def get(self, run: str) -> None:
        """Return its executed notebook, as far as it has come."""
        self.answer(await self.parts.ledgers.run_output(*self.asked(), run))


class ComparisonHandler(Handler):
    """Two runs."""

    @tornado.web.authenticated
    @authorized
    async def get(self, one: str, other: str) -> None:
        """Return what differs between them."""
        self.answer(await self.parts.ledgers.comparison(*self.asked(), one, other))


RUNS_ROUTES: tuple[tuple[tuple[str, ...], Any], ...] = (
    (("runs", "form"), RunFormHandler),
    (("runs",), RunsHandler),
    (("runs", RUN), RunHandler),
    (("runs", RUN, "output"), RunOutputHandler),
    (("runs", RUN, "with", RUN), ComparisonHandler),
)
