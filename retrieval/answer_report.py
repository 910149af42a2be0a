"""An answer, and why it is what it is, as a terminal and scripts show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, assert_never

from rich.console import Console
from rich.table import Table
from rich.text import Text

from retrieval.answer import Answer, Evidence, Hit, Outcome, Result
from retrieval.confidence import MODEL
from snapshot.manifest import Calibration
from snapshot.reading import Snapshot

_CLAIMS = {
    Outcome.ANSWERED: "Answered",
    Outcome.CLOSEST: "Not certain: the closest that was found",
    Outcome.NOTHING_VALIDATED: "Nothing validated answers this",
}
# What a kind of evidence means that adds something to the first hit of few questions.
_SAID = {
    "asked": "The owner says that the first place answers this question, or one near it.",
    "linked": "Other pages link to the first place in words near this question.",
    "links": "The first place is mostly links, which it loses by.",
}
_VISIBLE = 0.0005  # in a table of three decimals
_SHOWN = 3


def print_answer(answer: Answer, origin: str, out: Console, err: Console) -> None:
    """The answer on `out`, facts about it on `err`."""
    out.print(Text(_CLAIMS[answer.outcome], style="bold"))
    if answer.sensitive:
        out.print(Text(f"Sensitive topic: {answer.sensitive.topic.replace('_', ' ')}"))
    if pinned := answer.pinned:
        by = pinned.validation
        out.print(Text(f"Pinned by {by.validated_by} on {by.validated_on}"))
        language = answer.sensitive.language if answer.sensitive else answer.question.locale
        if text := pinned.text_in(language):
            out.print(Text(text))
        out.print(Text(" ".join(filter(None, (pinned.contact_name, pinned.contact_url)))))
    if (foreign := answer.not_understood) and answer.outcome is not Outcome.ANSWERED:
        known = ", ".join(foreign.known)
        out.print(f"The question seems to be in {foreign.language}: the model knows {known}")
    if answer.earlier:
        out.print(f'Understood as: "{answer.question.text}" after "{answer.earlier}"')
    for written, read in answer.understood:
        out.print(f'Searched for "{read}" instead of "{written}"')
    for result in answer.results[:_SHOWN]:
        out.print()
        _print_result(result, origin, out)
    if answer.outcome is Outcome.NOTHING_VALIDATED and not answer.sensitive:
        out.print("Try other words, or the name of the form, tool or process.")
    facts = (
        f"confidence {answer.confidence:.2f}, {answer.took_ms:.0f} ms, "
        f"snapshot {answer.snapshot_id}"
    )
    err.print(Text(facts, style="dim"))


def _print_result(result: Result, origin: str, out: Console) -> None:
    resource, hit = result.resource, result.best
    minutes = f"{resource.duration_minutes} min" if resource.duration_minutes else ""
    facts = " · ".join(part for part in (resource.kind, minutes, result.place) if part)
    out.print(Text(f"{result.rank}. {resource.title}", style="bold cyan"))
    out.print(Text(f"   {facts}"))
    start, end = hit.sentence.start, hit.sentence.end
    passage = Text(hit.passage.text, style="dim")
    passage.stylize("not dim bold", start, end)
    out.print(passage)
    validation = resource.validation
    out.print(Text(f"   Validated by {validation.validated_by} on {validation.validated_on}"))
    out.print(Text(f"   {_absolute(result.url, origin)}", style="underline"))


def to_dict(answer: Answer, origin: str) -> dict[str, Any]:
    """The answer as JSON for scripts; `origin` is put before links to Signpost's own server."""
    return {
        "question": answer.question.text,
        "outcome": answer.outcome,
        "earlier": answer.earlier,
        "understood": dict(answer.understood),
        "not_understood": answer.not_understood and answer.not_understood.language,
        "confidence": round(answer.confidence, 4),
        "took_ms": round(answer.took_ms, 1),
        "snapshot": answer.snapshot_id,
        "sensitive": answer.sensitive and answer.sensitive.topic,
        "pinned": answer.pinned
        and {
            "by": answer.pinned.validation.validated_by,
            "texts": answer.pinned.texts,
            "contact": answer.pinned.contact_name,
            "contact_url": answer.pinned.contact_url,
        },
        "results": [
            {
                "rank": result.rank,
                "resource": result.resource.id,
                "title": result.resource.title,
                "kind": result.resource.kind,
                "path": result.resource.path,
                "place": result.place,
                "url": _absolute(result.url, origin),
                "sentence": result.best.sentence_text,
                "passage": result.best.passage.text,
                "links": [
                    {
                        "words": result.best.passage.text[link.start : link.end],
                        "title": link.title,
                        "url": _absolute(link.url, origin),
                    }
                    for link in result.best.links
                ],
                "score": round(result.best.score, 4),
                "dense_score": round(result.best.dense_score, 4),
                "lexical_score": round(result.best.lexical_score, 4),
                "late_score": round(result.best.late_score, 4),
                "validated_by": result.resource.validation.validated_by,
                "validated_on": result.resource.validation.validated_on.isoformat(),
            }
            for result in answer.results
        ],
    }


