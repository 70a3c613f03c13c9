"""Names of files: unique, and made in linear time."""

from collections.abc import Iterable

import pytest

from reportgen import paths
from reportgen.paths import UniqueNames


@pytest.mark.parametrize(
    ("stems", "names"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "A", "a"], ["a", "A-2", "a-3"]),
        (["a-2", "a", "a"], ["a-2", "a", "a-3"]),
        (["a", "a", "a-2"], ["a", "a-2", "a-2-2"]),
        (["ß", "ss", "SS"], ["ß", "ss-2", "SS-3"]),
    ],
)
def test_unique_names(stems: list[str], names: list[str]) -> None:
    unique = UniqueNames()
    assert [unique.unique(stem) for stem in stems] == names


def test_numbers_are_written_as_wanted() -> None:
    unique = UniqueNames(" ({})")
    assert [unique.unique("a.json") for _ in range(3)] == ["a.json", "a.json (2)", "a.json (3)"]


@pytest.mark.parametrize(
    ("probe_id", "anchor"),
    [
        ("probe_0_Dallas", "probe_0_Dallas"),
        ("a.json · probe_0", "a.json_probe_0"),
        ("Dallas", "Dallas"),
        # These could be elements of the page itself, or numbers of older addresses.
        *((name, f"probe_{name}") for name in ("dallas", "view-feature", "p0", "p3-r2", "f1")),
        ("0-clt-hp:18753", "0-clt-hp_18753"),
        ("a/b?c#d&e=%20", "a_b_c_d_e_20"),
        ("城市", "_"),
        ("", "_"),
        ("X" * 1000, "X" * 80),
    ],
)
def test_anchors_of_probes(probe_id: str, anchor: str) -> None:
    assert paths.probe_anchor(probe_id) == anchor


def test_anchors_of_features_and_rows() -> None:
    feature = paths.feature_anchor("0-clt-hp", 18753)
    assert feature == "0-clt-hp:18753"
    assert paths.feature_anchor("6 res/a?b", 7) == "6_res_a_b:7"
    assert paths.row_anchor("probe_0_Dallas", feature) == "probe_0_Dallas/0-clt-hp:18753"


class Counted(set[str]):
    """A set that counts how often it is looked into."""

    looks = 0

    def __contains__(self, item: object) -> bool:
        self.looks += 1
        return super().__contains__(item)


def looks(stems: Iterable[str]) -> int:
    """Return how many names are tried for `stems`."""
    unique, taken = UniqueNames(), Counted()
    unique._taken = taken
    for stem in stems:
        unique.unique(stem)
    return taken.looks


@pytest.mark.parametrize(
    "stems",
    [
        lambda n: ["a"] * n,
        lambda n: ["aA"[k % 2] for k in range(n)],
        lambda n: [f"a-{k}" for k in range(n)] + ["a"] * n,
    ],
)
def test_many_alike_names_take_linear_time(stems: object) -> None:
    assert callable(stems)
    assert looks(stems(2000)) <= 2.3 * looks(stems(1000))


def test_parts_are_numbered() -> None:
    stem = paths.feature_stem(3, "a/b", 7, 2)
    assert paths.png(stem) == "probe_3/feature_a_b_7_rank2.png"
    assert paths.png(stem, 4) == "probe_3/feature_a_b_7_rank2_part4.png"
    assert paths.png(paths.combined_stem(3)) == "probe_3/combined_heatmap.png"
    assert paths.png(paths.stacked_stem("a/b", 7)) == "feature_a_b_7_stacked.png"
