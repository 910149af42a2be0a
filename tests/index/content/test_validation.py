"""Only what somebody vouches for today is served."""

from dataclasses import replace
from datetime import date

import pytest

from index.content.metadata import Metadata, Status
from index.content.validation import Reason, judge
from snapshot.manifest import Refused
from snapshot.models import Validation

TODAY = date(2026, 11, 23)
VALID = Metadata(validated_by="Priya Raman", validated_on=date(2026, 10, 5))


def test_a_validation_holds_without_an_end() -> None:
    assert judge(VALID, "a.md", TODAY) == Validation("Priya Raman", date(2026, 10, 5))


def test_it_holds_up_to_and_on_the_day_of_review() -> None:
    metadata = replace(VALID, review_by=TODAY)
    assert judge(metadata, "a.md", TODAY) == Validation("Priya Raman", date(2026, 10, 5), TODAY)


def test_it_holds_from_the_very_day_on() -> None:
    metadata = replace(VALID, validated_on=TODAY)
    assert judge(metadata, "a.md", TODAY) == Validation("Priya Raman", TODAY)


def test_the_review_is_due_so_many_days_after_the_validation() -> None:
    metadata = replace(VALID, review_every_days=90)
    verdict = judge(metadata, "a.md", TODAY)
    assert isinstance(verdict, Validation)
    assert verdict.review_by == date(2027, 1, 3)


def test_a_date_of_review_wins_over_an_interval() -> None:
    metadata = replace(VALID, review_every_days=1, review_by=date(2027, 1, 1))
    verdict = judge(metadata, "a.md", TODAY)
    assert isinstance(verdict, Validation)
    assert verdict.review_by == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("metadata", "reason", "detail"),
    [
        (
            Metadata(),
            Reason.UNVALIDATED,
            "nobody has validated it: validated_by and validated_on are missing",
        ),
        (
            replace(VALID, validated_by=None),
            Reason.UNVALIDATED,
            "nobody has validated it: validated_by is missing",
        ),
        (
            replace(VALID, validated_on=date(2026, 11, 24)),
            Reason.UNVALIDATED,
            "validated_on is 2026-11-24, which lies in the future",
        ),
        (replace(VALID, status=Status.DRAFT), Reason.DRAFT, "its status is draft"),
        (replace(VALID, status=Status.RETIRED), Reason.RETIRED, "its status is retired"),
        (
            replace(VALID, review_by=date(2026, 11, 22)),
            Reason.EXPIRED,
            "its review was due by 2026-11-22",
        ),
        (
            replace(VALID, review_every_days=48),
            Reason.EXPIRED,
            "its review was due by 2026-11-22",
        ),
    ],
)
def test_anything_else_is_refused_with_its_reason(
    metadata: Metadata, reason: Reason, detail: str
) -> None:
    assert judge(metadata, "a.md", TODAY) == Refused("a.md", reason, detail)


def test_the_reasons_are_words_that_scripts_read() -> None:
    """`python -m index build --json` prints them."""
    assert {reason.name: reason.value for reason in Reason} == {
        "MALFORMED": "malformed",
        "UNREADABLE": "unreadable",
        "UNVALIDATED": "unvalidated",
        "DRAFT": "draft",
        "RETIRED": "retired",
        "EXPIRED": "expired",
        "NO_TEXT": "no_text",
        "NO_URL": "no_url",
        "NO_AUDIENCE": "no_audience",
        "DUPLICATE_URL": "duplicate_url",
        "TOO_LARGE": "too_large",
        "NOT_SERVED": "not_served",
    }
