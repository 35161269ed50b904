"""How Kafka knows us and we know Kafka: TLS and SASL out of the settings, one set for both of our clients."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from records.errors import Misconfigured
from records.settings import Settings

PASSWORD_BYTES_MAX = 10_000
_TLS_ONLY = ("kafka_ca_file", "kafka_certificate_file", "kafka_key_file")
_SASL_ONLY = ("kafka_sasl_username", "kafka_sasl_password_file")


@dataclass(frozen=True, slots=True)
class Security:
    """What a client of the brokers must be told; the password is in no representation of it."""

    protocol: str
    tls: ssl.SSLContext | None = None
    mechanism: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def security(settings: Settings) -> Security:
    """The settings as one value; raises Misconfigured with a sentence where they do not fit together."""
    protocol = settings.kafka_security_protocol
    _refuse_unused(settings, "SSL" in protocol, _TLS_ONLY)
    _refuse_unused(settings, "SASL" in protocol, _SASL_ONLY)
    tls = _context(settings) if "SSL" in protocol else None
    if "SASL" not in protocol:
        return Security(protocol, tls)
    if settings.kafka_sasl_mechanism == "PLAIN" and tls is None:
        raise Misconfigured(
            "LIFEGUARD_KAFKA_SASL_MECHANISM=PLAIN sends the password as it is: "
            "set LIFEGUARD_KAFKA_SECURITY_PROTOCOL=SASL_SSL, or choose SCRAM-SHA-512"
        )
    username = settings.kafka_sasl_username
    if not username:
        raise Misconfigured(f"LIFEGUARD_KAFKA_SECURITY_PROTOCOL is {protocol}: set LIFEGUARD_KAFKA_SASL_USERNAME, too")
    return Security(protocol, tls, settings.kafka_sasl_mechanism, username, _password(settings))


def _refuse_unused(settings: Settings, used: bool, names: tuple[str, ...]) -> None:
    # A certificate that nobody looks at is a deployment that believes to be safe.
    for name in names:
        if getattr(settings, name) and not used:
            raise Misconfigured(
                f"LIFEGUARD_{name.upper()} is set, but LIFEGUARD_KAFKA_SECURITY_PROTOCOL is "
                f"{settings.kafka_security_protocol}, which makes no use of it"
            )


def _password(settings: Settings) -> str:
    file = settings.kafka_sasl_password_file
    if file is None:
        raise Misconfigured(
            f"LIFEGUARD_KAFKA_SECURITY_PROTOCOL is {settings.kafka_security_protocol}: "
            f"set LIFEGUARD_KAFKA_SASL_PASSWORD_FILE to a file with the password"
        )
    try:
        password = file.read_bytes()[:PASSWORD_BYTES_MAX].decode("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"LIFEGUARD_KAFKA_SASL_PASSWORD_FILE cannot be read: {type(error).__name__}") from None
    if not password:
        raise Misconfigured("LIFEGUARD_KAFKA_SASL_PASSWORD_FILE is empty")
    return password


def _context(settings: Settings) -> ssl.SSLContext:
    """The broker's name and certificate are always verified; there is no setting that would turn that off."""
    authority, certificate, key = settings.kafka_ca_file, settings.kafka_certificate_file, settings.kafka_key_file
    if (certificate is None) != (key is None):
        raise Misconfigured("LIFEGUARD_KAFKA_CERTIFICATE_FILE and LIFEGUARD_KAFKA_KEY_FILE are set together or not")
    with _usable("LIFEGUARD_KAFKA_CA_FILE"):
        context = ssl.create_default_context(cafile=authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate and key:
        with _usable("LIFEGUARD_KAFKA_CERTIFICATE_FILE with LIFEGUARD_KAFKA_KEY_FILE"):
            # Without a password of its own, an encrypted key would ask for one at a terminal.
            context.load_cert_chain(certificate, key, password="")
    return context


@contextmanager
def _usable(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:  # an SSLError is one, too
        reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
        raise Misconfigured(f"{name} is not usable: {reason}") from None
