"""No built cell reads a name that nothing has given a value."""

from __future__ import annotations

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.suggest.unset import unset_names
from tests.analysis.cells import notebook_of
from tests.analysis.suggest.suggesting import suggestion


@pytest.mark.parametrize(
    ("cell", "unset"),
    [
        ("b = a + 1", []),
        ("b = b.copy()", ["b"]),
        ("b = [x for x in a]\nprint(len(b))\ndisplay(b)", []),
        ("def f(x):\n    y = y.sort(x)\n    return y\nb = f(a)", ["y"]),
        ("def f(x):\n    total += x\n    return total\nb = f(a)", ["total"]),
        ("def f(x):\n    y = [z + a for z in x]\n    key = lambda q: q\n    return sorted(y, key=key)\nb = f(a)", []),
        ("def f(x):\n    for i in x:\n        last = i\n    return last\nb = f(a)", []),
        ("def f(x):\n    return gone + x\nb = f(a)", ["gone"]),
    ],
)
def test_names_that_nothing_sets(cell: str, unset: list[str]) -> None:
    assert unset_names(analyse(notebook_of("a = [1]", cell)), 1) == unset


def test_answers_in_a_table_that_is_sorted_first_are_in_no_cell_that_cannot_run() -> None:
    found = suggestion(
        "import pandas as pd\nfrom sklearn.ensemble import IsolationForest\ndf = pd.read_csv('a.csv')\n"
        "df = df.sort_values(['machine', 'ts'])",
        "X = df[['a', 'b']].values\niso = IsolationForest(random_state=1)\ndf['anomaly'] = iso.fit_predict(X)\n"
        "df['anomaly'] = df['anomaly'].map({1: 0, -1: 1})\ndf['score'] = -iso.score_samples(X)\n"
        "df[df.anomaly == 1].head()",
    )
    assert found.inference is not None
    assert "sort_values" not in found.inference.source
    assert any("df[df.anomaly == 1]" in warning for warning in found.warnings)


def test_a_sparse_matrix_is_made_one_of_rows_before_some_are_taken() -> None:
    found = suggestion(
        "import pandas as pd\nfrom sklearn.svm import SVC\nfrom sklearn.metrics import accuracy_score\n"
        "from sklearn.preprocessing import OneHotEncoder\nfrom scipy.sparse import hstack\n"
        "d = pd.read_csv('a.csv')\ntr, te = d[:100], d[100:]",
        "enc = OneHotEncoder()\nA = enc.fit_transform(tr[['brand']])\nAt = enc.transform(te[['brand']])\n"
        "m = SVC().fit(hstack([A, tr[['km']]]), tr.sold)",
        "print(accuracy_score(te.sold, m.predict(hstack([At, te[['km']]]))))",
    )
    assert found.inference is not None
    assert "]).tocsr()[:20]\n" in found.inference.source
