"""What to draw and how."""

from dataclasses import dataclass

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    """What to draw and how; the command line has the same names."""

    top_k: int = 10
    probe_indexes: tuple[int, ...] | None = (0,)
    """Which probes; None for all."""
    tokens_per_row: int = 20
    values: bool = True
    """Whether the numbers are shown on tokens."""
    combined_only: bool = False
    feature_ids: tuple[str, ...] = ()
    include_bos: bool = False
    negatives: bool = False
    """Whether the PNGs show negative activations; in the page a switch does."""
    theme: str = "light"
    title: str | None = None
