"""Which probes and features of a dump are drawn, and what to say where there is no such."""

import difflib
from collections.abc import Iterable, Sequence

from reportgen.dumps import Dump, Feature
from reportgen.errors import InputError
from reportgen.options import Options
from reportgen.sheets.names import shown_name

__all__ = ["chosen_features", "chosen_probes"]


def chosen_probes(dump: Dump, options: Options) -> list[int]:
    """Return the numbers of the probes to draw, in the order of the dump.

    Raises `InputError` for a number that the dump does not have.
    """
    count = len(dump.probes)
    if options.probe_indexes is None:
        return list(range(count))
    for index in options.probe_indexes:
        if not 0 <= index < count:
            have = "only probe 0" if count == 1 else f"probes 0 to {count - 1}"
            raise InputError(f"{dump.name}: there is no probe {index}; the dump has {have}")
    return sorted(set(options.probe_indexes))


def chosen_features(dump: Dump, known: Sequence[Feature], ids: Iterable[str]) -> list[Feature]:
    """Return the features that `ids` name: whole ids, or bare indexes in any source.

    `known` are all of the dump. Raises `InputError`, with near ones, for an id that none has.
    """
    ids = dict.fromkeys(ids)
    named: dict[str, list[Feature]] = {}
    for feature in known if ids else ():
        for name in (feature.id, str(feature.index)):
            named.setdefault(name, []).append(feature)
    chosen: dict[Feature, None] = {}
    for wanted in ids:
        if wanted not in named:
            raise InputError(f"{dump.name}: no feature '{wanted}' in it; {_near(wanted, known)}")
        chosen.update(dict.fromkeys(named[wanted]))
    return list(chosen)


def _near(wanted: str, known: Sequence[Feature]) -> str:
    """Return the features most like the one `wanted`, as the end of a message."""
    index = wanted.rpartition(":")[2]
    alike = [feature for feature in known if str(feature.index) == index]
    if not alike:
        ids = difflib.get_close_matches(wanted, [f.id for f in known], 3, 0.5)
        indexes = difflib.get_close_matches(index, [str(f.index) for f in known], 3, 0.5)
        alike = [f for f in known if f.id in ids or str(f.index) in indexes]
    names = ", ".join(shown_name(feature.id) for feature in (alike or known)[:5])
    return f"near ones are {names}" if alike else f"among those it has are {names}"
