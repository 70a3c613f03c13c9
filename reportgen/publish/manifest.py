"""`report.json`: the one place that knows its fields, writes it, and reads it again.

What its fields mean is described in the README. Read again are `format`, `tool`, `files`, and
`earlier`, a list of the manifests of runs that the run did not get to clear up after.
"""

import json
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

__all__ = [
    "MANIFEST_FORMAT",
    "DumpFacts",
    "Facts",
    "FeatureFacts",
    "ProbeFacts",
    "Told",
    "is_report_name",
    "manifest",
    "read_manifest",
    "to_bytes",
]

MANIFEST_FORMAT = 1
_TOOL = "reportgen"
_NAME = re.compile(r"[A-Za-z0-9._/-]{1,300}\.(png|html)")
_SHA256 = re.compile(r"[0-9a-f]{64}")

Json = dict[str, object]


@dataclass(frozen=True)
class DumpFacts:
    """What is told of a file that was read."""

    name: str
    kind: str
    sha256: str
    probes: int


@dataclass(frozen=True)
class FeatureFacts:
    """What is told of a drawn feature, under the id that the dump has for it."""

    feature: str
    max: float
    rank: int | None
    files: tuple[str, ...]
    label: str = ""
    group: str = ""
    explanation: str = ""

    def to_json(self) -> Json:
        """Return the fields; those that have nothing to say are left out."""
        told: Json = {"feature": self.feature, "max": self.max}
        if self.rank is not None:
            told["rank"] = self.rank
        names = {"label": self.label, "group": self.group, "explanation": self.explanation}
        told |= {key: text for key, text in names.items() if text}
        return told | {"files": list(self.files)}


@dataclass(frozen=True)
class ProbeFacts:
    """What is told of a drawn probe."""

    probe: int
    probe_id: str
    dump: int
    max: float
    combined: tuple[str, ...]
    features: tuple[FeatureFacts, ...]

    def to_json(self) -> Json:
        """Return the fields."""
        return {**vars(self), "features": [feature.to_json() for feature in self.features]}


@dataclass(frozen=True)
class Facts:
    """What is told of a report, apart from its files."""

    title: str
    dumps: Sequence[DumpFacts] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    probes: Sequence[ProbeFacts] = ()
    stacked: Sequence[FeatureFacts] = ()


@dataclass(frozen=True)
class Told:
    """A manifest that was read again: all that it says, and of that the files with their hashes."""

    everything: Json
    files: dict[str, str]


def manifest(facts: Facts, hashes: Mapping[str, str], earlier: Iterable[Told] = ()) -> Json:
    """Return what a `report.json` has; `hashes` are the SHA-256 of the other files."""
    told: Json = {
        "format": MANIFEST_FORMAT,
        "tool": {"name": _TOOL, "version": version("activation-reportgen")},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("matplotlib", "numpy", "jinja2")},
        },
        "title": facts.title,
        "dumps": [vars(dump) for dump in facts.dumps],
        "options": facts.options,
        "probes": [probe.to_json() for probe in facts.probes],
        "stacked": [feature.to_json() for feature in facts.stacked],
        "files": dict(sorted(hashes.items())),
    }
    runs = [run.everything for run in earlier]
    return told | {"earlier": runs} if runs else told


def to_bytes(told: Json) -> bytes:
    """Return a manifest as it is written."""
    return (json.dumps(told, indent=1) + "\n").encode("ascii")


def read_manifest(content: bytes) -> list[Told]:
    """Return what a `report.json` tells of its run and, newest first, of earlier ones; each once.

    Raises `ValueError` if it is broken, of another program or of another format: then it says
    nothing about whose files there are.
    """
    try:
        newest = json.loads(content)
        runs = [newest, *newest.pop("earlier", [])]
    except (AttributeError, TypeError, RecursionError) as error:
        raise ValueError("not a manifest") from error
    told = [_told(run) for run in runs]
    return [run for number, run in enumerate(told) if run not in told[:number]]


def _told(run: object) -> Told:
    """Return what a manifest tells, or raise `ValueError` if it is not one of ours."""
    match run:
        case {"format": int() as number, "tool": {"name": tool}, "files": dict() as files}:
            ours = type(number) is int and number == MANIFEST_FORMAT and tool == _TOOL
            if ours and all(_is_listed(name, digest) for name, digest in files.items()):
                assert isinstance(run, dict)
                return Told(run, files)
    raise ValueError("not a manifest of this version of reportgen")


def _is_listed(name: str, digest: object) -> bool:
    return is_report_name(name) and isinstance(digest, str) and bool(_SHA256.fullmatch(digest))


def is_report_name(name: str) -> bool:
    """Tell whether a page or PNG of a report could have this name, a path under its directory."""
    return bool(_NAME.fullmatch(name)) and not {"", ".", ".."} & set(name.split("/"))
