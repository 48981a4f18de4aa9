"""Small notebooks made at random over swept names ``a`` and ``b``, which some of them read by back doors."""

from __future__ import annotations

import re
from collections.abc import Callable

IMPORTS = [
    "import functools, inspect, os, random, sys, time, uuid",
    "import numpy as np",
    "import pandas as pd",
]

LINES = """
V = N
V = V + 1
V = S
V = S + V
V = [V, N]
V = str(V)
V, V = V, V
V += 1
V = abs(N) if N else V
V = F(N)
V = F
V = [F(i) for i in range(2)]
V = list(map(F, [1, 2]))
V = sorted([3, 1], key=F)
V = functools.partial(F, 1)
V = V() if callable(V) else V
V = V(2) if callable(V) else V
V = {'f': F}
V = V['f'](1) if isinstance(V, dict) and 'f' in V else V
V = [F]
V = V[0](1) if isinstance(V, list) and callable(V[0]) else V
V = (lambda x: x + S)
V = (lambda x=S: x)
V = (lambda x: F(x))
V = (x + S for x in [1, 2])
V = list(V) if hasattr(V, '__next__') else V
V = [x for x in [1, 2]]
V = K(N)
V = K
V = V.grow() if hasattr(V, 'grow') else V
V = V.n if hasattr(V, 'n') else V
V = pd.DataFrame({'x': [1, 2, 3]})
V = pd.DataFrame({'S': [1, 2, 3]})['S'].sum()
V = V.query('x > @S') if hasattr(V, 'query') else V
V = V.query('x > 1') if hasattr(V, 'query') else V
V = pd.DataFrame({'x': [1, 2]}).eval('y = x + @S')
V = len(V) if hasattr(V, '__len__') else V
V = np.arange(N + 3)
V = np.random.rand()
V = np.random.default_rng().random()
V = np.random.default_rng(N).random()
np.random.seed(N)
np.random.seed(S)
random.seed(1)
V = random.random()
V = random.choice([1, 2, 3])
V = random.Random().random()
V = random.Random(3).random()
V = time.time()
V = time.time() - time.time() > 5
V = uuid.uuid4().hex
V = os.urandom(2)
V = globals()['S']
V = globals().get('S', 0) if N else V
V = 'S' in globals()
V = eval('S + 1')
V = eval('N + 1')
exec('V = S')
exec('V = N')
V = vars().get('S')
V = len(dir()) * 0 + N
V = locals()['S']
V = inspect.currentframe().f_globals['S']
V = sys._getframe().f_globals['S']
V = F.__globals__['S']
V = G()
G()
S = N
S = V
del S
S += 1
print(V)
print(N)
print('S', N)
print(S)
print(f'{S}')
print(F(N))
for V in range(N): print(V)
if N > 1: print(S)
if N > 1: V = F(1)
while V is None: V = S; break
for S in range(2): pass
try: V = S\nexcept NameError: V = 0
try: V = F(1)\nexcept Exception: V = 0
with open('data.txt') as f: V = f.read()
with open('data.txt', 'w') as f: V = f.write(str(S))
with open('data.txt', 'a') as f: V = f.write('x')
with open('other.txt', 'w') as f: V = f.write('x')
V = open('data.txt').read()
V = os.path.exists('other.txt')
assert N >= 0
os.environ['NB2PROD_TEST'] = str(S)
V = os.environ.get('NB2PROD_TEST')
""".strip().split("\n")

DEFINITIONS = [
    "def F(x=N):\n    return x",
    "def F(x=S):\n    return x",
    "def F(x):\n    return S",
    "def F(x):\n    return F2(x)",
    "def F(x):\n    global V\n    V = N\n    return x",
    "def F(x):\n    global S\n    S = N\n    return x",
    "def F(x):\n    return eval('S')",
    "def F(x):\n    return random.random()",
    "def F(x):\n    return time.time()",
    "def F(x):\n    def inner():\n        return S\n    return inner",
    "def F(x):\n    return [x + y for y in [V, N]]",
    "def F(x):\n    print(V)\n    return x",
    "def F(S):\n    return S",
    "def F(x):\n    S = 1\n    return S + x",
    "def F(x):\n    'reads S, says the docstring'\n    return x",
    "@functools.lru_cache\ndef F(x):\n    return S",
    "@(lambda f: (f(1), f)[1])\ndef F(x):\n    return S",
    "class K:\n    n = N\n    def __init__(self, n):\n        self.n = n\n    def grow(self):\n        return S",
    "class K:\n    n = S\n    def __init__(self, n=0):\n        pass",
    "class K:\n    def __init__(self, n):\n        self.n = n\n    def __init_subclass__(cls):\n        cls(1).grow()",
    "class K(K):\n    def grow(self):\n        print(S)",
    "def G():\n    return S",
    "def G():\n    return [each() for each in registry]",
    "registry = [F]",
    "registry = []\nregistry.append(G)",
    "@registry.append\ndef G():\n    return S",
]


def filled(template: str, choose: Callable[[list[str]], str]) -> str:
    """Return a line with its holes filled: variables, numbers, functions, swept names."""
    swept = choose(["a", "b"])
    holes = {"V": ["v0", "v1", "v2"], "N": ["0", "1", "2"], "F": ["f0", "f1"], "F2": ["f0", "f1"], "K": ["k0"]}
    text = re.sub(r"\bS\b", swept, template)
    text = re.sub(r"\b(V|N|F|F2|K)\b", lambda found: choose(holes[found[0]]), text)
    text = re.sub(r"\bG\b", "g0", text)
    return text.replace("\\n", "\n")
