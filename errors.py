"""Every error that Signpost raises on purpose.

SignpostError
├── SettingsError          a setting is missing or malformed; names it and what it takes
├── ContentError           the content folder, or metadata in it, cannot be used
│   ├── ReadError          one file cannot be read; becomes a refusal of that file
│   │   ├── NoText         it can, and holds no text: pictures of pages
│   │   └── NotRecognised  it waits for text recognition
│   ├── UnreadableMetadata a file that describes others is there and cannot be opened
│   ├── SourceUnreachable  a source of content cannot be read now; what it held stays
│   ├── ItemUnreadable     a source lists a file and does not give it; that file is refused
│   ├── YamlError          a text is no YAML that is read here; says why and on which line
│   └── StrictBuildError   files would be refused, and a strict build publishes nothing then
├── EncoderError           the model cannot be loaded, or is not the one that was asked for
├── SnapshotError          a snapshot cannot be written, verified, activated or loaded
│   ├── SnapshotNotFound   there is none of that name, or none is active
│   └── SnapshotDamaged    a file is missing, changed, or of another format
├── GraphUnavailable       Microsoft Graph, or the sign-in to it, does not answer
├── Overloaded             more questions wait than can be answered in time
├── ChannelError           Teams and the bot could not talk
│   ├── RequestRefused     a request is not authentic, not allowed or malformed
│   ├── KeysUnavailable    the keys that Teams signs with cannot be fetched
│   ├── TokenUnavailable   the sign-in service gives the bot no token to send with
│   └── DeliveryFailed     Teams did not take what the bot sent
├── SignInRefused          somebody cannot be signed in: a token or an answer is no good
├── SignInUnavailable      the sign-in service cannot be asked
├── EndpointError          the endpoint that suggests questions refuses, or is no such endpoint
├── PackageError           the Teams app package's template or icons are not what Teams takes
├── LinkError              a link is forged or damaged
│   └── LinkExpired        it is older than links are good for
└── LogError               the query log cannot be opened, migrated, read or written
    ├── DatabaseAway       its database is down, locked, full or read-only: later it may do
    └── MalformedEvent     an event holds something that no column takes, or is none

A class that one module alone raises may stand in that module; it is drawn here all the same.

A message says what happened, with which value, and what to do about it. It is written for an
operator; what an employee reads stands in `bots/wording.py` and the page of `portal/`.
"""

from collections.abc import Sequence


class SignpostError(Exception):
    """Root of the tree: catch this to catch all that Signpost raises on purpose."""


class SettingsError(SignpostError):
    """A setting is missing or malformed."""


class ContentError(SignpostError):
    """The content folder, or metadata in it, cannot be used."""


class ReadError(ContentError):
    """One file cannot be read."""


class NoText(ReadError):
    """A file can be read and holds no text, such as a scan."""


class NotRecognised(ReadError):
    """A file is pictures of pages, and those `pages` wait for text recognition."""

    def __init__(self, pages: Sequence[int]) -> None:
        super().__init__(f"{len(pages)} of its pages wait for text recognition")
        self.pages = tuple(pages)


class EncoderError(SignpostError):
    """The model cannot be loaded, or is not the one that was asked for."""


class SnapshotError(SignpostError):
    """A snapshot cannot be written, verified, activated or loaded."""


class SnapshotNotFound(SnapshotError):
    """There is no snapshot of that name, or none is active."""


class SnapshotDamaged(SnapshotError):
    """A snapshot's file is missing, changed, or of another format."""


class GraphUnavailable(SignpostError):
    """Microsoft Graph, or the sign-in to it, does not answer, or not so that it can be used. It
    is not worth asking again within `again_in_s` seconds."""

    def __init__(self, message: str, *, again_in_s: float = 5.0) -> None:
        super().__init__(message)
        self.again_in_s = again_in_s


class Overloaded(SignpostError):
    """More questions wait than can be answered in time: ask again in a moment."""


class ChannelError(SignpostError):
    """Teams and the bot could not talk."""


class RequestRefused(ChannelError):
    """A request is not authentic, not allowed or malformed. `status` is the HTTP answer to it,
    `times` how often that has happened since the start, if it is counted."""

    def __init__(self, status: int, reason: str, *, times: int = 0) -> None:
        super().__init__(reason)
        self.status = status
        self.times = times


class KeysUnavailable(ChannelError):
    """The keys that Teams signs with cannot be fetched."""


class TokenUnavailable(ChannelError):
    """The sign-in service gives the bot no token to send with."""


class DeliveryFailed(ChannelError):
    """Teams did not take what the bot sent.

    `status` is its HTTP answer, None if there was none; `code` is the platform's own word for
    it, such as "MessageWritesBlocked" for a person who left, and empty if it gave none.
    """

    def __init__(self, message: str, *, status: int | None = None, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class SignInRefused(SignpostError):
    """Somebody cannot be signed in. `reason` is one word for what they are told."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class SignInUnavailable(SignpostError):
    """The sign-in service cannot be asked."""


class EndpointError(SignpostError):
    """The endpoint that is to suggest questions cannot be reached, refuses, or answers otherwise
    than Chat Completions do."""


class PackageError(SignpostError):
    """The Teams app package's template or icons are not what Teams takes."""


class LinkError(SignpostError):
    """A link is forged or damaged."""


class LinkExpired(LinkError):
    """A link is older than links are good for."""


class LogError(SignpostError):
    """The query log cannot be opened, migrated, read or written."""


class DatabaseAway(LogError):
    """The query log's database is down, locked, full or read-only: trying again later may help."""
