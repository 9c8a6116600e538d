"""Structured logs on standard error: JSON lines for machines, or plain ones for people with `CARTERA_LOG=plain`."""

import os
from typing import Any

import structlog

from cartera.config.tracebacks import without_values

_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_plain = os.environ.get("CARTERA_LOG", "json") == "plain"

structlog.configure(
    processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_values,
                structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
                if _plain
                else structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": os.environ.get("CARTERA_LOG_LEVEL", "WARNING")},
}

__all__ = ["LOGGING", "LOGGING_CONFIG"]
