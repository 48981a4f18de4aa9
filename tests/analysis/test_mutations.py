"""What changes in place, through whatever name, and what does not."""

from __future__ import annotations

import pytest

from tests.analysis.cells import facts_of, flow_of, writer_of

FIRES = [
    pytest.param("df", 1, ["df = load()", "df['x'] = 1", "show(df)"], id="a subscript store changes the table"),
    pytest.param(
        "df", 1, ["df = load()", "df.drop('a', inplace=True)", "show(df)"], id="inplace=True changes the table"
    ),
    pytest.param("m", 1, ["m = M()", "m.fit(1)", "show(m)"], id="fit changes the estimator"),
    pytest.param("m", 1, ["m = []", "m.append(1)", "show(m)"], id="append changes the list"),
    pytest.param("m", 1, ["m = M()", "m.x = 1", "show(m)"], id="an attribute store changes the object"),
    pytest.param(
        "df",
        2,
        ["def h(d):\n    d['x'] = 1", "df = load()", "h(df)", "show(df)"],
        id="a helper that stores into its argument changes it",
    ),
    pytest.param(
        "df",
        2,
        ["def g(d):\n    d.append(1)\ndef h(d):\n    g(d)", "df = load()", "h(df)", "show(df)"],
        id="a helper that calls such a helper changes it",
    ),
    pytest.param(
        "a", 2, ["a = []", "b = a", "b.append(1)", "show(a)"], id="a change through an alias changes the other name"
    ),
    pytest.param(
        "tr",
        1,
        ["tr = load()\nte = load()", "for df in (tr, te):\n    df['x'] = 1", "show(tr)"],
        id="a loop over frames changes each of them",
    ),
    pytest.param("x", 1, ["x = 1", "if c:\n    x = 2", "show(x)"], id="a conditional redefinition is the last one"),
    pytest.param(
        "t", 1, ["p = 'x'", "with open(p) as f:\n    t = f.read()", "show(t)"], id="a name bound in a with block"
    ),
    pytest.param("x", 1, ["x = 1", "x += 1", "show(x)"], id="an augmented assignment defines"),
    pytest.param("x", 0, ["x = 1", "x += 1"], id="an augmented assignment reads"),
    pytest.param("a", 1, ["a = []", "for i in range(3): a.append(i)", "show(a)"], id="a one-line for that appends"),
    pytest.param("n", 0, ["if (n := f()) > 1: pass", "show(n)"], id="a walrus in a condition"),
    pytest.param("y", 0, ["r = [y := f(x) for x in [1]]", "show(y)"], id="a walrus in a comprehension binds outside"),
    pytest.param(
        "w",
        1,
        [
            "x = load()",
            "match x:\n    case {'a': v}: w = v\n    case [p, *q]: w = p\n    case _: w = 0",
            "show(w)",
        ],
        id="a match statement binds in its cases",
    ),
    pytest.param(
        "rest",
        1,
        ["x = load()", "match x:\n    case {'a': v, **rest}:\n        w = v", "show(rest)"],
        id="the rest of a mapping pattern",
    ),
    pytest.param("c", 0, ["a, (b, *c) = load()", "show(c)"], id="nested and starred unpacking"),
    pytest.param(
        "a", 2, ["a = []\nb = {}", "a, b = b, a", "a.update(x=1)", "show(a)"], id="two names swapped keep their objects"
    ),
    pytest.param("i", 0, ["for i in range(3): pass", "show(i)"], id="a loop variable used after the loop"),
    pytest.param(
        "z", 1, ["def f():\n    global z\n    z = 1", "f()", "show(z)"], id="a function that assigns a global"
    ),
    pytest.param(
        "log",
        1,
        ["log = []\ndef f(x):\n    log.append(x)", "f(1)", "show(log)"],
        id="a function that appends to a global list",
    ),
    pytest.param(
        "add",
        2,
        [
            "def mk():\n    items = []\n    def add(x):\n        items.append(x)\n        return items\n    return add",
            "add = mk()",
            "add(1)",
            "add(2)",
        ],
        id="a closure that changes what it captured",
    ),
    pytest.param(
        "items",
        2,
        [
            "items = []\ndef mk(l):\n    def add(x):\n        l.append(x)\n    return add",
            "add = mk(items)",
            "add(1)",
            "show(items)",
        ],
        id="a closure that changes a captured argument",
    ),
    pytest.param(
        "C", 1, ["class C:\n    n = 0\n    items = []", "C.n += 1", "show(C.n)"], id="a class attribute counted up"
    ),
    pytest.param(
        "C",
        2,
        ["class C:\n    items = []", "c = C()", "c.items.append(1)", "show(C.items)"],
        id="a class attribute changed through an instance",
    ),
    pytest.param(
        "g",
        2,
        [
            "def count(f):\n    def w(*a):\n        w.calls += 1\n        return f(*a)\n    w.calls = 0\n    return w",
            "@count\ndef g(x): return x",
            "g(1)",
            "show(g.calls)",
        ],
        id="a decorator that counts calls",
    ),
    pytest.param(
        "g", 1, ["g = (x for x in range(3))", "a = list(g)", "b = list(g)"], id="a generator is used up by list"
    ),
    pytest.param(
        "g", 1, ["def gen():\n    yield 1\ng = gen()", "a = next(g)", "b = list(g)"], id="next moves a generator on"
    ),
    pytest.param("df", 1, ["df = load()", "df.loc[df.a > 1, 'b'] = 2", "show(df)"], id="a store through df.loc"),
    pytest.param(
        "a", 2, ["import numpy as np\na = np.zeros((2,2))", "b = a.T", "b[0] = 1", "show(a)"], id="a store through .T"
    ),
    pytest.param(
        "b",
        2,
        ["import numpy as np\na = np.zeros((2,2))", "b = a.T", "a[0] = 1", "show(b)"],
        id="a store seen through .T",
    ),
    pytest.param("df", 2, ["df = load()", "v = df.values", "v[0] = 1", "show(df)"], id="a store through .values"),
    pytest.param(
        "df",
        2,
        ["import pandas as pd\ndf = pd.read_csv('x')", "v = df.loc[0]", "v['a'] = 1", "show(df)"],
        id="a store through a row held by name",
    ),
    pytest.param(
        "a",
        2,
        ["import numpy as np\na = np.arange(9)", "b = a[2:5]", "b[:] = 0", "show(a)"],
        id="a store through a slice of an array",
    ),
    pytest.param("b", 1, ["a = b = []", "a.append(1)", "show(b)"], id="two names of one list"),
    pytest.param(
        "a",
        2,
        ["def h(*fs):\n    for f in fs:\n        f['x'] = 1", "a = load()\nb = load()", "h(a, b)", "show(a)"],
        id="frames handed over as *args",
    ),
    pytest.param(
        "a",
        3,
        ["def h(x, y):\n    x['x'] = 1", "a = load()\nb = load()", "fs = [a, b]", "h(*fs)", "show(a)"],
        id="a list of frames unpacked into a call",
    ),
    pytest.param(
        "a",
        2,
        ["def h(**k):\n    k['d']['x'] = 1", "a = load()", "h(d=a)", "show(a)"],
        id="frames handed over as **kwargs",
    ),
    pytest.param(
        "model",
        1,
        [
            "import torch\nfrom torch import nn, optim\nmodel = nn.Linear(1,1)\nopt = optim.Adam(model.parameters())",
            "opt.step()",
            "show(model)",
        ],
        id="an optimizer's step changes the model",
    ),
    pytest.param(
        "model",
        1,
        [
            "from torch import nn, optim\nmodel = nn.Linear(1,1)\nopt = optim.Adam(model.parameters())\n"
            "def train(o):\n    o.step()",
            "train(opt)",
            "show(model)",
        ],
        id="an optimizer's step in a helper",
    ),
    pytest.param("a", 1, ["a = load()", "a.b[0].c = 1", "show(a)"], id="a store deep inside"),
    pytest.param("a", 1, ["a = load()", "del a['x']", "show(a)"], id="deleting a column"),
    pytest.param(
        "df",
        2,
        [
            "class C:\n    def __init__(self, d): self.d = d\n    def go(self): self.d['x'] = 1",
            "df = load()\nc = C(df)",
            "c.go()",
            "show(df)",
        ],
        id="a method that changes what the object holds",
    ),
    pytest.param(
        "c",
        2,
        ["class C:\n    def go(self): self.z = 1", "c = C()", "c.go()", "show(c)"],
        id="a method that changes the object",
    ),
    pytest.param("a", 1, ["a = load()\nd = {'a': a}", "d['a']['x'] = 1", "show(a)"], id="a frame in a dict"),
    pytest.param(
        "b",
        1,
        ["a = load()\nb = load()", "for i, f in enumerate([a, b]):\n    f['x'] = i", "show(b)"],
        id="frames enumerated",
    ),
    pytest.param(
        "b",
        1,
        ["a = load()\nb = load()", "for i, f in zip([1,2], [a, b]):\n    f['x'] = i", "show(b)"],
        id="frames zipped",
    ),
    pytest.param(
        "a",
        1,
        ["a = load()\nd = {'a': a}", "for k, f in d.items():\n    f['x'] = k", "show(a)"],
        id="frames among a dict's items",
    ),
    pytest.param(
        "a",
        2,
        ["def h(d): d['x'] = 1", "a = load()", "list(map(h, [a]))", "show(a)"],
        id="frames mapped over by a helper",
    ),
    pytest.param(
        "a", 1, ["a = []", "[a.append(i) for i in range(3)]", "show(a)"], id="append in a comprehension for its effect"
    ),
    pytest.param(
        "a",
        3,
        ["def h(d): return d", "a = load()", "b = h(a)", "b['x'] = 1", "show(a)"],
        id="a helper that returns its argument",
    ),
    pytest.param(
        "v",
        0,
        ["try:\n    import q\n    v = 1\nexcept ImportError:\n    v = 2", "show(v)"],
        id="a name bound in try and except",
    ),
    pytest.param("m", 1, ["m = M()", "setattr(m, 'x', 1)", "show(m)"], id="setattr"),
    pytest.param(
        "a", 1, ["import numpy as np\na = np.zeros(3)", "np.add(a, 1, out=a)", "show(a)"], id="out= of a NumPy function"
    ),
    pytest.param("a", 1, ["import random\na = [1,2]", "random.shuffle(a)", "show(a)"], id="random.shuffle"),
    pytest.param("d", 1, ["d = load()", "y = d.pop('y')", "show(d)"], id="pop whose value is used"),
    pytest.param("x", 0, ["x = 1", "s = f'{x!r:>{x}}'"], id="names in f-strings"),
    pytest.param("k", 0, ["k = 1", "def f(): return k", "f()"], id="a global that a called function reads"),
    pytest.param(
        "a", 2, ["a = load()\nl = []", "l.append(a)", "l[0]['x'] = 1", "show(a)"], id="a frame appended to a list"
    ),
    pytest.param("k", 0, ["k = 1", "f = lambda x: x + k", "f(2)"], id="a global that a lambda reads"),
    pytest.param(
        "m",
        2,
        ["def fit(m, x):\n    m.fit(x)\n    return m", "m = M()", "q = fit(m, 1)", "show(m)"],
        id="a helper that fits its argument",
    ),
    pytest.param("n", 0, ["n = 3", "class C:\n    k = n"], id="a class body reads globals"),
    pytest.param(
        "b",
        1,
        ["a = []", "b = a\na = []\na.append(1)", "show(b)"],
        id="an alias outlives the rebinding of the other name",
    ),
    pytest.param("a", 2, ["a = 1", "del a", "a = 2", "show(a)"], id="a name deleted and bound again"),
]

