"""Start the service, as ``make run`` does."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from .pools import size_pools
from .settings import Settings
from .starting import REFUSED, WRONG_SETTINGS, settings_or_end

HERE = __package__ or ""


def main() -> None:
    """Serve until told to stop; with settings that make no sense say so, and do not begin."""
    settings = settings_or_end()
    size_pools(settings.workers)
    if settings.workers == 1:
        serve(settings)
        return
    with TemporaryDirectory(prefix="service-") as folder:
        os.environ["WORKERS_DIR"] = folder
        serve(settings)
        if (Path(folder) / REFUSED).exists():
            sys.exit(WRONG_SETTINGS)


def serve(settings: Settings) -> None:
    """Serve by as many processes as the settings say."""
    uvicorn.run(
        f"{HERE}.starting:create",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=f"{HERE}.connection:Connection",
        log_level=settings.log_level,
        access_log=False,
        proxy_headers=False,
        ssl_certfile=settings.ssl_certfile,
        ssl_keyfile=settings.ssl_keyfile,
        timeout_worker_healthcheck=settings.start_seconds,
    )


if __name__ == "__main__":
    main()
