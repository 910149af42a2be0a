"""A source as a course package (SCORM 1.2): an item and a page for each chapter."""

from __future__ import annotations

from html import escape
from io import BytesIO
from zipfile import ZipFile

from as_pages import chapters, page
from source import Source

_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="course" version="1.0"
 xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"
 xmlns:imsmd="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion>
<imsmd:lom><imsmd:general>
<imsmd:title><imsmd:langstring xml:lang="en">{title}</imsmd:langstring></imsmd:title>
<imsmd:language>en</imsmd:language>
<imsmd:description><imsmd:langstring xml:lang="en">{subtitle}</imsmd:langstring></imsmd:description>
</imsmd:general><imsmd:educational><imsmd:typicallearningtime>
<imsmd:datetime>PT20M</imsmd:datetime>
</imsmd:typicallearningtime></imsmd:educational></imsmd:lom></metadata>
<organizations default="all"><organization identifier="all">
<title>{title}</title>
{items}
</organization></organizations>
<resources>
{resources}
</resources>
</manifest>
"""


def as_course(source: Source) -> bytes:
    """The file's bytes; the zip's own time stamps are not yet settled (see `make_files`)."""
    pages = {
        f"page-{number}.html": (title, page(title, blocks))
        for number, (title, blocks) in enumerate(chapters(source))
    }
    items = (
        f'<item identifier="i{n}" identifierref="r{n}"><title>{escape(title)}</title></item>'
        for n, (title, _) in enumerate(pages.values())
    )
    resources = (
        f'<resource identifier="r{n}" type="webcontent" adlcp:scormtype="sco" href="{name}">'
        f'<file href="{name}"/></resource>'
        for n, name in enumerate(pages)
    )
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        manifest = _MANIFEST.format(
            title=escape(source.title),
            subtitle=escape(source.subtitle),
            items="\n".join(items),
            resources="\n".join(resources),
        )
        archive.writestr("imsmanifest.xml", manifest)
        for name, (_, text) in pages.items():
            archive.writestr(name, text)
    return out.getvalue()
