"""Click's test runner, the same for every version of Click."""

import inspect
from typing import Any

from click.testing import CliRunner


def runner() -> CliRunner:
    """Return a runner that keeps stdout and stderr apart: before 8.2 Click has to be told."""
    is_told = "mix_stderr" in inspect.signature(CliRunner).parameters
    options: dict[str, Any] = {"mix_stderr": False} if is_told else {}
    return CliRunner(**options)
