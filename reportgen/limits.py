"""How much of a file is read before it is refused."""

from dataclasses import asdict, dataclass

from reportgen.options import at_least

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

    def __post_init__(self) -> None:
        """Raise `InputError` for what is no number of bytes or values."""
        for name, value in asdict(self).items():
            at_least(1)(name, value)
