"""The log stream: an event a line on stderr, ours and those of the libraries, in one format.

What a library logs is its own text, so it becomes the event `library.logged` with that text as
`message`. What aiohttp has to say of a request that is no HTTP repeats the line that it could not
read, which may hold a token: of that only the kind of error is kept, as `request.malformed`.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal, TextIO

import structlog
from aiohttp.http_exceptions import HttpProcessingError
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

LogFormat = Literal["console", "json"]


def set_up_logging(level: str, log_format: LogFormat, stream: TextIO | None = None) -> None:
    """All loggers of the process write to `stream`, stderr if it is not given. Libraries are heard
    from `WARNING` on: below that they tell what is going by, which is not theirs to tell."""
    stream = stream or sys.stderr
    least = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *_STAMPS,
            *_rendering(log_format, in_colour=stream.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(library_formatter(log_format, in_colour=stream.isatty()))
    logging.captureWarnings(True)
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(max(least, logging.WARNING))


def library_formatter(log_format: LogFormat, *, in_colour: bool = False) -> logging.Formatter:
    """Writes what libraries log as our own events are written."""
    return ProcessorFormatter(
        foreign_pre_chain=[*_STAMPS, _of_library],
        processors=[
            ProcessorFormatter.remove_processors_meta,
            *_rendering(log_format, in_colour=in_colour),
        ],
    )


def _of_library(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        del event["exc_info"]
        event.update(event="request.malformed", level="warning", error=type(error).__name__)
    else:
        event.update(event="library.logged", logger=record.name, message=event["event"])
    return event


def _rendering(log_format: LogFormat, *, in_colour: bool) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # a plain traceback: the rich one shows local variables, among them what people asked
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=in_colour, exception_formatter=plain)]


_STAMPS: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
