"""Guards of the generated repository: they refuse what training never saw, and nothing that it did."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb2prod.analysis.preparation.guards import Guards


def _as_types(values: list[float], kind: str) -> list[Any]:
    guards = Guards(())
    space: dict[str, Any] = {"pd": pd}
    for source in guards.sources({guards["as_types"]}, "pd"):
        exec(source, space)
    made = space[guards["as_types"]](pd.DataFrame({"fare": values}), {"fare": kind})
    return made["fare"].tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", ["int8", "int16", "int64"])
def test_decimals_are_cut_off_as_in_training(kind: str) -> None:
    assert _as_types([0.94, 7.5, -7.5], kind) == [0, 7, -7]


@pytest.mark.parametrize(
    ("value", "kind"),
    [(128, "int8"), (-129, "int8"), (256, "uint8"), (-1, "uint8"), (2.0**63, "int64"), (1e6, "float16")],
)
@pytest.mark.filterwarnings("ignore:.*encountered in cast:RuntimeWarning")
def test_a_number_that_does_not_fit_is_refused(value: float, kind: str) -> None:
    with pytest.raises(ValueError, match="fare has a number that does not fit"):
        _as_types([value], kind)


@pytest.mark.parametrize(("value", "kind"), [(127, "int8"), (-128, "int8"), (255, "uint8"), (-(2.0**63), "int64")])
def test_the_largest_that_fit_are_taken(value: float, kind: str) -> None:
    assert _as_types([value], kind) == [value]
