"""Where values come from, statement by statement."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb2prod.analysis.model import Dataflow
from tests.analysis.cells import edges_of, flow_of


def test_a_definition_is_where_a_value_comes_from() -> None:
    assert flow_of("a = 1\na = 2\nb = a").sources[2] == {"a": {1}}


def test_a_conditional_definition_leaves_the_earlier_one_possible() -> None:
    assert flow_of("a = 1\nif c: a = 2\nb = a").sources[2] == {"a": {0, 1}}


def test_both_ways_of_an_if_leave_no_earlier_one() -> None:
    assert flow_of("a = 1\nif c: a = 2\nelse: a = 3\nb = a").sources[2] == {"a": {1}}


def test_a_change_is_the_last_word_and_needs_the_definition() -> None:
    flow = flow_of("a = []\na.append(1)\nb = a")
    assert flow.sources[2] == {"a": {1}}
    assert flow.ancestors([2]) == {0, 1, 2}


def test_a_change_through_an_alias_keeps_the_definition() -> None:
    flow = flow_of("a = []\nb = a\nb.append(1)\nprint(a)")
    assert flow.sources[3] == {"a": {0, 2}}


def test_changes_through_a_list_do_not_pile_up() -> None:
    loop = "for f in both:\n    f['x'] = 1\n"
    flow = flow_of("a = load()\nb = load()\nboth = [a, b]\n" + loop * 5 + "print(a)")
    assert flow.sources[-1] == {"a": {0, 7}}
    assert flow.ancestors([8]) == set(range(9))


def test_what_is_only_read_is_not_needed() -> None:
    flow = flow_of("a = load()\nprint(a)\na.head()\nb = a + 1")
    assert flow.ancestors([3]) == {0, 3}


def test_a_called_function_reads_its_globals_when_it_is_called() -> None:
    flow = flow_of("k = 1\ndef f(): return k\nk = 2\nf()")
    assert flow.sources[3] == {"f": {1}, "k": {2}}
    assert "k" not in flow.sources[1]


def test_a_function_reads_through_the_functions_that_it_calls() -> None:
    flow = flow_of("def f(): return g()\ndef g(): return k\nk = 1\nf()")
    assert flow.sources[3] == {"f": {0}, "g": {1}, "k": {2}}


def test_a_method_of_a_class_reads_its_globals_when_it_is_called() -> None:
    flow = flow_of("k = 1\nclass C:\n    def m(self): return k\nc = C()\nc.m()")
    assert flow.sources[3]["k"] == {0}


def test_a_function_handed_to_a_library_is_called() -> None:
    flow = flow_of("k = 1\ndef f(x): return x + k\ndf = load()\ny = df.x.apply(f)")
    assert flow.sources[3]["k"] == {0}


def test_imports_are_sources() -> None:
    assert flow_of("import numpy as np\na = np.ones(1)").sources[1] == {"np": {0}}


def test_builtins_and_names_that_nobody_defines_have_no_source() -> None:
    flow = flow_of("print(len(x))")
    assert flow.sources[0] == {}
    assert flow.undefined == {0: frozenset({"x"})}


def test_a_name_read_before_its_definition_is_undefined_there() -> None:
    flow = flow_of("print(a)\na = 1\nprint(a)")
    assert flow.undefined == {0: frozenset({"a"})}


def test_sources_after_a_statement_and_at_the_end() -> None:
    flow = flow_of("a = 1\nb = a\na = 2\ndel b")
    assert dict(flow.sources_after(0)) == {"a": {0}}
    assert dict(flow.sources_after(2)) == {"a": {2}, "b": {1}}
    assert dict(flow.sources_after(3)) == dict(flow.final) == {"a": {2}}


def test_ancestors_stop_where_they_are_told_to() -> None:
    flow = flow_of("a = 1\nb = a\nc = b")
    assert flow.ancestors([2], stop=[1]) == {1, 2}


def test_an_optimizer_keeps_the_model_for_a_slice() -> None:
    source = (
        "from torch import nn, optim\nmodel = nn.Linear(1, 1)\nopt = optim.SGD(model.parameters())\n"
        "for i in range(3):\n    loss = f(model(x))\n    loss.backward()\n    opt.step()\nprint(model)"
    )
    assert flow_of(source).ancestors([4]) == {0, 1, 2, 3, 4}


EFFECTS = [
    pytest.param("print(x)", False, id="print"),
    pytest.param("x.head()", False, id="a look at a table"),
    pytest.param("'a docstring'", False, id="a string"),
    pytest.param("plt.show()", False, id="a plot"),
    pytest.param("fig, ax = plt.subplots()", False, id="axes"),
    pytest.param("for i in range(3): print(i)", False, id="a loop that prints"),
    pytest.param("pd.set_option('display.width', 1)", False, id="display options"),
    pytest.param("warnings.filterwarnings('ignore')", False, id="warnings"),
    pytest.param("sns.heatmap(x, ax=plt.gca())", False, id="a plot on axes"),
    pytest.param("y = 1", True, id="a definition"),
    pytest.param("x['a'] = 1", True, id="a change"),
    pytest.param("x.to_csv('a')", True, id="writing a file"),
    pytest.param("open('a', 'w')", True, id="opening a file"),
    pytest.param("mystery(x)", True, id="an unknown function"),
    pytest.param("assert x", True, id="an assertion"),
    pytest.param("import os", True, id="an import"),
    pytest.param("del x", True, id="a deletion"),
    pytest.param("os.makedirs('a')", True, id="making a folder"),
    pytest.param("plt.savefig('a')", True, id="saving a plot"),
]
IMPORTS = "import os, warnings, pandas as pd, seaborn as sns, matplotlib.pyplot as plt\nx = pd.DataFrame()\n"


@pytest.mark.parametrize(("source", "effects"), EFFECTS)
def test_effects(source: str, effects: bool) -> None:
    assert flow_of(IMPORTS + source).statements[-1].facts.effects is effects


def test_a_loop_that_prints_counts_where_its_variable_is_read_later() -> None:
    flow = flow_of("for i in range(3): print(i)\nx = i")
    assert flow.statements[0].facts.effects


def test_a_call_of_a_function_is_a_code_edge() -> None:
    assert edges_of("def f(x): return x", "a = f(1)", "f(a)") == {
        (0, 1, "code", "f"),
        (0, 2, "code", "f"),
        (1, 2, "data", "a"),
    }


def test_imports_are_no_edges() -> None:
    assert edges_of("import numpy as np", "np.ones(1)") == set()


def test_what_a_function_takes_from_its_own_cell_comes_with_it() -> None:
    assert edges_of("k = 1\ndef f(): return k", "f()") == {(0, 1, "code", "f")}


def test_reading_a_list_reads_what_was_written_into_it() -> None:
    assert (1, 2, "data", "a") in edges_of("b = 0", "a = load()\nboth = [a]", "print(both)")


PIECES = st.sampled_from(
    [
        "{a} = {b}",
        "{a} = [{b}, {c}]",
        "{a}.append({b})",
        "{a}['x'] = {b}",
        "if {a}: {b} = {c}",
        "for {a} in {b}: {a}.pop()",
        "def {a}(x): return x.append({b})",
        "{a}({b})",
        "{a} = lambda: {b}",
        "del {a}",
        "{a}, {b} = {b}, {a}",
        "class {a}:\n    x = {b}\n    def m(self, y): self.y = y; {c}.append(y)",
        "{a} = {b}({c})",
        "{a}.m({b})",
        "with {a} as {b}: {c} += {b}",
        "{a} = [{b} for {b} in {c}]",
        "def {a}():\n    def {b}(): return {c}\n    return {b}",
        "{a} = {b}.x[0].T",
    ]
)
NAMES = st.sampled_from("pqrs")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(PIECES, NAMES, NAMES, NAMES), min_size=1, max_size=12))
def test_any_program_has_a_consistent_dataflow(pieces: list[tuple[str, str, str, str]]) -> None:
    flow = flow_of(*(piece.format(a=a, b=b, c=c) for piece, a, b, c in pieces))
    _is_consistent(flow)


def _is_consistent(flow: Dataflow) -> None:
    for index, sources in enumerate(flow.sources):
        facts = flow.statements[index].facts
        assert sources.keys() <= facts.references
        assert all(source < index for origin in sources.values() for source in origin)
        assert facts.conditional <= facts.definitions
        missing = facts.references - sources.keys()
        assert missing >= flow.undefined.get(index, frozenset())
        before = flow.sources_after(index - 1)
        assert {name: before.get(name) for name in sources} == sources
    assert dict(flow.sources_after(len(flow.statements))) == dict(flow.final)


GROWING = [
    pytest.param("df['x{i}'] = df.y + {i}\nprint(df)", id="one table that is changed again and again"),
    pytest.param("x{i} = f(x{i})\nl.append(x{i})", id="many names and one list"),
    pytest.param("for d in both: d['x'] = {i}", id="a loop over two tables"),
    pytest.param("df = g(df)", id="one function called again and again"),
]


@pytest.mark.parametrize("cell", GROWING)
def test_ten_times_the_cells_take_about_ten_times_as_long(cell: str) -> None:
    start = "df = load()\nboth = [df, load()]\nl = []\ndef g(d):\n    d['x'] = 1\n    return d"
    small, large = (_seconds([start, *(cell.format(i=i) for i in range(count))]) for count in (200, 2000))
    assert large < 40 * max(small, 0.01)


def _seconds(cells: list[str]) -> float:
    best = float("inf")
    for _ in range(2):
        started = time.process_time()
        flow_of(*cells)
        best = min(best, time.process_time() - started)
    return best


def test_what_is_changed_through_a_list_does_not_pile_up_sources() -> None:
    """Each change builds on the one before it, which is reached through it."""
    cells = ["a = []\nkept = [a]", *("kept[0].append(1)\nkept[0].append(2)",) * 60, "print(a)"]
    flow = flow_of(*cells)
    assert len(flow.sources[-1]["a"]) < 20
    assert set(range(len(flow.statements) - 1)) <= flow.ancestors([len(flow.statements) - 1])


def test_a_name_bound_under_conditions_again_and_again_is_still_an_alias() -> None:
    cells = ["a, b = [], []\nx = a", *("if c:\n    x = load()",) * 20, "if c:\n    x = b", "x.append(1)"]
    assert {"a", "b", "x"} <= flow_of(*cells).statements[-1].facts.mutations
