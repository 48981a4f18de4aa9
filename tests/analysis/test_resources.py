"""State that lives in libraries: random generators and global settings."""

from __future__ import annotations

import pytest

from nb2prod.analysis.dataflow import analyse
from tests.analysis.cells import flow_of, notebook_of

SEED = (
    "import random, numpy as np, torch, pandas as pd\nnp.random.seed(0)\nrandom.seed(0)\ntorch.manual_seed(0)\n"
    "from sklearn.ensemble import RandomForestClassifier\nfrom sklearn.linear_model import LinearRegression\n"
    "from sklearn.model_selection import train_test_split, cross_val_score, KFold\nfrom torch import nn\n"
    "from sklearn.pipeline import make_pipeline\ndf = pd.read_csv('a.csv')\n"
)

DRAWS = [
    pytest.param("x = np.random.rand(3)", "<numpy.random>", id="numpy"),
    pytest.param("x = random.choice(y)", "<random>", id="random"),
    pytest.param("x = torch.randn(3)", "<torch.random>", id="torch"),
    pytest.param("x = nn.Linear(3, 1)", "<torch.random>", id="a layer's weights"),
    pytest.param("x = df.sample(3)", "<numpy.random>", id="a sample of a table"),
    pytest.param("a, b = train_test_split(df)", "<numpy.random>", id="a split without a seed"),
    pytest.param("RandomForestClassifier().fit(df, y)", "<numpy.random>", id="fitting a forest without a seed"),
    pytest.param("make_pipeline(RandomForestClassifier()).fit(df, y)", "<numpy.random>", id="a forest in a pipeline"),
    pytest.param("cross_val_score(RandomForestClassifier(), df, y)", "<numpy.random>", id="validating a forest"),
    pytest.param("for a, b in KFold(3, shuffle=True).split(df): pass", "<numpy.random>", id="shuffled folds"),
    pytest.param("def f():\n    return np.random.rand()\nf()", "<numpy.random>", id="in a function that is called"),
    pytest.param(
        "loader = torch.utils.data.DataLoader(d, shuffle=True)\ndef f(l):\n    for x in l: pass\nf(loader)",
        "<torch.random>",
        id="a helper that iterates over a shuffling loader",
    ),
    pytest.param(
        "def f(m):\n    return m.fit(df, y)\nf(RandomForestClassifier())",
        "<numpy.random>",
        id="a helper that fits a forest",
    ),
    pytest.param("x = [np.random.rand() for i in range(3)]", "<numpy.random>", id="in a comprehension"),
]
DRAW_NOTHING = [
    pytest.param("x = np.zeros(3)", id="zeros"),
    pytest.param("x = df.sample(3, random_state=1)", id="a sample with a seed"),
    pytest.param("x = df.sample(3, random_state=0)", id="a sample with the seed zero"),
    pytest.param("a, b = train_test_split(df, random_state=seed)", id="a split with a seed"),
    pytest.param("a, b = train_test_split(df, shuffle=False)", id="a split that does not shuffle"),
    pytest.param("RandomForestClassifier(random_state=0).fit(df, y)", id="a forest with a seed"),
    pytest.param("m = RandomForestClassifier()", id="making a forest"),
    pytest.param("def f(m):\n    return m.predict(df)\nf(RandomForestClassifier())", id="a helper that only predicts"),
    pytest.param("LinearRegression().fit(df, y)", id="a model without chance"),
    pytest.param("rng = np.random.default_rng(3)", id="a generator of one's own"),
    pytest.param("def f():\n    return np.random.rand()", id="a function that is not called"),
    pytest.param("np.random.seed(1)", id="seeding again"),
]


@pytest.mark.parametrize(("source", "resource"), DRAWS)
def test_it_draws(source: str, resource: str) -> None:
    facts = flow_of(SEED + source).statements[-1].facts
    assert resource in facts.mutations
    assert resource in facts.references


@pytest.mark.parametrize("source", DRAW_NOTHING)
def test_it_draws_nothing(source: str) -> None:
    facts = flow_of(SEED + source).statements[-1].facts
    assert not [name for name in facts.references if name.endswith("random>")]


