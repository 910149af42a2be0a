"""Text as people read it, whatever a file made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers import normalise


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("e\ufb03cient o\ufb03ce", "efficient office"),
        ("25\u00a0days\u202fof leave", "25 days of leave"),
        ("infor\u00adma\u00adtion", "information"),
        ("a\u200bword\ufeff", "aword"),
        ("cafe\u0301", "café"),
        ("\uf0b7 item", "• item"),
        ("half\ud800 a\udc00 pair", "half a pair"),
        ("nul\x00 bell\x07", "nul bell"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\u202eevil", "evil"),
    ],
)
def test_a_character_has_one_form_and_none_is_invisible(raw: str, read: str) -> None:
    assert normalise.clean(raw) == read


def test_what_nfkc_would_change_stays() -> None:
    """Superscripts, fractions, curly quotes and dashes mean something."""
    text = "20 m² – ½ price “today”… 5′"
    assert normalise.clean(text) == text


def test_joiners_stay_where_they_join() -> None:
    """Persian letters and families of emoji; beside Latin letters they are dirt."""
    assert normalise.clean("می\u200cخواهم") == "می\u200cخواهم"
    assert normalise.clean("👨\u200d👩") == "👨\u200d👩"
    assert normalise.clean("in\u200dvisible\u200c") == "invisible"


@given(st.text(alphabet=st.characters()))
def test_cleaning_twice_is_cleaning_once_and_every_result_can_be_stored(text: str) -> None:
    once = normalise.clean(text)
    assert normalise.clean(once) == once
    once.encode()
    assert "\0" not in once


def test_prose_is_one_line_and_lines_are_kept_apart() -> None:
    assert normalise.prose("  a \n\t b ") == "a b"
    assert normalise.lines(" a  b \n\n\n c ") == "a b\nc"


def test_a_sample_of_code_keeps_its_indentation() -> None:
    assert normalise.code("\n\n  if x:\n      y()   \n\n") == "  if x:\n      y()"


def test_lines_read_out_as_one_get_a_comma_where_they_end_openly() -> None:
    assert normalise.flow("Fax\nby post.\nor (e-mail)\n(never)") == (
        "Fax, by post. or (e-mail) (never)"
    )


class TestJoinLines:
    WORDS = normalise.vocabulary(
        ["in-network providers", "a cutting board", "the edge", "information", "co-insurance"]
    )

    @pytest.mark.parametrize(
        ("rows", "read"),
        [
            (["one", " two  three "], "one two three"),
            (["the informa-", "tion desk"], "the information desk"),
            (["only in-", "network care"], "only in-network care"),
            (["cutting-", "edge"], "cutting-edge"),
            (["un-", "heard of"], "unheard of"),
            (["ring 1-", "800-555"], "ring 1-800-555"),
            (["out-", "of-pocket"], "out-of-pocket"),
            (["the co-", "insurance"], "the co-insurance"),
            (["North-", "South"], "North-South"),
            (["a dash -", "and more"], "a dash - and more"),
            (["soft\u00ad", "ware"], "software"),
        ],
    )
    def test_a_word_broken_at_a_lines_end_is_put_together(self, rows: list[str], read: str) -> None:
        """With its hyphen where the document writes it so or knows both parts."""
        assert normalise.join_lines(rows, self.WORDS) == read

    @pytest.mark.parametrize(
        ("rows", "read"),
        [
            (["the self-", "service gate"], "the self-service gate"),
            (["the decision-", "making board"], "the decision-making board"),
            (["your e-", "mail address"], "your e-mail address"),
            (["the check-", "in desk"], "the check-in desk"),
            (["a follow-", "up call"], "a follow-up call"),
            (["an in-", "house course"], "an in-house course"),
            (["a non-", "smoking room"], "a non-smoking room"),
            (["the cab-", "in door"], "the cabin door"),
            (["such non-", "sense"], "such nonsense"),
            (["the well-", "known rule"], "the well-known rule"),
            (["a long-", "term lease"], "a long-term lease"),
            (["risk-", "based rules"], "risk-based rules"),
            (["keep it up-to-", "date"], "keep it up-to-date"),
            (["so self-", "ish of visi-", "tors"], "so selfish of visitors"),
            (["well-", "ness is unre-", "lated"], "wellness is unrelated"),
            (["the de-", "term part-", "ner"], "the determ partner"),
        ],
    )
    def test_compounds_keep_their_hyphen(self, rows: list[str], read: str) -> None:
        assert normalise.join_lines(rows) == read

    def test_what_the_document_writes_with_a_hyphen_keeps_it_though_it_writes_it_without_too(
        self,
    ) -> None:
        words = normalise.vocabulary(["coinsurance", "co-insurance"])
        assert normalise.join_lines(["co-", "insurance"], words) == "co-insurance"
