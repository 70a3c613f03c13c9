"""How much of a file is read before it is refused."""

from dataclasses import dataclass

__all__ = ["MAX_INPUT_BYTES", "MAX_VALUES", "Limits"]

MAX_INPUT_BYTES = 2 * 1024**3
"""How large a file may be once it is decompressed."""
MAX_VALUES = 100_000_000
"""How many values a file may unfold into where it is sparse or holds arrays."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for one file."""

    max_input_bytes: int = MAX_INPUT_BYTES
    max_values: int = MAX_VALUES
