"""Records as lines of JSON in, a line for each out while more of them come: as many as wanted, in little memory."""

from __future__ import annotations

from asyncio import Event
from collections.abc import AsyncGenerator, Iterator
from itertools import islice
from time import perf_counter
from typing import Any

from starlette.types import Message

from ..body import refuse_encoded
from ..exchange import Exchange, Reply
from ..predict import as_json
from ..problems import ClientGone, ProblemError, busy, crashed
from ..records import good_records
from ..service import Service
from .incoming import lines_of

LINES = b"application/x-ndjson"
FAILED = ProblemError(500, "The service failed to answer.")
TOGETHER = 500
"""Lines that are asked about in one call of the model at most."""


class Lines:
    """What answers them. Each batch of lines is to guards and watchers what a request is."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.together = min(TOGETHER, service.settings.max_records)

    async def answer(self, exchange: Exchange) -> Reply:
        """Answer as the lines come; who has no time to read the answers is not read from either."""
        refuse_encoded(exchange.headers)
        version = (b"x-model-version", self.service.loaded.version.encode())
        return Reply(200, b"", LINES, (version,), self.answers(exchange))

    async def answers(self, exchange: Exchange) -> AsyncGenerator[bytes, None]:
        """Yield answers, several lines at a time; whatever ends it early is said in a last line."""
        settings, line = self.service.settings, 0
        try:
            async for found in lines_of(exchange.receive, settings.max_line_bytes, settings.body_seconds):
                rest: Iterator[bytes | None] = (each for each in found if each is None or each.strip())
                while batch := list(islice(rest, self.together)):
                    if line + len(batch) > settings.max_lines:
                        batch = batch[: settings.max_lines - line]
                        yield await self.batch(exchange, line, batch)
                        raise ProblemError(413, f"There may be {settings.max_lines} records at most.")
                    if self.service.ends:
                        raise busy("The service ends. Send what follows the last number again.")
                    if line:
                        for guard in self.service.guards:
                            await guard(exchange)
                    yield await self.batch(exchange, line, batch)
                    line += len(batch)
        except ProblemError as error:
            yield as_json(refusal(error)) + b"\n"
        except ClientGone:
            raise
        except Exception as error:
            crashed(self.service, exchange, error)
            yield as_json(refusal(FAILED)) + b"\n"

    async def batch(self, exchange: Exchange, first: int, lines: list[bytes | None]) -> bytes:
        """Return the answers to some lines, of which the first has that number."""
        said: dict[int, dict[str, Any]] = {}
        good: dict[int, Any] = {}
        for place, line in enumerate(lines):
            try:
                good[place] = self.record(line)
            except ProblemError as error:
                said[place] = refusal(error)
        while good:
            said.update(await self.asked(exchange, good, first))
        found = ({"line": first + place + 1, **said[place]} for place in range(len(lines)))
        return b"".join(as_json(each) + b"\n" for each in found)

    def record(self, line: bytes | None) -> Any:
        """Return the record that a line is, checked as one that comes as JSON."""
        settings = self.service.settings
        if line is None:
            raise ProblemError(413, f"A line must not be longer than {settings.max_line_bytes} bytes.")
        try:
            records = good_records(b'{"records":[' + line + b"]}", settings)
        except ProblemError as error:
            raise of_a_line(error) from None
        if len(records) != 1:
            raise ProblemError(422, "A line must hold one record.")
        return records[0]

    async def asked(
        self, exchange: Exchange, good: dict[int, Any], first: int
    ) -> dict[int, dict[str, Any]]:
        """Take records out of ``good`` and return what is said of them; those that must be asked again stay."""
        places, records = list(good), list(good.values())
        part = part_of(exchange)
        part.places = [first + place for place in places]
        try:
            predictions = await self.service.ask(part, records)
            said = {place: {"prediction": each} for place, each in zip(places, predictions, strict=True)}
            for flag in part.flags or ():
                known = said[places[flag["record"]]].setdefault("flags", [])
                known.append({name: value for name, value in flag.items() if name != "record"})
            part.status = 200
        except ProblemError as error:
            part.status = error.status
            said = apart(error, places)
        except Exception as error:
            crashed(self.service, exchange, error)
            part.status = 500
            said = dict.fromkeys(places, refusal(FAILED))
        self.told(part)
        for place in said:
            del good[place]
        return said

    def told(self, part: Exchange) -> None:
        """Tell those who watch."""
        part.seconds = perf_counter() - part.started
        for watch in self.service.watchers:
            watch(part)


def part_of(exchange: Exchange) -> Exchange:
    """Return a request like the one that its lines came with; what still comes is not its body."""
    part = Exchange(exchange.scope, nothing)
    part.id, part.caller, part.route = exchange.id, exchange.caller, f"{exchange.path} (lines)"
    return part


async def nothing() -> Message:
    """Wait for ever: who has left is noticed when there is something to read or to send."""
    await Event().wait()
    raise AssertionError


def apart(error: ProblemError, places: list[int]) -> dict[int, dict[str, Any]]:
    """Return what is said of the records at fault; of all, if it is not said which ones are."""
    wrong: dict[int, list[dict[str, Any]]] = {}
    for each in error.errors:
        wrong.setdefault(places[each["record"]], []).append(each)
    if not wrong:
        return dict.fromkeys(places, refusal(error))
    return {place: refusal(ProblemError(error.status, error.detail, errors)) for place, errors in wrong.items()}


def of_a_line(error: ProblemError) -> ProblemError:
    """Return what is wrong with a body as what is wrong with a line."""
    detail = error.detail.partition(" at line ")[0].replace("The body", "The line").rstrip(".")
    return ProblemError(error.status, f"{detail}.", error.errors)


def refusal(error: ProblemError) -> dict[str, Any]:
    """Return what is wrong, as part of a line."""
    said: dict[str, Any] = {"status": error.status, "detail": error.detail}
    if error.errors:
        said["errors"] = [{"field": each["field"], "message": each["message"]} for each in error.errors]
    return {"error": said}
