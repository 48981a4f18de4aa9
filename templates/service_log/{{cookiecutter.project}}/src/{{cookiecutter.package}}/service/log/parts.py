"""Settings in, what of a record is written and where it is written out."""

from __future__ import annotations

from ..settings import SettingError, Settings
from .database import Database
from .privacy import Privacy


def parts(settings: Settings) -> tuple[Privacy, Database]:
    """Return both.

    Raises:
        SettingError: if one of them makes no sense, or both.
    """
    try:
        privacy = Privacy.of(settings)
    except SettingError as error:
        try:
            Database.of(settings)
        except SettingError as other:
            raise SettingError(f"{error}\n{other}") from None
        raise
    return privacy, Database.of(settings)
