"""How tokens are written: detection on real text, and characters spread over tokens."""

import random
from collections.abc import Iterator, Sequence

import pytest
from byte_letters import half_decoded, to_letters
from hypothesis import given
from hypothesis import strategies as st
from languages import OTHER_SCRIPTS, SENTENCES

from reportgen.encoding import ByteLevel, find_byte_level
from reportgen.tokens import BOS_TOKENS, CONTINUED, join_tokens, read_tokens, readable

TEXTS = {**SENTENCES, **OTHER_SCRIPTS}
LEVELS: tuple[ByteLevel, ...] = ("none", "full", "half")
RAW = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=[]), max_size=4),
        st.sampled_from(["<0xE4>", "<0xBD>", "<0xA0>", "<bos>", "", "âĢ", "Ļ", "Ġx", " é", "▁a"]),
        st.binary(max_size=3).map(lambda data: data.decode("latin-1")),
    ),
    max_size=12,
)


def texts(raw: Sequence[str], level: ByteLevel) -> list[str]:
    return [token.text for token in read_tokens(raw, level)]


def cut(text: str, seed: int) -> list[str]:
    """Return `text` in tokens of one to four characters."""
    rng = random.Random(seed)
    tokens = []
    while text:
        size = rng.randint(1, 4)
        tokens.append(text[:size])
        text = text[size:]
    return tokens


