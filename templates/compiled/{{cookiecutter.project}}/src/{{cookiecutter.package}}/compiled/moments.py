"""Dates and times of a column of one value: what ``.dt`` does, and ``pd.Timestamp``."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .kinds import BOOL, FLOAT, INT, INT32, MOMENTS, NAN, SPANS, text_kind
from .not_light import NotLight

if TYPE_CHECKING:
    from .cell import Cell

FIELDS: dict[str, Callable[[datetime], int]] = {
    "year": lambda at: at.year,
    "month": lambda at: at.month,
    "day": lambda at: at.day,
    "hour": lambda at: at.hour,
    "minute": lambda at: at.minute,
    "second": lambda at: at.second,
    "microsecond": lambda at: at.microsecond,
    "dayofweek": lambda at: at.weekday(),
    "day_of_week": lambda at: at.weekday(),
    "weekday": lambda at: at.weekday(),
    "dayofyear": lambda at: at.timetuple().tm_yday,
    "day_of_year": lambda at: at.timetuple().tm_yday,
    "quarter": lambda at: (at.month + 2) // 3,
    "days_in_month": lambda at: monthrange(at.year, at.month)[1],
    "daysinmonth": lambda at: monthrange(at.year, at.month)[1],
}
FLAGS: dict[str, Callable[[datetime], bool]] = {
    "is_month_start": lambda at: at.day == 1,
    "is_month_end": lambda at: at.day == monthrange(at.year, at.month)[1],
    "is_quarter_start": lambda at: at.day == 1 and at.month % 3 == 1,
    "is_quarter_end": lambda at: at.month % 3 == 0 and FLAGS["is_month_end"](at),
    "is_year_start": lambda at: at.day == at.month == 1,
    "is_year_end": lambda at: at.month == 12 and at.day == 31,
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September")
MONTHS += ("October", "November", "December")


class Moments:
    """The accessor of one column of moments, or of times between them."""

    __slots__ = ("_cell",)

    def __init__(self, cell: Cell) -> None:
        if cell.kind not in MOMENTS + SPANS:
            raise NotLight(f".dt of {cell.kind}")
        self._cell = cell

    def __getattr__(self, name: str) -> Any:
        cell = self._cell
        if cell.kind in SPANS:
            return self._of_span(name)
        if name in FIELDS:
            if cell.value is None:
                return type(cell)(NAN, FLOAT, cell.name)
            return type(cell)(FIELDS[name](cell.value), INT32, cell.name)
        if name in FLAGS:
            return type(cell)(cell.value is not None and FLAGS[name](cell.value), BOOL, cell.name)
        raise NotLight(f".dt.{name}")

    def _of_span(self, name: str) -> Any:
        cell = self._cell
        if name == "total_seconds":
            return self._total_seconds
        if name != "days":
            raise NotLight(f".dt.{name} of a time")
        if cell.value is None:
            return type(cell)(NAN, FLOAT, cell.name)
        return type(cell)(cell.value.days, INT, cell.name)

    def _total_seconds(self) -> Cell:
        cell = self._cell
        if cell.value is None:
            return type(cell)(NAN, FLOAT, cell.name)
        return type(cell)(seconds(cell.value, cell.kind), FLOAT, cell.name)

    def strftime(self, date_format: str) -> Cell:
        """Write it as a text, by years, months, days, hours, minutes and seconds."""
        cell = self._cell
        known = re.fullmatch(r"(%[YmdHMS]|[-:/. _T])+", date_format)
        if cell.kind in SPANS or cell.value is None or not known:
            raise NotLight("strftime")
        return type(cell)(cell.value.strftime(date_format), text_kind(), cell.name)

    def normalize(self) -> Cell:
        """Return midnight of the day."""
        cell = self._cell
        if cell.kind in SPANS or cell.value is None:
            raise NotLight("normalize of no moment")
        start = cell.value.replace(hour=0, minute=0, second=0, microsecond=0)
        return type(cell)(start, cell.kind, cell.name)

    def day_name(self) -> Cell:
        """Return the day's English name."""
        return self._named(lambda at: DAYS[at.weekday()])

    def month_name(self) -> Cell:
        """Return the month's English name."""
        return self._named(lambda at: MONTHS[at.month - 1])

    def _named(self, name: Callable[[datetime], str]) -> Cell:
        cell = self._cell
        if cell.kind in SPANS or cell.value is None:
            raise NotLight("the name of no moment")
        return type(cell)(name(cell.value), text_kind(), cell.name)


def seconds(span: timedelta, kind: str) -> float:
    """Return a time in seconds, where pandas' versions agree in it to the last bit."""
    ticks, a_second = int(units(span, kind)), 10**9 if "ns" in kind else 10**6
    whole, rest = divmod(ticks, a_second)
    result = ticks / a_second
    if abs(ticks) > 2**53 or result != whole + rest / a_second:
        raise NotLight("seconds that are rounded")
    return result


def units(span: timedelta, kind: str) -> float:
    """Return a time in units of its kind, rounded to a float as an integer is."""
    micros = (span.days * 86400 + span.seconds) * 10**6 + span.microseconds
    return float(micros * 1000 if "ns" in kind else micros)
