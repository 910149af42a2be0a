"""What an owner says is asked finds its place, and is shown to nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from errors import ContentError
from index.build import Build
from index.encoder_source import GivenEncoder
from index.material import Material, gather
from index.readers.extraction import Extraction
from index.reporting.build_report import BuildReport
from retrieval.answer import Answer, Outcome, Question
from retrieval.retriever import Retriever
from snapshot.manifest import AskedAs
from snapshot.models import EVERYONE
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder

TODAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
VALID = "validated_by: Ann\nvalidated_on: 2026-01-15\n"
TALK = "WEBVTT\n\n00:00.000 --> 00:30.000\nHello all.\n\n00:30.000 --> 01:00.000\nGoodbye now.\n"
LEAVE = """# Leave

What there is to know about being away.

## How many days

Everyone has 26 days a year, and more after some years.

## Carry over

Until March.
"""
Put = Callable[..., None]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "pay").mkdir(parents=True)
    (folder / "_folder.yaml").write_text(
        f"base_url: https://intranet.example.com/\nowner: HR\nlanguage: en\n{VALID}"
    )
    (folder / "leave.md").write_text(LEAVE)
    (folder / "taxi.md").write_text("# Taxis\n\nA taxi needs a reason. Write it on the form.\n")
    (folder / "draft.md").write_text("---\nstatus: draft\n---\n# Draft\n\nNobody vouches for it.\n")
    (folder / "talk.vtt").write_text(TALK)
    (folder / "talk.vtt.meta.yaml").write_text("url: /talk.mp4\n")
    (folder / "pay" / "_folder.yaml").write_text("audience: [managers]\n")
    (folder / "pay" / "bands.md").write_text("# Bands\n\nBand A begins at the bottom.\n")
    return folder


def _listed(content: Path, *lines: dict[str, object]) -> None:
    (content / "_asked_as.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))


def _build(content: Path) -> tuple[BuildReport, Snapshot]:
    store = SnapshotStore(content.parent / "snapshots")
    done = Build(store, GivenEncoder(WordEncoder())).run(content, Extraction(), TODAY)
    return done, store.open()


def _gathered(content: Path) -> Material:
    return gather(content, Extraction(), TODAY)


def _ask(snapshot: Snapshot, text: str, *audience: str) -> Answer:
    asked = Question(text, audience=frozenset({EVERYONE, *audience}), asked_at=NOON)
    return Retriever(snapshot, WordEncoder()).answer(asked)


def _places(answer: Answer) -> list[tuple[str, str]]:
    return [(one.resource.path, one.place) for one in answer.results]


def test_an_exact_wording_puts_its_place_first_and_is_answered(content: Path) -> None:
    _, before = _build(content)
    assert _ask(before, "vacay pto").outcome is Outcome.NOTHING_VALIDATED
    _listed(content, {"question": "vacay pto", "place": "leave.md#how-many-days"})
    _, snapshot = _build(content)
    for text in ("vacay pto", "Vacay PTO?", "what is my vacay pto"):
        answer = _ask(snapshot, text)
        assert answer.outcome is Outcome.ANSWERED
        assert _places(answer)[0] == ("leave.md", "How many days")


def test_it_wins_over_a_page_that_is_called_so(content: Path) -> None:
    """The owner of the content says so; a title is only likely to."""
    (content / "days.md").write_text(
        "# Free days\n\nFree days. Free days are days that are free.\n"
    )
    _, before = _build(content)
    assert _places(_ask(before, "free days"))[0][0] == "days.md"
    _listed(content, {"question": "free days", "place": "leave.md#carry-over"})
    _, snapshot = _build(content)
    answer = _ask(snapshot, "free days")
    assert (answer.outcome, _places(answer)[0]) == (Outcome.ANSWERED, ("leave.md", "Carry over"))


def test_other_questions_are_answered_as_ever(content: Path) -> None:
    """Also one that shares a word with a wording, but not what it is about."""
    _, before = _build(content)
    _listed(content, {"question": "vacay days allowance", "place": "leave.md#how-many-days"})
    _, snapshot = _build(content)
    for text in ("write the form", "until March", "days of the taxi form", "nothing at all"):
        ranked = [Retriever(one, WordEncoder()) for one in (before, snapshot)]
        first, second = (one.rank(Question(text, asked_at=NOON)) for one in ranked)
        assert [(hit.passage, hit.score) for hit in first] == [
            (hit.passage, hit.score) for hit in second
        ]
        assert _ask(snapshot, text).evidence == _ask(before, text).evidence


def test_words_that_only_the_wording_holds_lead_there_without_being_sure(content: Path) -> None:
    _listed(content, {"question": "pto", "place": "leave.md#how-many-days"})
    _, snapshot = _build(content)
    answer = _ask(snapshot, "how much pto before the taxi")
    assert answer.outcome is not Outcome.ANSWERED
    ranked = Retriever(snapshot, WordEncoder()).rank(Question("pto forms", asked_at=NOON))
    assert ranked[0].locator.label == "How many days"
    assert 0 < ranked[0].parts["asked"] < 1


def test_files_say_what_their_beginning_answers(content: Path) -> None:
    (content / "leave.md").write_text(f"---\nasked_as: [pto, vacay]\n---\n{LEAVE}")
    (content / "taxi.md.meta.yaml").write_text("asked_as: cab fare\n")
    (content / "links.csv").write_text(
        "title,url,asked_as\nTimesheets,https://time.example/,clocking in\n"
    )
    _, snapshot = _build(content)
    asked = {"pto": "leave.md", "vacay": "leave.md", "cab fare": "taxi.md"}
    for text, path in {**asked, "clocking in": "links.csv:2"}.items():
        answer = _ask(snapshot, text)
        assert (answer.outcome, _places(answer)[0]) == (Outcome.ANSWERED, (path, ""))
        assert answer.results[0].best.passage.ordinal == 0


def test_the_wording_is_in_no_text_and_no_result(content: Path) -> None:
    _listed(content, {"question": "zzyzx", "place": "leave.md#how-many-days"})
    _, snapshot = _build(content)
    answer = _ask(snapshot, "zzyzx")
    assert answer.outcome is Outcome.ANSWERED
    assert "zzyzx" not in repr(answer.results)
    folder = snapshot.folder
    shown = [(folder / name).read_text() for name in ("resources.jsonl", "passages.jsonl")]
    assert "zzyzx" not in "".join(shown)
    assert not snapshot.lexical.holds("zzyzx")


def test_for_few_it_moves_nothing_for_others(content: Path) -> None:
    """Neither results, nor confidence, nor what a misspelt word is read as."""
    _, before = _build(content)
    _listed(
        content,
        {"question": "salaries", "place": "pay/bands.md"},
        {"question": "sabbatical", "place": "leave.md#carry-over"},
    )
    _, snapshot = _build(content)
    for text in ("salaries", "salaries taxi form"):
        theirs, ours = _ask(before, text), _ask(snapshot, text)
        assert (ours.outcome, ours.evidence) == (theirs.outcome, theirs.evidence)
        assert _places(ours) == _places(theirs)
    answer = _ask(snapshot, "salaries", "managers")
    assert (answer.outcome, _places(answer)[0]) == (Outcome.ANSWERED, ("pay/bands.md", ""))
    assert "salaries" not in snapshot.vocabulary
    assert snapshot.vocabulary.nearest("salareis", str) is None
    assert snapshot.vocabulary.nearest("sabatical", str) == "sabbatical"


def test_a_synonym_does_not_hide_the_wording(content: Path) -> None:
    """It is read as the folder's own word, and met as it was typed."""
    (content / "_synonyms.txt").write_text("pto, taxi\n")
    _listed(content, {"question": "pto", "place": "leave.md#carry-over"})
    _, snapshot = _build(content)
    assert _places(_ask(snapshot, "pto"))[0] == ("leave.md", "Carry over")


