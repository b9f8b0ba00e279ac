"""Logs as JSON lines on stderr, for machines; commands for people print their own words."""

import json
import logging
import sys

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


def log_json_lines(level: str) -> None:
    """Send all logs from `level` up to stderr as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Faust's connection chatter is for its developers; ours starts at the given level.
    for noisy in ("faust", "mode", "aiokafka"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
