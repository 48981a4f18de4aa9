"""MLflow's scoring server: a pyfunc model from code, which is handed a table where records are rows, else a list."""

from __future__ import annotations

from typing import Any

from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


class Model(PythonModel):
    """The notebook's model behind MLflow's interface."""

    def load_context(self, context: Any) -> None:
        """Load the model."""
        import model

        self.model = model

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # MLflow reads annotations
        """Answer one prediction for each row."""
        import pandas as pd

        if isinstance(model_input, pd.DataFrame):
            return self.model.from_table(model_input)
        return self.model.answers(list(model_input))


set_model(Model())
