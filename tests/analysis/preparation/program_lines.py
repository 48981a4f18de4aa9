"""What random programs are made of: a line here is a construct there.

In a line, ``T`` is a table, ``N`` a column of numbers, ``M`` another one, ``C`` one of text, ``W`` a new one,
``V`` a number and ``S`` a statistic. Not every program runs, but most do.
"""

from __future__ import annotations

NUMBERS = ("'fare'", "'kin'", "'age'")
TEXTS = ("'sex'", "'town'")
NEW = ("'new'", "'more'")
PRELUDE = """class Box:
    m = 2
box, seen, ks = Box(), [1], {'a': 2, 'fare': 1, 'kin': 1, 'age': 1, 'sex': 3, 'town': 4}
m, v, limit, made = 1, 2, 3, []
le, sc = LabelEncoder(), StandardScaler()
scaler = StandardScaler()
means, encoders = {}, {}
df['new'], df['more'] = df['kin'] + 1, df['class'] * 2
other = df.iloc[30:].copy()
u = df.copy()
cols, texts = ['fare', 'kin'], ['sex', 'town']
def twice(x):
    return x * 2
def center(x):
    return x - x.mean()
def plus(x, by=V):
    return x + by * m
def share(x):
    return x / df['fare'].max()
def deep(x):
    return twice(plus(x))"""

STORES = """
T[N] = T[N] + V
T[N] = T[N] - V
T[N] = T[N] * V
T[W] = T[N] / (T[N] + V)
T[W] = T[N] * T[N]
T[W] = T[C].map(T.groupby(C)[N].mean())
T[W] = T[C].map(T[C].value_counts())
T[W] = T[C].str.len() + V
T[W] = T.groupby(C)[N].transform('mean')
T[W] = le.fit_transform(T[C].astype(str))
T[W] = LabelEncoder().fit_transform(T[C].astype(str))
T[W] = le.transform(T[C].astype(str))
T[W] = T[C].astype('category').cat.codes
T[W] = pd.factorize(T[C])[0]
T[W] = pd.cut(T[N], 3, labels=False)
T[W] = pd.qcut(T[N], 3, labels=False, duplicates='drop')
T[W] = T[[N, M]].sum(axis=1)
T[W] = T[N].isna().astype(int)
T[W] = [x * V for x in T[N]]
T[W] = (T[N] > S).astype(int)
T[W] = np.log1p(T[N].abs())
T[W] = T.apply(lambda r: r[N] + V, axis=1)
T[W] = T[C].apply(lambda s: len(str(s)) + m)
T[N] = T[N].fillna(V)
T[N] = T[N].fillna(S)
T[N] = T[N].fillna(T[N].median())
T[N] = T[N].fillna(T.groupby(C)[N].transform('median'))
T[N] = (T[N] - T[N].mean()) / T[N].std()
T[N] = center(T[N])
T[N] = twice(T[N])
T[N] = plus(T[N], V)
T[N] = plus(T[N])
T[N] = deep(T[N])
T[N] = T[N].clip(upper=V)
T[N] = T[N].clip(T[N].quantile(.1), T[N].quantile(.9))
T[N] = np.where(T[N] > V, V, T[N])
T[N] = np.where(T[N] > S, S, T[N])
T[N] = T[N].rank()
T[N] = T[N].shift(1)
T[N] = T[N].cumsum()
T[N] = T[N].apply(lambda x: x * V)
T[N] = T[N].apply(twice)
T[N] = T[N].map(lambda m: m + 1)
T[N] = T[N].fillna(0).astype(int)
T[N] = T[N].fillna(0).astype('int8')
T[N] = T[N].astype('float32')
T[N] = T[N].where(T[N] < S, V)
T[N] = T[N].replace(1, V)
T[N] = pd.to_numeric(T[N])
T[N] = T.pop(N)
T[N] += V
T[N] *= S
T[N], T[N] = T[N] + V, T[N] * 2
T[N] = T[N] = T[N] * V
T[N] = x = T[N] + V
T[W] = T[W] = T[N] + S
T[[N, M]] = T[[N, M]] * V
T[[N]] = sc.fit_transform(T[[N]])
T[[N, M]] = StandardScaler().fit_transform(T[[N, M]])
T[[N]] = sc.transform(T[[N]])
T[[N]] = scaler.fit_transform(T[[N]])
T[[N, M]] = scaler.fit_transform(T[[N, M]])
T[N], T[M] = scaler.fit_transform(T[[N]]).ravel(), scaler.fit_transform(T[[M]]).ravel()
T[N] = T[[N]].squeeze()
T[N] = T[N].where(lambda s: s > s.mean(), V)
T[N] = T[N].mask(lambda s: s > V, lambda s: s * 2)
T[N] = T[N].transform(center)
T[N] = T[N].transform(lambda x: x + 1)
T[N] = T[[N, M]].assign(a=lambda d: d[N] / d[N].max())['a']
T.loc[lambda d: d[N] > d[N].mean(), N] = V
T[N] = T[N].apply(lambda x: x - S)
T[N] = T[N].map(lambda x, by=S: x - by)
T[N] = T[N].apply(share)
T[N] = share(T[N])
T[N] = T.apply(lambda r: r[N] - S, axis=1)
T[N] = T[N].combine_first(T[M])
T[N] = T[[N, M]].max(axis=1)
T[N] = T[[N, M]].apply(max, axis=1)
T[N] = [S if x > V else x for x in T[N]]
T[N] = T[N].astype('category').cat.codes
T[N] = T[N].pct_change()
T[N] = T[N].tolist()
T[N] = T[N].values * V
T[N] = T[N].to_numpy() - T[N].to_numpy().mean()
T[N] = T.eval('kin + fare')
T[N] = T.eval('kin - kin.mean()')
T[N] = np.clip(T[N], V, S)
T[N] = np.select([T[N] > S, T[N] < V], [S, V], default=T[N])
T[N] = T.groupby(C)[N].rank()
T[N] = T.groupby(C)[N].transform(lambda s: s.fillna(s.mean()))
T[N] = T.groupby(C)[N].transform('size')
T[N] = T[C].map(dict(T[C].value_counts()))
T[N] = T[C].map({k: i for i, k in enumerate(T[C].unique())})
T[N] = pd.Categorical(T[C]).codes
T[N] = OrdinalEncoder().fit_transform(T[[C]].astype(str))
T[N] = m = T[N].mean()
T[N] = MinMaxScaler().fit_transform(T[[N]])
T[N] = MinMaxScaler().fit_transform(T[[N]]).ravel()
T[C] = T[C].fillna(T[C].mode()[0])
T[C] = T[C].fillna('x')
T[C] = T[C].str.upper()
T[C] = T[C].replace({'male': 'm', 'S' : 'm'})
T[C] = T[C].where(T[C].isin(T[C].value_counts().index[:2]), 'rest')
T.loc[T[N] > V, N] = V
T.loc[T[N] > S, N] = S
T.loc[T[N].isna(), N] = V
T.loc[T[C] == 'S', N] = T[N] + V
T.loc[T[C].isna(), C] = 'none'
T.loc[:, N] = T[N] * V
""".strip().splitlines()

