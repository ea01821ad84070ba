"""Structured logs on standard error: one JSON object a line for machines, coloured lines for a terminal."""

import logging
import sys

import structlog

from watcher.config.settings import Log


def set_up(settings: Log) -> None:
    """Sends every log line, the libraries' own too, through one form."""
    as_text = settings.form == "text" or (settings.form == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    # Locals in a traceback could hold a token: tracebacks stay plain.
    renderer = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if as_text
        else structlog.processors.JSONRenderer()
    )
    final = [] if as_text else [structlog.processors.format_exc_info]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    logging.getLogger("apscheduler").setLevel("ERROR")  # it warns of every tick that finds the one before at work
    for noisy in ("httpx", "httpcore", "slack_sdk", "uvicorn", "asyncio", "pypdf", "python_multipart"):
        logging.getLogger(noisy).setLevel("WARNING")
