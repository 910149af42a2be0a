"""Answers as Adaptive Cards. Each outcome looks different, in words and not in
colour only.

Whatever a card holds, it stays below the size that Teams takes: text is cut to fixed lengths when
it is drawn, and `fitted` gives up results for links that are too long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, assert_never

from microsoft_teams.cards import (
    ActionSet,
    CardElement,
    Container,
    Image,
    OpenUrlAction,
    TextBlock,
)

from bots import wording
from bots.actions import OFFER, Offer, Offered
from bots.drawing.card_parts import (
    MAX_CARD_BYTES,
    action_button,
    bullets,
    card,
    contact_actions,
    heading,
    literal,
    marked_lines,
    size_bytes,
    small,
    subheading,
    wrapping_button,
)
from bots.drawing.next_steps import button_count, going_on, nothing_found
from bots.drawing.plain_cards import MAX_LINK_CHARS, item_line
from bots.drawing.rating_part import Feedback, rating_part
from bots.drawing.shown import (
    ShownAnswer,
    about_line,
    name_line,
    place_line,
    sentence_line,
    spoken,
    title_line,
)
from bots.drawing.step_parts import NumberedStep, paragraph, step_part, with_steps
from bots.drawing.table_parts import table, with_tables
from retrieval.answer import OpenLink, Outcome, Result, Span
from showing.care import Care
from showing.excerpt import by_sentences
from showing.plain_text import shorten
from showing.ports import Contact
from showing.tabular import Rows
from snapshot.formats.format_row import Kind
from words.catalogue import Words

PRESSED_BYTES = 4096  # more than what a press adds, beside the contact's url
_MAX_ALONE_CHARS = 80
_FEW_WORDS = 2
_MANY_WORDS = 30
_STILL_WIDTH = "280px"  # the narrowest telephones have 320


def answer_card(view: ShownAnswer, feedback: Feedback = Feedback.WANTED) -> dict[str, Any]:
    """The card of an answer, as JSON."""
    if (said := view.care) is not None:
        return _care_card(view, said)
    if view.pinned_text:
        return _pinned_card(view, feedback)
    match view.outcome:
        case Outcome.NOTHING_VALIDATED:
            return _nothing_card(view)
        case Outcome.ANSWERED | Outcome.CLOSEST:
            return _found_card(view, feedback, certain=view.outcome is Outcome.ANSWERED)
        case _ as never:
            assert_never(never)


def _found_card(view: ShownAnswer, feedback: Feedback, *, certain: bool) -> dict[str, Any]:
    say = view.say
    best, *further = view.results
    below, actions = rating_part(view, feedback)
    understood = _understood(view)
    others = 1 + len(actions) + button_count([*understood, *below])
    body = [
        *understood,
        *([] if certain else [_caution(say)]),
        *_best(say, best, view.links[0], view.inner_links, view.picture, certain=certain),
        *_pinned_line(view),
        *_further(say, further, view.links[1:], certain=certain),
        *([small(say(wording.SHORTENED), spacing="Medium")] if view.shortened else []),
        *([] if feedback is Feedback.NONE else going_on(view, others)),
        *([small(say(wording.FILES_IGNORED), spacing="Medium")] if view.files_ignored else []),
        *below,
    ]
    return card(body, actions, spoken(view), best.resource.language)


def result_card(
    say: Words,
    result: Result,
    link: str,
    inner: tuple[OpenLink, ...],
    *,
    certain: bool,
    lead: str = "",
) -> dict[str, Any]:
    """One result by itself, as it goes into somebody's message, perhaps below a line that `lead`s
    to it; `link` may be empty."""
    said = f"{title_line(result)}. {sentence_line(result)}"
    body = _best(say, result, link, inner, certain=certain)
    if lead:
        said, body = f"{lead} {said}", [small(lead), *body]
    return card(body, [], said, result.resource.language)


def _understood(view: ShownAnswer) -> list[CardElement]:
    """Lines if the question's language is not known, or it was read otherwise than it stands. A
    follow-up can be asked without the question before."""
    said: list[CardElement] = [literal(line.text)] if (line := view.foreign) else []
    lines = [*said, *map(small, view.read_as)]
    if not view.answer.earlier or view.narrowed_to:
        return lines
    title = wording.offer_button(
        view.say, Offer.ALONE, question=shorten(view.question, _MAX_ALONE_CHARS)
    )
    alone = action_button(OFFER, Offered(view.query_id, Offer.ALONE), title)
    return [*lines, wrapping_button(alone, title)]


def _pinned_line(view: ShownAnswer) -> list[CardElement]:
    """Who pinned the answer, if somebody did."""
    if (pinned := view.answer.pinned) is None:
        return []
    validation = pinned.validation
    by = wording.pinned_by(view.say, name_line(validation.validated_by), validation.validated_on)
    return [small(by)]


def _paragraphs(text: str) -> list[CardElement]:
    return [literal(line, spacing="Small") for line in text.split("\n")]


def _pinned_card(view: ShownAnswer, feedback: Feedback) -> dict[str, Any]:
    """What a person has written for the question."""
    say, pinned = view.say, view.answer.pinned
    contact = Contact(pinned.contact_name, pinned.contact_url) if pinned else view.contact
    below, actions = rating_part(view, feedback)
    reaching = contact_actions(say, contact)
    body = [
        heading(say(wording.PINNED_HEADING)),
        *_paragraphs(view.pinned_text),
        *([literal(wording.pinned_contact(say, name_line(contact.name)))] if contact.name else []),
        *([ActionSet(actions=reaching, spacing="Small")] if reaching else []),
        *_pinned_line(view),
        *([small(say(wording.FILES_IGNORED), spacing="Medium")] if view.files_ignored else []),
        *below,
    ]
    return card(body, actions, spoken(view))


def _care_card(view: ShownAnswer, said: Care) -> dict[str, Any]:
    """For somebody in distress: what to do and whom to reach. It asks for nothing, no rating
    either."""
    contact = said.contact
    is_place = bool(view.answer.pinned and view.answer.pinned.resource_id)
    found = list(zip(view.results, view.links, strict=True))
    reaching = (
        [OpenUrlAction(title=name_line(contact.name) or contact.url, url=contact.url)]
        if contact.url
        else []
    )
    urgent = Container(style="attention", items=[literal(said.urgent, weight="Bolder")])
    body = [
        heading(said.heading),
        *_paragraphs(said.text),
        *([urgent] if is_place else []),
        *(_from_its_head(view) if found and is_place else []),
        *([literal(said.contact_line, weight="Bolder", spacing="Medium")]),
        *([ActionSet(actions=reaching, spacing="Small")] if reaching else []),
        *([] if is_place else [urgent]),
        *([subheading(said.further, separator=True)] if found and not is_place else []),
        *([] if is_place else [_compact(view.say, result, link) for result, link in found]),
        *([small(said.source, spacing="Medium")] if said.source else []),
    ]
    return card(body, [], spoken(view), said.language)


def _from_its_head(view: ShownAnswer) -> list[CardElement]:
    """The first result as it begins, with nothing marked: in an emergency the first step counts."""
    result = view.results[0]
    head = Span(0, len(result.best.passage.text.partition("\n")[0]))
    result = replace(result, hits=(replace(result.best, sentence=head),))
    return _best(view.say, result, view.links[0], view.inner_links, certain=False)


def fitted(view: ShownAnswer) -> tuple[ShownAnswer, dict[str, Any]]:
    """The view without what makes its card too large for Teams, and that card: links beyond any
    sense go, then what else can be asked, then results from the last."""
    kept = tuple(link if len(link) <= MAX_LINK_CHARS else "" for link in view.links)
    view = replace(view, links=kept)
    made = answer_card(view)
    if view.asks and not _fits(view, made):
        view = replace(view, asks=())
        made = answer_card(view)
    while len(view.links) > 1 and not _fits(view, made):
        view = replace(view, links=view.links[:-1], shortened=True)
        made = answer_card(view)
    return view, made


def _fits(view: ShownAnswer, made: dict[str, Any]) -> bool:
    """Whether the card also fits once a button on it was pressed. Most leave room enough for that;
    only a larger one is drawn as it would look then."""
    if size_bytes(made) + PRESSED_BYTES + len(view.contact.url) <= MAX_CARD_BYTES:
        return True
    largest = (Feedback.NOT_HELPFUL, Feedback.SHARED)
    return all(size_bytes(answer_card(view, state)) <= MAX_CARD_BYTES for state in largest)


def _caution(say: Words) -> Container:
    return Container(
        style="warning",
        bleed=True,
        items=[
            heading(say(wording.CLOSEST_HEADING), size="Default"),
            TextBlock(text=say(wording.CLOSEST_NOTE), wrap=True, spacing="None"),
        ],
    )


def _best(
    say: Words,
    result: Result,
    link: str,
    inner: tuple[OpenLink, ...],
    picture: str = "",
    *,
    certain: bool,
) -> list[CardElement]:
    resource, locator = result.resource, result.best.locator
    opening: CardElement = small(say(wording.NO_LINK))
    if link:
        label = wording.open_button(say, resource, locator)
        style = "positive" if certain else None
        opening = ActionSet(
            actions=[OpenUrlAction(title=label, url=link, style=style)], spacing="Medium"
        )
    validation = resource.validation
    passage = list(_passage(result, inner, certain=certain))
    return [
        heading(title_line(result)),
        small(about_line(say, result), spacing="None"),
        *([Container(items=passage, spacing="Medium")] if passage else []),
        *([_page_picture(say, result, link, picture)] if picture else []),
        small(wording.validated(say, name_line(validation.validated_by), validation.validated_on)),
        opening,
    ]


def _page_picture(say: Words, result: Result, link: str, picture: str) -> Image:
    """The page or the recording, for whom its look tells more than words; a press opens it."""
    is_video = result.resource.kind is Kind.VIDEO
    seen = (
        f"{title_line(result)}: {about_line(say, result)}"
        if is_video
        else wording.pictured(say, place_line(say, result), title_line(result))
    )
    opening = OpenUrlAction(title=seen, url=link) if link else None
    look: dict[str, Any] = {"width": _STILL_WIDTH} if is_video else {"size": "Stretch"}
    return Image(url=picture, alt_text=seen, spacing="Medium", select_action=opening, **look)


def _passage(
    result: Result, links: tuple[OpenLink, ...], *, certain: bool
) -> Iterator[CardElement]:
    """The passage's lines. Only an answer is made bold: what is merely close is not."""
    excerpt = by_sentences(result.best.passage.text, result.best.sentence)
    for line in with_steps(list(with_tables(marked_lines(excerpt, links)))):
        if isinstance(line, Rows):
            yield from table(line, bold=certain)
        elif isinstance(line, NumberedStep):
            yield step_part(line, bold=certain)
        else:
            yield paragraph(line, bold=certain)


