"""Write the data files of the example notebooks: the same bytes every time, from nothing but seeds.

    python example_notebooks/make_data.py

``diabetes.csv`` is scikit-learn's own diabetes data with plain column names and a few gaps; the lots of ``wine.csv`` are
drawn to resemble scikit-learn's wine data; the others are invented.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_diabetes, load_wine

DATA = Path(__file__).parent / "data"


def churn(rng: np.random.Generator, rows: int = 1500) -> pd.DataFrame:
    """Return customers of a telephone company, one a row, some of whom left."""
    contract = rng.choice(["month-to-month", "one year", "two years"], rows, p=[0.55, 0.24, 0.21])
    internet = rng.choice(["fiber", "dsl", "no internet"], rows, p=[0.45, 0.35, 0.2])
    payment = rng.choice(["card", "bank transfer", "electronic check", "mailed check"], rows, p=[0.25, 0.25, 0.3, 0.2])
    region = rng.choice(["north", "south", "east", "west"], rows).astype(object)
    tenure = np.minimum(rng.gamma(1.6, 18, rows), 72).astype(int)
    price = {"fiber": 70, "dsl": 45, "no internet": 20}
    monthly = np.array([price[kind] for kind in internet]) + rng.normal(8, 7, rows)
    calls = rng.poisson(1.3, rows)
    age = np.clip(rng.normal(46, 15, rows), 18, 90).round()
    score = (
        -1.5 + 1.5 * (contract == "month-to-month") - 0.8 * (contract == "two years") - 0.035 * tenure
        + 0.4 * calls + 0.02 * (monthly - 60) + 0.4 * (payment == "electronic check")
    )  # fmt: skip
    churned = rng.random(rows) < 1 / (1 + np.exp(-score))
    paid = monthly * tenure * rng.normal(0.94, 0.05, rows)  # prices went up over the years
    total = [f"{value:.2f}" if months else " " for value, months in zip(paid, tenure, strict=True)]
    age[rng.random(rows) < 0.06] = np.nan
    region[rng.random(rows) < 0.04] = None
    frame = pd.DataFrame(
        {
            "CustomerID": [f"C{number:05d}" for number in range(1, rows + 1)],
            "Age": age,
            "Region": region,
            "TenureMonths": tenure,
            "Contract": contract,
            "Internet": internet,
            "Payment": payment,
            "Paperless": rng.choice(["yes", "no"], rows, p=[0.6, 0.4]),
            "MonthlyCharges": monthly.round(2),
            "TotalCharges": total,
            "SupportCalls": calls,
            "Churn": np.where(churned, "Yes", "No"),
        }
    )
    return pd.concat([frame, frame.iloc[[17, 230, 731]]], ignore_index=True)  # exports do contain doubles


def diabetes(rng: np.random.Generator) -> pd.DataFrame:
    """Return scikit-learn's diabetes data in clinical units, with a few values missing."""
    frame = load_diabetes(as_frame=True, scaled=False).frame
    names = {
        "bp": "blood_pressure", "s1": "cholesterol", "s2": "ldl", "s3": "hdl", "s4": "cholesterol_hdl_ratio",
        "s5": "log_triglycerides", "s6": "glucose", "target": "progression",
    }  # fmt: skip
    frame = frame.rename(columns=names).astype({"age": int, "sex": int, "progression": int})
    for column, share in {"bmi": 0.03, "blood_pressure": 0.05, "glucose": 0.08}.items():
        frame.loc[rng.random(len(frame)) < share, column] = np.nan
    return frame


def energy(rng: np.random.Generator, days: int = 120) -> pd.DataFrame:
    """Return the hourly electricity use of four buildings, every third hour."""
    hours = pd.date_range("2024-01-01", periods=days * 8, freq="3h")
    size = {"office": 2400, "school": 3100, "hospital": 5200, "warehouse": 4100}
    frames = []
    for kind, area in size.items():
        season = 6 - 9 * np.cos(2 * np.pi * hours.day_of_year / 365)
        temperature = season + 4 * np.sin(2 * np.pi * (hours.hour - 9) / 24) + rng.normal(0, 2.5, len(hours))
        weather = rng.choice(["clear", "cloudy", "rain", "snow"], len(hours), p=[0.35, 0.35, 0.22, 0.08])
        busy = ((hours.hour > 6) & (hours.hour < 19) & (hours.day_of_week < 5)) | (kind == "hospital")
        use = area * (0.006 + 0.012 * busy + 0.0009 * np.abs(temperature - 17) + 0.002 * (weather == "snow"))
        frames.append(
            pd.DataFrame(
                {
                    "timestamp": hours,
                    "building": kind,
                    "floor_area": area,
                    "weather": weather,
                    "temperature": np.round(temperature, 1),
                    "humidity": rng.integers(35, 100, len(hours)),
                    "kwh": np.round(use * rng.normal(1, 0.06, len(hours)), 2),
                }
            )
        )
    return pd.concat(frames).sort_values(["timestamp", "building"], ignore_index=True)


