"""Told to stop, the service first says that it is not ready, goes on answering for a while, and then ends."""

from __future__ import annotations

import signal
import threading
from asyncio import get_running_loop
from types import FrameType

from .service import Service


def install(service: Service) -> None:
    """Have SIGTERM make it drain before the server does what it does anyway: let requests in flight finish."""

    async def listen() -> None:
        if threading.current_thread() is not threading.main_thread():
            return  # whoever runs the server in a thread stops it in another way
        loop = get_running_loop()
        servers_own = signal.getsignal(signal.SIGTERM)

        def stop(number: int, frame: FrameType | None) -> None:
            seconds = 0 if service.draining else service.settings.drain_seconds
            service.draining = True
            loop.call_soon_threadsafe(loop.call_later, seconds, end, number)

        def end(number: int) -> None:
            if callable(servers_own):
                servers_own(number, None)
            loop.call_later(service.settings.body_seconds, setattr, service, "ends", True)

        signal.signal(signal.SIGTERM, stop)

    service.on_start.append(listen)
