"""What notebooks do to the rows that they prepare: each operation takes a table and pandas, or what stands for it."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np

SOURCES = """
df
df.copy()
df.reset_index(drop=True)
df["f"]
df.f
df[["f", "s"]]
df.drop(columns=["f"])
df.drop(columns=["f", "nothing"], errors="ignore")
df.drop("f", axis=1)
df.drop(["f", "s"], axis=1)
df.rename(columns={"f": "x"})
df.rename(columns=str.upper)
df.rename(columns=lambda name: name + "_")
df.columns
df.columns.tolist()
list(df)
list(df.items())
df.columns.str.upper()
len(df)
df.shape
df.empty
df.keys()
"f" in df
df.get("f")
df.get("nothing", 3)
df.assign(x=df["f"] * 2)
df.assign(x=lambda t: t["f"] + t["g"], y=1)
df.assign(x="text")
df.assign(x=None)
df.assign(x=1.5)
df.assign(x=True)
df.assign(x=[3])
df.assign(x=np.array([3]))
df.assign(x=np.array(["a"]))
df.assign(x=np.float64(3))
df.assign(x=df.f)
df.isna()
df.notna()
df.isna().any()
df.isna().all()
df.isna().any(axis=1)
df.isna().sum()
df.isna().sum(axis=1)
df.isna().any().any()
df.isna().sum().sum()
df["f"].isna()
df.s.notna()
df[["f", "g"]].fillna(0)
df[["f", "g"]].fillna(1.5)
df[["s", "t"]].fillna("none")
df[["o"]].fillna("none")
df[["i", "b"]].fillna(0)
df.fillna({"f": 1.5, "s": "x"})
df.fillna({"f": 1.5, "i": 2, "b": False, "o": "x", "k": "low"})
df["f"].fillna(0)
df["f"].fillna(np.nan)
df["s"].fillna("x")
df["o"].fillna("x")
df["k"].fillna("mid")
df["k"] == "mid"
df["k"] != "mid"
df["f"] + df["g"]
df["f"] - df["g"]
df["f"] * df["g"]
df["f"] / df["g"]
df["f"] / df["i"]
df["i"] / df["j"]
df["i"] + df["j"]
df["i"] - df["j"]
df["i"] * df["j"]
df["i"] + df["f"]
df["i"] + 1
df["i"] + 1.5
1 - df["i"]
1 / df["f"]
1 / df["i"]
df["f"] // df["g"]
df["f"] % df["g"]
df["i"] // df["j"]
df["i"] % df["j"]
df["f"] ** 2
df["f"] ** 0.5
df["i"] ** 2
df["f"] ** df["g"]
df["i"] ** 0.5
2 ** df["j"]
df["b"] * 2
df["b"] * df["f"]
df["b"] + df["i"]
df["f"] - df["b"]
df["b"] / df["g"]
df["b"] & df["c"]
df["b"] | df["c"]
df["b"] ^ df["c"]
~df["b"]
-df["f"]
-df["i"]
abs(df["f"])
df["f"].abs()
df["i"].abs()
df["f"] > df["g"]
df["f"] >= df["i"]
df["i"] < df["j"]
df["f"] == 2.5
df["i"] != 3
df["i"] == 2.5
df["b"] == True
df["b"] == 1
df["s"] == "Yes"
df["s"] != "Yes"
df["s"] == df["t"]
df["s"] != df["t"]
df["s"] > "A"
df["o"] == "abc"
df["o"] != "abc"
df["s"] + "_x"
"x_" + df["s"]
df["s"] + df["t"]
df["s"] + "_" + df["t"]
df["o"] + "_x"
(df["f"] > 1) & (df["i"] < 10)
df["f"].gt(1)
df["f"].add(1)
df["f"].div(df["g"])
df["f"].eq(2.5)
df["f"].round()
df["f"].round(2)
round(df["f"], 1)
df["i"].round()
df["f"].clip(0, 10)
df["f"].clip(lower=0)
df["f"].clip(upper=3.5)
df["i"].clip(0, 5)
df["i"].clip(lower=0)
df["f"].between(0, 5)
df["i"].between(0, 5, inclusive="left")
df["f"].isin([2.5, 4.0])
df["i"].isin([1, 2, 7])
df["s"].isin(["Yes", "no"])
df["s"].isin({"Yes"})
df["o"].isin(["abc"])
df["f"].where(df["f"] > 0, 0)
df["f"].where(df["b"])
df["i"].where(df["b"], 0)
df["i"].where(df["b"])
df["s"].where(df["b"], "other")
df["s"].where(df["s"].isin(["Yes", "no"]), "other")
df["f"].mask(df["f"] < 0)
df["f"].mask(df["b"], df["g"])
df["f"].astype(int)
df["f"].astype(float)
df["i"].astype(float)
df["i"].astype("float64")
df["i"].astype(str)
df["f"].astype(str)
df["b"].astype(int)
df["b"].astype(float)
df["b"].astype(str)
df["i"].astype(bool)
df["f"].astype(bool)
df["s"].astype(str)
df["o"].astype(str)
df["t"].astype(object)
df["i"].astype(object)
df["s"].astype(pd.CategoricalDtype(["Yes", "no"]))
df["i"].astype("category")
df.astype({"i": float, "b": int})
df[["i", "b"]].astype(float)
df["s"].map({"Yes": 1, "no": 0})
df["s"].map({"Yes": 1.5, "no": 0.5})
df["s"].map({"Yes": "Y", "no": "N"})
df["t"].map({"Yes": True, "no": False})
df["i"].map({7: "seven", 3: "three"})
df["b"].map({True: 1, False: 0})
df["b"].map({True: "yes", False: "no"})
df["i"].map(lambda n: n * 2)
df["f"].map(lambda x: x + 1)
df["s"].map(lambda s: str(s).lower())
df["s"].map(str)
df["f"].map(lambda x: None)
df["o"].map(lambda v: v)
df["p"].map(lambda v: v)
df["f"].apply(lambda x: "high" if x > 2 else "low")
df["f"].apply(lambda x: x > 2)
df["f"].apply(np.sqrt)
df["f"].apply(np.log1p)
df["i"].apply(lambda n, k: n + k, args=(2,))
df["s"].replace({"Yes": "Y"})
df["s"].replace("Yes", "Y")
df["s"].replace(["Yes", "no"], "known")
df["f"].replace([np.inf, -np.inf], np.nan)
df["f"].replace(2.5, 3.5)
df["f"].replace(1, 3)
df["i"].replace(7, 8)
df["i"].replace({7: 8, 3: 4})
df[["f", "g", "i"]].replace([np.inf, -np.inf], np.nan)
df[["f", "i", "s", "b"]].replace([np.inf, -np.inf], np.nan)
df[["s", "t"]].replace("?", np.nan)
df.replace({"s": {"Yes": "Y"}})
pd.to_numeric(df["s"], errors="coerce")
pd.to_numeric(df["o"], errors="coerce")
pd.to_numeric(df["f"])
pd.to_numeric(df["i"], errors="coerce")
pd.isna(df["f"])
pd.isna(df)
pd.notna(df["s"])
pd.isna(df["f"].iloc[0])
df["s"].str.lower()
df["s"].str.upper()
df["s"].str.strip()
df["s"].str.title()
df["s"].str.len()
df["s"].str.contains("e")
df["s"].str.contains("E", case=False)
df["s"].str.contains("e", regex=False)
df["s"].str.contains("e", na=False)
df["s"].str.contains("e|x")
df["s"].str.startswith("Y")
df["s"].str.endswith("s")
df["s"].str.replace("e", "3")
df["s"].str.replace("[aeiou]", "", regex=True)
df["s"].str[0]
df["s"].str[:2]
df["s"].str[-1]
df["s"].str.slice(1, 2)
df["s"].str.split("e").str[0]
df["s"].str.split().str.len()
df["s"].str.zfill(5)
df["s"].str.count("e")
df["s"].str.find("e")
df["s"].str.isdigit()
df["s"].str.isalpha()
df["o"].str.lower()
df["o"].str.len()
df["d"].dt.year
df["d"].dt.month
df["d"].dt.day
df["d"].dt.hour
df["d"].dt.dayofweek
df["d"].dt.weekday
df["d"].dt.dayofyear
df["d"].dt.quarter
df["d"].dt.days_in_month
df["d"].dt.is_month_start
df["d"].dt.is_month_end
df["d"].dt.is_quarter_start
df["d"].dt.is_quarter_end
df["d"].dt.is_year_end
df["d"].dt.normalize()
df["d"].dt.day_name()
df["d"].dt.month_name()
df["d"].dt.month * 2
df["d"].dt.month + 1
df["d"].dt.month / 12
df["d"].dt.month * 1.5
df["d"].dt.month == 5
df["d"].dt.dayofweek >= 5
df["d"].dt.dayofweek.isin([5, 6])
np.sin(2 * np.pi * df["d"].dt.hour / 24)
(df["d"].dt.dayofweek >= 5).astype(int)
df["d"] - df["e"]
(df["d"] - df["e"]).dt.days
(df["d"] - df["e"]).dt.total_seconds()
(df["d"] - df["e"]).dt.total_seconds() / 3600
df["d"] > df["e"]
df["d"] == df["e"]
df["d"].isna()
np.log(df["f"])
np.log1p(df["f"])
np.exp(df["g"])
np.sqrt(df["i"])
np.abs(df["f"])
np.floor(df["f"])
np.sign(df["f"])
np.maximum(df["f"], 0)
np.maximum(df["f"], df["g"])
np.minimum(df["i"], 5)
np.isnan(df["f"])
np.isfinite(df["f"])
np.isinf(df["f"])
np.square(df["f"])
np.sin(df["f"])
np.power(df["f"], 2)
np.add(df["f"], df["g"])
np.float64(2) * df["f"]
np.int64(2) + df["i"]
df["f"] * np.float64(2)
np.array([2.0]) * df["f"]
df["f"] * np.array([2.0])
np.where(df["f"] > 2, "high", "low")
np.where(df["b"], df["f"], df["g"])
np.where(df["s"] == "Yes", 1, 0)
np.where(df["f"].isna(), 0, df["f"])
np.select([df["f"] > 3, df["f"] > 2], ["a", "b"], default="c")
np.round(df["f"], 1)
np.clip(df["f"], 0, 3)
np.log1p(df[["f", "g"]])
df.assign(x=np.where(df["f"] > 2, "high", "low"))
df.assign(x=np.where(df["b"], 1, 0))
df[["f", "g"]].to_numpy()
df[["f", "i"]].to_numpy()
df[["i", "j"]].values
df[["b"]].values
df[["f", "s"]].to_numpy()
df[["f", "b"]].values
df[["s", "k", "f"]].values
np.asarray(df[["f", "g"]])
np.array(df[["f", "i"]], dtype=float)
np.asarray(df["f"])
df["f"].to_numpy()
df["i"].values
df["f"].tolist()
list(df["s"])
df["f"].item()
df["f"].iloc[0]
df["i"].iloc[0]
df["s"].iloc[0]
df["b"].iloc[-1]
df["f"][0]
df[["f", "i", "b", "s"]].iloc[0]
df[["f", "i"]].iloc[0]
df[["i", "j"]].iloc[0]["i"]
df[["f", "s"]].iloc[0]["f"]
df[["f", "i", "s"]].loc[0]
df.loc[:, ["f", "s"]]
df.loc[:, "f"]
df.loc[:, "g":"b"]
df.loc[0, "f"]
df.at[0, "i"]
df.iloc[:, 0]
df.iloc[:, :3]
df.iloc[:, [0, 2]]
df.iloc[0, 1]
df.iloc[:1]
df.iloc[[0]]
df[df["f"] > 2]
df[df["b"]]
df.loc[df["b"]]
df.loc[df["b"], "f"]
df[["f", "i", "b", "s"]].to_dict("records")
df[["f", "i", "b", "s"]].to_dict(orient="list")
df[["f", "i", "b", "s"]].to_dict()
[tuple(row) for row in df[["f", "i", "s"]].itertuples()]
[row.f for row in df[["f", "i", "s"]].itertuples(index=False)]
[row["f"] for _, row in df[["f", "i", "s"]].iterrows()]
[row["f"] for _, row in df[["f", "i"]].iterrows()]
df[["f", "g"]].apply(lambda row: row["f"] + row["g"], axis=1)
df[["f", "g", "s"]].apply(lambda row: row["f"] * 2, axis=1)
df[["f", "i", "s"]].apply(lambda row: "a" if row["s"] == "Yes" else "b", axis=1)
df[["i", "b"]].apply(lambda row: row["i"] + row["b"], axis=1)
df[["f", "i"]].apply(lambda row: row.f > row.i, axis=1)
df[["f", "g"]].apply(lambda column: column * 2)
df[["s", "t"]].apply(lambda column: column.str.lower())
df[["s", "t"]].apply(pd.to_numeric, errors="coerce")
df[["f", "g"]].apply(np.log1p)
df[["f", "g"]] * 2
df[["f", "g"]] / df[["f", "g"]]
df[["f", "i"]] > 2
df[["f", "g"]].abs()
df[["f", "g"]].round(1)
df[["f", "i", "s"]].round(1)
df[["f", "g"]].clip(0, 3)
df[["f", "g"]].sum(axis=1)
df[["f", "g", "i"]].sum(axis=1)
df[["i", "j"]].sum(axis=1)
df[["b", "c"]].sum(axis=1)
df[["f", "g"]].mean(axis=1)
df[["i", "j"]].mean(axis=1)
df[["f", "g"]].max(axis=1)
df[["i", "j"]].min(axis=1)
df[["b", "c"]].any(axis=1)
df[["s", "t"]].isin(["Yes"])
df[["b", "i"]].reindex(columns=["i", "b"])
df[["b", "i"]].reindex(columns=["i", "new", "b"], fill_value=0)
df[["f", "i"]].reindex(columns=["i", "new"])
df[["f", "s"]].dropna()
df.dropna(subset=["i"])
df.select_dtypes(include="number")
df.select_dtypes("number").columns.tolist()
df.select_dtypes(include=["bool"])
df.select_dtypes(include="category")
pd.concat([df[["f"]], df[["i", "s"]]], axis=1)
pd.concat([df["f"], df["i"]], axis=1)
pd.concat([df[["f"]], df["s"].rename("z")], axis=1)
pd.get_dummies(df[["f", "s"]])
pd.get_dummies(df[["f", "s", "t"]], columns=["s"])
pd.get_dummies(df[["k"]])
pd.get_dummies(df[["s", "k"]], dtype=int)
pd.get_dummies(df[["k"]], drop_first=True)
pd.get_dummies(df[["f", "s"]]).reindex(columns=["f", "s_Yes", "s_no"], fill_value=0)
pd.cut(df["f"], [0, 1, 3, 10], labels=["a", "b", "c"])
pd.cut(df["f"], [0, 1, 3, 10], labels=False)
pd.cut(df["f"], bins=[0, 2.5, np.inf], labels=["a", "b"], right=False)
pd.cut(df["i"], bins=[0, 7, 20], labels=["a", "b"], include_lowest=True)
pd.to_datetime(df["d"])
pd.DataFrame(df)
pd.DataFrame(df, columns=["i", "f"])
pd.DataFrame([{"a": 1, "b": 2.5, "c": "x", "d": True, "e": None}])
pd.DataFrame([{"a": 1, "b": 2.5}], columns=["b"])
pd.DataFrame({"a": [1], "b": ["x"], "c": df["f"], "d": np.array([1.5])})
pd.DataFrame({"a": 1, "b": "x", "c": None}, index=[0])
pd.DataFrame([[1, "x", 2.5]], columns=["a", "b", "c"])
pd.DataFrame(np.array([[1.0, 2.0]]), columns=["a", "b"])
pd.DataFrame(df[["f", "g"]].to_numpy(), columns=["a", "b"], index=df.index)
pd.DataFrame({"a": np.array([True]), "b": np.array(["u"])})
pd.Series([1.5], name="x")
pd.Series(["x"])
isinstance(df, pd.DataFrame)
isinstance(df["f"], pd.Series)
isinstance(df, pd.Series)
df["f"].dtype == "float64"
df["f"].dtype == object
df["i"].dtype.kind
df.pipe(lambda t: t.drop(columns="f"))
df.insert(0, "x", df["f"]) or df
df.pop("f")
df["f"].rename("x")
df.rename(columns={"f": "x"}, inplace=True) or df
df.drop(columns=["f"], inplace=True) or df
df["d"] > "2024-01-01"
df["d"] == "2024-01-01"
df["d"] - pd.Timestamp("2024-01-01")
pd.Timestamp("2024-01-01") - df["d"]
pd.Timestamp(2024, 1, 1) > df["d"]
(pd.Timestamp("2024-01-01 10:30") - df["d"]).dt.days
df["d"] - datetime(2024, 1, 1)
df["d"] + pd.Timedelta(days=1)
(df["d"] - df["e"]) / pd.Timedelta(days=1)
(df["d"] - df["e"]) > pd.Timedelta(days=30)
df["d"].map(lambda at: at.dayofweek)
df["d"].apply(lambda at: at.month + at.quarter)
df["d"].apply(lambda at: (at - pd.Timestamp("2024-01-01")).days)
df["d"].dt.strftime("%Y-%m")
df["d"].iloc[0].year
df[["d", "f"]].apply(lambda row: row["f"] + 1, axis=1)
df["s"].dtype == "object"
df["s"].dtype == object
df["s"].dtype == "str"
df["k"].dtype == "category"
df["k"].dtype == "object"
df["d"].dtype == "object"
[name for name in df.columns if df[name].dtype == "object"]
pd.api.types.is_numeric_dtype(df["f"])
[pd.api.types.is_numeric_dtype(df[name]) for name in df]
pd.api.types.is_bool_dtype(df["b"])
df["s"].str.extract("([A-Z])", expand=False)
df["s"].str.contains(r"\\d|\\bY")
df["s"].str.contains("(?:Y|n)")
df["s"].str.replace(r"\\s+", " ", regex=True)
df["s"].str.replace(r"[^a-z]", "", regex=True)
df.assign(x=pd.Categorical(df["s"], categories=["Yes", "no"]))
df.assign(x=pd.Categorical(["Yes"], categories=["no", "Yes"], ordered=True))
df["f"].max()
df["i"].min()
df["f"].sum()
df["i"].mean()
df["f"].median()
pd.to_datetime(df["s"].replace({"Yes": "2024-01-02"}))
df["s"].map({"Yes": 1}.get)
len(df.columns)
set(df.columns) == {"f"}
df.columns.difference(["f", "s"])
df[df.columns.difference(["f", "s"])]
df.isnull().values.any()
df[["f", "g"]].isna().to_numpy().any()
df["b"].astype(int) + df["c"].astype(int)
df["f"].fillna(df["g"].max())
np.log1p(df["f"].clip(lower=0))
set_column(df, "f", df["f"] * 2)
set_column(df, "new", df["s"] == "Yes")
set_column(df, ["f", "g"], df[["g", "f"]])
set_columns(df, df.columns.str.upper())
change(df, "f", 1)
change(df, "i", df["j"])
change(df, "i", 0.5)
change(df, "s", "_x")
held(df, 2.5)
set_loc(df, df["b"], "f", 0)
set_loc(df, df["b"], "f", 1.5)
set_loc(df, df["b"], "s", "other")
set_loc(df, df["b"], "i", 5)
set_loc(df, df["f"].isna(), "f", 0.0)
set_loc(df, slice(None), "new", 5)
"""

EDGES = """
df["f"].map({})
df["s"].map({})
df["s"].map({"Yes": 1, "no": 2.5})
df["s"].map({"Yes": "a", "no": 1})
df["s"].map({"Yes": None})
df["i"].map({7.0: 1})
df["b"].map({1: "a", 0: "b"})
df["f"].map({2.5: "a", 4: "b"})
df["p"].map({"x": 1, 1: 2})
df["k"].map({"low": 1, "mid": 2, "high": 3})
df["f"].map({2.5: True})
df["i"].clip(2**63 - 2)
df["i"].clip(upper=2**53)
df["i"].clip(0.5, 7.5)
df["i"].clip(2.0)
df["f"].clip(5, 1)
df.drop(columns=("f", "g"), errors="ignore")
df.fillna(0)
df.fillna("x")
df.fillna(True)
df.fillna(1.5)
df["d"].fillna("2024-01-01")
df["b"].fillna("x")
df["p"].fillna("x")
df["p"].fillna(0)
df["k"].fillna("other")
df["k"].where(df["b"], "other")
df["k"].where(df["b"], "low")
df["k"].where(df["b"])
df["s"].where(df["b"], 5)
df["f"].where(df["b"], "x")
df["i"].where(df["b"], 2.0)
df["i"].where(df["b"], "x")
df["b"].where(df["c"], 1)
df["b"].where(df["c"], False)
df["d"].where(df["b"], df["e"])
df["o"].where(df["b"], "x")
df["p"].where(df["b"], "x")
df["f"].isin([])
df["f"].isin([1, 2.5, np.nan])
df["p"].isin(["x", 1])
df["p"].isin(["x"])
df["i"].isin([2.5, 7])
df["b"].isin([1, 0])
df["b"].isin([True])
df["k"].isin(["mid"])
df["s"].isin(["Yes", None])
df["p"] == "x"
df["p"] == 1
df["p"] != "x"
df["p"] > "a"
df["p"] + "x"
df["p"].astype(str)
df["p"].astype(float)
df["p"].astype(int)
df["s"].astype(float)
df["s"].astype(int)
df["o"].astype(float)
df["s"].astype(bool)
df["f"].astype("category")
df["s"].astype("category")
df["i"].astype("int32")
df["p"].str.lower()
df["p"].str.len()
df["k"].str.upper()
df["k"] > "low"
df["k"] == "other"
df["k"] + "x"
df["k"].astype(str)
df["k"].replace({"low": "mid"})
df["f"].replace({2.5: "x"})
df["b"].replace({True: 1, False: 0})
df["s"].replace({"Yes": 1, "no": 0})
df["p"].replace({"x": "y"})
df["p"].replace(1, 2)
df.replace("Yes", "no")
df.replace(1, 2)
df.replace({True: False})
df[["f", "i", "b"]].replace(0, np.nan)
df["b"] + df["c"]
df["b"] * df["c"]
df["b"] - df["c"]
-df["b"]
~df["i"]
df["b"] & df["i"]
df["b"] & True
df["b"] | 1
df["i"] & 1
df["f"] + "x"
df["s"] * 2
df["s"] + 1
df["s"] + None
df["s"] == 1
df["s"] == None
df["f"] == None
df["f"] == "x"
df["s"] + df["o"]
df["o"] + df["s"]
df["s"] == df["o"]
df["o"] > "a"
df["o"] > df["s"]
df["i"] ** df["j"]
df["f"] ** df["i"]
df["f"] ** -1
df["f"] ** 0
df["f"] ** 3
2.5 ** df["f"]
np.power(df["f"], df["g"])
np.power(2, df["f"])
df["i"] ** -1
df["f"] // 0
df["i"] % 0
df["i"] // 0.5
df["i"] % 2.5
7 // df["i"]
7 % df["f"]
df["d"].dt.month ** 2
df["d"].dt.month // 3
df["d"].dt.month % 12
df["d"].dt.month + df["i"]
df["d"].dt.month - 2**40
df["d"].dt.year * 10**9
df["d"].dt.month * True
df["d"].dt.month.astype(int)
df["d"].dt.month.astype(str)
df["d"].dt.month.map({5: "May"})
df["d"].dt.month.clip(2, 7)
df["d"].dt.month.fillna(0)
df["d"].dt.month.round()
df["d"].dt.month.mean()
df["d"].dt.month.iloc[0]
df["d"].dt.month.between(3, 8)
df.assign(m=df["d"].dt.month)[["m", "f"]].to_numpy()
df.assign(m=df["d"].dt.month)[["m", "i"]].sum(axis=1)
df.assign(m=df["d"].dt.month)[["m", "b"]].values
np.maximum(df["d"].dt.month, 3)
np.sqrt(df["d"].dt.month)
np.where(df["d"].dt.month > 3, df["d"].dt.month, 0)
df["d"] - df["e"] + df["d"]
df["d"] + df["e"]
df["d"] < "2024"
df["d"] == "x"
df["d"].astype(str)
df["d"].map({1: 2})
df["d"].tolist()
df["d"].max()
df["d"].to_numpy()
df[["d", "e"]].to_numpy()
df[["f", "d"]].to_numpy()
df.iloc[0]
df.to_dict("records")
df.apply(len)
df.apply(lambda column: column.iloc[0])
df[["f", "g"]].apply(lambda column: column.iloc[0])
df[["s", "t"]].apply(lambda column: column.iloc[0])
df[["f", "g"]].apply(np.mean)
df[["f", "g"]].apply(sum, axis=1)
df[["f", "i", "s"]].apply(lambda row: row.isna().sum(), axis=1)
df[["f", "g"]].apply(lambda row: list(row), axis=1)
df[["f", "g"]].apply(lambda row: row, axis=1)
df[["f", "g"]].apply(lambda row: row * 2, axis=1)
df[["f", "i"]].apply(lambda row: row["i"], axis=1)
df[["b", "c"]].apply(lambda row: row["b"] and row["c"], axis=1)
df["f"].apply(np.mean)
df["f"].apply(int)
df["f"].apply(bool)
df["i"].apply(float)
df["s"].apply(len)
df["s"].apply(lambda s: s.split())
df["s"].map(len, na_action="ignore")
df["f"].map(lambda x: x, na_action="ignore")
df["f"].map(np.floor)
df["f"].map("{:.2f}".format)
df["f"].map(round)
df["i"].map(lambda n: n * 10**30)
df["f"].apply(lambda x: np.nan)
df["f"].apply(lambda x: np.float32(1))
df["f"].apply(lambda x: np.str_("a"))
df["f"].apply(lambda x: np.int64(1))
df["f"].apply(lambda x: (1, 2))
df.assign(x=np.str_("a"))
df.assign(x=[None])
df.assign(x=["a"])
df.assign(x=float("nan"))
df.assign(x=np.array([None]))
df.assign(x=np.array([1], dtype="int32"))
df.assign(x=np.array([1.5], dtype="float32"))
df.assign(x=np.array(2.5))
df.assign(x=10**30)
df.assign(x={"a": 1})
df.assign(x=(1,))
df.assign(x=df[["f"]])
df.assign(f=df["f"].to_numpy())
pd.DataFrame([{"a": float("nan"), "b": [1], "c": np.float64(2)}])
pd.DataFrame([{"a": 10**20}])
pd.DataFrame({"a": [None]})
pd.DataFrame({"a": ["x"]}, columns=["a", "b"])
pd.DataFrame([[None, float("nan")]], columns=["a", "b"])
pd.DataFrame([(1, "a")])
pd.DataFrame(np.array([["a", "b"]]))
pd.DataFrame(np.array([[1, 2]]), columns=["a", "b"])
pd.Series([None])
pd.Series(["a"], name="s")
pd.Series(np.array(["a"]))
pd.to_numeric(df["p"], errors="coerce")
pd.to_numeric(df["s"])
pd.to_numeric(df["b"])
pd.to_numeric(df["k"], errors="coerce")
pd.to_datetime(df["s"], errors="coerce")
pd.to_datetime(df["o"])
pd.to_datetime(df["f"])
pd.get_dummies(df[["s", "o", "k", "b", "f"]])
pd.get_dummies(df[["i", "s"]], columns=["i"])
pd.get_dummies(df[["p"]])
pd.get_dummies(df[["s"]], drop_first=True)
pd.get_dummies(df[["f"]], columns=["f"])
pd.cut(df["f"], [0, 1, 1, 3], labels=["a", "b", "c"])
pd.cut(df["f"], [0, 1, 3], labels=["a", "a"])
pd.cut(df["f"], [-np.inf, 0, np.inf], labels=["n", "p"])
pd.cut(df["f"], [0, 2.5, 5], labels=False, include_lowest=True)
pd.cut(df["f"], [0, 2.5, 5], labels=False, right=False)
pd.cut(df["i"], [0, 2.5, 7], labels=[1, 2])
df.select_dtypes(exclude="number")
df.select_dtypes(include="object")
df.select_dtypes(exclude=["object"])
df[["f", "i"]].max(axis=1)
df[["f", "i"]].mean(axis=1)
df[["b", "i"]].sum(axis=1)
df[["f", "g"]].sum()
df[["b", "c"]].sum()
df[["b", "c"]].mean(axis=1)
df[["b", "c"]].max(axis=1)
df[["s", "t"]].sum(axis=1)
df[["f", "g"]].any()
df[["b", "c"]].all()
df[["f"]] == df[["f"]]
df[["f", "g"]] + df["f"]
df[["s", "t"]] == "Yes"
df[["f", "g"]] ** 0.5
df[["f", "i"]] + "x"
df[["i", "f"]].clip(1, 5)
df[["f", "g"]].dropna()
df.columns.difference([])
df.columns.map(len)
df.reindex(columns=["f", "new"], fill_value=None)
df[["f", "f"]]
df[[]]
df[["nothing"]]
df["nothing"]
df.nothing
df.loc[df["f"] > 0, ["f", "s"]]
df.iloc[:, -1]
df.iloc[0, -1]
df.loc[0, ["f", "i"]]
set_loc(df, df["b"], "i", 2.5)
set_loc(df, df["b"], "f", "x")
set_loc(df, df["b"], "b", 1)
set_loc(df, df["b"], "k", "other")
set_loc(df, df["b"], "o", "x")
set_loc(df, df["b"], "p", "x")
set_loc(df, df["b"], "f", df["g"])
set_loc(df, df["b"], "f", np.nan)
set_loc(df, df["b"], "s", np.nan)
set_loc(df, df["b"], "s", None)
set_loc(df, slice(None), "i", 2.5)
set_loc(df, slice(None), "f", df["i"])
set_loc(df, slice(None), "s", "x")
set_loc(df, 0, "f", 5)
set_column(df, ["f", "new"], df[["g", "i"]].to_numpy())
set_column(df, ["f"], df["g"])
change(df, "b", 1)
change(df, "d", pd.Timedelta(days=1))
"""
"""What is done seldom, or is wrong: it may be left to pandas, and never be other."""


def set_column(df: Any, key: Any, value: Any) -> Any:
    df[key] = value
    return df


def set_columns(df: Any, labels: Any) -> Any:
    df.columns = labels
    return df


def change(df: Any, key: Any, value: Any) -> Any:
    df[key] += value
    return df


def held(df: Any, value: Any) -> Any:
    """Change a column that was taken of the table, and that somebody else holds."""
    column = df["f"]
    other, copied = column, column.copy()
    column *= value
    return [other, copied, df]


def set_loc(df: Any, rows: Any, key: Any, value: Any) -> Any:
    df.loc[rows, key] = value
    return df


def _operation(source: str) -> Callable[..., Any]:
    """Return an operation; each takes a table of its own, free to be changed."""
    names = {
        "np": np,
        "datetime": datetime,
        "set_column": set_column,
        "set_columns": set_columns,
        "set_loc": set_loc,
        "change": change,
        "held": held,
    }
    names |= {"__builtins__": builtins}
    code = compile(source, source, "eval")

    def run(df: Any, pd: Any) -> Any:
        return eval(code, {**names, "df": df, "pd": pd})

    return run


IN_PLACE = ("change(", "held(", "set_loc(df, df")
"""What changes a table in place: left to pandas 2, where columns that were taken of the table change with it."""

OPERATIONS = {source: _operation(source) for source in SOURCES.strip().splitlines()}
EDGE_OPERATIONS = {source: _operation(source) for source in EDGES.strip().splitlines()}