DEEPER = [
    pytest.param(
        "m", 1, ["m = M()\nmodels = {'a': m}", "for n, x in models.items(): x.fit(1)", "show(m)"], id="models"
    ),
    pytest.param("m", 1, ["m = M()", "d = {}\nd['a'] = m\nd['a'].fit(1)", "show(m)"], id="stored in a dict first"),
    pytest.param("a", 1, ["a = load()", "b = a\nb += [1]", "show(a)"], id="a list grown in place by an alias"),
    pytest.param("df", 1, ["df = load()", "s = df['a']\ns.fillna(0, inplace=True)", "show(df)"], id="a column by name"),
    pytest.param(
        "f", 1, ["def f(x, seen=[]):\n    seen.append(x)\n    return seen", "f(1)", "f(2)"], id="a default that grows"
    ),
    pytest.param(
        "m", 1, ["m = M()", "for p in m.parameters(): p.requires_grad = False", "show(m)"], id="parameters frozen"
    ),
    pytest.param("m", 1, ["m = M()", "m.layers[-1].trainable = False", "show(m)"], id="a layer frozen"),
    pytest.param(
        "m", 1, ["from pytorch_lightning import Trainer\nm = M()", "Trainer().fit(m)", "show(m)"], id="a trainer"
    ),
    pytest.param(
        "df", 2, ["def f(d):\n    d['x'] = 1\n    return d", "df = load()", "df.pipe(f)", "show(df)"], id="pipe"
    ),
    pytest.param(
        "a",
        1,
        ["a = load()", "last = None\nfor i in range(2):\n    if last: last.append(1)\n    last = a", "show(a)"],
        id="an alias from the round before",
    ),
    pytest.param(
        "c", 1, ["c = []\ndef get(): return c", "get().append(1)", "show(c)"], id="a global that a helper returns"
    ),
    pytest.param(
        "m",
        2,
        [
            "class T:\n    def __init__(self, m): self.m = m\n    def fit(self, x): self.m.fit(x)",
            "m = M()",
            "T(m).fit(1)",
            "show(m)",
        ],
        id="a wrapper that fits what it holds",
    ),
    pytest.param(
        "c",
        2,
        ["class A:\n    def add(self, x): self.x = x\nclass B(A): pass", "c = B()", "c.add(1)", "show(c)"],
        id="an inherited method",
    ),
    pytest.param(
        "b", 1, ["a = load()\nb = load()", "[f.update(x=1) for f in (a, b)]", "show(b)"], id="a comprehension"
    ),
    pytest.param("a", 1, ["a = load()", "(lambda d: d.update(x=1))(a)", "show(a)"], id="a lambda called at once"),
    pytest.param("df", 1, ["df = load()", "df.index.name = 'x'", "show(df)"], id="an attribute of an attribute"),
    pytest.param("df", 1, ["df = load()", "df.columns = ['a']", "show(df)"], id="new column names"),
    pytest.param("a", 1, ["a = load()", "try:\n    a.pop('x')\nexcept KeyError:\n    pass", "show(a)"], id="in a try"),
    pytest.param(
        "g", 2, ["def use(x): return list(x)", "g = iter(load())", "use(g)", "next(g)"], id="used up by a helper"
    ),
    pytest.param("q", 1, ["q = load()", "while q:\n    q.pop()", "show(q)"], id="in a while loop"),
]

