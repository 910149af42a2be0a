"""What is kept of somebody, told to themselves alone, and forgotten if they want that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from microsoft_teams.cards import Action, OpenUrlAction

from analytics.erasing.erasure import Cause, Known
from bots import wording
from bots.actions import FORGET, Forgetting, Step
from bots.drawing.card_parts import action_button, bullets, card, heading, literal, small
from bots.messages import CardPress, Message, PressReply, Reply
from errors import LogError
from identity.person import Person
from retrieval.answer import ChannelKind
from showing.own_records import OwnRecords

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OwnData:
    """Tells people what is kept of them, and has it erased."""

    records: OwnRecords

    async def tell(self, message: Message) -> Reply:
        """What is kept of the sender."""
        return await self._privately(message, self.known_card)

    async def ask(self, message: Message) -> Reply:
        """Whether the sender is sure that they want to be forgotten."""
        return await self._privately(message, self.sure_card)

    async def forget(self, press: CardPress, forgetting: Forgetting) -> PressReply:
        """What follows each of the buttons: each acts for who pressed it."""
        who = _ids(press.sender)
        try:
            match forgetting.step:
                case Step.ASKED:
                    drawn = self.sure_card(await self.records.known(*who))
                    return PressReply(wording.FORGET_HEADING, drawn)
                case Step.NOT_SURE:
                    return _said(wording.NOT_FORGOTTEN)
                case Step.SURE:
                    erased = await self.records.forget(Cause.CHAT, *who)
        except LogError as error:
            _log.warning("own_data.away", error=str(error))
            return PressReply(wording.OWN_AWAY)
        words = wording.forgotten(erased["questions"], erased["ratings"])
        return _said(wording.FORGOTTEN_HEADING, words, wording.OWN_CHAT)

    async def _privately(self, message: Message, drawn: Callable[[Known], dict[str, Any]]) -> Reply:
        if message.channel_kind is not ChannelKind.PERSONAL:
            return Reply(wording.OWN_PRIVATE)
        try:
            known = await self.records.known(*_ids(message.sender))
        except LogError as error:
            _log.warning("own_data.away", error=str(error))
            return Reply(wording.OWN_AWAY)
        made = drawn(known)
        return Reply(made["speak"], made)

    def known_card(self, known: Known) -> dict[str, Any]:
        """The card that says what is kept, with a button to be forgotten."""
        count, since = known.counts["questions"], known.since
        lines = []
        if count and since:
            opened = known.counts["openings"]
            lines.append(wording.own_questions(count, since.date(), opened))
        if known.ratings:
            lines.append(wording.own_ratings(known.ratings, known.comments))
        lines = [*(lines or [wording.OWN_NOTHING]), wording.OWN_LAST]
        kept = wording.own_days(self.records.keep.texts_days, self.records.keep.rows_days)
        body = [
            heading(wording.OWN_HEADING),
            *bullets(lines),
            literal(f"{wording.OWN_CODE} {kept}", spacing="Medium"),
            small(wording.OWN_CHAT),
        ]
        buttons: list[Action] = [action_button(FORGET, Forgetting(Step.ASKED), wording.FORGET_ME)]
        if url := self.records.privacy_url:
            buttons.append(OpenUrlAction(title=wording.PRIVACY_PAGE, url=url))
        return card(body, buttons, " ".join([f"{wording.OWN_HEADING}:", *lines, kept]))

    def sure_card(self, known: Known) -> dict[str, Any]:
        """The card that says what would be erased, and asks."""
        words = wording.to_forget(known.counts["questions"], known.counts["ratings"])
        body = [heading(wording.FORGET_HEADING), literal(words), small(wording.FORGET_LATER)]
        buttons = [
            action_button(FORGET, Forgetting(Step.SURE), wording.FORGET_SURE),
            action_button(FORGET, Forgetting(Step.NOT_SURE), wording.FORGET_NOT),
        ]
        return card(body, buttons, f"{wording.FORGET_HEADING} {words} {wording.FORGET_LATER}")


def _ids(person: Person) -> tuple[str, str, str]:
    """The tenant, and the ids by which somebody may have been known."""
    return person.tenant_id, person.object_id, person.channel_id


def _said(words: str, *further: str) -> PressReply:
    """A card without buttons, in the place of the one pressed."""
    body = [heading(words, size="Default"), *map(literal, further)]
    said = " ".join([words.rstrip(".") + ".", *further])
    return PressReply(said, card(body, [], said))