WHOLE = """
T.fillna({N : V}, inplace=True)
T.fillna(S, inplace=True)
T[N].fillna(V, inplace=True)
T = T.fillna(T.mean(numeric_only=True))
T = T.fillna(V)
T = T.copy()
T = T.assign(new=T[N] * V)
T = T.assign(new=center)
T = T.assign(new=lambda d: d[N] + 1, more=lambda d: d.new - d.new.mean())
T = T.loc[lambda d: d[N] > d[N].mean()]
T = T[lambda d: d[N] > V]
T = T.assign(**{N : lambda d: d[N] + V})
T = T[T[N] > 1]
T = T[T[C] != 'S'].copy()
T = T.sort_values(N)
T = T.dropna(subset=[N])
T = T.drop(columns=['new']).assign(new=V)
T = T.rename(columns={'new': 'more', 'more': 'new'})
T = T.drop(columns='new').merge(T.groupby(C, as_index=False).agg(new=(N, 'mean')), on=C, how='left')
T = T.join(T.groupby(C)[N].mean().rename('mean'), on=C).drop(columns='new').rename(columns={'mean': 'new'})
T = pd.concat([T.drop(columns='new'), (T[N] * V).rename('new')], axis=1)
T = T.assign(new=lambda d: d[N] - d[N].mean(), more=V)
T[cols] = T[cols].sub(T[cols].mean())
T[cols] = T[cols].apply(lambda s: s.fillna(s.median()))
T[cols] = T[cols].apply(center)
T[cols] = scaler.fit_transform(T[cols])
T = T.pipe(lambda d: d.assign(new=d[N] * V))
T[cols] = T[cols].fillna(T[cols].mean())
T[cols] = T[cols].apply(lambda s: s - s.mean())
T[cols] = T[cols].apply(twice)
T[cols] = T[cols] / T[cols].max()
T[cols] = sc.fit_transform(T[cols])
T.insert(0, 'newest', T.pop('more'))
T.insert(0, 'id', T.pop('id') * V)
T['newest'] = T[N] * V; del T['newest']
T.drop('name', axis=1, inplace=True, errors='ignore')
T.update(T[[N]] * 2)
T.replace({N : {1: V}}, inplace=True)
""".strip().splitlines()

