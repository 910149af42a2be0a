"""Transcripts in WebVTT and SubRip."""

import pytest

from errors import ReadError
from index.readers import transcript
from index.readers.documents import Cue, Document

VTT = """WEBVTT - Leave explained
Kind: captions
Language: en-GB

NOTE by the team
on two lines

STYLE
::cue { color: red }

intro
00:01.000 --> 00:04.500 align:start position:0%
<v Jane Doe>Hello &amp; <b>welcome</b>
to leave.

01:00:05.000 --> 01:00:06.000
[Music]

01:00:06.000 --> 01:00:09.250
<c.yellow>The</c> end<01:00:08.000> now.
"""


def _vtt(*cues: str) -> Document:
    return transcript.read("\n\n".join(["WEBVTT", *cues]).encode(), "talk.vtt")


def test_cues_are_read_without_markup_and_sounds() -> None:
    assert transcript.read(VTT.encode(), "talk.vtt") == Document(
        language="en-GB",
        cues=(
            Cue(1.0, 4.5, "Jane Doe: Hello & welcome to leave."),
            Cue(3606.0, 3609.25, "The end now."),
        ),
    )


def test_subrip_is_read() -> None:
    source = (
        "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hello</i>\r\nthere\r\n\r\n"
        "2\r\n00:00:03,000 --> 00:00:04,000\r\n{\\an8}Above\r\n"
    )
    assert transcript.read(source.encode(), "talk.SRT").cues == (
        Cue(1.0, 2.5, "Hello there"),
        Cue(3.0, 4.0, "Above"),
    )


def test_cues_without_an_empty_line_between_them_are_cues() -> None:
    source = (
        "1\n00:00:01,000 --> 00:00:02, 000\nThe fee\nis 9\n2\n00:00:02,000 --> 00:00:03,000\nNow."
    )
    assert transcript.read(source.encode(), "talk.srt").cues == (
        Cue(1.0, 2.0, "The fee is 9"),
        Cue(2.0, 3.0, "Now."),
    )


def test_a_remark_names_the_chapter_that_begins_with_the_next_cue() -> None:
    found = _vtt(
        "NOTE Chapter: Never mind",
        "NOTE\nchapter : Arriving &\nparking",
        "NOTE by the team",
        "1\n00:01.000 --> 00:02.000\n[Music]",
        "00:02.000 --> 00:03.000\nCome in.",
        f"NOTE Chapter: {'far too long ' * 10}",
        "00:03.000 --> 00:04.000\nSit down.",
        "NOTE Chapter: Nobody speaks here",
    )
    assert found.cues == (
        Cue(2.0, 3.0, "Come in.", "Arriving & parking"),
        Cue(3.0, 4.0, "Sit down."),
    )


def test_a_webvtt_file_may_be_called_srt_and_say_its_language_in_a_remark() -> None:
    source = b"WEBVTT\n\nNOTE language:en-us\n\n00:01.000 --> 00:02.000\nNine.\n"
    assert transcript.read(source, "talk.srt") == Document(
        language="en-us", cues=(Cue(1.0, 2.0, "Nine."),)
    )


def test_thumbnails_are_no_words() -> None:
    assert not _vtt("00:01.000 --> 00:05.000\nsprite.jpg#xywh=0,0,160,90").cues


def test_cues_are_put_in_order_of_time() -> None:
    document = _vtt("00:05.000 --> 00:06.000\nb", "00:01.000 --> 00:02.000\na")
    assert [cue.text for cue in document.cues] == ["a", "b"]


def test_rolling_captions_say_every_line_once() -> None:
    """YouTube repeats in each cue the line before, and between cues the last state."""
    document = _vtt(
        "00:00.000 --> 00:02.000\n \nhello<00:01.000><c> and</c>",
        "00:02.000 --> 00:02.010\nhello and\n ",
        "00:02.010 --> 00:04.000\nhello and\nwelcome back",
        "00:04.000 --> 00:04.010\nwelcome back\n ",
        "00:04.010 --> 00:06.000\nwelcome back\nto the show",
    )
    assert document.cues == (
        Cue(0.0, 2.01, "hello and"),
        Cue(2.01, 4.01, "welcome back"),
        Cue(4.01, 6.0, "to the show"),
    )


