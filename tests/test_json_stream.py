"""Reading piece by piece gives what reading at once does, wherever the pieces end."""

import io
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reportgen.formats import json_stream
from reportgen.formats.json_stream import BrokenJSONError, JSONStream

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


def read(data: bytes, chunk: int) -> Any:
    """Read a file by chunks of so many bytes; return the documents in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "CHUNK", chunk)
        stream = JSONStream(io.BytesIO(data))
        return [walk(stream) for _ in stream.documents()]


def walk(stream: JSONStream) -> Any:
    """Read what begins here; of objects and lists, those in odd places are walked into."""
    if stream.peek() == "{":
        return {key: one(stream, len(key)) for key in stream.members()}
    if stream.peek() == "[":
        return [one(stream, position) for position in stream.items()]
    return stream.value()


def one(stream: JSONStream, number: int) -> Any:
    return walk(stream) if number % 2 else stream.value()


@given(
    VALUES | st.fixed_dictionaries({"results": VALUES, "model": VALUES}),
    st.integers(1, 40),
    st.booleans(),
    st.sampled_from([None, 1, "\t"]),
)
def test_the_same_as_at_once(value: Any, chunk: int, ascii_only: bool, indent: Any) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    data = text.encode("utf-8", "surrogatepass")
    if ascii_only or not any("\ud800" <= char <= "\udfff" for char in text):
        assert read(data, chunk) == [json.loads(data)]


@given(
    st.lists(
        st.sampled_from(
            [
                '{"results": [',
                '"a": ',
                "1",
                "-",
                "0.5e",
                "{",
                "}",
                "[",
                "]",
                ",",
                '"',
                "\\u12",
                "\n",
            ]
        )
        | st.sampled_from(["true", "nul", "NaN", " ", "x", "é", "1e400"]),
        max_size=12,
    ),
    st.integers(1, 9),
)
def test_broken_where_reading_at_once_says_so(parts: list[str], chunk: int) -> None:
    text = "".join(parts)
    try:
        expected = json.loads(text)
    except json.JSONDecodeError as error:
        assume(error.msg != "Extra data")  # (which is a document of its own, on its own line)
        place = f"line {error.lineno}, column {error.colno}" if error.pos else "not JSON"
        place = place if text.strip() else "empty"
    else:
        assert json.dumps(read(text.encode(), chunk)) == json.dumps([expected])
        return
    with pytest.raises(BrokenJSONError, match=place):
        read(text.encode(), chunk)


@given(st.lists(VALUES, min_size=1, max_size=4), st.integers(1, 40), st.sampled_from([None, 1]))
def test_documents_on_lines_of_their_own(values: list[Any], chunk: int, indent: Any) -> None:
    data = "\n".join(json.dumps(value, indent=indent) for value in values).encode()
    assert read(data + b"\n\n", chunk) == json.loads(json.dumps(values))


@pytest.mark.parametrize("chunk", [1, 5, 1000])
def test_documents_know_their_lines(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "CHUNK", chunk)
    stream = JSONStream(io.BytesIO(b'\n{"a":\n[1]}\n\n  2\n"x"'))
    assert [(line, stream.value()) for line in stream.documents()] == [
        (2, {"a": [1]}),
        (5, 2),
        (6, "x"),
    ]


@pytest.mark.parametrize("text", ["1 2", "[1] [2]", '{"a": 1} {"b": 2}', '{"a":\n1} x'])
def test_two_documents_on_one_line(text: str) -> None:
    with pytest.raises(BrokenJSONError, match="expected the end of the line"):
        read(text.encode(), 100)


def test_text_that_is_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "CHUNK", 100)
    data = b'{"results": [' + b", ".join([b"[1, 2, 3]"] * 1000) + b"]}"
    stream = JSONStream(io.BytesIO(data))
    assert next(stream.documents()) == 1
    assert next(stream.members()) == "results"
    for _ in stream.items():
        assert stream.value() == [1, 2, 3]
        assert len(stream._text) < 300


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_what_was_found_is_shown_wherever_the_pieces_end(chunk: int) -> None:
    with pytest.raises(
        BrokenJSONError, match=r"line 2, column 4: .*, found \"'b': 'abcdefghijklmnopqr\""
    ):
        read(b"{\"a\": 1,\n   'b': 'abcdefghijklmnopqrstuvwxyz'}", chunk)
