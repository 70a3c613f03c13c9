"""Which probes and features of a dump are drawn, and errors for those it does not have."""

import difflib
from collections.abc import Callable, Iterable, Sequence

from reportgen.dumps import Dump, Feature, Label
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
    """Return the features that `ids` name: whole ids, bare indexes in any source, labels, groups.

    `known` are all of the dump. A label or a group is all features that have it, unless the same
    text is an id or an index. Raises `InputError`, with near ones, for what names none.
    """
    ids = dict.fromkeys(ids)
    named = _named(known, lambda feature: (feature.id, str(feature.index))) if ids else {}
    if dump.labels and any(one not in named for one in ids):
        called = _named(known, lambda feature: _called(dump.label(feature)))
        spelled = {one: " ".join(one.split()) for one in ids}
        named = {one: called[text] for one, text in spelled.items() if text in called} | named
    chosen: dict[Feature, None] = {}
    for wanted in ids:
        if wanted not in named:
            raise InputError(
                f"{dump.name}: no feature '{wanted}' in it; {_near(wanted, known, dump)}"
            )
        chosen.update(dict.fromkeys(named[wanted]))
    return list(chosen)


def _called(label: Label) -> tuple[str, ...]:
    """Return label and group, where known, on one line each, as they are shown."""
    return tuple(" ".join(name.split()) for name in (label.label, label.group) if name)


def _named(
    known: Sequence[Feature], names: Callable[[Feature], tuple[str, ...]]
) -> dict[str, list[Feature]]:
    """Return features by their `names`."""
    named: dict[str, list[Feature]] = {}
    for feature in known:
        for name in dict.fromkeys(names(feature)):
            named.setdefault(name, []).append(feature)
    return named


def _near(wanted: str, known: Sequence[Feature], dump: Dump) -> str:
    """Return the features most like the one `wanted`, as the end of a message."""
    if near := _near_called(wanted, dump.labels.values()):
        return f"near ones are {', '.join(map(shown_name, near))}"
    index = wanted.rpartition(":")[2]
    alike = [feature for feature in known if str(feature.index) == index]
    if not alike:
        ids = difflib.get_close_matches(wanted, [f.id for f in known], 3, 0.5)
        indexes = difflib.get_close_matches(index, [str(f.index) for f in known], 3, 0.5)
        alike = [f for f in known if f.id in ids or str(f.index) in indexes]
    names = ", ".join(shown_name(feature.id) for feature in (alike or known)[:5])
    return f"near ones are {names}" if alike else f"among those it has are {names}"


def _near_called(wanted: str, labels: Iterable[Label]) -> list[str]:
    """Return the labels and groups most like `wanted`, whatever their case."""
    called = {name.casefold(): name for label in labels for name in _called(label)}
    near = difflib.get_close_matches(wanted.casefold().strip(), called, 3, 0.6)
    return [called[name] for name in near]