def test_a_speaker_who_says_a_thing_twice_is_left_alone() -> None:
    cues = ["Yes.", "Yes.", "No.", "Maybe.", "Later.", "Fine."]
    document = _vtt(*(f"00:0{n}.000 --> 00:0{n}.900\n{text}" for n, text in enumerate(cues)))
    assert [cue.text for cue in document.cues] == cues


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1\n00:01.000 --> 00:02.000\nx", "line 1: a WebVTT file begins with the word WEBVTT"),
        ("WEBVTT\n\n00:01.000 -> 00:02.000\nx", "line 4: a timing must stand here: 'x'"),
        ("WEBVTT\n\n00:01 --> 00:02\nx", "line 3: not a timing, which looks like"),
        ("WEBVTT\n\n00:01.000 --> 00:75.000\nx", "line 3: not a timing"),
        (
            "WEBVTT\n\n00:09.000 --> 00:05.000\nx",
            "line 3: the cue ends at 0:05, before it begins at 0:09",
        ),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n00:03.000 --> 00:4\ny",
            "line 5: a timing in the text of a cue: '00:03.000 --> 00:4'",
        ),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\n17", "line 6: a timing must stand here: '17'"),
    ],
)
def test_a_malformed_file_is_refused_with_its_line(source: str, reason: str) -> None:
    """Half a talk must not be served as a whole one."""
    with pytest.raises(ReadError) as raised:
        transcript.read(source.encode(), "talk.vtt")
    assert reason in str(raised.value)


def test_an_arrow_in_what_is_said_is_no_timing() -> None:
    source = "1\n00:00:01,000 --> 00:00:02,000\nFrom A --> B"
    assert transcript.read(source.encode(), "talk.srt").cues[0].text == "From A --> B"


def test_a_transcript_without_cues_has_no_text() -> None:
    assert transcript.read(b"WEBVTT\n", "talk.vtt") == Document()


def test_a_run_of_notes_takes_no_time() -> None:
    """The pattern for sounds once tried every way to divide them."""
    [cue] = _vtt("00:01.000 --> 00:02.000\n" + "♪" * 5_000 + " la").cues
    assert cue.text.endswith("la")


@pytest.mark.parametrize(
    "remark",
    [
        "\nAudience: managers",
        "\n\nNOTE audience: managers",
        "\n\nNOTE\nAudience:\nmanagers",
        '\n\nNOTE {"audience": ["managers"]}',
    ],
)
def test_an_audience_in_a_remark_is_not_passed_over(remark: str) -> None:
    """It is found, for metadata to confirm, as in every file."""
    source = f"WEBVTT{remark}\n\n00:01.000 --> 00:02.000\nAudience: Why?"
    assert transcript.read(source.encode(), "talk.vtt").said_audience == "managers"


def test_who_speaks_is_said_where_it_changes() -> None:
    """As Teams exports a meeting."""
    document = _vtt(
        "a/1-0\n00:01.000 --> 00:02.000\n<v Jane Doe>Good\nmorning.</v>",
        "a/2-0\n00:02.000 --> 00:03.000\n<v Jane Doe>Shall we?</v>",
        "a/3-0\n00:03.000 --> 00:04.000\n<v.loud Ö&amp;K>Yes.</v> <v Jane Doe>Go.</v>",
    )
    assert [cue.text for cue in document.cues] == [
        "Jane Doe: Good morning.",
        "Shall we?",
        "Ö&K: Yes. Jane Doe: Go.",
    ]


def _srt(*said: str) -> list[str]:
    cues = [
        f"{n}\n00:00:{n:02},000 --> 00:00:{n + 2:02},000\n{text}" for n, text in enumerate(said)
    ]
    return [cue.text for cue in transcript.read("\n\n".join(cues).encode(), "talk.srt").cues]


@pytest.mark.parametrize(
    "said",
    [
        ("shut the", "shut the red valve", "the red valve and wait", "and wait for me"),
        ("shut the", "Shut the red", "shut the red valve", "shut the red valve and wait for me"),
        ("shut the\nred valve", "red valve\nand wait", "and wait\nfor me", "for me"),
        ("shut the red valve", "the red valve and wait for me"),
    ],
)
def test_words_that_captions_repeat_as_they_roll_or_grow_are_said_once(said: tuple[str]) -> None:
    assert " ".join(_srt(*said)) == "shut the red valve and wait for me"


def test_what_speakers_repeat_stays() -> None:
    said = ["Is it shut?", "Yes.", "Yes.", "It is.", "Go on.", "Go on now."]
    assert _srt(*said) == said


def test_only_sounds_in_brackets_go() -> None:
    said = ["[Music]", "(door closes) [applause]", "[Never touch valve 7]", "(That one is hot.)"]
    assert _srt(*said) == said[2:]
