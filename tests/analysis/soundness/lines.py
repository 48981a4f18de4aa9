"""What random programs are made of: the lines that they begin with, and single statements with holes in them."""

from __future__ import annotations

PRELUDE = [
    "import copy, functools, itertools, operator, contextlib",
    "import numpy as np",
    "import pandas as pd",
    """class Box:
    shared = []
    def __init__(self, items):
        self.items = items
        self.n = 0
    def add(self, x):
        self.items.append(x)
        return self
    def get(self):
        return self.items
    def swap(self, items):
        self.items, items = items, self.items
        return items
    def __setitem__(self, key, value):
        self.items.append(value)
    def __delitem__(self, key):
        self.n -= 1
    def __getitem__(self, key):
        return self.items
    def __iadd__(self, other):
        self.items.append(other)
        return self
    def __add__(self, other):
        self.n += 1
        return Box(other)
    def __iter__(self):
        return iter([self.items])
    def __call__(self, x):
        self.n += 1
        x.append(self.n)
        return x
    def __enter__(self):
        self.n += 1
        return self.items
    def __exit__(self, *error):
        self.items.append(-1)
    def __len__(self):
        return 1
    def __contains__(self, x):
        self.n += 1
        return False
    @property
    def last(self):
        return self.items
    @last.setter
    def last(self, value):
        self.items.append(value)
    @staticmethod
    def grow(x):
        x.append(1)
    @classmethod
    def put(cls, x):
        cls.shared.append(x)""",
    """class Child(Box):
    kept = {}
    def add(self, x):
        super().add(x)
        self.n += 1
        return self""",
    """def twice(function):
    calls = []
    @functools.wraps(function)
    def inner(*args, **kwargs):
        calls.append(1)
        function(*args, **kwargs)
        return function(*args, **kwargs)
    inner.calls = calls
    return inner""",
    """@contextlib.contextmanager
def growing(x):
    x.append('in')
    yield x
    x.append('out')""",
    """def numbers(x):
    for each in list(x)[:3]:
        yield each""",
    "l0, l1 = [1], [2, 3]",
    "l2 = []",
    "m0 = [l0, l1]",
    "m1 = [[1], [2]]",
    "d0 = {'a': l0, 'b': [5]}",
    "d1 = {'a': [1]}",
    "f0 = pd.DataFrame({'x': [1, 2, 3], 'y': [4, 5, 6]})",
    "f1 = pd.DataFrame({'x': [1, 2], 'y': [4, 5]})",
    "e0 = {'a': f0, 'b': f1}",
    "k0 = [f0, f1]",
    "a0 = np.arange(6).reshape(2, 3)",
    "a1 = np.ones((2, 3), dtype=int)",
    "o0 = Box([7])",
    "o1 = Child(l2)",
    "n0, n1 = 1, 2",
    "g0 = lambda x: x.append(9)",
    """def g1(x, kept=[]):
    kept.append(1)
    return kept""",
    "i0 = numbers(l1)",
    "i1 = iter([4, 5, 6])",
]

