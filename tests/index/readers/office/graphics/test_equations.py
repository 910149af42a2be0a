"""Equations are read as people type them."""

import pytest
from lxml import etree

from index.readers.office.graphics.equations import equation

_SPACE = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def _r(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def _e(text: str, name: str = "e") -> str:
    return f"<m:{name}>{_r(text)}</m:{name}>"


@pytest.mark.parametrize(
    ("inner", "read"),
    [
        (f"{_r('bonus=')}<m:f>{_e('pay', 'num')}{_e('24', 'den')}</m:f>", "bonus=pay/24"),
        (f"<m:f>{_e('a+b', 'num')}{_e('c d', 'den')}</m:f>", "(a+b)/(c d)"),
        (f"<m:sSup>{_e('x')}{_e('2', 'sup')}</m:sSup>", "x^2"),
        (f"<m:sSub>{_e('x')}{_e('n+1', 'sub')}</m:sSub>", "x_(n+1)"),
        (f"<m:rad><m:deg/>{_e('a+b')}</m:rad>", "√(a+b)"),
        (f"<m:rad>{_e('3', 'deg')}{_e('8')}</m:rad>", "∛8"),
        (f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>{_e("i=1", "sub")}{_e("n", "sup")}'
         f"{_e('i')}</m:nary>", "∑_(i=1)^n i"),
        (f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr>{_e("a")}{_e("b")}</m:d>',
         "[a|b]"),
        (f"<m:func>{_e('log', 'fName')}{_e('x')}</m:func>", "log x"),
        (f"<m:m><m:mr>{_e('1')}{_e('0')}</m:mr><m:mr>{_e('0')}{_e('1')}</m:mr></m:m>",
         "[1, 0; 0, 1]"),
        (f"<m:eqArr>{_e('a=1')}{_e('b=2')}</m:eqArr>", "a=1; b=2"),
        (_r("𝑎=𝟐"), "a=2"),
        (f"<m:acc>{_e('v')}</m:acc>", "v\u0302"),
        (f"<m:bar>{_e('x')}</m:bar>", "x\u0305"),
        (f"<m:acc>{_e('ab')}</m:acc>", "ab"),
    ],
)  # fmt: skip
def test_an_equation_stands_on_one_line(inner: str, read: str) -> None:
    assert equation(etree.fromstring(f"<m:oMath {_SPACE}>{inner}</m:oMath>")) == read


def test_equations_of_their_own_stand_on_lines_of_their_own() -> None:
    inner = "".join(f"<m:oMath>{_r(text)}</m:oMath>" for text in ("a=1", "b=2"))
    root = etree.fromstring(f"<m:oMathPara {_SPACE}>{inner}</m:oMathPara>")
    assert equation(root) == "a=1\nb=2"
