"""What a witness counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ingest.witness.witness import Witness

PREFIX = "lifeguard_witness"
SECONDS_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
HELP_COSIGNED = "When a checkpoint was cosigned last since the start, Unix seconds; 0: none was."


class Metrics:
    """One registry a witness, so that two in one process do not meet."""

    def __init__(self, witness: Witness) -> None:
        self._registry = kept = CollectorRegistry()
        self._answers = Counter("answers", "Checkpoints answered, by status.", ["status"], PREFIX, registry=kept)
        help_seconds = "From a checkpoint to its answer, seconds."
        self._seconds = Histogram("seconds", help_seconds, (), PREFIX, registry=kept, buckets=SECONDS_BUCKETS)
        for name, text, value in (
            ("logs", "Logs of which a checkpoint is cosigned.", lambda: len(witness.folder)),
            ("refused", "Files of checkpoints that contradict what was cosigned.", lambda: len(witness.evidence)),
            ("waiting", "1 while something keeps checkpoints from being cosigned.", lambda: bool(witness.trouble())),
            ("cosigned_timestamp_seconds", HELP_COSIGNED, lambda: witness.cosigned_at),
        ):
            Gauge(name, text, (), PREFIX, registry=kept).set_function(value)

    @property
    def registry(self) -> CollectorRegistry:
        """Everything that is counted."""
        return self._registry

    def answered(self, status: int, seconds: float) -> None:
        """Counts one answer."""
        self._answers.labels(str(status)).inc()
        self._seconds.observe(seconds)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)
