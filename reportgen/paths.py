"""Every file and folder name of a report, POSIX and relative to its directory."""

from pathlib import Path

__all__ = [
    "ALONE",
    "DEFAULT_DIRECTORY",
    "INDEX",
    "MANIFEST",
    "feature_folder",
    "page_in",
    "probe_folder",
]

DEFAULT_DIRECTORY = Path("output") / "activation_heatmaps"
"""Where reports go when no directory is named."""
INDEX = "index.html"
MANIFEST = "report.json"
ALONE = "report.html"
"""What a self-contained report is called in a directory."""


def probe_folder(number: int) -> str:
    """Return the folder of a probe: its PNGs, and its page in a report of many pages."""
    return f"probe_{number}"


def feature_folder(number: int, *, stacked: bool) -> str:
    """Return the folder of a feature's page; one with a `stacked` heatmap shows it."""
    return f"{'stacked' if stacked else 'feature'}_{number}"


def page_in(folder: str) -> str:
    """Return the page in a folder."""
    return f"{folder}/{INDEX}"