OTHERS = """
m = V
v = V
m = S
v = S
v = m
m += V
v *= S
m, v = V, S
m, v = v, m
m = v = S
m = max(v, V)
m = T[N]
v = T[N].copy()
ks[N] = V
ks[N] += V
ks['a'] = S
ks = {key: S for key in cols}
ks = dict(ks, a=V)
ks = T[cols].mean().to_dict()
means[N] = T[N].mean()
means = T[cols].mean()
seen.append(V)
seen = [V]
box.m = V
box = Box()
cols = ['fare', 'age']
cols = [N]
cols[0] = 'new'
cols = [c for c in cols if T[c].max() > V]
cols = list(T.select_dtypes('number').columns)
texts = [C]
u = T
u = T.copy()
u = T[T[N] > V]
u[N] = u[N] * V
u[N] = S
other = T
df = T
other[N] = other[N] + V
df[N] = df[N] + V
df[N] = df[N].fillna(u[N].mean())
df[N] = df[N].fillna(other[N].mean())
le.fit(T[C].astype(str))
le = LabelEncoder().fit(T[C].astype(str))
sc.fit(T[[N]])
sc = StandardScaler().fit(T[[N]])
sc = MinMaxScaler()
encoders[C] = LabelEncoder().fit(T[C].astype(str))
T[W] = encoders[C].transform(T[C].astype(str))
T[W] = T[N].fillna(means[N])
T[W] = T[N] - means[N]
T[N] = T[N] + ks[N]
T[N] = T[N] + m
T[N] = T[N] * v
T[N] = T[N] + len(seen)
T[N] = T[N] + box.m
made = [m, S]
T[N] = T[N] * made[0]
twice = lambda x: x * V
center = lambda x: x - S
limit = T[N].quantile(.9)
def twice(x): return x - V
def plus(x, by=S): return x / by
T.loc[T[N] > limit, N] = limit
print(T[N].mean())
T.head()
""".strip().splitlines()

VALUES = """
1
2
3
m
v
limit
len(seen)
box.m
ks[N]
ks['a']
len(cols)
S
(V + V)
(V * V)
(V - V)
""".strip().splitlines()

STATISTICS = """
T[N].mean()
T[N].max()
T[N].median()
T[T[N] > 1][N].min()
T[T[C] == 'S'][N].mean()
T[N].quantile(.75)
T.loc[T[N] > V, N].mean()
T[N].mode()[0]
df[N].mean()
other[N].max()
u[N].mean()
T[C].nunique()
T[N].isna().sum()
len(T)
T.shape[0]
""".strip().splitlines()

ENDS = """
X = df[[N, M, 'new']].fillna(0)
X = df[[N, 'more']]
X = df[['fare', 'kin', 'age', 'new', 'more']]
X = pd.get_dummies(df[[N, C]])
X = pd.get_dummies(df[[N, 'sex', 'town']], drop_first=True)
X = df.drop(columns=['y', 'name', 'born', 'sex', 'town'])
X = df.select_dtypes('number').drop(columns=['y'])
X = df[cols]
X = pd.DataFrame(df[[N, M]].values, index=df.index, columns=['a', 'b'])
X = pd.DataFrame(StandardScaler().fit_transform(df[[N, 'more']].fillna(0)), index=df.index, columns=['a', 'b'])
X = u[[N, 'more']]
""".strip().splitlines()

OPENINGS = """
for c in [N, M]:
for c in ('fare', 'kin', 'age'):
for c in cols:
for c in T[[N, M]]:
for c in T.select_dtypes('number').columns:
for c in df[cols].columns:
for k in ['town', 'sex']:
for k in texts:
for d in [df, other]:
for d in (other, df):
for d in [other, u, df]:
for d in [df]:
for q in range(2):
for i, c in enumerate(cols):
if S > 3:
if N == 'fare':
if N in cols:
if T[N].isna().any():
if T[N].max() > V:
if 'new' in T.columns:
def f(t):
def f(t, m=V):
def f(t, c='kin'):
def f(t, *, v=V, m=1):
with pd.option_context('mode.copy_on_write', True):
""".strip().splitlines()
