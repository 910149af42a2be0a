"""Makes the PDF and office files of the sample content from the texts beside this script.

    python content/_source/make_files.py [--to FOLDER]

A text names its file in its front matter. The same texts give the same bytes, on any day and in any
time zone, so that a file changes in version control only when its text does.
"""

from __future__ import annotations

import argparse
import re
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from as_course import as_course
from as_docx import as_docx
from as_epub import as_epub
from as_odf import as_odf
from as_pdf import as_pdf
from as_pptx import as_pptx
from as_xlsx import as_xlsx
from source import Source, read_source

# openpyxl writes when it saved.
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[\d-]+T[\d:]+Z")
SOURCES = Path(__file__).resolve().parent


def make_file(source: Source) -> bytes:
    """The bytes of the file that the source describes, of the kind that its name says."""
    match Path(source.file).suffix:
        case ".pdf":
            return as_pdf(source)
        case ".docx":
            return _settle(as_docx(source), source)
        case ".pptx":
            return _settle(as_pptx(source), source)
        case ".xlsx":
            return _settle(as_xlsx(source), source)
        case ".odt":
            return _settle(as_odf(source, "text"), source)
        case ".ods":
            return _settle(as_odf(source, "spreadsheet"), source)
        case ".odp":
            return _settle(as_odf(source, "presentation"), source)
        case ".zip":
            return _settle(as_course(source), source)
        case ".epub":
            return _settle(as_epub(source), source)
    raise ValueError(
        f"{source.file}: made are .pdf, .docx, .pptx, .xlsx, .odt, .ods, .odp, .epub, .zip"
    )


def _settle(archive: bytes, source: Source) -> bytes:
    """The same Office file, its members dated as the source is and not by the clock."""
    out = BytesIO()
    date_time = (source.dated.year, source.dated.month, source.dated.day, 0, 0, 0)
    with ZipFile(BytesIO(archive)) as read, ZipFile(out, "w") as written:
        for member in read.infolist():
            info = ZipInfo(member.filename, date_time)
            info.compress_type, info.create_system = ZIP_DEFLATED, 0
            data = _MODIFIED.sub(
                rb"\g<1>%bT00:00:00Z" % source.dated.isoformat().encode(), read.read(member)
            )
            written.writestr(info, data, compresslevel=9)
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the sample content's PDF and office files.")
    parser.add_argument(
        "--to", type=Path, default=SOURCES.parent, help="default: the content folder"
    )
    folder: Path = parser.parse_args().to
    for path in sorted(SOURCES.glob("*.md")):
        source = read_source(path)
        target = folder / source.file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(make_file(source))
        print(f"{source.file}: {target.stat().st_size:,} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