def windows(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give every part of a text of one word or more."""
    for start in range(len(words)):
        for stop in range(start + 1, len(words) + 1):
            yield words[start:stop]


# --- detection ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tokens", "level"),
    [
        (["The", "Ġcat"], "full"),
        (["a", "Ċ"], "full"),
        (["<|endoftext|>", "Ġcat"], "full"),
        (["<｜begin▁of▁sentence｜>", "Ġcat"], "full"),
        (["", "Ġcat"], "full"),
        (["ĠcafÃ©", "ĠâĢ", "Ļ"], "full"),
        (["The", "cat"], "none"),  # no space: nothing says so, and nothing would differ
        (["naÃ¯ve"], "none"),
        (["Ġorġ", " in", " Malta"], "none"),  # Maltese, with plain spaces
        (["Ġorġ", "\n"], "none"),
        (["▁the", "Ġ"], "none"),
        (["Ġcat", "日本"], "none"),
        (["<|Ġ|>"], "none"),  # specials say nothing
        (["a ", "<|âĢĻ|>"], "none"),
        ([], "none"),
        ([" It", "âĢ", "Ļ", "s"], "half"),
        ([" It", "âĢ", "<bos>", "Ļ", " s"], "none"),  # a special lies between
        ([" cafÃ©", " in", " å", "Į", "Ĺ"], "half"),
        (["é", " Çık"], "none"),
        (["ÇI Çık", " Çık"], "none"),
        (
            [" cafÃ©", " garÃ§on", " naÃ¯ve", " Ãªtre"],
            "none",
        ),  # decoded wrongly: it has no own letter
        ([" cafÃ©", " garÃ§on", " naÃ¯ve", " Ãªtre"] * 5 + [" ł"], "none"),
        ([" cafÃ©", " garÃ§on", " lÃł"], "half"),
        ([" cafÃ©", " lÃł"], "none"),  # two are too few
    ],
)
def test_how_tokens_are_written(tokens: list[str], level: ByteLevel) -> None:
    assert find_byte_level([tokens]) == level
    assert find_byte_level(iter([tokens, tokens])) == level


@pytest.mark.parametrize("language", TEXTS)
def test_text_as_people_write_it_is_never_taken_for_bytes(language: str) -> None:
    for text in (TEXTS[language], TEXTS[language].upper(), TEXTS[language].lower()):
        for part in windows(text.split(" ")):
            assert find_byte_level([[f" {word}" for word in part]]) == "none", part
            assert find_byte_level([[word] for word in part]) != "half", part
        assert find_byte_level([cut(text, seed) for seed in range(9)]) == "none"


def test_texts_of_all_languages_together_are_not_taken_for_bytes() -> None:
    assert find_byte_level([cut(text, 1) for text in TEXTS.values()]) == "none"


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_text_that_was_decoded_wrongly_is_left_alone(language: str, encoding: str) -> None:
    wrong = TEXTS[language].encode().decode(encoding, errors="replace")
    assert find_byte_level([cut(wrong, seed) for seed in range(9)]) == "none"


@pytest.mark.parametrize("language", sorted(TEXTS.keys() - {"Maltese"}))
def test_half_decoded_text_is_decoded_over_the_borders_of_tokens(language: str) -> None:
    for text in (TEXTS[language], "Plain words. " + TEXTS[language]):
        tokens = cut(half_decoded(text, known="—–“’"), 7)
        assert find_byte_level([tokens]) == "half"
        assert join_tokens(tokens, "half") == text


def test_maltese_half_decoded_could_as_well_be_decoded_wrongly() -> None:
    assert find_byte_level([cut(half_decoded(SENTENCES["Maltese"]), 7)]) == "none"


def test_a_few_broken_characters_do_not_spoil_a_half_decoded_file() -> None:
    good = [[" It", "âĢ", "Ļ", "s"]] * 9
    assert find_byte_level([*good, ["a", "é", "b"]]) == "half"  # 9 of 10
    assert find_byte_level([*good, ["a", "é", "b", "ü", "c"]]) == "none"  # 9 of 11


@pytest.mark.parametrize(
    "edge",
    [["Ļ", "s"], ["ĢĻ", "s"], ["ŁĻĤ", "!"], ["is", "âĢ"], ["is", "Ã"], ["is", "ðŁĻ"], ["is", "ð"]],
)
def test_a_character_cut_off_at_the_ends_of_a_text_says_nothing(edge: list[str]) -> None:
    assert find_byte_level([[" It", "âĢ", "Ļ", "s"], edge]) == "half"
    assert find_byte_level([edge]) == "none"


@pytest.mark.parametrize("middle", [["a", "Ļ", "s"], ["a", "âĢ", "s"], ["<bos>", "Ļ", "s"]])
def test_bytes_missing_inside_a_text_count(middle: list[str]) -> None:
    assert find_byte_level([[" It", "âĢ", "Ļ", "s"], middle]) == "none"


# --- characters spread over tokens ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "level", "shown"),
    [
        (["Ġä½", "ł", "Ġx"], "full", [" 你", "↤", " x"]),
        (["Ġä½", "łĠx"], "full", [" 你", "↤ x"]),
        (["ä", "½", "ł"], "full", ["你", "↤", "↤"]),
        (["ä", "", "½", "ł"], "full", ["你", "", "↤", "↤"]),
        (["ä½", "Ġx"], "full", ["\\xe4\\xbd", " x"]),
        (["ä½", "ä½", "ł"], "full", ["\\xe4\\xbd", "你", "↤"]),
        (["łä½", "łł"], "full", ["\\xa0你", "↤\\xa0"]),
        (["ä½", "<bos>", "ł"], "full", ["\\xe4\\xbd", "<bos>", "\\xa0"]),
        (["ä½", "日", "ł"], "full", ["\\xe4\\xbd", "日", "\\xa0"]),
        (["ðŁĻĤðŁ", "ĻĤĊ"], "full", ["🙂🙂", "↤↵"]),
        (["<0xE4>", "<0xBD>", "<0xA0>", "▁a"], "none", ["你", "↤", "↤", " a"]),
        (["<0xE4>", "<0xBD>", "a"], "none", ["\\xe4", "\\xbd", "a"]),
        (["<0xC3>", "", "<0xA9>"], "none", ["é", "", "↤"]),
        (["<0xE2>", "<0x80>", "<0x8B>"], "none", ["U+200B", "↤", "↤"]),
        ([" It", "âĢ", "Ļ", "s"], "half", [" It", "’", "↤", "s"]),
        ([" å", "Į", "Ĺ,", " so"], "half", [" 北", "↤", "↤,", " so"]),
        ([" a—âĢ", "Ļb"], "half", [" a—’", "↤b"]),
        (["âĢ—Ļ"], "half", ["\\xe2\\x80—\\x99"]),
        (["čĊ", "Ġa", "ġ"], "half", ["␍↵", " a", "␡"]),
        (["<0x0A>", "▁a", "日本"], "half", ["<0x0A>", " a", "日本"]),
        (["\ud83d", "âĢ", "Ļ"], "half", ["U+D83D", "’", "↤"]),
        (["\xa0", "\xad", "\x85"], "half", ["U+00A0", "U+00AD", "U+0085"]),
    ],
)
def test_the_first_token_shows_the_character(
    raw: list[str], level: ByteLevel, shown: list[str]
) -> None:
    assert texts(raw, level) == shown
    assert [token.raw for token in read_tokens(raw, level)] == raw


def test_the_token_that_ends_a_line_is_the_one_with_the_newline() -> None:
    tokens = read_tokens(["ä½", "łĊ", "x"], "full")
    assert [token.has_newline for token in tokens] == [False, True, False]


@given(RAW, st.sampled_from(LEVELS))
def test_nothing_is_dropped_and_the_raw_token_is_kept(raw: list[str], level: ByteLevel) -> None:
    tokens = read_tokens(raw, level)
    assert [token.raw for token in tokens] == raw
    assert all(token.text for token in tokens if token.raw)
    assert all(char.isprintable() for token in tokens for char in token.text)
    whole = readable(join_tokens(raw, level))
    if not any(CONTINUED in token or token in BOS_TOKENS for token in raw):
        assert "".join(token.text for token in tokens).replace(CONTINUED, "") == whole


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.integers(),
    st.sampled_from(["full", "half", "none"]),
)
def test_a_text_cut_anywhere_is_read_as_what_it_was(text: str, seed: int, level: ByteLevel) -> None:
    if level == "none":
        raw = [f"<0x{byte:02X}>" for byte in text.encode()]
    else:
        raw = cut(to_letters(text), seed)
    if level == "half" and "\u2581" in text:
        return
    raw = ["<bos>", *raw]
    assert join_tokens(raw, level) == text
    read = "".join(texts(raw[1:], level))
    assert read.replace(CONTINUED, "") == readable(text).replace(CONTINUED, "")


@given(RAW, st.sampled_from(LEVELS), st.integers(0, 12))
def test_text_far_away_changes_nothing(raw: list[str], level: ByteLevel, at: int) -> None:
    """What stands between two tokens that are read alone is read as if nothing were around it."""
    assert texts([" a", *raw, " b"], level)[1:-1] == texts(raw, level)
