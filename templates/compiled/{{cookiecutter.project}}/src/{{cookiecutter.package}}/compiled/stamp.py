"""A single moment: what ``pd.Timestamp`` is to the light code."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta
from typing import Any

from .not_light import NotLight

ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?")
"""Moments that are read alike by everybody."""


class Stamp(datetime):
    """A moment with a Timestamp's further fields; without a time zone, and of years that nanoseconds can tell."""

    def __new__(cls, *arguments: Any, **named: Any) -> Stamp:
        """Read a text in ISO 8601, or take year, month, day and so on."""
        if len(arguments) == 1 and not named:
            return of_moment(read(arguments[0]))
        if (
            named
            or not 3 <= len(arguments) <= 7
            or any(type(each) is not int for each in arguments)
        ):
            raise NotLight("a Timestamp of something else")
        found = super().__new__(cls, *arguments)
        if not 1678 <= found.year <= 2261:
            raise NotLight("a moment that nanoseconds cannot tell")
        return found

    @property
    def dayofweek(self) -> int:
        """0 is Monday."""
        return self.weekday()

    day_of_week = dayofweek

    @property
    def dayofyear(self) -> int:
        """1 is the first of January."""
        return self.timetuple().tm_yday

    day_of_year = dayofyear

    @property
    def quarter(self) -> int:
        """1 to 4."""
        return (self.month + 2) // 3

    @property
    def days_in_month(self) -> int:
        """28 to 31."""
        return monthrange(self.year, self.month)[1]

    def __sub__(self, other: Any) -> Any:  # type: ignore[override]
        result = super().__sub__(other)
        if isinstance(result, timedelta) and abs(result).days > 106_000:
            raise NotLight("more nanoseconds than 64 bits can count")
        return result

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        """Leave what changes with each call to the original."""
        raise NotLight("the present moment")

    today = utcnow = now  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotLight(f"Timestamp.{name}")


def read(text: Any) -> datetime:
    """Return the moment that a text tells."""
    if type(text) in (Stamp, datetime):
        return text  # type: ignore[no-any-return]
    if type(text) is not str or not ISO.fullmatch(text):
        raise NotLight("a moment that is not written as in ISO 8601")
    return datetime.fromisoformat(text)


def of_moment(at: datetime) -> Stamp:
    """Return a moment of Python's."""
    if at.tzinfo is not None:
        raise NotLight("a moment in a time zone")
    return Stamp(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)