def test_a_change_of_wordings_is_published_and_encodes_only_them(content: Path) -> None:
    _listed(content, {"question": "pto", "place": "leave.md#carry-over"})
    first, snapshot = _build(content)
    assert snapshot.manifest.asked_as == (AskedAs("pto", (2,)),)
    assert snapshot.asked_as.shape == (1, 64)
    _listed(content, {"question": "pto", "place": ["leave.md#carry-over", "taxi.md"]})
    second, snapshot = _build(content)
    assert second.published
    assert second.encoded == 0
    assert snapshot.manifest.asked_as == (AskedAs("pto", (2, 5)),)
    assert second.snapshot_id != first.snapshot_id
    assert not _build(content)[0].published


def test_a_stretch_of_a_recording_and_all_parts_of_a_section_are_its_place(content: Path) -> None:
    long = "\n\n".join(f"Paragraph {n} {'says a little more ' * 30}." for n in range(8))
    (content / "taxi.md").write_text(f"# Taxis\n\n## Long\n\n{long}\n")
    _listed(
        content,
        {"question": "farewell", "place": "talk.vtt#t=0,60"},
        {"question": "cab", "place": "taxi.md#long"},
    )
    _, snapshot = _build(content)
    farewell, cab = snapshot.manifest.asked_as
    assert {snapshot.resources[snapshot.owners[row]].path for row in farewell.rows} == {"talk.vtt"}
    assert {snapshot.passage(row).locator.label for row in cab.rows} == {"Long"}
    assert len(cab.rows) > 1


