"""What one can press and choose above the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets

LEAST = ("all findings", "errors and warnings", "errors")
"""By how many severities are left out."""


class _Row(ipywidgets.HBox):  # type: ignore[misc]
    """Goes from the page with all its parts."""

    def close(self) -> None:
        """Go from the page, with all parts."""
        for each in self.children:
            each.close()
        super().close()


class Controls(_Row):
    """Buttons, and the choice of how severe a finding must be to be shown."""

    def __init__(self) -> None:
        self.again = _button("Check now", "Read the notebook as it is saved, and as it ran since; nothing is run")
        self.live = _button("Run the long checks", "Work with copies of the data and the model in this kernel")
        self.cancel = _button("Cancel", "Stop the long checks")
        self.least = ipywidgets.Dropdown(options=LEAST, description="Show", tooltip="Which findings are shown")
        self.least.layout.width = "auto"
        self.least.style.description_width = "initial"
        super().__init__([self.again, self.live, self.cancel, self.least])
        self.layout.flex_flow = "row wrap"

    def follow(self, is_known: bool, is_running: bool) -> None:
        """Have only those buttons work that can: whether the notebook is known, and whether long checks run."""
        self.live.disabled = is_running or not is_known
        self.cancel.disabled = not is_running


class Question(_Row):
    """Asks for the path of the notebook, where the frontend does not say which it is."""

    def __init__(self, answered: Callable[[str], None]) -> None:
        self.path = ipywidgets.Text(description="Notebook", placeholder="path/of/notebook.ipynb")
        self.path.continuous_update = False
        self.check = _button("Check", "Check the notebook with this path")
        self.check.on_click(lambda _: answered(self.path.value))
        super().__init__([self.path, self.check])


def _button(text: str, tooltip: str) -> Any:
    button = ipywidgets.Button(description=text, tooltip=tooltip)
    button.layout.width = "auto"
    return button
