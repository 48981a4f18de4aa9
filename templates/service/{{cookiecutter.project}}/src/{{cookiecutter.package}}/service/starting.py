"""Settings in, the application out; where it cannot be started with them, words on standard error instead."""

from __future__ import annotations

import gc
import logging
import os
import signal
import ssl
import sys
import time
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import SettingsError
from uvicorn.config import STARTUP_FAILURE

from ..files import ROOT
from ..slim import prepare
from .settings import SettingError, Settings

if TYPE_CHECKING:
    from .front import Front

logger = logging.getLogger("uvicorn.error")

NEARLY = 0.9
"""How alike two names are (by ``difflib``) of which one is probably meant by the other: a letter too many or too few in ten."""
WRONG_SETTINGS = 2
"""What the service ends with."""
ENDS_SECONDS = 5
"""How long a worker that cannot start leaves the process above it to end all of them."""
REFUSED, SERVING = "refused", "serving"
"""Files among what workers share: one of them has said why none can start; one of them could."""


def settings_or_end() -> Settings:
    """Return the settings; end the process with all that is wrong if they cannot be read. Their values are not shown."""
    try:
        settings = Settings()
        said = wrong_certificate(settings)
        if not said:
            return settings
    except ValidationError as error:
        said = lines_of(error)
    except SettingsError as error:
        said = [str(error)]
    except (OSError, UnicodeDecodeError) as error:
        said = [f".env cannot be read: {type(error).__name__}"]
    tell(said)
    sys.exit(WRONG_SETTINGS)


def lines_of(error: ValidationError) -> list[str]:
    """Say which settings are wrong, and why, without their values."""
    return [f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()]


def misspelt(said: Iterable[str]) -> list[str]:
    """Return names of ``.env`` that are nearly those of settings, each with the setting; the file may have others' lines."""
    known = [name.upper() for name in Settings.model_fields]
    near = {name: get_close_matches(name.upper(), known, 1, NEARLY) for name in said if name.upper() not in known}
    return [f"{name} in .env is no setting; {found[0]} is one" for name, found in near.items() if found]


def wrong_certificate(settings: Settings) -> list[str]:
    """Say what is wrong with the certificate and its key, if the service is to have them."""
    if settings.ssl_certfile is None and settings.ssl_keyfile is None:
        return []
    if settings.ssl_certfile is None:
        return ["SSL_KEYFILE is the key of a certificate, and SSL_CERTFILE does not say of which"]
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            settings.ssl_certfile, settings.ssl_keyfile, lambda: ""
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or type(error).__name__
        return [f"SSL_CERTFILE and SSL_KEYFILE: no certificate with its key, in PEM and without a password ({why})"]
    return []


def create() -> Front:
    """Return the application; end the process if its parts cannot work with the settings, or if it is told to stop."""
    # the server's own way would have it go on, and a worker of which the others know that it cannot start wait for long
    servers_own = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    settings = settings_or_end()
    if settings.slim:
        said = ", ".join(sorted(prepare())) or "none"
        logger.info("Compiled code answers alone (SLIM); libraries that are not there: %s.", said)
    for words in misspelt(dotenv_values(ROOT / ".env")):
        logger.warning("%s.", words)
    gc.disable()  # what is imported stays: nobody has to look for what does not, now or ever
    from ..artifacts import ArtifactError
    from ..artifacts.signature import WeakKey
    from ..model import Model
    from .app import create_app

    gc.freeze()
    gc.enable()
    try:
        app = create_app(settings)
        app.service.model = Model.load(slim=settings.slim)
    except (SettingError, ArtifactError, WeakKey) as error:
        end(str(error).splitlines(), settings.workers_dir)
    except ValidationError as error:  # of those that are read where they are needed
        end(lines_of(error), settings.workers_dir)
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
        time.sleep(ENDS_SECONDS)  # else it would be tried again and again
        sys.exit(WRONG_SETTINGS)
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