def test_what_leads_nowhere_is_noted_with_its_line(content: Path) -> None:
    _listed(
        content,
        {"question": "a", "place": "leave.md#gone"},
        {"question": "b", "place": "draft.md"},
        {"question": "c", "place": "never.md", "asked": 3, "note": "from the log"},
        {"question": "d", "place": "taxi.md", "adience": "managers"},
        {"question": "e", "place": "pay/bands.md"},
    )
    done, snapshot = _build(content)
    path = content / "_asked_as.jsonl"
    noted = [one for one in _gathered(content).warnings if str(path) in one]
    assert noted == [one for one in done.warnings if str(path) in one]
    assert noted == [
        f"{path}, line 1: 'leave.md#gone' is not in leave.md, which has leave.md, "
        "leave.md#how-many-days, leave.md#carry-over",
        f"{path}, line 2: 'draft.md' is not served today (`python -m index check` lists why)",
        f"{path}, line 3: 'never.md' is in no file of the content folder",
        f"{path}, line 4: 'adience' is passed over; fields are question, place",
    ]
    assert [one.question for one in snapshot.manifest.asked_as] == ["d", "e"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nonsense", "not JSON"),
        ('["pto"]', "not a JSON object"),
        ('{"place": "leave.md"}', "question must be a text, not None"),
        ('{"question": "?!", "place": "leave.md"}', "the wording '?!' holds no word"),
        (json.dumps({"question": "x" * 201, "place": "leave.md"}), "at most 200 are read"),
        ('{"question": "pto"}', "place must be a file of the content folder"),
        ('{"question": "pto", "place": []}', "not []"),
        ('{"question": "pto", "place": "../leave.md"}', "the path is that within"),
        ('{"question": "pto", "place": "a.pdf#page=0"}', "page takes a whole number from 1"),
    ],
)
def test_what_cannot_be_read_stops_the_build_with_file_and_line(
    content: Path, line: str, says: str
) -> None:
    path = content / "_asked_as.jsonl"
    path.write_text(f'\n{{"question": "ok", "place": "leave.md"}}\n{line}\n')
    with pytest.raises(ContentError, match=r"_asked_as\.jsonl, line 3: ") as raised:
        _gathered(content)
    assert says in str(raised.value)


def test_an_export_with_wordings_that_cannot_be_served_stops_nothing(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What people wrote for this has its room first."""
    monkeypatch.setattr("index.hints.asked_as._MOST", 3)
    rows = [f"{one}\tPress Join.\tEditorial\t\t1" for one in ("Join?", "?!", "x" * 201, *"abc")]
    (content / "kb.tsv").write_text("\n".join(["Question\tAnswer\tSource\tMetadata\tQnaId", *rows]))
    _listed(content, {"question": "pto", "place": "leave.md"})
    found = _gathered(content)
    assert [one.question for one in found.asked_as] == ["pto", "a", "b"]
    [note] = [one for one in found.warnings if one.startswith("kb.tsv: 3 of 5 ")]
    assert "at most 200 characters, and a folder 3 of them" in note


def test_more_than_can_be_served_is_refused(content: Path) -> None:
    _listed(content, *({"question": f"pto {n}", "place": "leave.md"} for n in range(10_001)))
    with pytest.raises(ContentError, match=r"there are 10001 questions .* at most 10000 are read"):
        _gathered(content)
