"""The rule that gives Signpost its worth: only what somebody vouches for today is served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

from index.content.metadata import Metadata, Status
from snapshot.models import Validation


class RefusalKind(StrEnum):
    """Why a file is not served."""

    MALFORMED = "malformed"
    UNREADABLE = "unreadable"
    UNVALIDATED = "unvalidated"
    DRAFT = "draft"
    RETIRED = "retired"
    EXPIRED = "expired"
    NO_TEXT = "no_text"
    NO_URL = "no_url"
    DUPLICATE_URL = "duplicate_url"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, or a row of a file with links, that is not served, with the reason for its owner."""

    path: str
    kind: RefusalKind
    reason: str


def judge(metadata: Metadata, path: str, today: date) -> Validation | Refusal:
    """The validation that holds today, or why there is none."""
    match metadata.status:
        case Status.DRAFT | Status.RETIRED as status:
            return Refusal(path, RefusalKind(status), f"its status is {status}")
        case Status.VALIDATED:
            pass
        case _:
            assert_never(metadata.status)
    by, on = metadata.validated_by, metadata.validated_on
    if by is None or on is None:
        missing = [
            name for name, value in (("validated_by", by), ("validated_on", on)) if value is None
        ]
        return Refusal(
            path,
            RefusalKind.UNVALIDATED,
            f"nobody has validated it: {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing",
        )
    if on > today:
        return Refusal(
            path,
            RefusalKind.UNVALIDATED,
            f"validated_on is {on}, which lies in the future",
        )
    review_by = metadata.review_by
    if review_by is None and metadata.review_every_days is not None:
        review_by = on + timedelta(days=metadata.review_every_days)
    if review_by is not None and review_by < today:
        return Refusal(path, RefusalKind.EXPIRED, f"its review was due by {review_by}")
    return Validation(by, on, review_by)
