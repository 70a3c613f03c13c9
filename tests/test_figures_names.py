"""Names and groups of features beside the rows of a combined heatmap."""

from itertools import pairwise

import pytest
from drawings import PAGES, pixels
from dumps import make_result, settled
from test_figures_layout import (
    bottom_of,
    cells_of,
    check_picture,
    inside,
    middle,
    of_role,
    shade,
    the_one_in,
)

from reportgen import figures
from reportgen.figures import Box, Layout
from reportgen.sheets import MatrixSheet, parts

LONG = "Say a capital city, of whichever state or country it is that is asked for in this prompt"
CALLED = [  # id, label, group
    ("22-clt-hp:1", "Say (Austin)", "outputs"),
    ("7-clt-hp:2", "東京都", "places of all kinds, and the people who live in them or left them"),
    ("3-clt-hp:3", LONG, "outputs"),
    ("0-clt-hp:4", "", "outputs"),
    ("1-clt-hp:5", "is", ""),
    ("2-clt-hp:6", "", ""),
    (f"{'long' * 30}:7", "x", "places of all kinds, and the people who live in them or left them"),
]
IN_GROUPS = [0, 2, 3, 1, 6, 4, 5]
STOPS = [3, 5, 7]


def called_matrix(order: str = "rank", n_tokens: int = 3) -> MatrixSheet:
    """Return a matrix of features by rank, with names."""
    tokens = ["<bos>", *"ab"] + ["c"] * (n_tokens - 3)
    n = len(CALLED)
    rows = [
        (name, [1.0, n - row, *[0.0] * (n_tokens - 2)]) for row, (name, *_) in enumerate(CALLED)
    ]
    result = make_result(tokens, *rows)
    for feature, (_, label, group) in zip(result["activations"], CALLED, strict=True):
        feature |= {key: text for key, text in (("label", label), ("group", group)) if text}
    return settled(result, order=order).probes[0].matrix


def rows_of(layout: Layout) -> list[Box]:
    """Return the places beside all rows of a matrix, from the left edge to the cells."""
    return [
        Box(
            0, grid.top + row * grid.cell_height, grid.left, grid.top + (row + 1) * grid.cell_height
        )
        for grid in layout.grids
        for row in range(grid.fill.shape[0])
    ]


@pytest.mark.parametrize("theme", PAGES)
@pytest.mark.parametrize("order", ["rank", "group"])
def test_label_and_id_stand_beside_their_row(order: str, theme: str) -> None:
    layout = figures.layout(called_matrix(order), theme)
    labels, ids = of_role(layout, "feature label"), of_role(layout, "feature id")
    places = IN_GROUPS if order == "group" else range(len(CALLED))
    for place, row in zip(places, rows_of(layout), strict=True):
        name, label, _ = CALLED[place]
        drawn_id, drawn_label = the_one_in(ids, row), the_one_in(labels, row)
        assert drawn_id is not None
        assert drawn_id.text == name
        assert drawn_id.box.right <= row.right - 4
        assert middle(drawn_id.box)[1] == pytest.approx(middle(row)[1], abs=4)
        if not label:
            assert drawn_label is None
            continue
        assert drawn_label is not None
        assert drawn_label.text == label
        assert drawn_label.box.right < drawn_id.box.left
        assert drawn_label.box.left >= 16
        assert drawn_id.stamp.type.size <= drawn_label.stamp.type.size
        assert drawn_id.stamp.type.size < 7.0
        assert drawn_id.color != drawn_label.color
        assert drawn_label.stamp.text == label or (
            len(label) > 60 and label.startswith(drawn_label.stamp.text.removesuffix("…"))
        )


def test_groups_have_a_bar_a_gap_and_their_name_once() -> None:
    sheet = called_matrix("group")
    layout, image = figures.layout(sheet), pixels(sheet)
    assert [grid.first_row for grid in layout.grids] == [0, *STOPS[:-1]]
    assert [grid.first_row + len(grid.fill) for grid in layout.grids] == STOPS
    for above, below in pairwise(layout.grids):
        assert 5 <= below.top - bottom_of([above]) <= 12
    names, bands = of_role(layout, "group"), layout.bands
    assert len(bands) == 2
    for grid, band, (_, _, name) in zip(layout.grids, bands, (CALLED[0], CALLED[1]), strict=False):
        assert (band.box.top, band.box.bottom) == (grid.top, bottom_of([grid]) + 1)
        assert band.box.right - band.box.left <= 4
        left, top, right, bottom = band.box
        assert (image[top:bottom, left:right] == band.color).all()
        own = [n for n in names if grid.top <= middle(n.box)[1] < bottom_of([grid])]
        shown = " ".join(label.stamp.text for label in own)
        assert shown == name or (shown.endswith("…") and name.startswith(shown[:-1].rstrip()))
        for label in own:
            assert 16 <= label.box.left < label.box.right <= left
            assert grid.top <= label.box.top < label.box.bottom <= bottom_of([grid])
        names = [label for label in names if label not in own]
    assert names == []
    rest = [label for label in layout.labels if label.role.startswith("feature")]
    assert all(label.box.left > bands[0].box.right for label in rest)


def test_without_an_order_by_group_there_is_no_bar() -> None:
    layout = figures.layout(called_matrix())
    assert layout.bands == ()
    assert of_role(layout, "group") == []
    assert len(layout.grids) == 1


def test_groups_have_the_colours_of_their_rows() -> None:
    sheet = called_matrix("group")
    layout, image = figures.layout(sheet), pixels(sheet)
    found = [cell for grid in layout.grids for cell in cells_of(grid)]
    for cell, value in zip(found, sheet.shade.values.ravel().tolist(), strict=True):
        assert image[cell.top + 1, cell.left + 1] == pytest.approx(
            shade(value, 7.0, False, "light"), abs=1
        )


@pytest.mark.parametrize("order", ["rank", "group"])
@pytest.mark.parametrize("n_tokens", [3, 60])
def test_no_two_texts_of_a_matrix_overlap(order: str, n_tokens: int) -> None:
    layout = figures.layout(called_matrix(order, n_tokens))
    level = [label for label in layout.labels if label.role != "head"]
    for number, one in enumerate(level):
        assert inside(one.box, Box(10, 10, layout.size[0] - 10, layout.size[1] - 10)), one.text
        for other in level[number + 1 :]:
            apart = (
                one.box.right <= other.box.left
                or other.box.right <= one.box.left
                or one.box.bottom <= other.box.top + 2
                or other.box.bottom <= one.box.top + 2
            )
            assert apart, (one.text, other.text)


def test_parts_of_a_matrix_keep_their_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MATRIX_FEATURES", 4)
    overview, first, second = (d.sheet for d in called_matrix("group").drawings())
    assert [len(grid.fill) for grid in figures.layout(first).grids] == [3, 1]
    assert [len(grid.fill) for grid in figures.layout(second).grids] == [1, 2]
    assert len(figures.layout(second).bands) == 1
    assert sum(len(grid.fill) for grid in figures.layout(overview).grids) == 4


@pytest.mark.parametrize("theme", PAGES)
def test_the_picture_is_what_the_layout_says(theme: str) -> None:
    check_picture(called_matrix("group"), theme)
