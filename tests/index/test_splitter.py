"""Passages follow the document's structure and fit the encoder's window."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from index.readers.documents import Cue, Document, Section
from index.splitter import Limits, split
from snapshot.models import Fragment, Heading, Link, Page, Passage, TimeRange, embedding_text
from tests.fakes.content import resource
from tests.fakes.encoder import WordEncoder

LIMITS = Limits(max_tokens=40, cue_tokens=12, pause_s=2.0)
RESOURCE = resource("travel/expenses.md", title="Expenses")


def words(texts: object) -> list[int]:
    return [len(text.split()) for text in texts]  # type: ignore[attr-defined]


def _passages(*sections: Section, limits: Limits = LIMITS) -> list[Passage]:
    return split(RESOURCE, Document(sections=sections), words, limits)


def _section(*blocks: str, heading: str = "Mileage") -> Section:
    return Section((heading,), Heading(heading.lower(), heading), blocks)


def test_passages_keep_within_a_small_window_behind_its_prompt() -> None:
    """128 tokens less two marks and a prompt of two; a large window changes nothing."""
    small = WordEncoder(max_tokens=128)
    small.fingerprint = replace(small.fingerprint, prompts=("query: ", "text to find: "))
    assert Limits().within(small) == Limits(max_tokens=123, cue_tokens=61)
    assert Limits().within(WordEncoder(max_tokens=256)) == Limits()


def test_a_short_section_is_one_passage_at_its_heading() -> None:
    [passage] = _passages(_section("Claim 45 pence a mile.", "Keep the receipts."))
    assert passage == Passage(
        resource_id=RESOURCE.id,
        ordinal=0,
        heading_path=("Mileage",),
        locator=Heading("mileage", "Mileage"),
        text="Claim 45 pence a mile.\n\nKeep the receipts.",
    )


def test_sections_are_not_mixed_however_short() -> None:
    passages = _passages(_section("One."), _section("Two.", heading="Taxis"))
    assert [(p.heading_path, p.text, p.ordinal) for p in passages] == [
        (("Mileage",), "One.", 0),
        (("Taxis",), "Two.", 1),
    ]


def test_a_long_section_falls_into_parts_of_like_size_between_its_blocks() -> None:
    blocks = [f"Block {n} " + "word " * 8 for n in range(6)]  # 60 words, 38 fit
    texts = [p.text for p in _passages(_section(*(b.strip() for b in blocks)))]
    assert [text.count("Block") for text in texts] == [3, 3]


def test_a_block_that_is_too_long_is_cut_between_sentences() -> None:
    block = " ".join(f"Sentence {n} has exactly seven words in." for n in range(10))
    passages = _passages(_section(block))
    assert [p.text.count("Sentence") for p in passages] == [5, 5]
    assert all(p.text.startswith("Sentence") and p.text.endswith("in.") for p in passages)
    assert " ".join(p.text for p in passages) == block


def test_a_list_that_is_too_long_is_cut_between_its_items() -> None:
    block = "\n".join(f"- item {n} of a list that is rather long" for n in range(8))
    passages = _passages(_section(block))
    assert [p.text.count("- item") for p in passages] == [3, 3, 2]
    assert "\n".join(p.text for p in passages) == block


def test_what_announces_a_list_stays_with_it() -> None:
    intro = "You will need the following things when you claim:"
    items = "\n".join(f"- thing number {n} on the list" for n in range(5))
    passages = _passages(_section("Before " * 20 + "we start.", intro, items))
    [found] = [p for p in passages if intro in p.text]
    assert "- thing number 0" in found.text


def test_a_section_without_words_gives_nothing() -> None:
    assert _passages(_section("---", "***")) == []


def test_each_part_of_plain_text_is_found_by_its_own_first_words() -> None:
    blocks = tuple(f"Paragraph {n} " + "word " * 25 for n in range(2))
    passages = _passages(Section((), Fragment("Paragraph 0 word"), blocks))
    assert [p.locator for p in passages] == [
        Fragment("Paragraph 0 word"),
        Fragment("Paragraph 1 word word word word word word"),
    ]


@given(
    st.lists(
        st.lists(st.text(st.sampled_from("ab .\n-"), max_size=120), max_size=5),
        max_size=4,
    )
)
def test_no_passage_exceeds_the_window_and_no_word_is_lost(blocks: list[list[str]]) -> None:
    sections = [Section((), Page(n + 1), tuple(b)) for n, b in enumerate(blocks)]
    passages = _passages(*sections)
    for passage in passages:
        assert words([embedding_text(RESOURCE.title, passage.heading_path, passage.text)])[0] <= 40
    kept = "".join("".join(p.text.split()) for p in passages)
    given_ = "".join("".join(b.split()) for section in sections for b in section.blocks)
    assert [c for c in kept if c.isalnum()] == [c for c in given_ if c.isalnum()]


def _cues(*texts: str, length_s: float = 4.0, gap_s: float = 0.0) -> tuple[Cue, ...]:
    step = length_s + gap_s
    return tuple(Cue(n * step, n * step + length_s, text) for n, text in enumerate(texts))


def _spoken(cues: tuple[Cue, ...]) -> list[Passage]:
    return split(RESOURCE, Document(cues=cues), words, LIMITS)


def test_cues_merge_into_passages_that_start_on_a_cue_and_end_with_a_sentence() -> None:
    passages = _spoken(
        _cues(
            "feedback works best when it is",
            "about one thing that you saw.",
            "So begin with what you saw",
            "and then say what it did to you and",
            "ask what they think.",
        )
    )
    assert [(p.locator, p.text) for p in passages] == [
        (TimeRange(0, 8), "feedback works best when it is about one thing that you saw."),
        (
            TimeRange(8, 20),
            "So begin with what you saw and then say what it did to you and ask what they think.",
        ),
    ]


def test_a_chapter_of_a_recording_begins_a_passage_and_stands_above_it() -> None:
    cues = (
        Cue(0.0, 1.0, "Hello."),
        Cue(1.0, 2.0, "word " * 50, "Parking"),
        Cue(2.0, 3.0, "Then eat.", "Lunch"),
    )
    found = _spoken(cues)
    paths = [passage.heading_path for passage in found]
    assert paths[0] == ()
    assert paths[-1] == ("Lunch",)
    assert set(paths[1:-1]) == {("Parking",)}
    assert len(paths) > 3
    assert found[-1].locator == TimeRange(2.0, 3.0)


def test_a_place_inside_a_recording_is_known_to_the_cue() -> None:
    passage = _spoken(_cues("one two three", "four five six", "seven."))[0]
    assert passage.marks == ((0, 0.0), (14, 4.0), (28, 8.0))
    assert passage.locator_at(passage.text.index("five")) == TimeRange(4.0, 12.0)
    assert passage.locator_at(0) == TimeRange(0.0, 12.0)


def test_a_pause_ends_a_passage_where_nothing_is_punctuated() -> None:
    texts = ["several words said without any full stop at all in here"] * 4
    passages = _spoken(_cues(*texts, gap_s=2.5))
    assert [p.locator for p in passages] == [
        TimeRange(0, 10.5),
        TimeRange(13, 23.5),
    ]


def test_speech_without_end_is_cut_at_the_window() -> None:
    passages = _spoken(_cues(*["on and on and on it goes"] * 20))
    assert max(words([p.text for p in passages])) <= 39
    assert sum(words([p.text for p in passages])) == 140


def test_a_cue_longer_than_the_window_shares_out_its_time() -> None:
    passages = _spoken((Cue(10.0, 110.0, "word " * 100),))
    assert passages[0].locator.label == "0:10"
    starts = [p.locator.start_s for p in passages if isinstance(p.locator, TimeRange)]
    assert starts == sorted(starts)
    assert len(starts) > 2


def test_links_go_to_the_passage_in_which_their_words_stand() -> None:
    """Also where a block is cut apart and the same words stand elsewhere without a link."""
    blocks = ("form first. " + "word " * 30 + "End. The form is here. " + "more " * 20, "Last form")
    text = "\n\n".join(blocks)
    links = tuple(
        Link(at, at + 4, address)
        for at, address in ((text.index("The form") + 4, "a"), (len(text) - 4, "b"))
    )
    passages = _passages(replace(_section(*blocks), links=links))
    found = [(one, link) for one in passages for link in one.links]
    assert [(one.text[link.start - 4 : link.end], link.url) for one, link in found] == [
        ("The form", "a"),
        ("ast form", "b"),
    ]
    assert len(passages) > 1
