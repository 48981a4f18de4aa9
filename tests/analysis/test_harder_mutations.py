"""Changes in place that go round a corner: operators, properties, bound methods, generators, nested branches."""

from __future__ import annotations

import pytest

from tests.analysis.cells import facts_of

BOX = """class Box:
    def __init__(self, items): self.items = items
    def add(self, x): self.items.append(x); return self
    def __iadd__(self, x): self.items.append(x); return self
    def __setitem__(self, k, v): self.items.append(v)
    def __enter__(self): return self.items
    def __exit__(self, *e): self.items.append(0)
    @property
    def last(self): return self.items
    @last.setter
    def last(self, v): self.items.append(v)
class Child(Box):
    def add(self, x): return super().add(x)
import functools, contextlib, numpy as np
@contextlib.contextmanager
def growing(x):
    x.append(1)
    yield x
def rows(x):
    for each in x:
        each.append(1)
        yield each
async def fill(x): x.append(1)
a = []
both = [a]
box = Child(a)
arr = np.zeros((2, 2))
"""
CHANGED = [
    pytest.param("box.add(1)", "a", id="a method that calls super()"),
    pytest.param("box += 1", "a", id="__iadd__ of an own class"),
    pytest.param("box['k'] = 1", "a", id="__setitem__ of an own class"),
    pytest.param("box.last = 1", "a", id="a property's setter"),
    pytest.param("box.last.append(1)", "a", id="what a property gives"),
    pytest.param("with box as b: pass", "a", id="a context manager that changes what it holds"),
    pytest.param("with growing(a): pass", "a", id="a context manager made of a generator"),
    pytest.param("for r in rows(both): pass", "a", id="a generator function that changes what it yields"),
    pytest.param("add = a.append; add(1)", "a", id="a method that has a name of its own"),
    pytest.param("f = functools.partial(lambda x, y: x.append(y), a)\nf(1)", "a", id="functools.partial"),
    pytest.param("list.append(a, 1)", "a", id="a method called through its class"),
    pytest.param("getattr(box, 'add')(1)", "a", id="getattr with a name"),
    pytest.param("both[0] += [1]", "a", id="an element that is augmented"),
    pytest.param("len(both) and a.append(1)", "a", id="a call behind an and"),
    pytest.param("max(both, key=len).append(1)", "a", id="an element that max picks"),
    pytest.param("next(iter(both)).append(1)", "a", id="an element that next gives"),
    pytest.param("np.ravel(arr)[0] = 1", "arr", id="a view that a function gives"),
    pytest.param("row = list(arr)[0]\nrow[0] = 1", "arr", id="a row of an array"),
    pytest.param("await fill(a)", "a", id="an awaited function"),
    pytest.param("import copy\nc = copy.copy(box)\nc.add(1)", "a", id="a shallow copy shares what it holds"),
    pytest.param("d = dict.fromkeys('xy', a)\nd['x'].append(1)", "a", id="a value that dict.fromkeys keeps"),
    pytest.param("s = sum([both, both], [])\ns[0].append(1)", "a", id="what lists hold that sum joins"),
    pytest.param("s = sum([both], start=[])\ns.append(1)", "s", id="a list that sum made"),
    pytest.param("s = sum([arr, arr])\nv = s[:1]\nv[0] = 1", "s", id="a view of an array that sum made"),
    pytest.param("s = sum(load(), [])\ns.append(1)", "s", id="what sum made of something unknown"),
    pytest.param(
        "def f():\n    global c\n    c = a\nf()\nc.append(1)", "a", id="an alias that a function makes a global"
    ),
    pytest.param(
        "def f():\n    global c\n    c = a\ndef g(): f()\ng()\nc.append(1)", "a", id="a global bound two calls deep"
    ),
    pytest.param(
        "def f():\n  kept = []\n  def g():\n    nonlocal kept\n    kept = a\n  g()\n  return kept\nf().append(1)",
        "a",
        id="an alias that a nonlocal name gets",
    ),
    pytest.param("try:\n    z = a\nexcept E:\n    z = []\nfinally:\n    z.append(1)", "a", id="a change in a finally"),
    pytest.param("(p := (q := a)).append(1)", "a", id="a chain of walruses"),
    pytest.param("[y := a for _ in [1]]\ny.append(1)", "a", id="a walrus in a comprehension makes an alias"),
    pytest.param("def f(*r):\n    for x in r: x.append(1)\nf(*both)", "a", id="star-args out of a list"),
    pytest.param("match both:\n    case [x, *_]: x.append(1)", "a", id="an element that a pattern takes"),
    pytest.param("x = []\nif c:\n    for i in range(2): x = a\nx.append(1)", "a", id="a name bound two branches deep"),
]
UNCHANGED = [
    pytest.param("import copy\nc = copy.deepcopy(box)\nc.add(1)", "a", id="a deep copy shares nothing"),
    pytest.param("g = rows(both)", "a", id="a generator that nobody has iterated over"),
    pytest.param("c = a + [1]\nc.append(2)", "a", id="a sum of lists is a new list"),
    pytest.param("c = sum(both, [])\nc.append(1)", "a", id="sum joins lists into a new one"),
    pytest.param("c = list(both)\nc.append(1)", "both", id="list() makes a new list"),
]


@pytest.mark.parametrize(("source", "name"), CHANGED)
def test_it_is_a_mutation(source: str, name: str) -> None:
    lines = source.replace("; ", "\n", 1) if source.startswith("add =") else source
    assert name in facts_of(BOX + lines).mutations


@pytest.mark.parametrize(("source", "name"), UNCHANGED)
def test_it_is_no_mutation(source: str, name: str) -> None:
    assert name not in facts_of(BOX + source).mutations
