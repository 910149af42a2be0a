"""What is kept of somebody, told to themselves alone, and forgotten if they want that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from microsoft_teams.cards import Action, OpenUrlAction

from analytics.erasing.erasure import Cause, Known
from bots import own_wording
from bots.actions import FORGET, Forgetting, Step
from bots.drawing.card_parts import action_button, bullets, card, heading, literal, small
from bots.messages import CardPress, Message, PressReply, Reply
from errors import LogError
from identity.person import Person
from retrieval.answer import ChannelKind
from showing.own_records import OwnRecords
from words.catalogue import Words, words_for

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
        who, say = _ids(press.sender), words_for(press.locale)
        try:
            match forgetting.step:
                case Step.ASKED:
                    drawn = self.sure_card(await self.records.known(*who), say)
                    return PressReply(say(own_wording.FORGET_HEADING), drawn)
                case Step.NOT_SURE:
                    return _said(say, say(own_wording.NOT_FORGOTTEN))
                case Step.SURE:
                    erased = await self.records.forget(Cause.CHAT, *who)
        except LogError as error:
            _log.warning("own_data.away", error=str(error))
            return PressReply(say(own_wording.OWN_AWAY))
        words = own_wording.forgotten(say, erased["questions"], erased["ratings"])
        return _said(say, say(own_wording.FORGOTTEN_HEADING), words, say(own_wording.OWN_CHAT))

    async def _privately(
        self, message: Message, drawn: Callable[[Known, Words], dict[str, Any]]
    ) -> Reply:
        say = words_for(message.locale)
        if message.channel_kind is not ChannelKind.PERSONAL:
            return Reply(say(own_wording.OWN_PRIVATE))
        try:
            known = await self.records.known(*_ids(message.sender))
        except LogError as error:
            _log.warning("own_data.away", error=str(error))
            return Reply(say(own_wording.OWN_AWAY))
        made = drawn(known, say)
        return Reply(made["speak"], made)

    def known_card(self, known: Known, say: Words) -> dict[str, Any]:
        """The card that says what is kept, with a button to be forgotten."""
        count, since = known.counts["questions"], known.since
        lines = []
        if count and since:
            opened = known.counts["openings"]
            lines.append(own_wording.own_questions(say, count, since.date(), opened))
        if known.ratings:
            lines.append(own_wording.own_ratings(say, known.ratings, known.comments))
        if reports := known.counts.get("problem_reports", 0):
            lines.append(own_wording.own_reports(say, reports))
        lines = [*(lines or [say(own_wording.OWN_NOTHING)]), say(own_wording.OWN_LAST)]
        kept = own_wording.own_days(say, self.records.keep.texts_days, self.records.keep.rows_days)
        body = [
            heading(say(own_wording.OWN_HEADING)),
            *bullets(lines),
            literal(f"{say(own_wording.OWN_CODE)} {kept}", spacing="Medium"),
            small(say(own_wording.OWN_CHAT)),
        ]
        buttons: list[Action] = [
            action_button(FORGET, Forgetting(Step.ASKED), say(own_wording.FORGET_ME))
        ]
        if url := self.records.privacy_url:
            buttons.append(OpenUrlAction(title=say(own_wording.PRIVACY_PAGE), url=url))
        return card(
            body,
            buttons,
            " ".join([f"{say(own_wording.OWN_HEADING)}:", *lines, kept]),
            say.language,
        )

    def sure_card(self, known: Known, say: Words) -> dict[str, Any]:
        """The card that says what would be erased, and asks."""
        words = own_wording.to_forget(say, known.counts["questions"], known.counts["ratings"])
        body = [
            heading(say(own_wording.FORGET_HEADING)),
            literal(words),
            small(say(own_wording.FORGET_LATER)),
        ]
        buttons = [
            action_button(FORGET, Forgetting(Step.SURE), say(own_wording.FORGET_SURE)),
            action_button(FORGET, Forgetting(Step.NOT_SURE), say(own_wording.FORGET_NOT)),
        ]
        said = f"{say(own_wording.FORGET_HEADING)} {words} {say(own_wording.FORGET_LATER)}"
        return card(body, buttons, said, say.language)


def _ids(person: Person) -> tuple[str, str, str]:
    """The tenant, and the ids by which somebody may have been known."""
    return person.tenant_id, person.object_id, person.channel_id


def _said(say: Words, words: str, *further: str) -> PressReply:
    """A card without buttons, in the place of the one pressed."""
    body = [heading(words, size="Default"), *map(literal, further)]
    said = " ".join([words.rstrip(".") + ".", *further])
    return PressReply(said, card(body, [], said, say.language))
