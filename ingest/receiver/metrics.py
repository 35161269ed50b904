"""What the receiver counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ingest.receiver.limits import Gate

PREFIX = "lifeguard_webhook"
HELP = "From the head of a request to its answer, seconds."
SECONDS_BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)


class Metrics:
    """One registry a receiver, so that two in one process do not meet."""

    def __init__(self, gate: Gate) -> None:
        self._registry = kept = CollectorRegistry()
        self._answers = Counter("answers", "Requests answered, by status.", ["status"], PREFIX, registry=kept)
        self._seconds = Histogram("seconds", HELP, (), PREFIX, registry=kept, buckets=SECONDS_BUCKETS)
        Gauge("in_flight", "Requests being worked on.", (), PREFIX, registry=kept).set_function(lambda: gate.posts)
        Gauge("in_flight_bytes", "Their bytes.", (), PREFIX, registry=kept).set_function(lambda: gate.bytes)
        self._by_status: dict[int, Counter] = {}

    def answered(self, status: int, seconds: float) -> None:
        """Counts one answer."""
        if status not in self._by_status:
            self._by_status[status] = self._answers.labels(str(status))
        self._by_status[status].inc()
        self._seconds.observe(seconds)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)
