"""Candidates that a language model words: what is sent, what is kept, and going on."""

import asyncio
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from errors import ContentError, EndpointError
from index import __main__ as commands
from index.content.inventory import ASKED_AS_FILE
from index.content.scan import Scan
from index.hints.asked_as import load_asked_as
from index.suggesting.suggestions import PlaceText, Suggested, sections_of, suggest
from snapshot.manifest import AskedAs
from snapshot.models import Fragment, Page, Passage, TimeRange, Validation
from snapshot.store import SnapshotStore
from tests.fakes.chat_server import ChatServer, Refusal
from tests.fakes.content import passage, resource
from tests.fakes.snapshots import EXPENSES, publish

TAXIS = PlaceText("travel/expenses.md#taxis", "Expenses > Taxis", "en", "A taxi needs a reason.")
MILEAGE = PlaceText("travel/expenses.md#mileage", "Expenses > Mileage", "en", "45 pence a mile.")


class Says:
    """A model that gives the replies in turn; an error among them is raised."""

    def __init__(self, *replies: str | Exception) -> None:
        self.sent: list[str] = []
        self._replies = list(replies)

    async def reply(self, instructions: str, text: str) -> str:
        self.sent.append(text)
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


async def test_a_candidate_is_a_line_that_the_folder_takes(tmp_path: Path) -> None:
    """What is for the reviewer is passed over there without a note."""
    file = tmp_path / ASKED_AS_FILE
    done = await suggest([TAXIS], Says('["cab fare"]'), file, source="small")
    assert done == Suggested(asked=1, lines=1)
    assert _lines(file) == [
        {
            "question": "cab fare",
            "place": "travel/expenses.md#taxis",
            "note": "suggested by small for Expenses > Taxis",
        }
    ]
    served = {EXPENSES.path: (EXPENSES, [passage(EXPENSES, "", 0, "Taxis").locator])}
    entries, notes = load_asked_as(tmp_path, Scan((), (), (), (), ()), served)
    assert [(one.question, one.place) for one in entries] == [("cab fare", TAXIS.place)]
    assert notes == ()


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ('["cab fare", "can I take an uber?"]', ["cab fare", "can I take an uber?"]),
        ('Sure!\n```json\n["cab fare"]\n```\nMore?', ["cab fare"]),
        ('{"questions": ["cab fare"]}', ["cab fare"]),
        ('<think>[1] "taxi"?\nmaybe</think>\n["cab fare"]', ["cab fare"]),
        ('Here are some:\n1. "cab fare"\n- uber?\n', ["cab fare", "uber?"]),
        ('["cab fare", "Cab fare?", "CAB  FARE"]', ["cab fare"]),
        ('["Taxis?", "expenses", "known one?"]', []),
        (json.dumps(["x" * 201, "word " * 13, "?!", "cab fare"]), ["cab fare"]),
        ('["my boss keeps touching me"]', []),
        ("[]", []),
        ("", []),
        ('{"questions": ["cab fare", "ub', []),
        (json.dumps([f"cab {number}" for number in range(9)]), ["cab 0", "cab 1", "cab 2"]),
    ],
)
async def test_of_a_reply_short_questions_are_kept_each_once(
    tmp_path: Path, reply: str, kept: list[str]
) -> None:
    file = tmp_path / "candidates.jsonl"
    done = await suggest([TAXIS], Says(reply), file, source="small", known=["Known one"], most=3)
    assert [line["question"] for line in _lines(file)] == kept
    assert (done.lines, done.without) == (len(kept), not kept)


async def test_what_is_suggested_for_two_places_says_so(tmp_path: Path) -> None:
    """Such a question tells neither: the reviewer should see that."""
    file = tmp_path / "candidates.jsonl"
    await suggest([MILEAGE, TAXIS], Says('["claim"]', '["Claim?"]'), file, source="small")
    assert [line.get("also") for line in _lines(file)] == [None, [MILEAGE.place]]


async def test_a_run_that_was_cut_off_is_gone_on_with(tmp_path: Path) -> None:
    """What was there stays, and is not asked for again."""
    file = tmp_path / "candidates.jsonl"
    with pytest.raises(EndpointError):
        await suggest(
            [MILEAGE, TAXIS], Says('["fuel"]', EndpointError("gone")), file, source="small"
        )
    assert [line["question"] for line in _lines(file)] == ["fuel"]
    again = Says('["cab fare"]')
    done = await suggest([MILEAGE, TAXIS], again, file, source="small")
    assert again.sent == [TAXIS.sent]
    assert done == Suggested(asked=1, lines=1, before=1)
    assert [line["question"] for line in _lines(file)] == ["fuel", "cab fare"]