SILENT = [
    pytest.param(
        "df", 0, ["df = load()", "df2 = df[df.a > 1]", "df2['x'] = 1", "show(df)"], id="a filtered frame is a copy"
    ),
    pytest.param(
        "df",
        0,
        ["df = load()", "df2 = df.copy()", "df2['x'] = 1", "show(df)"],
        id="a copy is changed, not the original",
    ),
    pytest.param(
        "df",
        0,
        ["df = load()", "df.head()\nprint(df)\nlen(df)\ndf.describe()", "show(df)"],
        id="looking at a frame does not change it",
    ),
    pytest.param("df", 0, ["df = load()", "frobnicate(df)", "show(df)"], id="an unknown call on it does not change it"),
    pytest.param(
        "df", 0, ["df = load()", "df2 = df.append({})", "show(df)"], id="append whose result is used is not list.append"
    ),
    pytest.param("m", 0, ["m = M()", "m.predict(1)", "show(m)"], id="predict does not change the model"),
    pytest.param(
        "df",
        1,
        ["def h(d):\n    d = d.copy()\n    d['x'] = 1\n    return d", "df = load()", "h(df)", "show(df)"],
        id="a helper that copies first",
    ),
    pytest.param("a", 0, ["a = load()", "b = sorted(a)\nb.append(1)", "show(a)"], id="sorted makes a new list"),
    pytest.param("a", 0, ["a = [1]", "b = list(a)\nb.append(1)", "show(a)"], id="list() makes a new list"),
    pytest.param("a", 0, ["a = [1]", "b = a[:]\nb.append(1)", "show(a)"], id="a slice of a list is a copy"),
    pytest.param("a", 0, ["a = 1", "r = [a for a in range(3)]", "show(a)"], id="a comprehension's variable is its own"),
    pytest.param("s", 0, ["s = 'x'", "s.replace('x', 'y')", "show(s)"], id="a method of a string"),
]


