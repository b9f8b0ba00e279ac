"""Logs as JSON lines on stderr, for machines; commands for people print their own words."""

import json
import logging
from typing import Any

FIELDS = ("role", "room", "session", "topic", "partition", "offset", "reason", "trace")
"""Fields of `extra=` that go into the line."""


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the fields that were given."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record."""
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def logging_config(level: str) -> dict[str, Any]:
    """Configuration for `logging.config.dictConfig`: all logs from `level` up to stderr as JSON lines.

    Faust clears the root logger's handlers when it starts, so it is given the same configuration.
    """
    # Faust's connection chatter is for its developers: warnings and worse only.
    quiet = {"level": max(logging.WARNING, logging.getLevelName(level.upper()))}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": dict.fromkeys(("faust", "mode", "aiokafka"), quiet),
    }
