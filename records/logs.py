"""One log line per unit of work, the same in every process; for people on a terminal, as JSON in production."""

import logging
import sys
import time

import structlog

from records.settings import Settings

REPEAT_SECONDS_MIN = 30.0
REMEMBERED_MAX = 1000


def log_to_stderr(settings: Settings, process: str) -> None:
    """Sets up structlog for this process, and quiets the libraries to their warnings."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _renderer(settings.log_format),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(process=process)
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Sparse())
    handler.setFormatter(logging.Formatter("%(asctime)s [%(levelname)s] %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class Sparse(logging.Filter):
    """Lets each line of a library through once in a while: a broker that is away must not fill the disk."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """True where the same line of code has been quiet for `REPEAT_SECONDS_MIN`."""
        key, now = (record.name, str(record.msg)), time.monotonic()
        if now - self._last.get(key, -REPEAT_SECONDS_MIN) < REPEAT_SECONDS_MIN:
            return False
        if len(self._last) >= REMEMBERED_MAX:
            self._last.clear()
        self._last[key] = now
        return True


def _renderer(log_format: str) -> structlog.types.Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
