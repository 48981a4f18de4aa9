"""Tests for the infrastructure."""

from __future__ import annotations

from nb2prod.score.model import Section, Test

TESTS = (
    Test(
        "I1",
        Section.INFRASTRUCTURE,
        "Training is reproducible",
        "the model is trained twice from scratch, and fails unless both answer alike",
        "set the seeds of everything that draws",
        ("tests/test_training.py::test_training_is_reproducible",),
    ),
    Test(
        "I2",
        Section.INFRASTRUCTURE,
        "Model specs are unit tested",
        "what training makes is held to what the service needs, and its metrics are finite",
        "export the notebook",
        ("tests/test_training.py::test_training_gives_what_the_service_needs",),
    ),
    Test(
        "I3",
        Section.INFRASTRUCTURE,
        "The ML pipeline is integration tested",
        "data, training, saving, loading and answering run one after the other, from scratch",
        "export the notebook",
        ("tests/test_training.py::test_train_from_scratch",),
    ),
    Test(
        "I4",
        Section.INFRASTRUCTURE,
        "Model quality is validated before serving",
        "`make train` puts a model in the place of the served one only if its metrics pass `gate.py`",
        "measure the model in an `evaluation` cell",
        ("tests/test_gate.py::test_a_worse_model_is_refused",),
    ),
    Test(
        "I5",
        Section.INFRASTRUCTURE,
        "The model is debuggable",
        "`make explain-row` shows the value after each step between one record and its answer",
        "export the notebook",
        ("tests/test_explain_row.py::test_steps_of_a_row_are_shown",),
    ),
    Test(
        "I6",
        Section.INFRASTRUCTURE,
        "Models are canaried before serving",
        "",
        "send a part of the traffic to a new model first, where your platform can",
    ),
    Test(
        "I7",
        Section.INFRASTRUCTURE,
        "Serving models can be rolled back",
        "`make train` keeps the model before, `make rollback` brings it back, and a test does both",
        "export the notebook",
        ("tests/test_rollback.py::test_the_model_before_comes_back",),
    ),
)
