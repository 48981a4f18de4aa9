"""What all addresses have in common: who may ask, what an order may be, how a refusal is answered."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from jupyter_core.paths import jupyter_runtime_dir
from jupyter_server.base.handlers import APIHandler
from pydantic import TypeAdapter, ValidationError
from traitlets.config import Configurable
from traitlets.traitlets import Integer

from nb2prod.errors import Nb2ProdError, Problem, UnusableInput
from nb2prod.server.jobs import Jobs, NoSuchJob, TooManyJobs
from nb2prod.server.places import inside, root_of
from nb2prod.server.thinking import Thinking

Order = TypeVar("Order")
LEDGER_SECONDS = 30.0
"""What a ledger of runs has to answer."""


class TooLarge(Nb2ProdError):
    """A request has more bytes than the server takes."""


STATUS = {NoSuchJob: 404, TooLarge: 413, TooManyJobs: 429}
"""Refusals and their status; 422 for all others."""


class Nb2prod(Configurable):
    """What somebody who runs a server can set, as in ``c.Nb2prod.max_jobs = 4``."""

    max_jobs = Integer(2, min=1, help="How many jobs, such as exports, may run at the same time.").tag(config=True)
    max_body = Integer(64 * 2**20, min=1, help="Bytes that a request may have: a notebook with its outputs.").tag(
        config=True
    )


class Parts:
    """What all requests to one server share."""

    def __init__(self, chosen: Nb2prod, contents: Any) -> None:
        self.chosen = chosen
        self.contents = contents
        self.thinking = Thinking()
        self.ledgers = Thinking(LEDGER_SECONDS, "looked up")
        """A process of its own: a database that is away for a while keeps no finding waiting."""

    @cached_property
    def jobs(self) -> Jobs:
        """The jobs of the server's root. Raises ``UnusableInput`` where it has none."""
        folder = Path(jupyter_runtime_dir()) / "nb2prod" / "jobs"
        return Jobs(folder, root_of(self.contents), self.chosen.max_jobs)


class Handler(APIHandler):
    """What all addresses have in common: refusals with their problems, limits, and the server's own parts."""

    auth_resource = "nb2prod:runs"

    @property
    def parts(self) -> Parts:
        """What all requests to this server share."""
        found = self.settings["nb2prod_parts"]
        assert isinstance(found, Parts)
        return found

    def ordered(self, kind: TypeAdapter[Order]) -> Order:
        """Return what the body orders. Raises ``UnusableInput`` with everything that is wrong with it."""
        if len(self.request.body) > self.parts.chosen.max_body:
            what = f"the notebook is too large: it has more than {self.parts.chosen.max_body / 1e6:.0f} MB"
            raise TooLarge(Problem(what, remedy="clear the outputs of its cells, or have `c.Nb2prod.max_body` raised"))
        try:
            return kind.validate_json(self.request.body or b"{}")
        except ValidationError as error:
            problems = [Problem(each["msg"], ".".join(map(str, each["loc"]))) for each in error.errors()]
            raise UnusableInput(problems) from None

    def place(self, path: str) -> Path:
        """Return where a path of the contents manager lies; see ``places``."""
        return inside(self.contents_manager, path)

    def asked(self) -> tuple[str, str]:
        """Return where the notebook is that the query names, and the folder that the server shows."""
        return str(self.place(self.get_query_argument("path"))), str(root_of(self.contents_manager))

    def answer(self, found: dict[str, Any]) -> None:
        """Send what was found, or why nothing was."""
        self.set_status(422 if "problems" in found else 200)
        self.finish(json.dumps(found))

    def write_error(self, status_code: int, **details: Any) -> None:
        """Answer a refusal with its problems."""
        error = details.get("exc_info", (None, None))[1]
        if not isinstance(error, Nb2ProdError):
            super().write_error(status_code, **details)
            return
        self.set_header("Content-Type", "application/json")
        self.set_status(STATUS.get(type(error), 422))
        from nb2prod.workflows.shown import problem_shown  # late: a server that refuses nothing does not pay for it

        problems = list(map(problem_shown, error.problems))
        told = {"message": str(problems[0]), "problems": [each.as_dict() for each in problems]}
        self.finish(json.dumps(told))

    def log_exception(self, kind: Any, value: Any, trace: Any) -> None:
        """Leave refusals out of the log of errors."""
        if not isinstance(value, Nb2ProdError):
            super().log_exception(kind, value, trace)


def as_seen(found: dict[str, Any], place: str, path: str) -> dict[str, Any]:
    """Return problems with the notebook's path as the browser knows it, and not where the server has it."""
    problems = [{**each, "where": each["where"].replace(place, path)} for each in found.get("problems", ())]
    return {**found, "problems": problems} if problems else found
