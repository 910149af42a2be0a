"""Numbers read as Office shows them."""

from datetime import date, datetime, time, timedelta

import pytest

from index.readers.number_formats import is_date, moment, plain, shown


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1_250_000.0, "General", "1250000"),
        (1_234_567.89, "", "1234567.89"),
        (0.1 + 0.2, "General", "0.3"),
        (-3.0, "General", "-3"),
        (0.425, "0.0%", "42.5%"),
        (0.425, "0%", "43%"),
        (0.125, "0.0##%", "12.5%"),
        (1_234_567.89, "#,##0.00", "1,234,567.89"),
        (1_234_567.5, "#,##0", "1,234,568"),
        (12.5, "0.00", "12.50"),
        (12.0, "0.##", "12"),
        (7, "000", "007"),
        (1_200, '"€"#,##0', "€1,200"),
        (12.5, "[$€-407] #,##0.00", "€ 12.50"),
        (12.5, "#,##0.00 [$€-407]", "12.50 €"),
        (40, '0 "km"', "40 km"),
        (30, r"0\ \d\a\y\s", "30 days"),
        (-5, "#,##0;(#,##0)", "(5)"),
        (-5, "$#,##0", "-$5"),
        (0, '0;-0;"none"', "none"),
        (5, "[Red]0.0", "5.0"),
        (5, "_(* #,##0_);_(* (#,##0)", "5"),
        (1_250_000, '0.0,,"M"', "1.3M"),
        (0.5, "# ?/?", "0.5"),
        (12_000, "0.00E+00", "12000"),
        (46_023, "yyyy-mm-dd", "2026-01-01"),
        (46_023.5, "d/m/yy h:mm", "2026-01-01 12:00"),
        (0.75, "h:mm AM/PM", "18:00"),
        (-1, "yyyy", "-1"),
        (5_551_234, "000-0000", "5551234"),
        (5_551_234, r"[<=9999999]###\-####;\(###\)\ ###\-####", "5551234"),
        (0, '_("$"* #,##0_);_("$"* (#,##0);_("$"* "-"??_)', "$-"),
        (1.5, "0." + 500 * "0", "1.5"),
        (1.5, "0" + 300 * "%", "1.5"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_code_shows_it(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_dates_are_told_from_numbers() -> None:
    assert is_date("d mmm yyyy")
    assert is_date("[$-409]h:mm:ss.0")
    assert not is_date("#,##0.00")
    assert not is_date('0 "days"')
    assert not is_date("[Red]0")


def test_moments_are_iso_8601() -> None:
    assert moment(date(2026, 1, 31)) == "2026-01-31"
    assert moment(datetime(2026, 1, 31, 9, 30)) == "2026-01-31 09:30"
    assert moment(datetime(2026, 1, 31)) == "2026-01-31"
    assert moment(time(9, 30, 5)) == "09:30:05"
    assert moment(timedelta(hours=26, minutes=5)) == "26:05"


def test_a_plain_number_has_no_exponent() -> None:
    assert plain(1e-12) == "0"
    assert plain(1e21) == "1000000000000000000000"
