"""The prediction log: every record and its answer in a database, written beside the requests."""

from __future__ import annotations

from anyio.to_thread import run_sync

from ..service import Service
from .parts import parts
from .waiting import Waiting
from .writing import Writing

AWAY = "The database of the prediction log is away."


def install(service: Service) -> None:
    """Write down what is asked and answered.

    Raises:
        SettingError: if a setting makes no sense; the message says all that is wrong.
    """
    settings = service.settings
    if not settings.prediction_log:
        return
    privacy, database = parts(settings)
    waiting = Waiting(settings.log_sample, settings.log_most, settings.log_waiting)
    writing = Writing(waiting, database, privacy, settings.log_days)
    service.database = database.engine

    async def start() -> None:
        writing.start(service.loaded.version)

    async def stop() -> None:
        await run_sync(writing.stop)

    if settings.log_required:
        service.unready.append(lambda: AWAY if writing.away else "")
    service.watchers.append(waiting.watch)
    service.on_start.append(start)
    service.on_stop.append(stop)
    words = "Records and answers in the prediction log."
    service.counted["log_rows_total"] = (words, lambda: writing.written)
    words = "Records and answers that did not get into the prediction log."
    service.counted["log_dropped_rows_total"] = (words, lambda: waiting.dropped + writing.dropped)
    words = "Records and answers that were left out, being beyond LOG_MOST requests a second."
    service.counted["log_left_out_rows_total"] = (words, lambda: waiting.left_out)
