"""What is kept: kinds of values, and the rows they are kept in.

Values are written as MessagePack with the types of their kind, and read back as nothing else. The
database is not trusted to hold code, and what another version of Signpost wrote is no error.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
import structlog

T = TypeVar("T")

DAY_S = 24 * 60 * 60.0
_CAPACITY = 5_000
_PACK_FROM_BYTES = 512
_PLAIN, _PACKED = b"\0", b"\1"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """Values of one type that are kept for `lifetime_s` seconds.

    The `name` ends with a version, which is raised if the same bytes would mean something else.
    Of `capacity` values in memory the least used make room. A kind whose values are `written_once`
    is read from memory alone where that has it; others may have been changed by another process.
    """

    name: str
    encode: Callable[[T], bytes]
    decode: Callable[[bytes], T]
    lifetime_s: float = DAY_S
    written_once: bool = False
    capacity: int = _CAPACITY

    @classmethod
    def of(cls, name: str, type_: type[T], lifetime_s: float = DAY_S, **others: Any) -> Kind[T]:
        """Values of a type that msgspec knows."""
        decoder = msgspec.msgpack.Decoder(type_)
        return cls(name, msgspec.msgpack.encode, decoder.decode, lifetime_s, **others)

    def write(self, value: T) -> bytes:
        """The value as it is kept."""
        plain = self.encode(value)
        if len(plain) < _PACK_FROM_BYTES:
            return _PLAIN + plain
        return _PACKED + zlib.compress(plain, zlib.Z_BEST_SPEED)

    def read(self, kept: bytes) -> T | None:
        """The value that `write` wrote; None for anything else."""
        try:
            how, rest = kept[:1], kept[1:]
            return self.decode(zlib.decompress(rest) if how == _PACKED else rest)
        except Exception as error:  # whatever lies there, it is nothing that this code wrote
            log.warning("state.unreadable", kind=self.name, error=type(error).__name__)
            return None


@dataclass(frozen=True, slots=True)
class Row:
    """A value, or a claim, by its key (16 bytes). `expires_s` is on the clock of the state.

    `owner` is the pseudonym of the person that the value is about. A claim has a `holder`, which
    is a process, and no value until its work is done; of several under one key with different
    `mark`s the latest counts.
    """

    key: bytes
    kind: str
    value: bytes | None
    expires_s: float
    owner: str | None = None
    mark: bytes = b""
    holder: str | None = None