@pytest.mark.parametrize(("name", "writer", "cells"), [*FIRES, *DEEPER])
def test_the_last_cell_has_it_from_the_one_that_changed_it(name: str, writer: int, cells: list[str]) -> None:
    assert writer_of(name, *cells) == writer


@pytest.mark.parametrize(("name", "writer", "cells"), SILENT)
def test_the_cells_between_leave_it_alone(name: str, writer: int, cells: list[str]) -> None:
    assert writer_of(name, *cells) == writer


SHARED = "from sklearn.preprocessing import StandardScaler\nfrom sklearn.pipeline import Pipeline, make_pipeline\n"

CHANGED = [
    pytest.param("m.train()", {"m"}, id="train() on a statement of its own"),
    pytest.param("m.compile(loss='mse')", {"m"}, id="compile"),
    pytest.param("m.load_state_dict(s)", {"m"}, id="load_state_dict"),
    pytest.param("d.update(a=1)", {"d"}, id="update"),
    pytest.param("d['a'].fillna(0, inplace=True)", {"d"}, id="inplace on a column"),
    pytest.param("d.a.b.append(1)", {"d"}, id="append deep inside"),
    pytest.param("d[0][1] += 2", {"d"}, id="augmented store"),
    pytest.param("d.x += 2", {"d"}, id="augmented attribute"),
    pytest.param("del d.x", {"d"}, id="deleting an attribute"),
    pytest.param("d.add_(1)", {"d"}, id="a torch method ending in an underscore"),
    pytest.param("ax.set_title('x')", {"ax"}, id="a setter"),
    pytest.param("plot(x, ax=ax)", {"ax"}, id="axes drawn on"),
    pytest.param("for c in cs:\n    d[c] = d[c].fillna(0)", {"d"}, id="stores in a loop"),
    pytest.param("with lock:\n    d.append(1)", {"d"}, id="a change in a with block"),
    pytest.param("if ok:\n    d.pop('x')", {"d"}, id="a change under a condition"),
]
UNCHANGED = [
    pytest.param("d.head()", id="head"),
    pytest.param("len(d)", id="len"),
    pytest.param("e = d.append(1)", id="append whose result is used"),
    pytest.param("e = d.sort_values('a')", id="sort_values"),
    pytest.param("e = d + 1", id="arithmetic"),
    pytest.param("d.drop('a', inplace=False)", id="inplace=False"),
    pytest.param("d.set_index('a')", id="set_index is no setter"),
    pytest.param("e = [x for x in d]", id="a comprehension over it"),
    pytest.param("print(f'{d!r}')", id="an f-string"),
    pytest.param("e = lambda: d.append(1)", id="a lambda that is not called"),
    pytest.param("def e():\n    d.append(1)", id="a function that is not called"),
    pytest.param("e = (d.append(x) for x in y)", id="a generator is lazy, and its value is used"),
]


