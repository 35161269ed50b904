"""Health and metrics of a worker, on a port of its own."""

import json
from http.server import ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ingest import pages
from stream import metrics


def serve(port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """`/healthz` as JSON (503 while something is wrong), `/metrics` for Prometheus; Misconfigured for a taken port."""
    return pages.serve(port, {"/healthz": _health, "/metrics": _metrics}, host)


def _health() -> tuple[int, str, bytes]:
    document = metrics.health()
    return 200 if document["ok"] else 503, "application/json", json.dumps(document).encode()


def _metrics() -> tuple[int, str, bytes]:
    return 200, CONTENT_TYPE_LATEST, generate_latest()
