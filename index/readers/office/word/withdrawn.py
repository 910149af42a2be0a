"""Takes out of a Word part what its author withdrew: deleted and moved text, rows and cells, hidden
rows, the prompts of controls that nobody has filled in, and the codes of fields."""

from __future__ import annotations

from typing import Any

from index.readers.office.word.names import switch, w

_GONE = tuple(map(w, ("del", "moveFrom")))
_OF_MARKS = tuple(map(w, ("rPr", "trPr", "tcPr", "numPr")))


def take_out(root: Any) -> None:
    """Changes the tree: as Word shows it with all changes accepted."""
    for row in list(root.iter(w("tr"))):
        properties = row.find(w("trPr"))
        is_deleted = properties is not None and properties.find(w("del")) is not None
        if is_deleted or switch(properties, "hidden"):
            _remove(row)
    for cell in list(root.iter(w("tc"))):
        if cell.find(f"{w('tcPr')}/{w('cellDel')}") is not None:
            _remove(cell)
    for control in list(root.iter(w("sdt"))):
        if switch(control.find(w("sdtPr")), "showingPlcHdr"):
            for run in list(control.iter(w("r"))):
                _remove(run)
    for change in list(root.iter(*_GONE)):
        parent = change.getparent()
        if parent is not None and parent.tag not in _OF_MARKS:
            _remove(change)
    for paragraph in list(root.iter(w("p"))):
        _join(paragraph)
    for text in _in_codes(root):
        _remove(text)


def _in_codes(root: Any) -> list[Any]:
    """Texts within the code of a field, such as those of a field in it: only its result shows."""
    found: list[Any] = []
    in_field: list[Any] = []
    is_code: list[bool] = []  # of each field that is open, the innermost last
    for element in root.iter(w("fldChar"), w("t")):
        kind = element.get(w("fldCharType"))
        if kind == "begin":
            is_code.append(True)
        elif kind == "separate" and is_code:
            is_code[-1] = False
        elif kind == "end" and is_code:
            is_code.pop()
            if not is_code:  # a field that never ends hides nothing
                found += in_field
                in_field = []
        elif kind is None and any(is_code):
            in_field.append(element)
    return found


def _join(paragraph: Any) -> None:
    """A paragraph whose end was deleted goes on in the next."""
    mark = paragraph.find(f"{w('pPr')}/{w('rPr')}")
    if mark is None or not any(mark.find(name) is not None for name in _GONE):
        return
    content = [child for child in paragraph if child.tag != w("pPr")]
    following = paragraph.getnext()
    if content and (following is None or following.tag != w("p")):
        return
    if content:
        at = 1 if following.find(w("pPr")) is not None else 0
        following[at:at] = content
    _remove(paragraph)


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
