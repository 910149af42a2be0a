"""Tags that another generator would have filled in: Jekyll's and 11ty's Liquid, Jinja, Hugo.

They mean nothing to a person, but what a person wrote inside and between them stays. Code samples
are left as they are, since there the tags are what is being explained.
"""

from __future__ import annotations

import html
import re

from index.readers import normalise
from index.readers.markup.samples import FENCE, SPAN
from index.readers.web.html_blocks import is_sentence

# Every alternative is bounded, as in `samples`.
_RAW = r"\{%-?\s*raw\s*-?%\}(?P<raw>[\s\S]{0,5000}?)\{%-?\s*endraw\s*-?%\}"
_COMMENT = (
    r"(?P<comment>\{%-?\s*comment\b[^%]{0,200}%\}[\s\S]{0,5000}?\{%-?\s*endcomment\s*-?%\}"
    r"|\{#[\s-][\s\S]{0,2000}?#\})"
)
_TAG = r"\{%-?\s*(?P<name>[\w/-]*)(?P<args>(?:(?!%\})[\s\S]){0,600})%\}"
_HUGO = r"\{\{[<%]\s*(?P<hugo>[\w/.-]*)(?P<hugo_args>(?:(?![>%]\}\})[\s\S]){0,600})[>%]\}\}"
_VALUE = r"\$?\{\{-?(?P<value>(?:(?!\}\})[\s\S]){0,500})\}\}"
_IN_MARKDOWN = re.compile(
    "|".join((FENCE, SPAN, _RAW, _COMMENT, _TAG, _HUGO, _VALUE)), re.MULTILINE
)
_IN_HTML = re.compile("|".join((_RAW, _COMMENT, _TAG, _HUGO, _VALUE)))
_RAW_MARK = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_END = re.compile(r"\{%-?\s*end([\w-]+)|\{\{[<%]\s*/([\w.-]+)")
_LABEL = re.compile(r"\b(?:title|label|header|summary)=(?:\"([^\"]+)\"|'([^']+)')")
_CONTENT = re.compile(r"\bcontent=(?:\"([^\"]+)\"|'([^']+)')")  # of a box in another file
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
# Before a tag that stands where a link's address belongs: `](`, `]: ` or `href="`.
_BEFORE_ADDRESS = re.compile(
    r"(?:\]\(\s*<?|^\s{0,3}\[[^\]\n]+\]:\s*|\b(?:href|src)\s*=\s*[\"']?)[^\s\"'<>]*\Z", re.M
)
_ADDRESS = re.compile(r"[\w./#~%-]+")
_CONTROL = frozenset(
    """if elsif elseif else unless for case when set assign capture macro block filter with while
    include render import extends layout call cache autoescape""".split()
)
_ELEMENT = re.compile(r"</?[A-Za-z][^<>]*>")


def strip_markdown(source: str) -> str:
    """Markdown without template tags outside of its code samples."""
    return _strip(_IN_MARKDOWN, source)


def strip_html(source: str) -> str:
    """HTML without template tags."""
    return _strip(_IN_HTML, source)


def strip_title(title: str) -> str:
    """A title from front matter as plain words on one line, entities resolved."""
    return normalise.prose(html.unescape(_ELEMENT.sub("", strip_html(title))))


def _strip(pattern: re.Pattern[str], source: str) -> str:
    if "{%" not in source and "{{" not in source and "{#" not in source:
        return source
    paired = {first or second for first, second in _END.findall(source)}

    def replace(match: re.Match[str]) -> str:
        found = match.groupdict()
        code = found.get("fence") or found.get("span")
        if code:
            return _RAW_MARK.sub("", code)
        if found["raw"] is not None:
            return found["raw"]
        if found["comment"] is not None:
            return ""
        before = source[max(0, match.start() - 300) : match.start()]
        if _BEFORE_ADDRESS.search(before):
            return _address(found["args"] or found["hugo_args"] or found["value"] or "")
        if found["value"] is not None:
            return _literal(found["value"])
        name = found["name"] if found["name"] is not None else found["hugo"]
        return _words(name or "", found["args"] or found["hugo_args"] or "", paired)

    return pattern.sub(replace, source)


def _address(said: str) -> str:
    """The address that a tag such as `{% page "/leave/" %}` would make, "#" if it does not say."""
    quoted = [first or second for first, second in _QUOTED.findall(said)]
    return quoted[0] if quoted and _ADDRESS.fullmatch(quoted[0]) else "#"


def _literal(value: str) -> str:
    """`{{ "words" }}` says words; `{{ site.name }}` says nothing that stands in the file."""
    match = _QUOTED.fullmatch(value.strip())
    return (match[1] or match[2] or "") if match else ""


def _words(name: str, args: str, paired: set[str]) -> str:
    """What a person would read where the tag stands."""
    quoted = [first or second for first, second in _QUOTED.findall(args)]
    if name == "highlight":
        return f"\n```{args.strip().partition(' ')[0]}\n"
    if name == "endhighlight":
        return "\n```\n"
    if name == "include" and (said := _CONTENT.search(args)):
        return said[1] or said[2]
    if not quoted or name in _CONTROL or name.startswith(("end", "/")):
        return ""
    if label := _LABEL.search(args):
        return f"\n{label[1] or label[2]}\n\n" if name in paired else label[1] or label[2]
    if name in paired:  # a box around text: its first argument is the heading
        return f"{quoted[0]}\n\n" if _reads_as_words(quoted[0]) else ""
    if "channel" in name:  # a link to a chat channel, by its name or with words of its own
        return quoted[-1] if quoted[-1].startswith("#") or " " in quoted[-1] else f"#{quoted[-1]}"
    return quoted[-1] if is_sentence(quoted[-1]) else ""


def _reads_as_words(text: str) -> bool:
    return " " in text.strip() or text[:1].isupper()
