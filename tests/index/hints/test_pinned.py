"""`_pinned.yaml` is validated as content is: what cannot be served says why."""

from datetime import date
from pathlib import Path

import pytest

from index.build import Build
from index.encoder_source import GivenEncoder
from index.material import Material, gather
from index.readers.extraction import Extraction
from index.reporting.build_report import BuildReport
from snapshot.manifest import Pinned, Topic, unfilled_topics
from snapshot.models import EVERYONE, Validation, resource_id
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder

TODAY = date(2026, 6, 1)
BY = "validated_by: Ann\n  validated_on: 2026-01-15\n"
TALK = "WEBVTT\n\n00:00.000 --> 00:30.000\nHello all.\n\n00:30.000 --> 01:00.000\nGoodbye now.\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "pay").mkdir(parents=True)
    (folder / "_folder.yaml").write_text(
        "base_url: /content/\nurl_style: file\nowner: HR\nlanguage: en\n"
    )
    valid = "---\nvalidated_by: Ann\nvalidated_on: 2026-01-15\n---\n"
    (folder / "leave.md").write_text(f"{valid}# Leave\n\nFirst.\n\n## Carry over\n\nUntil March.\n")
    (folder / "draft.md").write_text("# Draft\n\nNobody has validated it.\n")
    (folder / "talk.vtt").write_text(TALK)
    (folder / "talk.vtt.meta.yaml").write_text(
        "url: /t.mp4\nvalidated_by: Ann\nvalidated_on: 2026-01-15\n"
    )
    (folder / "pay" / "_folder.yaml").write_text("audience: [managers]\n")
    (folder / "pay" / "bands.md").write_text(f"{valid}# Bands\n\nBand A.\n")
    return folder


def _gathered(content: Path, pinned: str) -> Material:
    (content / "_pinned.yaml").write_text(pinned, encoding="utf-8")
    return gather(content, Extraction(), TODAY)


def _built(content: Path, pinned: str) -> tuple[BuildReport, tuple[Pinned, ...]]:
    (content / "_pinned.yaml").write_text(pinned, encoding="utf-8")
    store = SnapshotStore(content.parent / "snapshots")
    done = Build(store, GivenEncoder(WordEncoder())).run(content, Extraction(), TODAY)
    return done, store.open().manifest.pinned


def _reason(content: Path, pinned: str) -> str:
    """Why the first entry that is refused is."""
    found = [one for one in _gathered(content, pinned).found.refused if "_pinned" in one.path]
    return f"{found[0].path} {found[0].reason}: {found[0].detail}" if found else ""


def test_what_opens_a_place_for_some_takes_no_words_from_what_is_for_everyone(
    content: Path,
) -> None:
    found = _gathered(
        content,
        f"- wordings: bands\n  place: pay/bands.md\n  {BY}"
        f"- wordings: bands\n  place: leave.md\n  {BY}",
    )
    assert [one.place for one in found.pinned] == ["pay/bands.md", "leave.md"]


def test_places_and_texts_are_kept_in_the_snapshot(content: Path) -> None:
    _, pinned = _built(
        content,
        f"- wordings: [carry over, unused  days]\n  place: leave.md#carry-over\n  {BY}"
        f"- wordings: goodbye\n  place: talk.vtt#t=30,60\n  {BY}"
        f"- topic: harassment\n  text: {{en: Talk to Sam., de: Sprich mit Sam.}}\n"
        f"  contact: Sam, 4000\n  contact_url: tel:+4940\n  audience: managers\n  {BY}",
    )
    by = Validation("Ann", date(2026, 1, 15))
    assert pinned == (
        Pinned(("carry over", "unused days"), by,
               resource_id=resource_id("/content/leave.md"), ordinal=1),
        Pinned(("goodbye",), by, resource_id=resource_id("/t.mp4"), character=11),
        Pinned((), by, Topic.HARASSMENT, texts={"en": "Talk to Sam.", "de": "Sprich mit Sam."},
               contact_name="Sam, 4000", contact_url="tel:+4940", audience=("managers",)),
    )  # fmt: skip


def test_a_rolled_back_snapshot_has_its_own(content: Path) -> None:
    _, first = _built(content, f"- wordings: a b\n  text: One.\n  {BY}")
    _, second = _built(content, f"- wordings: a b\n  text: Two.\n  {BY}")
    assert (first[0].texts, second[0].texts) == ({"": "One."}, {"": "Two."})
    store = SnapshotStore(content.parent / "snapshots")
    with store.lock():
        store.rollback()
    assert store.open().manifest.pinned == first


def test_it_inherits_who_validated_it_and_for_whom(content: Path) -> None:
    with (content / "_folder.yaml").open("a") as file:
        file.write("validated_by: Bo\nvalidated_on: 2026-02-01\naudience: [sales]\n")
    _, (pinned,) = _built(content, "- wordings: a b\n  text: One.\n")
    assert pinned.validation == Validation("Bo", date(2026, 2, 1))
    assert pinned.audience == ("sales",)


