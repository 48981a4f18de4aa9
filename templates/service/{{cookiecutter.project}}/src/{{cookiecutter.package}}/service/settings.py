"""The service's settings: environment variables, or lines in ``.env``."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ..files import ROOT


class Settings(BaseSettings):
    """Everything that can be set without touching code."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    log_level: Literal["critical", "error", "warning", "info", "debug", "trace"] = "info"
    max_body_bytes: int = Field(default=5_000_000, ge=1)
    max_records: int = Field(default=1000, ge=1)
    model_max_age_days: float = Field(default=365, gt=0)
    """From when on a model is called stale."""
    predict_threads: int = Field(default=1, ge=1)
    """Predictions at a time; code from a notebook is seldom thread-safe."""
    var_dir: Path = ROOT / "var"
    """What the service writes."""
    workers: int = Field(default=1, ge=1)
    """Processes that serve; each has the model in its memory."""
    workers_dir: Path | None = None
    """A folder that the workers share and that ends with them; made where there are several."""
{%- for concern in cookiecutter.concerns %}
{%- for setting in concern.settings %}
    {{ setting.name }}: {{ setting.type }} = {{ setting.value }}
    """{{ setting.what|docstring }}"""
{%- endfor %}
{%- endfor %}
