"""What JupyterLab asks to be done, as the command that does it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class ExportOrder(BaseModel):
    """One export. ``path`` and ``destination`` are paths of the contents manager, below the server's root."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["export"]
    path: str = Field(min_length=1, max_length=4096)
    destination: str = Field(min_length=1, max_length=4096)
    name: str = Field(default="", max_length=200)
    parameters: dict[str, Any] = Field(default_factory=dict)
    verify: Literal["full", "fast", "none"] = "full"
    input: Literal["auto", "raw", "prepared"] = "auto"
    kernel: str = Field(default="", max_length=200)
    timeout: float = Field(default=0, ge=0)
    """Seconds that the notebook may run; 0 for no limit."""
    allow_pickle: bool = False

    def command(self, notebook: Path, destination: Path, folder: Path) -> list[str]:
        """Return what to type behind ``nb2prod``; parameters go into a file in ``folder``."""
        options = ["--json", "--progress=json", f"--verify={self.verify}", f"--input={self.input}"]
        if self.name:
            options.append(f"--name={self.name}")
        if self.kernel:
            options.append(f"--kernel={self.kernel}")
        if self.timeout:
            options.append(f"--timeout={self.timeout}")
        if self.allow_pickle:
            options.append("--allow-pickle")
        if self.parameters:
            file = folder / "parameters.yaml"
            file.write_text(json.dumps(self.parameters, ensure_ascii=True), encoding="utf-8")  # JSON is YAML too
            options.append(f"--file={file}")
        return ["export", *options, "--", str(notebook), str(destination)]


class OutlineOrder(BaseModel):
    """What to say of a notebook as it is in the browser, saved or not."""

    model_config = ConfigDict(extra="forbid", strict=True)

    path: str = Field(min_length=1, max_length=4096)
    content: dict[str, Any]
    """The notebook as nbformat has it."""
    suggest: bool = False
    model: str = Field(default="", max_length=500)
    """The model to serve, as ``NAME`` or ``NAME@CELL``; empty for the best."""
