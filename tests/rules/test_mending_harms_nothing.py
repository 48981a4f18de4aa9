"""Safe fixes leave nothing behind that is graver than what they mend."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from nb2prod.notebook.read import draft_of, read_document
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Found, Severity
from nb2prod.workflows.fixing import mend
from tests.making import as_notebook
from tests.rules.examples import FOLDER, example

ORDER = (Severity.ADVICE, Severity.WARNING, Severity.ERROR)
EXAMPLES = Path(__file__).parents[2] / "example_notebooks"
CASES = sorted(path.name for path in FOLDER.glob("*.txt"))
NOTEBOOKS = sorted(str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*.ipynb"))

OF_SECTIONS = frozenset({"NB108"})
"""Rules that can say nothing before there are sections: what they find then was there."""


def gravity(each: Found) -> int:
    return ORDER.index(each.rule.severity)


def graver_after_mending(document: dict[str, object], path: Path) -> dict[str, str]:
    """Return what is there after mending, was not before, and is graver than all that was mended."""
    mended = mend(document, path, known_rules())
    if not mended.fixed:
        return {}
    before, after = (
        findings(Facts(draft_of(each, path), each), known_rules()) for each in (document, mended.after.document)
    )
    known = Counter(each.rule.code for each in before)
    now = Counter(each.rule.code for each in after)
    most = max(gravity(each.found) for each in mended.fixed)
    return {
        each.rule.code: each.finding.what
        for each in after
        if each.rule.code not in OF_SECTIONS and now[each.rule.code] > known[each.rule.code] and gravity(each) > most
    }


@pytest.mark.parametrize("name", CASES)
def test_of_a_rules_example(name: str) -> None:
    case = example(FOLDER / name)
    assert graver_after_mending(case.document, case.notebook.path) == {}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_of_an_example_notebook(name: str) -> None:
    assert graver_after_mending(read_document(EXAMPLES / name), EXAMPLES / name) == {}


ALONE = {
    "draws and no model": [(None, "import numpy as np\nx = np.random.rand(3)\nprint(x)")],
    "parameters alone": [("parameters", "n = 3"), (None, "import numpy as np\nprint(np.random.rand(n))")],
    "a model that is asked nothing": [
        (None, "from sklearn.linear_model import LinearRegression"),
        (None, "X, y = [[1.0], [2.0]], [1.0, 2.0]\nmodel = LinearRegression().fit(X, y)"),
    ],
}


@pytest.mark.parametrize("cells", ALONE.values(), ids=ALONE)
def test_that_nobody_is_told_to_serve_what_no_one_meant_to(cells: list[tuple[str | None, str]]) -> None:
    document = as_notebook(cells)
    after = mend(document, Path("n.ipynb"), known_rules()).after.document
    found = findings(Facts(draft_of(after, Path("n.ipynb")), after), known_rules())
    assert "NB501" not in {each.rule.code for each in found}