@pytest.mark.parametrize(("source", "names"), CHANGED)
def test_it_is_a_mutation(source: str, names: set[str]) -> None:
    assert names <= facts_of("m = load()\nd = load()\nax = load()\n" + source).mutations


@pytest.mark.parametrize("source", UNCHANGED)
def test_it_is_no_mutation(source: str) -> None:
    assert "d" not in facts_of("d = load()\n" + source).mutations


def test_fitting_a_pipeline_fits_its_steps_and_nothing_else() -> None:
    made = "X = load()\nnames = list(X)\nscaler = StandardScaler()\npipe = make_pipeline(scaler, names)\npipe.fit(X)"
    assert facts_of(SHARED + made).mutations == {"scaler", "pipe"}


def test_a_function_that_is_redefined_is_read_anew() -> None:
    flow = flow_of("def f(d):\n    pass", "d = load()\nf(d)", "def f(d):\n    d['x'] = 1", "f(d)")
    assert [("d" in s.facts.mutations) for s in flow.statements] == [False, False, False, False, True]


def test_a_recursive_function_ends() -> None:
    source = "def f(d, n):\n    d.append(n)\n    return f(d, n - 1) if n else d\nd = []\nf(d, 3)"
    assert facts_of(source).mutations == {"d"}


def test_mutually_recursive_functions_end() -> None:
    source = "def f(d):\n    g(d)\ndef g(d):\n    d.append(1)\n    f(d)\nd = []\nf(d)"
    assert "d" in facts_of(source).mutations


