"""What would be served: the snapshot, whether it is current, and what stands around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

from errors import GraphUnavailable, SignpostError
from identity.audiences import Held, held_in
from identity.graph.member_of import GraphDirectory
from operation.doctor.finding import Finding, Subject, fine, note, problem, some
from retrieval.reranking import open_reranker
from snapshot.manifest import unfilled_topics
from snapshot.models import Resource
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

SNAPSHOT, REVIEWS, RERANKER = "Snapshot", "Reviews", "Reranker"
CONTACT, PINNED = "Contact", "Pinned answers"
AUDIENCES, GROUPS, LINKS = "Audiences", "Groups", "Links"
SOON = timedelta(days=30)
_OLD = timedelta(days=90)
_NOBODY = "00000000-0000-0000-0000-000000000000"


async def served(subject: Subject) -> AsyncIterator[Finding]:
    """The active snapshot, every file of which is compared with its checksum."""
    settings = subject.settings
    store = SnapshotStore(settings.snapshots_dir)
    try:
        snapshot = await asyncio.to_thread(store.open)
    except (SignpostError, OSError) as error:
        yield problem(
            SNAPSHOT, f"There is none to serve: {error}.", "run `python -m index build CONTENT`"
        )
        return
    counts, age = snapshot.manifest.counts, subject.now - snapshot.manifest.created_at
    yield fine(
        SNAPSHOT,
        f"{snapshot.id} is whole: {counts.resources:,} resources in {counts.passages:,} passages.",
    )
    if age > _OLD:
        yield note(
            SNAPSHOT,
            f"It was built {age.days} days ago.",
            "build it anew every night, so that what was withdrawn goes and what is new comes",
        )
    for finding in (
        *_reviews(snapshot.resources, subject),
        *_pinned(snapshot, subject),
        *_audiences(snapshot, subject),
        *_on_this_server(snapshot.resources, subject),
    ):
        yield finding
    if snapshot.audiences and subject.settings.asks_groups:
        yield await _groups(subject)
    remarks: list[str] = []
    try:
        await asyncio.to_thread(
            open_reranker,
            store.rerankers,
            settings.reranker,
            settings.precision,
            settings.reranker_ms,
            remarks.append,
        )
    except SignpostError as error:
        yield problem(RERANKER, f"{error}.", "name one that is there, or none")
    for remark in remarks:
        yield note(RERANKER, f"{remark}.", "take a smaller one, or none")


async def contact(subject: Subject) -> AsyncIterator[Finding]:
    """Whom people are sent to when nothing answers."""
    settings = subject.settings
    if settings.contact_name or settings.contact_url:
        yield fine(CONTACT, settings.contact_name or settings.contact_url)
        return
    yield note(
        CONTACT,
        "None is named: who finds no answer is told of nobody to ask.",
        "set SIGNPOST_CONTACT_NAME and SIGNPOST_CONTACT_URL",
    )


def _reviews(resources: Sequence[Resource], subject: Subject) -> list[Finding]:
    today = subject.today
    past = [one.title for one in resources if not one.validation.holds_on(today)]
    due = [
        one.title
        for one in resources
        if one.validation.holds_on(today) and not one.validation.holds_on(today + SOON)
    ]
    to_do = "have their owners look at them and say until when they hold, then build again"
    found = []
    if past:
        said = f"{len(past)} are past their review and not shown any more: {some(past)}."
        found.append(note(REVIEWS, said, to_do))
    if due:
        said = f"{len(due)} must be reviewed within {SOON.days} days: {some(due)}."
        found.append(note(REVIEWS, said, to_do))
    return found or [fine(REVIEWS, f"Nothing is due within {SOON.days} days.")]


def _on_this_server(resources: Sequence[Resource], subject: Subject) -> list[Finding]:
    """Links to pages of ours that are not there in production, or not without sign-in."""
    if subject.settings.development:
        return []
    ours = [one for one in resources if one.url.startswith("/")]
    shut = [one.title for one in ours if one.media and not subject.settings.sign_in]
    missing = [one.title for one in ours if not one.media]
    found = []
    if shut:
        said = f"{len(shut)} recordings play on this server, which knows nobody: {some(shut)}."
        found.append(problem(LINKS, said, "set SIGNPOST_SIGN_IN=1, or give them a url elsewhere"))
    if missing:
        said = f"{len(missing)} open on this server in development only: {some(missing)}."
        to_do = "give them a url, or a base_url at which their folder is published"
        found.append(problem(LINKS, said, to_do))
    return found


def _pinned(snapshot: Snapshot, subject: Subject) -> list[Finding]:
    settings = subject.settings
    unfilled = unfilled_topics(snapshot.manifest.pinned, subject.today)
    if not unfilled:
        return [fine(PINNED, "Every sensitive topic has one.")]
    named = settings.contact_name or settings.contact_url or "none is set"
    return [
        note(
            PINNED,
            f"Sensitive topics without a pinned answer: {', '.join(unfilled)}. Their cards name "
            f"the contact ({named}) and {settings.emergency_number}.",
            "fill them in by _pinned.yaml in the content folder",
        )
    ]


def _audiences(snapshot: Snapshot, subject: Subject) -> list[Finding]:
    if not snapshot.audiences:
        return [fine(AUDIENCES, "Everything is for everyone.")]
    file = subject.settings.audiences_file
    try:
        held = held_in(file, groups=subject.settings.asks_groups) or Held(frozenset())
    except SignpostError as error:
        return [problem(AUDIENCES, f"{error}.", "mend the file")]
    if unheld := sorted(name for name in snapshot.audiences if name not in held):
        return [
            note(
                AUDIENCES,
                f"Nobody is listed in {some(unheld)}: what is for them alone, nobody finds.",
                f"list them in {file or 'a file that SIGNPOST_AUDIENCES_FILE names'}, correct the "
                "name in the content, or if it is a group's id set SIGNPOST_GRAPH_CLIENT_ID and "
                "the others",
            )
        ]
    return [fine(AUDIENCES, f"{len(snapshot.audiences)} are in use, and somebody is in each.")]


async def _groups(subject: Subject) -> Finding:
    """Whether Graph would tell who is in which group. It refuses an application that lacks the
    permission before it finds that there is nobody of that id."""
    graph = replace(subject.settings.graph, http_client=subject.http_client)
    if graph.problem:
        return problem(GROUPS, "Microsoft Graph cannot be asked for them.", graph.problem)
    directory = GraphDirectory(graph)
    try:
        await directory.groups_of(_NOBODY)
    except GraphUnavailable as error:
        return problem(
            GROUPS,
            f"{error}.",
            "mend that: until then nobody is in an audience by a group. If none is a group's, set "
            "SIGNPOST_GROUPS=off",
        )
    finally:
        await directory.close()
    return fine(GROUPS, "Microsoft Graph tells who is in which.")
