"""Counters an operator watches, shared by all processes through the Prometheus client."""

import os

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

SERVER_ERRORS = Counter("partage_server_errors_total", "Answers with a 5xx status.")
WRITE_WAIT = Histogram(
    "partage_write_wait_seconds",
    "Time a transaction waited for its turn to write (SQLite).",
    buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10),
)
CONSUMER_LAG = Gauge(
    "partage_consumer_lag_entries",
    "Register entries that a background consumer has not followed yet.",
    ["consumer"],
    multiprocess_mode="mostrecent",
)
UNSEALED = Gauge(
    "partage_unsealed_entries",
    "Register entries that wait for their place in the signed tree.",
    multiprocess_mode="mostrecent",
)
OUTBOX_AGE = Gauge(
    "partage_outbox_age_seconds",
    "Age of the oldest personal act that the worker has not followed yet.",
    multiprocess_mode="mostrecent",
)

UNSENT = Gauge(
    "partage_mail_unsent",
    "Addresses refused for good, and mails given up, within thirty days.",
    ["why"],
    multiprocess_mode="mostrecent",
)


def report() -> bytes:
    """All counters in the Prometheus text format, summed over processes where there are several."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
