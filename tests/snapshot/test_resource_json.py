"""Resources, passages and manifests are written byte for byte as they have always been."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from encoder.protocol import Fingerprint
from snapshot.formats.format_row import Kind
from snapshot.manifest import (
    AskedAs,
    Calibration,
    Collection,
    CollectionStep,
    Counts,
    Manifest,
    read_manifest,
)
from snapshot.models import (
    Fragment,
    Heading,
    Link,
    Locator,
    OtherPlace,
    Page,
    Passage,
    Resource,
    Slide,
    TimeRange,
    Validation,
    Whole,
)
from snapshot.reading import Snapshot
from snapshot.resource_json import (
    locator_from_dict,
    locator_to_dict,
    passage_from_dict,
    passage_to_dict,
    resource_from_dict,
    resource_to_dict,
)
from snapshot.store import SnapshotStore
from tests.fakes.snapshots import publish

RESOURCE = Resource(
    id="gnqdkajwhxzl",
    title="Späße",
    url="/content/talks/sp%C3%A4%C3%9Fe.vtt",
    kind=Kind.VIDEO,
    path="talks/späße.vtt",
    validation=Validation("Ann", date(2026, 1, 15), date(2027, 1, 15)),
    owner="HR",
    audience=("managers", "hr"),
    language="de",
    tags=("a",),
    duration_minutes=12,
    link_template="{url}?t={seconds}",
    also_at=(OtherPlace("copies/spass.vtt", "/content/copies/spass.vtt"),),
    media="ab.mp4",
    still="cd.jpg",
    pages="ef.pdf",
)
RESOURCE_LINE = (
    '{"id":"gnqdkajwhxzl","title":"Späße","url":"/content/talks/sp%C3%A4%C3%9Fe.vtt",'
    '"kind":"video","path":"talks/späße.vtt","validation":{"validated_by":"Ann",'
    '"validated_on":"2026-01-15","review_by":"2027-01-15"},"owner":"HR",'
    '"audience":["managers","hr"],"language":"de","tags":["a"],"duration_minutes":12,'
    '"link_template":"{url}?t={seconds}",'
    '"also_at":[{"path":"copies/spass.vtt","url":"/content/copies/spass.vtt"}],'
    '"media":"ab.mp4","still":"cd.jpg","pages":"ef.pdf"}\n'
)
PASSAGE = Passage(
    RESOURCE.id,
    3,
    ("Über", "B"),
    TimeRange(0.5, 9.25),
    "Ja.\nNein.",
    ((0, 0.5), (4, 2.0)),
    (
        Link(0, 2, "https://x.example/"),
        Link(4, 8, "/content/a.md", "gnqdkajwhxzl"),
        Link(8, 9, "/content/b.md", "hnqdkajwhxzl", "https://x.example/b"),
    ),
)
PASSAGE_LINE = (
    '{"ordinal":3,"heading_path":["Über","B"],"locator":{"start_s":0.5,"end_s":9.25},'
    '"text":"Ja.\\nNein.","marks":[[0,0.5],[4,2.0]],'
    '"links":[[0,2,"https://x.example/",""],[4,8,"/content/a.md","gnqdkajwhxzl"],'
    '[8,9,"/content/b.md","hnqdkajwhxzl","https://x.example/b"]]}\n'
)
MANIFEST = Manifest(
    id="20260101T000000Z-aaaaaaaa",
    created_at=datetime(2026, 1, 1, 12, 30, tzinfo=UTC),
    content_digest="ab",
    encoder=Fingerprint("m", "cd", 384, 256, "bfloat16", 384, "Pooling(mean)"),
    engine="faiss_pq",
    settings={"max_tokens": 230},
    calibration=Calibration(answered=0.5, closest=1e-05),
    counts=Counts(1, 1, 0),
    examples=("How?",),
    synonyms=(("pto", "leave"),),
    asked_as=(AskedAs("pto", (0,)),),
    collections=(
        Collection(
            "week",
            "Week",
            "",
            Validation("Ann", date(2026, 1, 15)),
            steps=(CollectionStep("gnqdkajwhxzl", "/a#b", "B", "Why"),),
        ),
    ),
    engine_measured={"k_factor": 40, "recall_at_10": 1.0},
    files={"a": "00"},
)
MANIFEST_TEXT = """\
{
  "asked_as": [
    {
      "question": "pto",
      "rows": [
        0
      ]
    }
  ],
  "calibration": {
    "answered": 0.5,
    "closest": 1e-05,
    "false_answers": 1.0
  },
  "collections": [
    {
      "audience": [
        "everyone"
      ],
      "description": "",
      "language": "en",
      "slug": "week",
      "steps": [
        {
          "note": "Why",
          "place": "B",
          "resource_id": "gnqdkajwhxzl",
          "url": "/a#b"
        }
      ],
      "title": "Week",
      "validation": {
        "review_by": null,
        "validated_by": "Ann",
        "validated_on": "2026-01-15"
      }
    }
  ],
  "content_digest": "ab",
  "counts": {
    "passages": 1,
    "refused": 0,
    "resources": 1
  },
  "created_at": "2026-01-01T12:30:00+00:00",
  "encoder": {
    "dim": 384,
    "max_tokens": 256,
    "model": "m",
    "pooling": "Pooling(mean)",
    "precision": "bfloat16",
    "prompts": [],
    "token_dim": 384,
    "weights_sha256": "cd"
  },
  "engine": "faiss_pq",
  "engine_measured": {
    "k_factor": 40,
    "recall_at_10": 1.0
  },
  "examples": [
    "How?"
  ],
  "files": {
    "a": "00"
  },
  "format": 14,
  "id": "20260101T000000Z-aaaaaaaa",
  "pinned": [],
  "rewordings": [],
  "settings": {
    "max_tokens": 230
  },
  "synonyms": [
    [
      "pto",
      "leave"
    ]
  ]
}"""


def test_lines_of_a_snapshot_are_written_as_ever(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    publish(store, resources=[RESOURCE], passages=[PASSAGE])
    folder = store.path(store.active_id())
    assert (folder / "resources.jsonl").read_bytes() == RESOURCE_LINE.encode()
    assert (folder / "passages.jsonl").read_bytes() == PASSAGE_LINE.encode()
    opened = Snapshot(folder)
    assert (opened.resources, opened.passage(0)) == ((RESOURCE,), PASSAGE)


def test_lines_from_before_are_read(tmp_path: Path) -> None:
    assert resource_from_dict(json.loads(RESOURCE_LINE)) == RESOURCE
    before = json.loads(RESOURCE_LINE)
    del before["media"], before["still"], before["pages"]
    assert resource_from_dict(before) == replace(RESOURCE, media="", still="", pages="")
    assert passage_from_dict(json.loads(PASSAGE_LINE), RESOURCE.id) == PASSAGE
    assert json.loads(RESOURCE_LINE) == json.loads(json.dumps(resource_to_dict(RESOURCE)))
    assert json.loads(PASSAGE_LINE) == json.loads(json.dumps(passage_to_dict(PASSAGE)))


def test_a_manifest_is_written_as_ever_and_read_back(tmp_path: Path) -> None:
    assert MANIFEST.to_json() == MANIFEST_TEXT
    (tmp_path / "snapshot.json").write_text(MANIFEST_TEXT)
    assert read_manifest(tmp_path) == MANIFEST
    assert read_manifest(tmp_path).to_json() == MANIFEST_TEXT


def test_the_lexical_index_keeps_the_names_of_its_fields(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    publish(store)
    schema = json.loads((store.path(store.active_id()) / "lexical" / "meta.json").read_text())
    assert [field["name"] for field in schema["schema"]] == ["words", "codes", "row", "resource"]


@pytest.mark.parametrize(
    ("locator", "written"),
    [
        (Whole(), {}),
        (Page(4), {"page": 4}),
        (Slide(2), {"slide": 2}),
        (Heading("a", "A"), {"anchor": "a", "heading": "A"}),
        (TimeRange(1.5, 2.0), {"start_s": 1.5, "end_s": 2.0}),
        (Fragment("one two"), {"text": "one two"}),
    ],
)
def test_every_locator_survives_being_written_and_read(
    locator: Locator, written: dict[str, object]
) -> None:
    assert locator_to_dict(locator) == written
    assert locator_from_dict(written) == locator


def test_an_unknown_locator_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="chapter"):
        locator_from_dict({"chapter": 3})
