"""What can be set from outside."""

from pydantic_settings import BaseSettings


class Parameters(BaseSettings):
    """The notebook's parameters."""

    seed: int = 0
    """Random state."""
