"""Addresses below ``/nb2prod/api/v1/``: each is for people who are logged in, and allowed to."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import tornado
from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado.httpclient import AsyncHTTPClient

from nb2prod.render.history import last_change
from nb2prod.server.handling import Handler, Nb2prod, Parts, as_seen
from nb2prod.server.jobs import Job
from nb2prod.server.orders import FINDINGS_ORDER, FIX_ORDER, JOB_ORDER, OUTLINE_ORDER, PREDICT_ORDER, RUNNING_ORDER
from nb2prod.server.runs import RUNS_ROUTES
from nb2prod.version import VERSION

PREFIX = ("nb2prod", "api", "v1")
ANSWER_SECONDS = 60.0
"""What a service that is tried has to answer one record."""


class VersionHandler(Handler):
    """Whether the server's part is there, and which."""

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """Return the version."""
        self.finish(json.dumps({"version": VERSION}))


class OutlineHandler(Handler):
    """What a notebook's cells are for and what flows between them."""

    @tornado.web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Return what ``nb2prod sections --json`` says of the notebook in the body, or its problems."""
        order = self.ordered(OUTLINE_ORDER)
        place = str(self.place(order.path))
        found = await self.parts.thinking.outline(order.content, place, order.suggest, order.model)
        self.set_status(422 if "problems" in found else 200)
        self.finish(json.dumps(as_seen(found, place, order.path)))


class FindingsHandler(Handler):
    """What stands between a notebook and production."""

    @tornado.web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Return what ``nb2prod check --json`` finds in the notebook in the body, or why it cannot be read."""
        order = self.ordered(FINDINGS_ORDER)
        place = str(self.place(order.path))
        found = await self.parts.thinking.findings(order.content, place)
        self.set_status(422 if "problems" in found else 200)
        self.finish(json.dumps(as_seen(found, place, order.path)))


class FixHandler(Handler):
    """What mends something that was found."""

    @tornado.web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Return what would have to change in the notebook in the body; nothing is changed here."""
        order = self.ordered(FIX_ORDER)
        place = str(self.place(order.path))
        asked = order.finding.model_dump() if order.finding else None
        found = await self.parts.thinking.fix(order.content, place, asked)
        self.set_status(422 if "problems" in found else 200)
        self.finish(json.dumps(as_seen(found, place, order.path)))


class RuleHandler(Handler):
    """One of the rules that find something."""

    @tornado.web.authenticated
    @authorized
    async def get(self, code: str) -> None:
        """Return its page, in Markdown, and what it says of itself."""
        found = await self.parts.thinking.page(code)
        self.set_status(404 if "problems" in found else 200)
        self.finish(json.dumps(found))


class RunningHandler(Handler):
    """Whether a kernel that runs can be asked instead of running the notebook again."""

    @tornado.web.authenticated
    @authorized(action="execute")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Return ``problems``, none where it can, and ``notes``."""
        order = self.ordered(RUNNING_ORDER)
        place = str(self.place(order.path))
        found = await self.parts.thinking.running(order.content, place, order.kernel)
        self.finish(json.dumps(as_seen(found, place, order.path)))


class JobsHandler(Handler):
    """All jobs."""

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """Return the jobs, the newest first."""
        self.finish(json.dumps({"jobs": [job.as_dict() for job in self.parts.jobs.all()]}))

    @tornado.web.authenticated
    @authorized(action="execute")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Start one."""
        order = self.ordered(JOB_ORDER)
        job = self.parts.jobs.start(order.facts(), order.command(self.place), order.typed())
        self.set_status(202)
        self.finish(json.dumps(job.as_dict()))


class JobHandler(Handler):
    """One job."""

    @tornado.web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Return the job."""
        self.finish(json.dumps(self.parts.jobs.get(name).as_dict()))

    @tornado.web.authenticated
    @authorized(action="execute")  # type: ignore[untyped-decorator]
    async def delete(self, name: str) -> None:
        """Cancel it; forget it if it has ended."""
        self.parts.jobs.cancel(self.parts.jobs.get(name))
        self.set_status(204)
        self.finish()


class EventsHandler(Handler):
    """What happens in one job, as it happens."""

    @tornado.web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Return the events behind the one with the number ``after``, a line of JSON each, until the last."""
        job: Job = self.parts.jobs.get(name)
        after = self.get_query_argument("after", "0")
        self.set_header("Content-Type", "application/x-ndjson")
        self.set_header("X-Accel-Buffering", "no")
        async for event in self.parts.jobs.follow(job, int(after) if after.isdigit() else 0):
            self.write("\n" if event is None else json.dumps(event) + "\n")
            await self.flush()
        tornado.web.RequestHandler.finish(self)  # APIHandler's would call it one JSON object


class PredictHandler(Handler):
    """The service that a job runs."""

    @tornado.web.authenticated
    @authorized(action="execute")  # type: ignore[untyped-decorator]
    async def post(self, name: str) -> None:
        """Return what it answers for the record in the body, whatever that is, with its status."""
        order = self.ordered(PREDICT_ORDER)
        port = self.parts.jobs.get(name).port()
        answer = await AsyncHTTPClient().fetch(
            f"http://127.0.0.1:{port}/predict",
            method="POST",
            headers={"Content-Type": "application/json"},
            body=json.dumps({"records": [order.record]}),
            request_timeout=ANSWER_SECONDS,
            raise_error=False,
        )
        said = json.loads(answer.body or b"null") if answer.code < 599 else str(answer.error)
        self.finish(json.dumps({"status": answer.code, "answer": said, "seconds": answer.request_time}))


class ChangesHandler(Handler):
    """What the last export into a repository has changed there."""

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """Return it as git's diff; empty where it was the first."""
        folder = self.place(self.get_query_argument("path"))
        self.finish(json.dumps({"diff": await asyncio.to_thread(last_change, folder)}))


ROUTES = (
    (("version",), VersionHandler),
    (("outline",), OutlineHandler),
    (("findings",), FindingsHandler),
    (("fix",), FixHandler),
    (("rules", "([0-9A-Za-z-]{1,40})"), RuleHandler),
    (("running",), RunningHandler),
    (("jobs",), JobsHandler),
    (("jobs", "([0-9a-f]{16})"), JobHandler),
    (("jobs", "([0-9a-f]{16})", "events"), EventsHandler),
    (("jobs", "([0-9a-f]{16})", "predict"), PredictHandler),
    (("changes",), ChangesHandler),
    *RUNS_ROUTES,
)


def add_routes(app: Any) -> None:
    """Add the addresses to a server, below its base URL. Raises ``TraitError`` where its settings cannot be."""
    web = app.web_app
    web.settings["nb2prod_parts"] = Parts(Nb2prod(config=app.config), web.settings["contents_manager"])
    base = web.settings["base_url"]
    web.add_handlers(".*$", [(url_path_join(base, *PREFIX, *path), handler) for path, handler in ROUTES])