def _absolute(url: str, origin: str) -> str:
    return origin + url if url.startswith("/") else url


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """A hit with what each kind of evidence added to its score, and the raw measures. `reranker` is
    what a reranker gave it, None if none read it."""

    rank: int
    place: str
    score: float
    parts: Mapping[str, float]
    cosine: float
    bm25: float
    reranker: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """`hits` are the first passages, whatever the outcome; `reasons` are sentences for a person
    who wants to know how it came about."""

    hits: tuple[ExplainedHit, ...]
    evidence: Evidence | None
    thresholds: Calibration
    reasons: tuple[str, ...]

    @classmethod
    def of(cls, answer: Answer, hits: Sequence[Hit], snapshot: Snapshot) -> Explanation:
        """`hits` are what `Retriever.rank` gave for the same question."""
        paths = {resource.id: resource.path for resource in snapshot.resources}
        thresholds = snapshot.manifest.calibration
        return cls(
            hits=tuple(_explained(hit, paths[hit.passage.resource_id]) for hit in hits),
            evidence=answer.evidence,
            thresholds=thresholds,
            reasons=tuple(_reasons(answer, thresholds, hits)),
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of evidence that rank, in the order in which they are shown."""
        return tuple(self.hits[0].parts) if self.hits else ()

    def to_dict(self) -> dict[str, Any]:
        """JSON for scripts."""
        data = asdict(self)
        for hit in data["hits"]:
            hit["parts"] = {kind: round(part, 4) for kind, part in hit["parts"].items()}
        return data


def explanation_table(explained: Explanation) -> Table:
    """The first hits with what each kind of evidence added. All of it is to be copied."""
    table = Table(box=None, title="What ranked the hits", title_justify="left")
    is_reranked = any(hit.reranker is not None for hit in explained.hits)
    raw_names = ("cosine", "BM25", "reranker") if is_reranked else ("cosine", "BM25")
    for name in ("rank", "score", *explained.kinds, *raw_names, "place"):
        table.add_column(name, justify="left" if name == "place" else "right", no_wrap=True)
    for hit in explained.hits:
        added = (f"{hit.parts[kind]:+.3f}" for kind in explained.kinds)
        raw = [f"{hit.cosine:.3f}", f"{hit.bm25:.2f}"]
        if is_reranked:
            raw.append("" if hit.reranker is None else f"{hit.reranker:+.2f}")
        table.add_row(str(hit.rank), f"{hit.score:.3f}", *added, *raw, Text(hit.place))
    return table


def _explained(hit: Hit, path: str) -> ExplainedHit:
    return ExplainedHit(
        rank=hit.rank,
        place=f"{path} {hit.locator.label}".strip(),
        score=round(hit.score, 4),
        parts=hit.parts,
        cosine=round(hit.dense_score, 4),
        bm25=round(hit.lexical_score, 4),
        reranker=hit.reranker_score and round(hit.reranker_score, 4),
    )


def _reasons(answer: Answer, thresholds: Calibration, hits: Sequence[Hit]) -> list[str]:
    if answer.evidence is None:
        return ["The question says nothing, or there is nothing that the asker may see."]
    parts = MODEL.parts(answer.evidence)
    evidence = answer.evidence
    first = hits[0].parts if hits else {}
    read = sum(hit.reranker_score is not None for hit in hits)
    reranked = [
        f"The reranker read {read} of these, in {answer.stages_ms.get('rerank', 0.0):.0f} ms, and "
        "ordered them by its own score; each has the score of the place that it came to."
    ]
    return [
        *(said for kind, said in _SAID.items() if abs(first.get(kind, 0.0)) >= _VISIBLE),
        *(reranked if read else ()),
        f"cosine    {evidence.cosine:.3f} ({parts['cosine']:+.2f}): how near the first passage is "
        "to the question",
        f"coverage  {evidence.coverage:.3f} ({parts['coverage']:+.2f}): how much of what all hits "
        "say about the question the first says alone",
        f"gap       {evidence.gap:.3f} ({parts['gap']:+.2f}): how much better another hit matches "
        "the word that the first misses most",
        f"margin    {evidence.margin:.3f} ({parts['margin']:+.2f}): how far the first is ahead of "
        "the best in another section, at most 0.3",
        f"Log odds {MODEL.intercept + sum(parts.values()):+.2f} "
        f"(with {MODEL.intercept:+.2f} to begin with), so confidence {answer.confidence:.3f}.",
        _verdict(answer, thresholds),
    ]


def _verdict(answer: Answer, thresholds: Calibration) -> str:
    needed = f"{thresholds.answered:.3f} is needed to be answered"
    if thresholds.false_answers < 1:
        needed += f" (what nothing answers reaches that in {thresholds.false_answers:.0%} at most)"
    foreign = answer.not_understood
    if foreign and answer.outcome is Outcome.CLOSEST and answer.confidence >= thresholds.answered:
        return (
            f"Closest: the model does not know the question's language ({foreign.language}), and "
            "the first hit is in another, or does not hold the question's words."
        )
    match answer.outcome:
        case Outcome.ANSWERED:
            return f"Answered: {needed}."
        case Outcome.CLOSEST:
            return f"Closest: {needed}, {thresholds.closest:.3f} to be shown at all."
        case Outcome.NOTHING_VALIDATED:
            return f"Nothing validated: {thresholds.closest:.3f} is needed to be shown at all."
        case _:
            assert_never(answer.outcome)
