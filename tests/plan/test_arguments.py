"""Functions that are given the variables they read as arguments, wherever they are called."""

from __future__ import annotations

from nb2prod.plan.arguments import pass_arguments


def test_a_call_is_given_the_arguments() -> None:
    assert pass_arguments("X = made(df)", {"made": ["scaler"]}) == "X = made(df, scaler=scaler)"


def test_a_function_inside_another_is_called_as_it_is() -> None:
    source = "def prepare(df):\n    def made(d):\n        return scaler.transform(d)\n    return made(df)\n"
    assert pass_arguments(source, {"made": ["scaler"]}) == source
    assert pass_arguments(f"{source}X = made(df)", {"made": ["scaler"]}) == f"{source}X = made(df, scaler=scaler)"