def reviews(rng: np.random.Generator, rows: int = 720) -> pd.DataFrame:
    """Return short reviews of a shop, positive, negative and mixed, with the typing errors of hurried people."""
    things = ["headphones", "kettle", "backpack", "keyboard", "lamp", "blender", "jacket", "tent", "printer", "desk"]
    good = [
        "works perfectly",
        "arrived early",
        "feels solid",
        "was easy to set up",
        "looks great",
        "is worth the money",
    ]
    bad = ["broke after a week", "arrived late", "feels cheap", "was a pain to set up", "smells odd", "is overpriced"]
    praise = ["Love it", "Very happy", "Would buy again", "Highly recommended", "Five stars", "Exactly what I needed"]
    blame = ["Avoid", "Very disappointed", "Sent it back", "Waste of money", "One star", "Not what I ordered"]
    texts, labels = [], []
    for _ in range(rows):
        label = rng.choice(["positive", "negative", "mixed"], p=[0.42, 0.38, 0.2])
        thing = rng.choice(things)
        first, second = (good, bad) if rng.random() < 0.5 else (bad, good)
        if label == "mixed":
            text = f"The {thing} {rng.choice(first)} but it {rng.choice(second)}."
        else:
            words, close = (good, praise) if label == "positive" else (bad, blame)
            text = f"The {thing} {rng.choice(words)} and {rng.choice(words)}. {rng.choice(close)}!"
        if rng.random() < 0.25:
            at = int(rng.integers(1, len(text) - 2))
            text = text[:at] + text[at + 1 :]
        if rng.random() < 0.15:
            text = text.upper()
        if rng.random() < 0.1:
            text += f" See http://example.com/{rng.integers(1000)}"
        if rng.random() < 0.06:
            label = rng.choice(["positive", "negative", "mixed"])
        texts.append(text)
        labels.append(label)
    return pd.DataFrame({"text": texts, "label": labels})


def sales(rng: np.random.Generator, days: int = 730) -> pd.DataFrame:
    """Return two years of daily sales of one shop."""
    dates = pd.date_range("2023-01-02", periods=days, freq="D")
    weekday = np.array([1.0, 0.92, 0.95, 1.05, 1.3, 1.65, 0.6])[dates.day_of_week]
    promotion = rng.random(days) < 0.14
    temperature = 11 - 10 * np.cos(2 * np.pi * dates.day_of_year / 365) + rng.normal(0, 3, days)
    level = 210 + 0.06 * np.arange(days) + 25 * np.sin(2 * np.pi * np.arange(days) / 91)
    units = level * weekday * (1 + 0.28 * promotion) * (1 + 0.004 * (temperature - 11)) * rng.normal(1, 0.05, days)
    return pd.DataFrame(
        {
            "date": dates,
            "promotion": promotion,
            "temperature": np.round(temperature, 1),
            "units": units.round().astype(int),
        }
    )


def wine(rng: np.random.Generator, lots: int = 540) -> pd.DataFrame:
    """Return the lots of a cooperative's laboratory: three grapes, measured on arrival over nine years, with summers
    that grow warmer and an instrument that writes a wild value now and then."""
    known = load_wine(as_frame=True)
    grapes = np.array(["barolo", "grignolino", "barbera"])
    kinds = rng.choice(3, lots, p=[0.33, 0.4, 0.27])
    days = np.sort(rng.choice(np.arange(9 * 365), lots))
    measured = np.empty((lots, known.data.shape[1]))
    for kind in range(3):
        rows = known.data[known.target == kind].to_numpy()
        own = kinds == kind
        measured[own] = rng.multivariate_normal(rows.mean(axis=0), 1.9 * np.cov(rows.T), own.sum())
    frame = pd.DataFrame(measured, columns=known.data.columns)
    frame = frame.rename(columns={"od280/od315_of_diluted_wines": "protein_absorbance"})
    lowest = known.data.min().to_numpy() / 2
    frame = frame.clip(lower=pd.Series(lowest, index=frame.columns), axis=1)
    years = days / 365
    frame["alcohol"] += 0.05 * years
    frame["color_intensity"] *= 1 + 0.04 * years
    frame["flavanoids"] *= 1 - 0.03 * years
    frame["malic_acid"] *= 1 - 0.03 * years
    wild = rng.random(frame.shape) < 0.004
    frame = frame.mask(wild, frame * 10).round(2)
    frame["proline"] = frame["proline"].round()
    frame["magnesium"] = frame["magnesium"].round()
    frame.insert(0, "sampled", pd.Timestamp("2016-01-04") + pd.to_timedelta(days, unit="D"))
    return frame.assign(cultivar=grapes[kinds])


def main() -> None:
    """Write all files."""
    DATA.mkdir(exist_ok=True)
    makers: list[Callable[[np.random.Generator], pd.DataFrame]] = [churn, diabetes, energy, reviews, sales, wine]
    for seed, make in enumerate(makers, 1):
        path = DATA / f"{make.__name__}.csv"
        make(np.random.default_rng(seed)).to_csv(path, index=False, lineterminator="\n")
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