async def test_a_file_of_something_else_is_not_written_to(tmp_path: Path) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text('{"question": "taxi?", "place": ["a.md", "b.md"]}\n')
    with pytest.raises(ContentError, match=r"golden.jsonl, line 1: .*another file"):
        await suggest([TAXIS], Says(), file, source="small")


def test_only_what_is_served_and_for_everyone_is_sent(tmp_path: Path) -> None:
    """A section is one place, however many passages it has."""
    store = SnapshotStore(tmp_path)
    secret = resource("people/dismissal.md", audience=("managers",))
    old = resource("old.md", validation=Validation("L", date(2025, 1, 1), date(2025, 12, 31)))
    resources = [EXPENSES, secret, old]
    publish(
        store,
        resources=resources,
        passages=[
            passage(EXPENSES, "45 pence a mile.", 0, "Mileage"),
            passage(EXPENSES, "And a receipt.", 1, "Mileage"),
            passage(secret, "How to dismiss.", 0, "Steps"),
            passage(old, "Long gone.", 0, "Old"),
        ],
    )
    day = date(2026, 6, 1)
    everyone = list(sections_of(store.open(), day))
    assert everyone == [
        PlaceText(MILEAGE.place, "Expenses > Mileage", "en", "45 pence a mile.\nAnd a receipt.")
    ]
    more = sections_of(store.open(), day, restricted=True)
    assert [one.place for one in more] == [MILEAGE.place, "people/dismissal.md#steps"]
    assert not list(sections_of(store.open(), day, below="people/"))


def test_places_without_headings_are_named_as_the_folder_names_them(tmp_path: Path) -> None:
    """A file's path alone stands for its beginning, so of a plain text no more is sent."""
    store = SnapshotStore(tmp_path)
    note, form, talk = resource("note.txt"), resource("form.pdf"), resource("talk.vtt")
    publish(
        store,
        resources=[note, form, talk],
        passages=[
            Passage(note.id, 0, (), Fragment("First"), "First."),
            Passage(note.id, 1, (), Fragment("Second"), "Second."),
            Passage(form.id, 0, (), Page(2), "A form."),
            Passage(talk.id, 0, (), TimeRange(3.2, 8.5), "A talk.", ((0, 3.2),)),
        ],
    )
    found = {one.place: one.text for one in sections_of(store.open(), date(2026, 6, 1))}
    assert found == {
        "note.txt": "First.",
        "form.pdf#page=2": "A form.",
        "talk.vtt#t=3,9": "A talk.",
    }


async def test_the_command_asks_the_endpoint_and_writes_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a dry run counts is not sent; a refusal ends with exit code 1 and its reason."""
    store, file = SnapshotStore(tmp_path / "snapshots"), tmp_path / "candidates.jsonl"
    publish(store, asked_as=[AskedAs("cab fare", (1,))])
    monkeypatch.setenv("SIGNPOST_SNAPSHOTS_DIR", str(store.folder))
    monkeypatch.setenv("SIGNPOST_SUGGEST_KEY", "sk-1")

    async def run(*arguments: str) -> object:
        monkeypatch.setattr(sys, "argv", ["index", "suggest-questions", *arguments])
        with pytest.raises(SystemExit) as caught:
            await asyncio.to_thread(commands.main)
        return caught.value.code

    async with ChatServer('["fuel", "cab fare"]', Refusal(401)) as server:
        to = ["-o", str(file), "--endpoint", server.url, "--model", "small"]
        assert await run(*to, "--dry-run") == 0
        assert "Would send 3 sections" in capsys.readouterr().out
        assert server.requests == []
        assert await run(*to, "--below", "hr/") == 0
        assert "Wrote 1 candidates for 1 places" in capsys.readouterr().err
        assert await run(*to) == 1
        assert "SIGNPOST_SUGGEST_KEY" in capsys.readouterr().err
        assert server.authorization == ["Bearer sk-1"] * 2
        assert await run("-o", str(tmp_path / ASKED_AS_FILE), *to[2:]) == 2
        assert await run("-o", str(file)) == 2
    assert [line["place"] for line in _lines(file)] == ["hr/leave.md#carry-over"]
