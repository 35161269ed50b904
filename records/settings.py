"""Every setting of every process: environment variables with the prefix LIFEGUARD_, each with its meaning."""

from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from records.codec import explain
from records.errors import Misconfigured


class Settings(BaseSettings):
    """What a deployment may set; the defaults are those of `make run`."""

    model_config = SettingsConfigDict(env_prefix="LIFEGUARD_", frozen=True, extra="forbid")

    kafka_bootstrap: str = Field("127.0.0.1:9092", description="Kafka brokers, host:port, separated by commas.")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How Kafka is spoken to, in Kafka's own words; SSL means TLS."
    )
    kafka_ca_file: Path | None = Field(
        None, description="A file with the authority that signed the brokers' certificates; else the system's."
    )
    kafka_certificate_file: Path | None = Field(None, description="A file with our certificate, if brokers ask for it.")
    kafka_key_file: Path | None = Field(None, description="A file with the key of that certificate, not encrypted.")
    kafka_sasl_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = Field(
        "SCRAM-SHA-512", description="How the password is proved; PLAIN only inside TLS."
    )
    kafka_sasl_username: str = Field("", pattern=r"^[^\s,=]*$", description="Our name in Kafka.")
    kafka_sasl_password_file: Path | None = Field(None, description="A file with the password of that name.")
    elasticsearch_url: str = Field("http://127.0.0.1:9200", description="Elasticsearch, one address.")
    elasticsearch_api_key_file: Path | None = Field(None, description="A file with the API key for Elasticsearch.")
    elasticsearch_username: str = Field("", description="A name in Elasticsearch, where there is no API key yet.")
    elasticsearch_password_file: Path | None = Field(None, description="A file with the password of that name.")
    elasticsearch_ca_file: Path | None = Field(
        None, description="A file with the authority that signed its certificate."
    )
    namespace: str = Field(
        "",
        pattern=r"^([a-z0-9][a-z0-9-]{0,30}\.)?$",
        description="Put before every topic, index and consumer group, with its dot: several of us on one cluster.",
    )
    data_dir: Path = Field(
        Path(".lifeguard"), description="Where this machine keeps cursors, logs and its local servers."
    )
    partitions: int = Field(6, ge=1, le=1000, description="Partitions of every topic about posts; fixed for ever.")
    replication: int = Field(1, ge=1, le=10, description="Copies of every topic in the Kafka cluster.")

    transport_days: int = Field(
        30,
        ge=1,
        le=36_500,
        description="Kafka keeps what is about posts for so long: the ledger is the record, and Kafka only transport.",
    )

    policy_file: Path | None = Field(None, description="The policy in force (TOML); else the one that ships with us.")
    scorer: Literal["onnx", "hugging_face", "constant", "none"] = Field(
        "onnx",
        description=(
            "What scores a text: our model, one in Hugging Face format (needs the extra `torch`), "
            "a constant (to measure everything else), or nothing."
        ),
    )
    model_dir: Path | None = Field(None, description="The folder of our model; else the one that ships with us.")
    model: str | None = Field(None, description="With `hugging_face`: the model's id, or its folder.")
    model_labels: str = Field(
        "",
        pattern=r"^(|[^=,]+=[a-z0-9_]+(, ?[^=,]+=[a-z0-9_]+)*)$",
        description="With `hugging_face`: its labels and ours, as in `toxic=toxicity,spammy=spam`; else its own.",
    )
    model_outputs: Literal["sigmoid", "softmax"] | None = Field(
        None,
        description="With `hugging_face`: whether its labels exclude one another (softmax); else what the model says.",
    )
    tags_dir: Path | Literal["none"] | None = Field(
        None, description="The folder of tags (*.toml); else those that ship with us; none: no tags."
    )
    scorer_threads: int = Field(0, ge=0, le=256, description="Threads of the scorer; 0 leaves the choice to it.")

    backfill_lag_posts_max: int = Field(
        200,
        ge=1,
        le=1_000_000,
        description="An import of history (--backfill) waits while so many posts are before the judge or the fold.",
    )

    webhook_host: str = Field("127.0.0.1", description="Where the webhook receiver listens.")
    webhook_port: int = Field(8470, ge=0, le=65535, description="Its port; 0 takes a free one.")
    webhook_source: str = Field("webhook", description="The name of the source that webhook posts are recorded under.")
    webhook_secrets_file: Path | None = Field(
        None,
        description="A file with the signing secrets, one whsec_... a line; all count; read again when it changes.",
    )
    webhook_tolerance_seconds: int = Field(300, ge=1, le=3600, description="How old a signature may be.")

    sources_file: Path | None = Field(None, description="The sources that we ask again and again (TOML); else none.")
    poll_metrics_port: int = Field(8473, ge=0, le=65535, description="Health of the poller; 0: a free port.")

    enforce_port: int = Field(
        8478, ge=0, le=65535, description="Health of what carries orders to the sites; 0: a free port."
    )
    enforce_order_hours_max: int = Field(
        72, ge=1, le=8760, description="An order that is older is refused instead of being carried out late."
    )
    enforce_retry_hours_max: int = Field(
        24, ge=1, le=8760, description="So long a site that does not answer is asked again; then the order has failed."
    )
    enforce_observe_seconds: float = Field(
        60.0,
        gt=0,
        le=600,
        description="So long after a site did something its post is looked at again, as a visitor sees it.",
    )

    worker_slot: int = Field(
        0, ge=0, le=9999, description="Which of several equal workers this is; stable over restarts."
    )
    judge_batch_max: int = Field(256, ge=1, le=10_000, description="Posts that the judge takes at once, at most.")
    fold_batch_max: int = Field(500, ge=1, le=10_000, description="Records that the fold takes at once, at most.")
    batch_wait_ms: int = Field(
        100, ge=1, le=10_000, description="How long a batch of posts to judge, or of decisions, waits for company."
    )
    fold_wait_ms: int = Field(
        300,
        ge=1,
        le=10_000,
        description="How long the fold waits: a post and its verdict that come together are written once.",
    )
    metrics_host: str = Field("127.0.0.1", description="Where judge and fold show their health and metrics.")
    judge_metrics_port: int = Field(
        8471, ge=0, le=65535, description="Health and metrics of the judge; 0: a free port."
    )
    fold_metrics_port: int = Field(8472, ge=0, le=65535, description="Health and metrics of the fold; 0: a free port.")
    watchdog_seconds: int = Field(60, ge=5, le=3600, description="Lag and no finished batch for so long: start again.")
    dead_letters_per_minute_max: int = Field(
        100,
        ge=1,
        le=100_000,
        description="More than so many unreadable records a minute: stop, rather than refuse all.",
    )

    ledger_dir: Path | None = Field(
        None, description="The folder of the ledger, which only the keeper may read and write; else in the data folder."
    )
    ledger_name: str = Field(
        "lifeguard.local",
        pattern=r"^[a-z0-9][a-z0-9./-]{0,127}$",
        description="The name of the ledger in every checkpoint, like the host of your company; fixed for ever.",
    )
    ledger_key_file: Path | None = Field(
        None,
        description="The key that signs checkpoints; else one in the ledger's folder, made at first start.",
    )
    ledger_token_file: Path | None = Field(
        None,
        description=(
            "A file with the token that opens the content of entries to whoever has it; "
            "else `secrets/ledger` in the data folder, if it is there."
        ),
    )
    checkpoint_seconds: float = Field(
        2.0, gt=0, le=3600, description="So often what was kept is signed, and shown to the witnesses."
    )
    keeper_host: str = Field("127.0.0.1", description="Where the keeper listens.")
    keeper_port: int = Field(8474, ge=0, le=65535, description="Its port, and its health and metrics; 0: a free port.")
    ledger_url: str = Field("http://127.0.0.1:8474", description="Where others read the ledger: the keeper's address.")
    witnesses_file: Path | None = Field(
        None,
        description=(
            "A file with the witnesses, one a line: its verifier key and its address; "
            "else `witnesses` in the data folder, if it is there."
        ),
    )
    witness_dir: Path | None = Field(None, description="The folder of the witness; else in the data folder.")
    witness_name: str = Field(
        "witness.local",
        pattern=r"^[a-z0-9][a-z0-9./-]{0,127}$",
        description="The name of the witness in what it signs; fixed for ever.",
    )
    witness_operator: str = Field("", max_length=200, description="Who runs the witness, for `lifeguard status`.")
    witness_ledger_file: Path | None = Field(
        None, description="A file with the line of the ledger that the witness watches (`ledger.pub` beside its logs)."
    )
    witness_host: str = Field("127.0.0.1", description="Where the witness listens.")
    witness_port: int = Field(8475, ge=0, le=65535, description="Its port; 0 takes a free one.")
    verify_seconds: int = Field(
        3600, ge=1, le=2_592_000, description="In so long `lifeguard verify --continuously` looks at everything once."
    )
    verify_port: int = Field(8476, ge=0, le=65535, description="Health of `lifeguard verify --continuously`; 0: free.")

    retain_seconds: float = Field(
        10.0, gt=0, le=3600, description="So often legal holds are matched with what arrived, and erasures carried out."
    )
    retain_port: int = Field(8477, ge=0, le=65535, description="Health of the process that does so; 0: a free port.")
    expunge_seconds: int = Field(
        3600, ge=1, le=2_592_000, description="So often at most the indices are rid of what was erased."
    )
    expiry_notice_days: int | None = Field(
        None,
        ge=1,
        le=3650,
        description="So long after a report what has outlived its retention period is erased; else only reported.",
    )
    dossier_context_posts: int = Field(
        3,
        ge=0,
        le=50,
        description="A dossier shows so many posts of others before and after it, and the one it answers; 0: none.",
    )
    staff_file: Path | None = Field(
        None, description="The console's file of local accounts (SQLite); else `staff.sqlite` in the data folder."
    )
    console_host: str = Field("127.0.0.1", description="Where the console listens.")
    console_port: int = Field(8480, ge=0, le=65535, description="Its port, and its health; 0: a free port.")
    console_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#@]+/?)?$",
        description="Under which address people reach the console, like https://lifeguard.example.com; else the above.",
    )
    console_proxies: str = Field(
        "",
        description="Addresses of proxies before it, separated by commas: what they say of a client's address counts.",
    )
    session_idle_minutes: int = Field(
        30, ge=1, le=1440, description="Who does nothing in the console for so long is signed out."
    )
    session_hours_max: int = Field(12, ge=1, le=168, description="Who has signed in does so again after so long.")
    undo_seconds: int = Field(
        30,
        ge=0,
        le=3600,
        description="So long after a decision it can be taken back before its site is asked for anything.",
    )
    oidc_issuer: str = Field(
        "",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Signing in with a provider of OpenID Connect: its issuer, as it writes it; else local accounts.",
    )
    oidc_client_id: str = Field("", description="How the provider knows the console.")
    oidc_client_secret_file: Path | None = Field(None, description="A file with the secret for it; else none is used.")
    oidc_name: str = Field(
        "email",
        pattern=r"^[A-Za-z0-9_.:/-]{1,128}$",
        description="The claim that names a member of staff; an email must be verified, and counts in lower case.",
    )
    oidc_scopes: str = Field(
        "openid email",
        pattern=r"^openid( [!#-\[\]-~]+)*$",
        description="What the provider is asked for, separated by spaces.",
    )
    oidc_title: str = Field("", max_length=80, description="What people call the provider; else its host.")
    passphrase_file: Path | None = Field(
        None, description="A file with the passphrase of the member of staff who runs a command; else it is asked for."
    )

    alert_hosts: str = Field(
        "",
        pattern=r"^([^\s,/?#@]+(, ?[^\s,/?#@]+)*)?$",
        description=(
            "Where alerts of queues may be sent, separated by commas: a host, or host:port where it is not 443; "
            "https, or http on this machine. None: nowhere."
        ),
    )
    alert_secret_file: Path | None = Field(
        None,
        description="A file with the secrets that sign alerts, one whsec_... a line; all of them sign.",
    )
    smtp_host: str = Field(
        "", pattern=r"^[A-Za-z0-9.:-]{0,253}$", description="What sends e-mails of alerts; else none."
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="The port of that server.")
    smtp_security: Literal["starttls", "tls", "loopback"] = Field(
        "starttls",
        description=(
            "TLS after a greeting (starttls), from the first byte (tls), or none, to this machine alone (loopback)."
        ),
    )
    smtp_ca_file: Path | None = Field(
        None, description="A file with the authority that signed its certificate; else the system's."
    )
    smtp_username: str = Field("", max_length=255, description="Our name there, if it asks for one.")
    smtp_password_file: Path | None = Field(None, description="A file with the password of that name.")
    smtp_from: str = Field(
        "", pattern=r"^([!-?A-~]+@[A-Za-z0-9.-]+)?$", description="The sender of these e-mails, an address."
    )

    log_format: Literal["console", "json"] = Field("console", description="Log lines for people, or for machines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is worth a log line.")

    @model_validator(mode="after")
    def _of_the_data_folder(self) -> Self:
        """What `make run` has made is found by every command beside it, without a setting."""
        for name, file in (("ledger_token_file", "secrets/ledger"), ("witnesses_file", "witnesses")):
            if getattr(self, name) is None and (self.data_dir / file).is_file():
                object.__setattr__(self, name, self.data_dir / file)
        return self

    def named(self, name: str) -> str:
        """The name of a topic, index or group as the cluster knows it."""
        return f"{self.namespace}{name}"


@cache
def settings() -> Settings:
    """The settings of this process, read once; raises Misconfigured with a sentence."""
    try:
        return Settings()
    except ValidationError as error:
        raise Misconfigured(f"a setting is not usable (prefix LIFEGUARD_): {explain(error)}") from None