def test_what_opens_a_place_for_few_is_for_those_few(content: Path) -> None:
    _, (pinned,) = _built(content, f"- wordings: bands\n  place: pay/bands.md\n  {BY}")
    assert pinned.audience == ("managers",)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("wordings: a b\n  text: One.", "unvalidated: nobody has validated it"),
        (f"wordings: a b\n  text: One.\n  {BY}  review_by: 2026-05-31",
         "expired: its review was due by 2026-05-31"),
        (f"wordings: a b\n  text: One.\n  {BY}  status: draft", "draft: its status is draft"),
        (f"wordings: a b\n  place: draft.md\n  {BY}",
         "not_served: its place 'draft.md' is not served today"),
        (f"wordings: a b\n  place: gone.md\n  {BY}",
         "not_served: its place 'gone.md' is in no file of the content folder"),
        (f"wordings: a b\n  place: leave.md#cary-over\n  {BY}",
         "not_served: its place 'leave.md#cary-over' is not in leave.md, which has"),
        (f"wordings: a b\n  place: pay/bands.md\n  audience: sales\n  {BY}",
         "not_served: its place 'pay/bands.md' is only for managers"),
        (f"text: One.\n  {BY}", "malformed: _pinned.yaml, entry 1: wordings or a topic"),
        (f"wordings: a b\n  {BY}", "malformed: _pinned.yaml, entry 1: either a place or a text"),
        (f"wordings: a b\n  text: One.\n  place: leave.md\n  {BY}", "either a place or a text"),
        (f"topic: self-harm\n  text: One.\n  {BY}", "topic is 'self-harm'; it must be one of"),
        (f"wordings: ['?']\n  text: One.\n  {BY}", "the wording '?' holds no word"),
        (f"wordings: {{a: b}}\n  text: One.\n  {BY}", "wordings must be a text or a list"),
        (f"wording: a b\n  text: One.\n  {BY}", "no field 'wording': did you mean wordings?"),
        (f"wordings: a b\n  text: {{english: One.}}\n  {BY}", "'english', which is no language"),
        (f"wordings: a b\n  text: ''\n  {BY}", "text must be words, or words by language, not ''"),
        (f"wordings: a b\n  text: {'x' * 1501}\n  {BY}", "text has 1501 characters"),
        (f"wordings: a b\n  text: One.\n  contact_url: javascript:1\n  {BY}",
         "contact_url is 'javascript:1'; it must begin with https://"),
        (f"wordings: a b\n  place: ../leave.md\n  {BY}", "place is '../leave.md': the path is"),
        (f"wordings: a b\n  text: One.\n  {BY}- wordings: A  B\n  text: Two.\n  {BY}",
         "_pinned.yaml:2 malformed: _pinned.yaml, entry 2: 'a b' stands in entry 1 already"),
        (f"topic: violence\n  text: One.\n  {BY}- topic: violence\n  text: Two.\n  {BY}",
         "'violence' stands in entry 1 already"),
    ],
)  # fmt: skip
def test_what_cannot_be_served_says_why(content: Path, entry: str, reason: str) -> None:
    assert reason in _reason(content, f"- {entry}\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("wordings: a", "_pinned.yaml malformed: _pinned.yaml: it must be a list"),
        ("- [", "_pinned.yaml malformed: _pinned.yaml: line 1"),
        ("- wordings", "_pinned.yaml:1 malformed: _pinned.yaml, entry 1: it must be lines"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_one(
    content: Path, text: str, reason: str
) -> None:
    assert reason in _reason(content, text)


def test_a_refused_entry_leaves_the_others(content: Path) -> None:
    done, pinned = _built(content, f"- wordings: a b\n- wordings: c d\n  text: One.\n  {BY}")
    assert [one.wordings for one in pinned] == [("c d",)]
    assert "_pinned.yaml:1" in [one.path for one in done.refused]


def test_the_same_words_may_say_different_things_to_different_people(content: Path) -> None:
    _, pinned = _built(
        content,
        f"- wordings: a b\n  text: One.\n  {BY}"
        f"- wordings: a b\n  text: Two.\n  audience: managers\n  {BY}",
    )
    assert [one.audience for one in pinned] == [(EVERYONE,), ("managers",)]


def test_a_topic_that_nobody_filled_in_for_everyone_is_told(content: Path) -> None:
    text = (
        f"- topic: violence\n  text: One.\n  {BY}"
        f"- topic: harassment\n  text: One.\n  audience: managers\n  {BY}"
        f"- topic: discrimination\n  place: pay/bands.md\n  {BY}"
        f"- topic: self_harm\n  text: One.\n  {BY}  review_by: 2026-05-31\n"
    )
    unfilled = (Topic.SELF_HARM, Topic.HARASSMENT, Topic.MEDICAL_EMERGENCY, Topic.DISCRIMINATION)
    material = _gathered(content, text)
    assert material.unfilled == unfilled
    [note] = [one for one in material.warnings if "sensitive" in one]
    assert "self_harm, harassment, medical_emergency, discrimination" in note
    done, pinned = _built(content, text)
    assert done.unfilled == unfilled
    assert note in done.warnings
    assert unfilled_topics(pinned, TODAY) == unfilled


def test_without_the_file_all_topics_are_unfilled(content: Path) -> None:
    material = gather(content, Extraction(), TODAY)
    assert (material.pinned, material.unfilled) == ((), tuple(Topic))
