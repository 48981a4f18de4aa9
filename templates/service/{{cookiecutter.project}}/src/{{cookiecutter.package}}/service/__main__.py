"""Start the service, as ``make run`` does."""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory

import uvicorn

from .app import create_app
from .settings import Settings


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    if settings.workers == 1:
        uvicorn.run(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            log_level=settings.log_level,
        )
    else:
        with TemporaryDirectory(prefix="service-") as folder:
            serve_by_several(settings, folder)


def serve_by_several(settings: Settings, folder: str) -> None:
    """Serve by several processes that share a folder."""
    os.environ["WORKERS_DIR"] = folder
    uvicorn.run(
        f"{__package__}:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        workers=settings.workers,
    )


if __name__ == "__main__":
    main()
