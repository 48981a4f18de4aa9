"""What the parts of the service share: each part installs itself here, and ``app.py`` says which there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from threading import Semaphore
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from .beside import Beside
from .exchange import Answer, Exchange, Reply
from .settings import Settings

if TYPE_CHECKING:
    from ..model import Model
    from .problems import ProblemError

Ask = Callable[[Exchange, list[Any]], Awaitable[list[Any]]]
Guard = Callable[[Exchange], Awaitable[None]]
Check = Callable[[Exchange, list[Any]], None]
Finish = Callable[[list[Any]], list[Any]]
Watcher = Callable[[Exchange], None]
Refusal = Callable[[Exchange, "ProblemError"], Reply]


@dataclass
class Service:
    """The service while it is put together and while it runs."""

    app: FastAPI
    """Answers whatever is not answered at once, and knows all routes for ``/docs``."""
    settings: Settings
    model: Model | None = None
    """There while the service runs."""
    draining: bool = False
    """Whether it has been told to stop, and goes on for those who have not heard of it."""
    ends: bool = False
    """Whether an answer that goes on and on is to end, so that the service can."""
    in_flight: int = 0
    """Requests that have no answer yet."""
    at_once: dict[tuple[str, str], Answer] = field(default_factory=dict)
    """Method and path of what must be quick, to what answers it without FastAPI."""
    eager: set[bytes] = field(default_factory=set)
    """Paths of those that are POST, as they are sent: begun without a task where all of a request is there. Whatever asks
    for the present task, as ``asyncio.timeout`` does, waits for something before, be it ``sleep(0)``."""
    bodies: dict[bytes, Answer] = field(default_factory=dict)
    """Content type of requests for predictions that are not JSON, to what answers them."""
    ask: Ask = field(init=False)
    """Have the model answer records that are what the schema asks for, a prediction for each; raises ``ProblemError``
    where it has no answer. Set by ``predict``."""
    turns: Semaphore = field(init=False)
    """To be held by threads that call the notebook's own code: as many at a time as PREDICT_THREADS says."""
    open_paths: set[str] = field(default_factory=lambda: {"/healthz", "/livez", "/readyz"})
    """What may be read without a key: it tells nothing about anybody."""
    health_paths: set[str] = field(default_factory=lambda: {"/healthz", "/livez", "/readyz"})
    """What is answered however much there is to do."""
    guards: list[Guard] = field(default_factory=list)
    """Asked before anything is answered; they raise ``ProblemError``."""
    checks: list[Check] = field(default_factory=list)
    """Shown the records that the schema allows, before the model is; they raise ``ProblemError``."""
    finish: list[Finish] = field(default_factory=list)
    """What predictions go through before anybody sees them."""
    unready: list[Callable[[], str]] = field(default_factory=list)
    """Asked for ``/readyz``: each says why the service should be asked nothing for now, or nothing."""
    card: dict[str, Any] = field(default_factory=dict)
    """What parts of the service have to say in ``/model``."""
    watchers: list[Watcher] = field(default_factory=list)
    """Told of each request when it has been answered. They must be quick, and not fail."""
    told: dict[int, str] = field(default_factory=dict)
    """What whoever asks may be told instead of an answer, and why: for ``/docs``. 429 is told to who sends something."""
    refusals: dict[str, Refusal] = field(default_factory=dict)
    """Where paths begin so, what makes the answer that says what is wrong, in place of ``problems.reply``."""
    counted: dict[str, tuple[str, Callable[[], float]]] = field(default_factory=dict)
    """Name of a counter of this process to what it counts, in words, and what reads it: for ``/metrics``."""
    gauges: dict[str, tuple[str, str, Callable[[], Mapping[str, float]]]] = field(default_factory=dict)
    """Name of numbers of the whole service to what they are, in words, the label that tells them apart, and what reads
    them: for ``/metrics``, which asks it within a thread."""
    database: Any = None
    """SQLAlchemy's engine of the database that the service writes to, where it does; there when all is put together."""
    on_start: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """Called in this order, the model being there."""
    on_stop: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """Called in the opposite order when no request is left."""

    def __post_init__(self) -> None:
        """Make what the settings say."""
        self.turns = Semaphore(self.settings.predict_threads)

    @property
    def loaded(self) -> Model:
        """The model, where it must be there."""
        assert self.model is not None, "the service has not been started"
        return self.model

    def answer_at_once(self, method: str, path: str, answer: Answer, **documented: Any) -> None:
        """Have a path answered without FastAPI, which is told of it for ``/docs`` and for wrong methods."""

        async def never() -> None:
            raise AssertionError(f"{path} is answered before FastAPI")

        never.__name__ = answer.__name__
        never.__doc__ = answer.__doc__
        self.app.add_api_route(path, never, methods=[method], **documented)
        self.at_once[method, path] = answer
        if method == "POST":
            self.eager.add(path.encode())

    def every(self, seconds: float, do: Callable[[], object], name: str) -> None:
        """Have something done in a thread, again and again while the service runs; it begins behind what was begun before
        it, and ends before that does."""
        beside = Beside(name, seconds, do)
        self.on_start.append(beside.start)
        self.on_stop.append(beside.stop)
