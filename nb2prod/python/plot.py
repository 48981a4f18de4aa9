"""A picture of runs, as a notebook shows it and as a file has it."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.ledger.model import RunRecord
from nb2prod.python.arguments import PathLike, path_of
from nb2prod.workflows.drawing_runs import ENDINGS, Picture, picture_of, write_picture
from nb2prod.workflows.ranking_runs import varied

SHOWN = 96
"""Dots of a page that are an inch."""


@dataclass(frozen=True, repr=False)
class Plot:
    """A metric against a parameter."""

    picture: Picture

    @property
    def figure(self) -> Any:
        """The ``matplotlib.figure.Figure``, to be changed at will."""
        return self.picture.figure

    def save(self, path: PathLike) -> Path:
        """Write it into a file, whole or not at all; by its ending a PNG, an SVG or a PDF. Raises ``UnusableInput``."""
        file = path_of(path)
        write_picture(self.figure, file if file.suffix else file.with_suffix(ENDINGS[0]))
        return file.absolute()

    def __repr__(self) -> str:
        return f"{self.picture.metric} against {self.picture.parameter}, {self.picture.runs} runs"

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return it as notebooks show it: drawn finely, and as wide as it is."""
        drawn = io.BytesIO()
        self.figure.savefig(drawn, format="png")
        data = {"image/png": b64encode(drawn.getvalue()).decode(), "text/plain": repr(self)}
        return data, {"image/png": {"width": round(self.figure.get_figwidth() * SHOWN)}}


def plot_of(runs: Sequence[RunRecord], metric: str | None, parameter: str | None) -> Plot:
    """Draw a metric against a parameter: of those that vary, the one with most numbers if none is named."""
    return Plot(picture_of(runs, metric, parameter or _telling(runs)))


def _telling(runs: Sequence[RunRecord]) -> str | None:
    def numbers(name: str) -> int:
        return len({each for run in runs if type(each := run.parameters.get(name)) in (int, float)})

    return max(varied(runs), key=numbers, default=None)
