"""Structured logs: short past-tense events with fields; never names, mail, tokens or answers."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

PRIVATE = frozenset({"name", "given_name", "family_name", "email", "id_token", "token", "response", "secret", "cookie"})


def _drop_private(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in PRIVATE & event.keys():
        event[key] = "(left out)"
    return event


def configure_logs(log_format: str, log_level: str) -> None:
    """All logs, ours and libraries', go to standard error in one form, each with the request's fields."""
    renderer: Any = structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _drop_private,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(log_level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)


def get_log(**fields: object) -> Any:  # structlog's loggers are duck-typed by design
    """A logger that carries these fields."""
    return structlog.get_logger(**fields)


def begin_notes(**fields: object) -> None:
    """A new request, or job: its log lines carry these fields, and nothing of the one before."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**fields)


def note(**fields: object) -> None:
    """The request's, or the job's, further log lines carry these fields."""
    structlog.contextvars.bind_contextvars(**fields)
