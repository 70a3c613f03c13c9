"""Every file and folder name of a report, POSIX and relative to its directory."""

from pathlib import Path

__all__ = ["ALONE", "DEFAULT_DIRECTORY", "INDEX", "MANIFEST"]

DEFAULT_DIRECTORY = Path("output") / "activation_heatmaps"
"""Where reports go when no directory is named."""
INDEX = "index.html"
MANIFEST = "report.json"
ALONE = "report.html"
"""What a self-contained report is called in a directory."""
