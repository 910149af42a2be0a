"""When a question says the same as a wording that a person wrote down."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from retrieval.pins.sensitive import MAX_CHARACTERS

Key = tuple[str, ...]

_FEWEST_TELLING = 2
_ARTICLES = frozenset("a an the".split())
# Beside the words that tell, a question may hold these. Not "when", "where", "who", "not": they
# change what is asked.
_FILLERS = """
    hi hello please thanks how what whats which do does did can could may should would will is are
    am be i me my mine we us our you your to of for about it there tell show give explain know need
    want wie was ist sind kann darf muss ich mir mein meine wir bitte der die das den dem ein eine
    einen comment que quel quelle est ce je mon ma mes puis dois le les un une des du de sil te vous
    plait como es son puedo debo yo mi mis el los las una por favor
"""


class Wordings:
    """Compares by keys: a question meets a wording if they share one."""

    def __init__(self, analyze: Callable[[str], list[str]]) -> None:
        """`analyze` gives the words of a text as they are compared."""
        self._analyze = analyze
        self._fillers = frozenset(analyze(_FILLERS))

    def keys_of(self, wording: str) -> Iterator[Key]:
        """The keys of a wording. One that says one word beside fillers must be the whole question:
        "can I be fired" is not "fire"."""
        words, telling = self._words(wording)
        yield words
        if len(telling) >= _FEWEST_TELLING and telling != words:
            yield telling

    def keys_that_meet(self, question: str) -> tuple[Key, Key]:
        """The keys of the wordings that a question meets, the nearer one first."""
        return self._words(question)

    def telling(self, text: str) -> frozenset[str]:
        """The words of a text that tell what it is about."""
        return frozenset(self._words(text)[1])

    def _words(self, text: str) -> tuple[Key, Key]:
        """The words of a text as they are compared, and those of them that tell."""
        # No analyzer takes lone surrogates.
        known = text[:MAX_CHARACTERS].encode("utf-8", "replace").decode()
        words = tuple(word for word in self._analyze(known) if word not in _ARTICLES)
        return words, tuple(word for word in words if word not in self._fillers) or words
