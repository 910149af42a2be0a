"""Office files that are traps are refused before they are unpacked."""

import io
import zipfile

import pytest

from errors import ReadError
from index.readers.office import docx, office_package
from tests.fakes import hostile


def _archive(**members: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return data.getvalue()


def test_a_plain_document_passes_and_is_read() -> None:
    read = docx.read(hostile.docx(hostile.paragraph("harmless")), "a.docx")
    assert [section.blocks for section in read.sections] == [("harmless",)]


def test_an_archive_that_unpacks_to_a_gigabyte_is_refused() -> None:
    with pytest.raises(ReadError, match="it unpacks to 1024 MB; at most 512 MB are read"):
        office_package.check_package(hostile.docx_bomb(1024))


def test_xml_larger_than_any_document_is_refused() -> None:
    data = _archive(a_xml=b" " * (65 * 1024 * 1024))
    with pytest.raises(ReadError, match=r"a\.xml unpacks to 65 MB; at most 64 MB are read"):
        office_package.check_package(data)


def test_more_paragraphs_than_anybody_reads_are_refused() -> None:
    with pytest.raises(ReadError, match="250000 paragraphs; at most 200000 are read"):
        office_package.check_package(hostile.docx("<w:p/>" * 250_000))


def test_more_parts_than_any_program_writes_are_refused() -> None:
    data = _archive(**{f"m{number}": b"" for number in range(10_001)})
    with pytest.raises(ReadError, match="10001 parts in the archive"):
        office_package.check_package(data)


def test_an_opendocument_file_with_a_password_is_refused_as_such() -> None:
    xml = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    with pytest.raises(ReadError, match="protected by a password"):
        office_package.check_package(_archive(**{"META-INF/manifest_xml": xml}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_entities_is_refused(encoding: str) -> None:
    """Parsers drop what stands behind an entity, and a policy would end in mid-sentence."""
    xml = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><w>&e;</w>'
    data = _archive(word_xml=xml.encode(encoding))
    with pytest.raises(ReadError, match=r"word\.xml declares XML entities"):
        office_package.check_package(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "damaged, or no Office file"),
        (b"PK\x03\x04 truncated", "damaged, or no Office file"),
        (hostile.docx(hostile.paragraph("x"))[:-40], "damaged, or no Office file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "protected by a password"),
    ],
)
def test_what_cannot_be_opened_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        office_package.check_package(data)


def test_a_part_that_is_not_what_its_checksum_says_is_refused() -> None:
    data = bytearray(_archive(a_xml=b"<a>" + bytes(range(33, 120)) * 9 + b"</a>"))
    data[45] ^= 0xFF
    with pytest.raises(ReadError, match=r"it is damaged: a\.xml cannot be unpacked"):
        office_package.check_package(bytes(data))


@pytest.mark.parametrize(
    "title",
    [
        None, "", "Word Document", "PowerPoint Presentation", "Presentation1", "Untitled",
        "untitled document", "Document 3", "Microsoft Word - policy_v3.doc", "policy-final.docx",
        "(anonymous)",
    ],
)  # fmt: skip
def test_a_programs_name_for_a_file_is_no_title(title: str | None) -> None:
    assert office_package.sensible_title(title) is None


@pytest.mark.parametrize("title", ["Leave policy", "Untidy desks", "Document control"])
def test_a_title_is_one(title: str) -> None:
    assert office_package.sensible_title(f" {title} ") == title