NETWORK = (
    "from torch import nn, optim\nmodel = nn.Linear(1, 1)\nopt = optim.Adam(model.parameters())\n"
    "def ask(x):\n    model.eval()\n    return model(x)\n"
    "class Own:\n    def __init__(self, net):\n        self.net = net\n"
    "    def ask(self, x):\n        self.net.eval()\n        return self.net(x)\nown = Own(model)\n"
)


@pytest.mark.parametrize(
    ("statement", "switched"),
    [
        pytest.param("model.eval()", {"model", "own"}, id="a switch"),
        pytest.param("model.train(False)", {"model", "own"}, id="by an argument"),
        pytest.param("y = ask(x)", {"model", "own"}, id="in a function"),
        pytest.param("def ask(m):\n    m.eval()\n    return m(x)\nask(model)", {"model", "own"}, id="of an argument"),
        pytest.param(
            "def show(m):\n    was = m.training\n    m.eval()\n    m.train(mode=was)\nshow(model)",
            {"model", "own"},
            id="and back",
        ),
        pytest.param("y = own.ask(x)", {"model", "own"}, id="in a method"),
        pytest.param("model.to('cpu').eval()", set(), id="moved too"),
        pytest.param("for _ in x:\n    model.train()\n    opt.step()", set(), id="trained too"),
        pytest.param("opt.step()", set(), id="trained"),
    ],
)
def test_a_switch_of_mode_is_told_from_other_changes(statement: str, switched: set[str]) -> None:
    facts = facts_of(f"{NETWORK}{statement}")
    assert facts.switched == switched
    assert {"model", "own"} <= facts.mutations


@pytest.mark.parametrize(
    ("given", "switched"), [("False", {"m"}), ("mode=flag", {"m"}), ("mode='full'", set()), ("x", set())]
)
def test_only_a_mode_switches_what_is_not_known(given: str, switched: set[str]) -> None:
    assert facts_of(f"import unknown\nm = unknown.Model()\nm.train({given})").switched == switched
