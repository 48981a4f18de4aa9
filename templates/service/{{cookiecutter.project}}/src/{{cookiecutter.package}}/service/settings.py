"""The service's settings: environment variables, or lines in ``.env``."""

from pathlib import Path
from typing import Literal

from pydantic import Field, FilePath, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ..files import ROOT


class SettingError(ValueError):
    """Settings that can be read, and with which a part of the service cannot work; a line for each."""


class Settings(BaseSettings):
    """Everything that can be set without touching code."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    log_level: Literal["critical", "error", "warning", "info", "debug", "trace"] = "info"
    ssl_certfile: FilePath | None = None
    ssl_keyfile: FilePath | None = None
    workers: int = Field(default=1, ge=1)
    """Processes that answer."""
    start_seconds: int = Field(default=60, ge=1)
    """How long one of several processes may take to be ready, or to give a sign of life."""
    drain_seconds: float = Field(default=0, ge=0)
    """How long it goes on answering when told to stop, ``/readyz`` saying that it is not ready."""

    max_body_bytes: int = Field(default=5_000_000, ge=1)
    max_records: int = Field(default=1000, ge=1)
    max_nesting: int = Field(default=64, ge=3)
    """How deep lists and objects may lie in each other."""
    body_seconds: float = Field(default=30, gt=0)
    """How long a client may take to send a body."""
    answer_seconds: float = Field(default=60, gt=0)
    """How long the model may take for an answer."""
    max_requests: int = Field(default=1000, ge=1)
    """Requests at a time, for each process."""
    max_waiting: int = Field(default=500, ge=1)
    """Requests at a time that wait for the model, for each process."""
    model_max_age_days: float = Field(default=365, gt=0)
    """From when on a model is called stale."""
    slim: bool = False
    """Whether compiled code answers alone, without the libraries of the notebook."""
    predict_threads: int = Field(default=1, ge=1)
    """Predictions at a time; code from a notebook is seldom thread-safe."""
    var_dir: Path = ROOT / "var"
    """What the service writes."""
    workers_dir: Path | None = None
    """A folder that the workers share and that ends with them; made where there are several."""
    max_batch_records: int = Field(default=1000, ge=1)
    """Records of several requests that are answered by one call of the model."""
    batch_wait_ms: float = Field(default=0, ge=0)
    """How long a call of the model waits for more requests to join."""
{%- for concern in cookiecutter.concerns %}
{%- for setting in concern.settings %}
    {{ setting.name }}: {{ setting.type }} = {{ setting.value }}
    """{{ setting.what|docstring }}"""
{%- endfor %}
{%- endfor %}
