"""What is kept of somebody, looked up and erased for themselves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from analytics.erasing.erasure import Cause, Counts, Known, Why
from analytics.erasing.retention import FOR_EVER, Keep
from errors import LogError
from showing.ports import Pseudonymiser

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OwnRecords:
    """A person's records, under every pseudonym that they have or had by each of their ids.

    `look_up` and `erase` are those of `analytics.erasing.erasure`; `let_go` has everything else
    forget a pseudonym. `keep` says for how long things are kept, `privacy_url` is a page with more.
    """

    pseudonymiser: Pseudonymiser
    look_up: Callable[[Sequence[str]], Awaitable[Known]]
    erase: Callable[[Sequence[str], Why], Awaitable[Counts]]
    let_go: Callable[[str], Awaitable[object]]
    keep: Keep = FOR_EVER
    privacy_url: str = ""

    async def known(self, tenant_id: str, *person_ids: str) -> Known:
        """What is kept. LogError if that cannot be known now."""
        return await self.look_up(self._askers(tenant_id, person_ids))

    async def forget(self, cause: Cause, tenant_id: str, *person_ids: str) -> Counts:
        """Erases it; returns how much it was. LogError if that cannot be done now, and then nothing
        is erased."""
        askers = self._askers(tenant_id, person_ids)
        erased = await self.erase(askers, Why(cause))
        for asker in askers:
            with suppress(LogError):  # memory is empty, and the rows are gone already
                await self.let_go(asker)
        _log.info("own_records.forgotten", cause=cause.value, **erased)
        return erased

    def _askers(self, tenant_id: str, person_ids: Sequence[str]) -> list[str]:
        ids = dict.fromkeys(filter(None, person_ids))
        return [one for each in ids for one in self.pseudonymiser.every(tenant_id, each)]
