"""Settings in, the application out; where it cannot be started with them, words on standard error instead."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pydantic import ValidationError
from pydantic_settings import SettingsError
from uvicorn.config import STARTUP_FAILURE

from ..slim import prepare
from .settings import SettingError, Settings

if TYPE_CHECKING:
    from .front import Front

logger = logging.getLogger("uvicorn.error")

WRONG_SETTINGS = 2
"""What the service ends with."""
ENDS_SECONDS = 5
"""How long a worker that cannot start leaves the process above it to end all of them."""
REFUSED, SERVING = "refused", "serving"
"""Files among what workers share: one of them has said why none can start; one of them could."""


def settings_or_end() -> Settings:
    """Return the settings; end the process with all that is wrong if they cannot be read. Their values are not shown."""
    try:
        return Settings()
    except ValidationError as error:
        said = [f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()]
    except SettingsError as error:
        said = [str(error)]
    except (OSError, UnicodeDecodeError) as error:
        said = [f".env cannot be read: {type(error).__name__}"]
    tell(said)
    sys.exit(WRONG_SETTINGS)


def create() -> Front:
    """Return the application; end the process if its parts cannot work with the settings, or if it is told to stop."""
    # the server's own way would have it go on, and a worker of which the others know that it cannot start wait for long
    servers_own = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    settings = settings_or_end()
    if settings.slim:
        said = ", ".join(sorted(prepare())) or "none"
        logger.info("Compiled code answers alone (SLIM); libraries that are not there: %s.", said)
    gc.disable()  # what is imported stays: nobody has to look for what does not, now or ever
    from .app import create_app

    gc.freeze()
    gc.enable()
    try:
        app = create_app(settings)
    except SettingError as error:
        end(str(error).splitlines(), settings.workers_dir)
    signal.signal(signal.SIGTERM, servers_own)
    if settings.workers_dir is not None:
        (settings.workers_dir / SERVING).touch()
    return app


def end(said: list[str], shared: Path | None) -> NoReturn:
    """End the process; where all workers would end so, have the process above them end, too, the first one saying why."""
    if shared is None:
        tell(said)
        sys.exit(WRONG_SETTINGS)
    if (shared / SERVING).exists():  # others go on with the settings that they were started with
        tell(said)
        sys.exit(STARTUP_FAILURE)
    try:
        (shared / REFUSED).touch(exist_ok=False)
        tell(said)
    except FileExistsError:
        pass
    os.kill(os.getppid(), signal.SIGTERM)
    # it asks each worker whether it lives before it listens, and waits long for those that do not; one that it had told
    # to end before its server would heed that, it waits for
    time.sleep(ENDS_SECONDS)
    sys.exit(STARTUP_FAILURE)


def tell(said: list[str]) -> None:
    """Say what is wrong with the settings."""
    lines = ["The service does not start with these settings (environment variables, or lines in .env):", *said]
    print("\n  ".join(lines), file=sys.stderr)