SIMPLE = """
L = L
L = [N, N]
L = L + L[:3]
L += [N]
L += L[:2]
L *= 1
L[0:1] = [N]
L[:] = L[:4]
L = L[:]
L = list(L)
L = sorted(L, key=repr)
L = L.copy()
L.append(N)
L.extend([N, N])
L.extend(L[:2])
L.insert(0, N)
L.reverse()
L.clear()
L and L.pop()
del L[:1]
del L[0:1], L[1:2]
L, L = L, L
L, N = L, N + 1
N, *L = [1, 2, 3]
(L, M) = (L, M)
L = L = L
L = L = []
L = (lambda x: x)(L)
L = L if N > 1 else L
L = L or L
L = L and L
L = [x for x in L[:5]]
L = [y := N, N]
L = M[0]
L = M[-1] if len(M) > 1 else L
L = D['a']
L = D.get('a')
L = D.setdefault('z', L)
L = D.pop('zz', L)
L = O.items
L = O.get()
L = O[N]
L = O.last
L = O.swap(L)
L = Box.shared
L = next(iter(M), L)
L = max(M, key=len, default=L)
L = copy.copy(L)
L = copy.deepcopy(L)
L = functools.reduce(lambda p, q: p, M, L)
L = G(L) or L
L = list(I)[:3]
L = [each for part in M for each in part][:4]
L = np.asarray(A).tolist()[0]
L = list(itertools.chain(L, L))[:5]
L = list(map(str, L))[:5]
L = [*L[:2], *L[:2]]
L = getattr(O, 'items')
L = F['x'].tolist()
L = D['a'] = L
L = M[0] = [N]
L = (lambda *p: p[-1])(L, L)
L = (lambda **p: p['a'])(a=L)
L = {**D, 'q': L}['q']
L = dict(D)['a']
L = dict(a=L)['a']
L = (L, L)[N % 2]
L = [L, L][N % 2]
L = {'a': L}.get('a')
L = list(D.values())[0]
L = [v for k, v in D.items()][0]
L = sum([[N], [N]], [])
L = sum(M, [])
L = sum([M], [])[0]
L = sum(([L] for _ in range(2)), start=[])[0]
M = [L, L]
M = [L]
M = M[:3]
M = list(M)[:3]
M = M.copy()
M = [list(x) for x in M]
M = [x for x in M if len(x) < 9]
M = copy.deepcopy(M)
M = list(D.values())
M = sorted(M, key=len)
M = [*M[:1], L]
M = list(O)
M = [p for p, q in zip(M, M)]
M = list(filter(None, M)) or [L]
M = list(reversed(M))
M = M + [L]
M = [[]] * 2
M = sum([M, M], [])[:3]
M = [L for _ in range(2)]
M.append(L)
M.insert(0, L)
M[0] = L
M[0].append(N)
M[-1] += [N]
M[0], L = L, M[0]
M[0], M[-1] = M[-1], M[0]
M[:1] = [L]
M.extend([L])
M += [L]
del M[1:]
len(M) > 1 and M.pop()
len(M) > 1 and M.pop().append(N)
M.reverse()
[x.append(N) for x in M]
[G(x) for x in M]
list(map(G, M))
any(G(x) for x in M)
{tuple(x): x.append(N) for x in M[:1]}
D = {'a': L}
D = {'a': L, 'b': L}
D = dict(D)
D = D.copy()
D = {**D}
D = {k: list(v) for k, v in D.items()}
D = {k: v for k, v in D.items()}
D = copy.deepcopy(D)
D = dict(zip('ab', [L, L]))
D = dict(a=L)
D = dict.fromkeys('ab', L)
D = {}.fromkeys(['a'], L)
D = {'a': L} | {'b': L}
D['a'] = L
D['b'] = [N]
D['a'].append(N)
D['a'] += [N]
D.update(c=L)
D.update({'c': L})
D |= {'c': L}
D.setdefault('s', []).append(N)
D.setdefault('a', []).append(N)
D.pop('c', None)
D.get('a').append(N)
D.get('zz', L).append(N)
del D['a'][:1]
[v.append(N) for v in D.values()]
[v.append(N) for k, v in D.items()]
F = F
F = F.copy()
F = F[F.x > N]
F = F[['x', 'y']]
F = F.assign(z=N)
F = F.head(3)
F = E['a']
F = K[0]
F = F.sort_values('y')
F = F.rename(columns=str)
F = F.pipe(lambda t: t)
F = E.get('a')
F = pd.concat([F, F]).head(4)
F = F.reset_index(drop=True)
F = F.drop(columns=['zz'], errors='ignore')
F = F.merge(F, how='left', on='x', suffixes=('', '_r')).head(3)[['x', 'y']]
F = F.loc[:, ['x', 'y']]
F = F.iloc[:2]
F['x'] = N
F['z'] = F['x'] + N
F.x = N
F.loc[F.x > 0, 'y'] = N
F.iloc[0:1, 0] = N
F.at[0, 'y'] = N
F.loc[0] = N
F[['x', 'y']] = 0
F['y'] += N
F.insert(0, f'q{len(F.columns)}', N)
F.columns = [str(c) for c in F.columns]
F.index.name = 'i'
F.drop(index=[0], inplace=True, errors='ignore')
F.rename(columns={'z': 'w'}, inplace=True)
F.sort_values('x', inplace=True)
F.fillna(0, inplace=True)
F.reset_index(drop=True, inplace=True)
F.update(F)
F.pop('z') if 'z' in F else None
F.pipe(lambda t: t.insert(0, f'w{len(t.columns)}', N))
F.attrs['k'] = N
N = int(F.x.sum())
N = len(F)
s0 = F['x']
s0 = F.x.copy()
s0 = F['y'].fillna(0)
s0.iloc[0:1] = N
s0[0] = N
s0.name = 'x'
s0 += N
s0.update(pd.Series([N]))
s0.sort_values(inplace=True)
F['x'] = s0
E = {'a': F, 'b': F}
E = {k: v.copy() for k, v in E.items()}
E['a'] = F
E['a']['x'] = N
E['a'].loc[0, 'y'] = N
[v.insert(0, f'c{len(v.columns)}', N) for v in E.values()]
K = [F, F]
K = [x.copy() for x in K]
K.append(F)
K[0]['x'] = N
K[0] = F
A = A
A = A.copy()
A = A + N
A = np.zeros((2, 3), dtype=int)
A = A.reshape(2, 3)
A = A[:]
A = A[::-1]
A = A[[0, 1]]
A = A[A[:, 0] > -99]
A = A.T.T
A = np.asarray(A)
A = np.array(A)
A = A.astype(int)
A = np.where(A > N, A, 0)
A = np.abs(A)
A = sum([A, A])
A = np.ascontiguousarray(A)
A = np.clip(A, 0, 9)
A = A.ravel().reshape(A.shape)
A = np.vstack([A[:1], A[:1]])
A = np.squeeze(A)
A = F[['x', 'y']].values
A = F[['x', 'y']].to_numpy()
A[0] = N
A[0, 0] += N
A[:, 0] = N
A[A > 3] = 0
A[...] = N
A += 1
A.T[0] = N
A[0:1][0] = N
A.flat[0] = N
A.ravel()[0] = N
A.fill(N)
A.sort(axis=0)
A.put([0], [N])
np.fill_diagonal(A, N)
np.add(A, 1, out=A)
np.copyto(A, N)
np.put(A, [0], N)
np.place(A, A > 2, [N])
np.clip(A, 0, 5, out=A)
L = list(A)
L = [row for row in A]
b0 = [row.fill(N) for row in A]
v0 = A[0]
v0 = A[:, 0]
v0 = A.T
v0 = A.reshape(-1)
v0 = A.flatten()
v0 = A[1:]
v0 = np.ravel(A)
v0 = np.transpose(A)
v0 = A.view()
v0[:1] = N
v0 *= 2
O = O
O = Box(L)
O = Child(L)
O = copy.copy(O)
O = copy.deepcopy(O)
O = O.add(N)
O = O + L
O.add(N)
O.add(N).add(N)
O.items = L
O.items.append(N)
O.items += [N]
O.n += N
O.n = N
O.kept = L
O[N] = N
del O[N]
O += N
O.last = N
O.grow(L)
Box.grow(L)
O.put(N)
Box.put(N)
Child.put(N)
O.shared.append(N)
Box.shared = [N]
Child.kept['a'] = L
O.extra = O
O(L)
O(O.items)
N = O.n
N in O
setattr(O, 'n', N)
setattr(O, 'items', L)
vars(O)['n'] = N
O.__dict__['n'] = N
getattr(O, 'add')(N)
G(L)
G(M[0])
G(O.items)
G(D['a'])
G(x=L)
G(*[L])
G(**{'x': L})
(lambda x: x.append(N))(L)
(lambda x: G(x))(L)
G = G
G = lambda x: x.append(1)
G = lambda x: L.append(len(x))
G = functools.partial(lambda y, x: y.append(1), L)
G = twice(G)
G = O.add
G = L.append
G = O
G = Box.grow
G = lambda x: x.extend([1])
G = [G, G][N % 2]
G = {'k': G}['k']
G = (lambda kept: lambda x: kept.append(1))(L)
G = (lambda f: lambda x: f(x))(G)
G = functools.partial(G)
I = numbers(L)
I = iter(L)
I = (x for x in L)
I = map(str, L)
I = zip(L, L)
I = enumerate(L)
I = I
I = itertools.islice(iter(L), 2)
I = itertools.chain(L, I)
I = (x for x in I)
I = reversed(L)
I = (p.append(1) for p in M)
next(I, None)
N = next(I, None) and 1 or 2
N = len(list(I))
N = sum(1 for _ in I)
N = sum(1 for _ in zip(I, [1]))
N = len([*I])
N = len(tuple(map(str, I)))
max(I, default=0, key=str)
L, N = list(I)[:2], N
D['a'] = list(I)[:2]
L.extend(list(I)[:2])
L.extend(itertools.islice(I, 1))
N = N + 1
N = (N + 1) % 5
N = len(L)
N = (y := N) + y
N = sum(len(x) for x in M)
N += 1
N = len(str(L))
N = 1 if L else 2
(N := len(L)) > 1 and L.append(N)
0 < (N := len(L)) < (n1 := 9)
L == M
len(L), str(D)
repr(O.items)
L.index(N) if N in L else L.count(N)
operator.setitem(D, 'o', L)
operator.iadd(L, [N])
L.__setitem__(slice(0, 1), [N])
L.__iadd__([N])
list.append(L, N)
dict.update(D, o=L)
(L.append if N else L.remove)(N)
(append := L.append)(N)
[].append(L.append(N))
b0 = [L.append(x) for x in [N] if (N := x + 1)]
""".strip().splitlines()
