"""Content folders made at random, of files for everyone and files for some, with hints that lead
to both. Small and alike on purpose: few words, so that files share titles, headings, wordings,
links and whole texts, and misspelt words lie near several."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from index.build import Build, BuildSettings
from index.encoder_source import GivenEncoder
from snapshot.models import EVERYONE
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder
from tests.fakes.reading import DirectExtraction

TODAY = date(2026, 6, 1)
SITE = "https://intranet.example.com"
AUDIENCES = ((EVERYONE,), ("managers",), ("board",), ("managers", "board"))
WORDS = (
    *"leave lease holiday mileage receipt manager manages contract contrast salary bonus".split(),
    *"travel training laptop license form expense budget merger redundancy allowance".split(),
    *"probation pension overtime urlaub gehalt falke SF-50 PTO-12 1,500 home remote".split(),
)
_NAMES = ("a", "b", "c", "d", "m", "x", "y", "z")
_FOLDER = {
    "base_url": SITE,
    "validated_by": "Learning team",
    "validated_on": "2026-01-15",
    "owner": "HR",
    "review_every_days": 365,
}
_MISTYPED = {"l": "k", "e": "r", "a": "s"}


@dataclass(frozen=True, slots=True)
class Written:
    """A file: its text below the front matter, and what that says."""

    name: str
    audience: tuple[str, ...]
    front: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class WrittenFolder:
    """Files, and hints that may lead to each of them: the lines of `_asked_as.jsonl` and the
    entries of `_pinned.yaml`."""

    files: tuple[Written, ...]
    asked_as: tuple[tuple[str, str], ...]
    pinned: tuple[dict[str, Any], ...]

    def as_seen_by(self, audience: Collection[str]) -> WrittenFolder:
        """The folder without what is not for these."""
        seen = {EVERYONE, *audience}
        return WrittenFolder(
            tuple(one for one in self.files if seen & set(one.audience)),
            self.asked_as,
            tuple(one for one in self.pinned if seen & set(one["audience"])),
        )

    def with_own_links(self) -> WrittenFolder:
        """The folder with no address shared by files that are not for everyone."""
        shared = ("url", "redirect_from")
        files = (
            one
            if EVERYONE in one.audience
            else replace(one, front={k: v for k, v in one.front.items() if k not in shared})
            for one in self.files
        )
        return replace(self, files=tuple(files))

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "_folder.yaml").write_text(yaml.safe_dump(_FOLDER))
        (folder / "_synonyms.txt").write_text("furlough, leave\nhome office, remote\n")
        (folder / "_examples.txt").write_text("How much leave is left?\n")
        lines = [json.dumps({"question": one, "place": place}) for one, place in self.asked_as]
        (folder / "_asked_as.jsonl").write_text("\n".join(lines))
        (folder / "_pinned.yaml").write_text(yaml.safe_dump(list(self.pinned)))
        for one in self.files:
            front = yaml.safe_dump({**one.front, "audience": list(one.audience)})
            (folder / f"{one.name}.md").write_text(f"---\n{front}---\n{one.text}")

    def built(self, folder: Path, engine: str = "faiss") -> Snapshot:
        """A real snapshot of it, below that folder."""
        self.write(folder / "content")
        store = SnapshotStore(folder / "snapshots")
        build = Build(store, GivenEncoder(WordEncoder()), BuildSettings(engine=engine))
        build.run(folder / "content", DirectExtraction(), TODAY)
        return store.open()


def _phrase(least: int, most: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(WORDS), min_size=least, max_size=most).map(" ".join)


@st.composite
def _sentence(draw: st.DrawFn) -> str:
    words = draw(_phrase(5, 8))
    if draw(st.integers(0, 5)):
        return f"{words.capitalize()}."
    name = draw(st.sampled_from(_NAMES))
    target = draw(st.sampled_from((f"{name}.md", f"/{name}", f"{SITE}/{name}/", f"{SITE}/old")))
    return f"{words.capitalize()} [{draw(_phrase(1, 2))}]({target})."


@st.composite
def _text(draw: st.DrawFn) -> str:
    sections = draw(
        st.lists(
            st.tuples(_phrase(1, 2), st.lists(_sentence(), min_size=1, max_size=3)),
            min_size=1,
            max_size=5,
        )
    )
    said = (f"## {heading}\n\n{' '.join(sentences)}\n" for heading, sentences in sections)
    return f"# {draw(_phrase(1, 2))}\n\n" + "\n".join(said)


@st.composite
def folders(draw: st.DrawFn) -> WrittenFolder:
    """At least one file is for everyone. Files may say the same, have the same link, and give each
    other's address as an older one of theirs."""
    texts = draw(st.lists(_text(), min_size=2, max_size=6))
    names = draw(st.lists(st.sampled_from(_NAMES), min_size=3, max_size=8, unique=True))
    files = []
    for number, name in enumerate(names):
        front: dict[str, Any] = {"url_style": "page"}
        if draw(st.integers(0, 3)) == 0:
            front["asked_as"] = draw(st.lists(_phrase(1, 3), min_size=1, max_size=2, unique=True))
        if draw(st.integers(0, 5)) == 0:
            front["url"] = f"{SITE}/shared"
        if draw(st.integers(0, 5)) == 0:
            front["redirect_from"] = [f"/{draw(st.sampled_from((*_NAMES, 'old')))}/"]
        if draw(st.integers(0, 4)) == 0:
            front["language"] = "de"
        audience = AUDIENCES[0] if number == 0 else draw(st.sampled_from(AUDIENCES))
        files.append(Written(name, audience, front, draw(st.sampled_from(texts))))
    place = st.sampled_from(names).map(lambda name: f"{name}.md")
    asked = draw(st.lists(st.tuples(_phrase(1, 4), place), max_size=4))
    said = st.one_of(st.fixed_dictionaries({"place": place}), st.just({"text": "Ask the owner."}))
    pins = draw(st.lists(st.tuples(_phrase(1, 3), said, st.sampled_from(AUDIENCES)), max_size=3))
    pinned = ({"wordings": [words], **what, "audience": list(who)} for words, what, who in pins)
    return WrittenFolder(tuple(files), tuple(asked), tuple(pinned))


@st.composite
def questions(draw: st.DrawFn) -> str:
    """In the words that files have, now and then with one mistyped."""
    words = draw(_phrase(1, 6)).split()
    if draw(st.booleans()):
        at = draw(st.integers(0, len(words) - 1))
        words[at] = (
            "".join(_MISTYPED.get(letter, letter) for letter in words[at][:5]) + words[at][5:]
        )
    opening = draw(st.sampled_from(("", "how much ", "where do I find the ", "wie viel ")))
    return f"{opening}{' '.join(words)}{draw(st.sampled_from(('', '?')))}"