def _further(
    say: Words, results: list[Result], links: tuple[str, ...], *, certain: bool
) -> list[CardElement]:
    if not results:
        return []
    words = say(wording.FURTHER_HEADING) if certain else say(wording.CLOSEST_FURTHER_HEADING)
    return [
        subheading(words, separator=True),
        *(_compact(say, result, link) for result, link in zip(results, links, strict=True)),
    ]


def _compact(say: Words, result: Result, link: str) -> Container:
    return item_line(title_line(result), about_line(say, result), link, result.resource.language)


def _nothing_card(view: ShownAnswer) -> dict[str, Any]:
    say, (near, actions) = view.say, nothing_found(view)
    body = [
        *_understood(view),
        heading(say(wording.NOTHING_HEADING)),
        small(say(wording.NOTHING_UNDERSTOOD)),
        Container(
            style="emphasis", items=[literal(wording.quoted(say, view.question))], spacing="Small"
        ),
        TextBlock(text=say(wording.NOTHING_NOTED), wrap=True, spacing="Medium"),
        *near,
        subheading(say(wording.TRY_HEADING)),
        *bullets(_advice(view)),
        *([small(say(wording.FILES_IGNORED), spacing="Medium")] if view.files_ignored else []),
    ]
    return card(body, actions, spoken(view), say.language)


def _advice(view: ShownAnswer) -> list[str]:
    """What to try, by what the question looks like; and whom to ask, if no button leads there."""
    say, question, contact = view.say, view.answer.question.text, view.contact
    person = (
        [wording.try_contact(say, name_line(contact.name))]
        if contact.name and not contact.url
        else []
    )
    words = len(question.split())
    if words <= _FEW_WORDS:
        return [say(wording.TRY_WHOLE_QUESTION), say(wording.TRY_OTHER_WORDS), *person]
    if words > _MANY_WORDS or question.count("?") > 1:
        return [say(wording.TRY_ONE_THING), say(wording.TRY_TOOL), *person]
    return [say(wording.TRY_OTHER_WORDS), say(wording.TRY_TOOL), *person]
