"""Literals that people vary are proposed as parameters, with names that say what they are."""

from __future__ import annotations

from tests.analysis.suggest.suggesting import DATA, FIT, SCORE, SPLIT, suggestion


def _proposed(*sources: str) -> dict[str, tuple[str, str, str]]:
    return {p.name: (p.value, p.type, p.why) for p in suggestion(*sources).parameters}


def test_settings_paths_and_seeds_are_proposed_with_their_types() -> None:
    found = _proposed("import numpy as np\nDEPTH = 3\nnp.random.seed(7)", DATA, SPLIT, FIT, SCORE)
    assert found["df_path"] == ("'a.csv'", "str", "`read_csv` reads this file")
    assert found["test_size"] == ("0.2", "float", "`train_test_split` takes it as `test_size`")
    assert found["random_state"][:2] == ("0", "int")
    assert found["C"][:2] == ("2", "int")
    assert "DEPTH" not in found, "nothing that is served needs it"


def test_a_question_to_a_database_is_no_path() -> None:
    asked = "import pandas as pd\ndf = pd.read_sql('SELECT * FROM t', con)\nX, y = df[['a']], df['y']"
    found = _proposed("import sqlite3\ncon = sqlite3.connect('t.db')", asked, SPLIT, FIT, SCORE)
    assert found["df_query"] == ("'SELECT * FROM t'", "str", "`read_sql` asks the database this")
    assert not any(name.endswith("_path") for name in found)


def test_a_name_that_the_notebook_uses_is_not_taken() -> None:
    found = _proposed("df_path = None", DATA, SPLIT, FIT, SCORE)
    assert found["df_path_2"][0] == "'a.csv'"
