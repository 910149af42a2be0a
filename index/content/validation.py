"""The rule that gives Signpost its worth: only what somebody vouches for today is served."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

from index.content.metadata import Metadata, Status
from snapshot.manifest import Refused
from snapshot.models import Validation


class Reason(StrEnum):
    """Why a file, a row of a file with links, a pinned answer or a collection is not served."""

    MALFORMED = "malformed"
    UNREADABLE = "unreadable"
    UNVALIDATED = "unvalidated"
    DRAFT = "draft"
    RETIRED = "retired"
    EXPIRED = "expired"
    NO_TEXT = "no_text"
    NO_URL = "no_url"
    NO_AUDIENCE = "no_audience"
    DUPLICATE_URL = "duplicate_url"
    TOO_LARGE = "too_large"
    NOT_SERVED = "not_served"


def judge(metadata: Metadata, path: str, today: date) -> Validation | Refused:
    """The validation that holds today, or why there is none."""
    match metadata.status:
        case Status.DRAFT | Status.RETIRED as status:
            return Refused(path, Reason(status), f"its status is {status}")
        case Status.VALIDATED:
            pass
        case _:
            assert_never(metadata.status)
    by, on = metadata.validated_by, metadata.validated_on
    if by is None or on is None:
        missing = [
            name for name, value in (("validated_by", by), ("validated_on", on)) if value is None
        ]
        return Refused(
            path,
            Reason.UNVALIDATED,
            f"nobody has validated it: {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing",
        )
    if on > today:
        return Refused(
            path,
            Reason.UNVALIDATED,
            f"validated_on is {on}, which lies in the future",
        )
    review_by = metadata.review_by
    if review_by is None and metadata.review_every_days is not None:
        review_by = on + timedelta(days=metadata.review_every_days)
    if review_by is not None and review_by < today:
        return Refused(path, Reason.EXPIRED, f"its review was due by {review_by}")
    return Validation(by, on, review_by)