UNSEEDED = SEED.replace("np.random.seed(0)\nrandom.seed(0)\ntorch.manual_seed(0)\n", "")


@pytest.mark.parametrize(("source", "resource"), DRAWS)
def test_what_draws_without_a_seed_above_is_known(source: str, resource: str) -> None:
    assert flow_of(UNSEEDED + source).statements[-1].facts.unseeded == {resource}
    assert not flow_of(SEED + source).statements[-1].facts.unseeded


@pytest.mark.parametrize("source", DRAW_NOTHING)
def test_what_draws_nothing_needs_no_seed(source: str) -> None:
    assert not flow_of(UNSEEDED + source).statements[-1].facts.unseeded


def test_draws_follow_each_other_from_the_seed_on() -> None:
    flow = flow_of("import numpy as np", "np.random.seed(0)", "a = np.random.rand()", "b = np.random.rand()")
    assert flow.sources[2]["<numpy.random>"] == {1}
    assert flow.sources[3]["<numpy.random>"] == {2}
    assert flow.ancestors([3]) == {0, 1, 2, 3}


def test_seeding_again_forgets_what_was_drawn() -> None:
    flow = flow_of(
        "import numpy as np\nnp.random.seed(0)\na = np.random.rand()\nnp.random.seed(1)\nb = np.random.rand()"
    )
    assert flow.ancestors([4]) == {0, 3, 4}


def test_drawing_from_a_generator_that_nobody_seeded_is_no_dataflow() -> None:
    flow = flow_of("import numpy as np\na = np.random.rand()\nb = np.random.rand()")
    assert flow.ancestors([2]) == {0, 2}
    assert flow.statements[1].facts.mutations == frozenset()


SEEDED = ("import numpy as np\nnp.random.seed(0)", "x = mystery(3)", "y = np.random.rand()", "print(y)")


def test_evidence_decides_that_an_unknown_call_draws() -> None:
    flow = analyse(notebook_of(*SEEDED), {1: frozenset({"<numpy.random>"}), 2: frozenset({"<numpy.random>"})})
    assert "<numpy.random>" in flow.statements[2].facts.mutations
    assert flow.sources[3]["<numpy.random>"] == {2}


def test_evidence_decides_that_nothing_was_drawn() -> None:
    flow = analyse(notebook_of(*SEEDED), {})
    assert "<numpy.random>" not in flow.statements[3].facts.references


def test_in_a_cell_that_drew_calls_known_to_be_harmless_draw_nothing() -> None:
    flow = analyse(notebook_of(SEEDED[0], "x = mystery(3)\nprint(len('a'))"), {1: frozenset({"<numpy.random>"})})
    assert [bool(s.facts.mutations) for s in flow.statements] == [False, True, True, False]


def test_in_a_cell_that_sets_a_seed_nothing_else_need_have_changed_the_generator() -> None:
    cell = "import torch\ntorch.manual_seed(0)\ndevice = torch.device('cuda' if torch.cuda.is_available() else 'cpu')"
    flow = analyse(notebook_of(cell), {0: frozenset({"<torch.random>"})})
    assert [bool(s.facts.mutations) for s in flow.statements] == [False, True, False]


def test_a_setting_reaches_the_statements_that_use_the_library() -> None:
    flow = flow_of("import pandas as pd\npd.set_option('mode.copy_on_write', True)\ndf = pd.read_csv('a')\nx = 1")
    assert flow.sources[2]["<pandas.options>"] == {1}
    assert "<pandas.options>" not in flow.sources[3]


def test_a_setting_of_the_display_is_nothing_but_display() -> None:
    facts = flow_of("import pandas as pd\npd.set_option('display.max_rows', 5)").statements[1].facts
    assert not facts.mutations
    assert not facts.effects


def test_a_second_setting_keeps_the_first() -> None:
    flow = flow_of("import torch\ntorch.set_default_dtype(a)\ntorch.set_num_threads(1)\nx = torch.ones(3)")
    assert {1, 2} <= flow.ancestors([3])
