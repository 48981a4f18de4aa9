"""Measurements of the notebook's own objects, at its end: how its data are, how its model answers.

Plain source that runs in the notebook's environment from Python 3.8 on, as the rest of the probe. What a measurement
needs beyond the standard library (NumPy, pandas, scikit-learn) it takes where it can be imported, and is skipped else.
"""
