"""What people at work call what the folder calls otherwise: "wfh" where it says "remote work".

`thesaurus.txt` holds groups of words that mean the same. They help only where nothing of the
folder's own does: with words that it does not have at all. An admin's `_synonyms.txt` goes before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from snapshot.manifest import Rewording

Analyze = Callable[[str], Sequence[str]]
Groups = Sequence[tuple[Sequence[str], Sequence[str]]]

_FILE = Path(__file__).with_name("thesaurus.txt")


def groups(text: str | None = None) -> Groups:
    """Names and what else is said for them, a group a line of the file."""
    lines = (_FILE.read_text(encoding="utf-8") if text is None else text).splitlines()
    return [_group(line) for line in lines if line and not line.startswith("#")]


def _group(line: str) -> tuple[Sequence[str], Sequence[str]]:
    names, _, others = line.partition("|")
    split = [[part.strip() for part in side.split(",") if part.strip()] for side in (names, others)]
    return split[0], split[1]


def rewordings(
    texts: Iterable[str], analyze: Analyze, listed: Groups | None = None
) -> tuple[Rewording, ...]:
    """What to read for words that the texts lack: of a group the name that most of them hold.
    `analyze` gives a text's words as they are compared."""
    listed = groups() if listed is None else listed
    stems = {one: tuple(analyze(one)) for names, others in listed for one in (*names, *others)}
    beginning: dict[str, list[str]] = defaultdict(list)
    for names, _ in listed:
        for name in names:
            beginning[stems[name][0]].append(name)
    known: set[str] = set()
    holding: Counter[str] = Counter()
    for text in texts:
        words = analyze(text)
        line = f" {' '.join(words)} "
        found = set(words)
        known |= found
        for first in found & beginning.keys():
            holding.update(one for one in beginning[first] if f" {' '.join(stems[one])} " in line)
    return tuple(
        Rewording(one, own)
        for names, others in listed
        if holding[own := max(names, key=holding.__getitem__)]
        for one in (*names, *others)
        if not known.issuperset(stems[one])
    )
