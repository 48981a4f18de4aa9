"""Where the code does not tell whether an object changes, the run does."""

from __future__ import annotations

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.model import Dataflow, SeenChanges
from tests.analysis.cells import notebook_of


def seen(*cells: str, changed: dict[int, set[str]] | None = None, same: dict[int, set[str]] | None = None) -> Dataflow:
    changed, same = changed or {}, same or {}
    found = {
        cell: SeenChanges(frozenset(changed.get(cell, ())), frozenset(same.get(cell, ()))) for cell in {*changed, *same}
    }
    return analyse(notebook_of(*cells), None, found)


CLEANED = ("from cleaning import clean\nimport pandas as pd", "df = pd.read_csv('a')", "clean(df)", "y = df.a")


def test_without_a_run_an_imported_function_changes_nothing() -> None:
    assert analyse(notebook_of(*CLEANED)).ancestors([4]) == {1, 2, 4}


def test_an_imported_function_that_was_seen_to_change_its_argument_is_needed() -> None:
    flow = seen(*CLEANED, changed={2: {"df"}})
    assert flow.ancestors([4]) == {0, 1, 2, 3, 4}
    assert flow.seen == {3: {"df"}}
    assert flow.statements[3].facts.effects


def test_a_change_that_the_code_tells_of_is_not_the_runs() -> None:
    flow = seen("import pandas as pd\ndf = pd.read_csv('a')", "df['x'] = 1", changed={1: {"df"}})
    assert flow.seen == {}


def test_a_guess_that_the_run_contradicts_is_dropped() -> None:
    cells = ("thing = make()", "thing.update(3)", "y = thing.x")
    assert analyse(notebook_of(*cells)).ancestors([2]) == {0, 1, 2}
    assert seen(*cells, same={1: {"thing"}}).ancestors([2]) == {0, 2}


def test_what_is_known_holds_though_the_data_did_not_change_this_time() -> None:
    cells = ("import pandas as pd\ndf = pd.read_csv('a')", "df.fillna(0, inplace=True)", "y = df.a")
    assert seen(*cells, same={1: {"df"}}).ancestors([3]) == {0, 1, 2, 3}


def test_a_guess_in_a_branch_that_was_not_taken_stays() -> None:
    cells = ("thing = make()", "if retrain:\n    thing.update(3)", "y = thing.x")
    assert seen(*cells, same={1: {"thing"}}).ancestors([2]) == {0, 1, 2}


def test_statements_that_read_the_object_are_suspected_first() -> None:
    flow = seen("from m import f, g\na = f()", "g()\nf(a)\nprint(a)", "y = a", changed={1: {"a"}})
    assert flow.seen == {3: {"a"}}
