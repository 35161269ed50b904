"""The one door to smtplib: an alert as an e-mail, over TLS, through the server that the settings name."""

import base64
import platform
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from ingest.notifying.alert import Alert
from ingest.sources.options import secret_in
from records.errors import Malformed, Misconfigured, Unavailable
from records.settings import Settings

ANSWER_SECONDS_MAX = 10.0
ADDRESS_CHARS_MAX = 320
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}")
_AUTHENTICATED = 235
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


def refuse_address(settings: Settings, to: str) -> None:
    """Raises Malformed or Misconfigured with why no e-mail goes to this address."""
    if not settings.smtp_host or not settings.smtp_from:
        raise Misconfigured(
            "no alert is sent by e-mail: whoever runs Lifeguard names a mail server by LIFEGUARD_SMTP_HOST and the "
            "sender by LIFEGUARD_SMTP_FROM"
        )
    if len(to) > ADDRESS_CHARS_MAX or not _ADDRESS.fullmatch(to):
        raise Malformed("this is not one e-mail address, like name@example.com")
    if settings.smtp_security == "loopback" and settings.smtp_host not in _THIS_MACHINE:
        raise Misconfigured("LIFEGUARD_SMTP_SECURITY may be `loopback` only for a mail server on this machine")
    if bool(settings.smtp_username) != bool(settings.smtp_password_file):
        raise Misconfigured("LIFEGUARD_SMTP_USERNAME and LIFEGUARD_SMTP_PASSWORD_FILE are set together or not")


def send(settings: Settings, to: str, alert: Alert) -> None:
    """Hands it to the mail server; raises Unavailable, Malformed or Misconfigured with the reason, never a secret."""
    refuse_address(settings, to)
    password = secret_in(settings.smtp_password_file) if settings.smtp_password_file else ""
    with _reached(f"the mail server {settings.smtp_host}"):
        connection = _connected(settings)
        try:
            if settings.smtp_username:
                _sign_in(connection, settings.smtp_username, password)
            connection.send_message(letter(settings, to, alert), settings.smtp_from, [to])
        finally:
            _leave(connection)


def letter(settings: Settings, to: str, alert: Alert) -> EmailMessage:
    """The e-mail; nobody answers it, and no machine should."""
    made = EmailMessage()
    made["From"] = Address("Lifeguard", addr_spec=settings.smtp_from)
    made["To"] = Address(addr_spec=to)
    made["Subject"] = alert.subject()
    made["Date"] = format_datetime(alert.made_at)
    made["Message-ID"] = f"<{alert.alert_id}@{settings.smtp_from.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(alert.text(), cte="quoted-printable")
    return made


def _connected(settings: Settings) -> smtplib.SMTP:
    """Encrypted, unless the server is on this machine and was said to do without."""
    host, port, name = settings.smtp_host, settings.smtp_port, platform.node() or "localhost"
    if settings.smtp_security == "loopback":
        return smtplib.SMTP(host, port, name, ANSWER_SECONDS_MAX)
    try:
        trust = ssl.create_default_context(cafile=settings.smtp_ca_file)
    except OSError as error:
        raise Misconfigured(f"LIFEGUARD_SMTP_CA_FILE is not usable: {type(error).__name__}") from None
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, name, timeout=ANSWER_SECONDS_MAX, context=trust)
    connection = smtplib.SMTP(host, port, name, ANSWER_SECONDS_MAX)
    try:
        connection.starttls(context=trust)
    except BaseException:
        connection.close()
        raise
    return connection


def _sign_in(connection: smtplib.SMTP, name: str, password: str) -> None:
    """The library itself gives up at a password that is not ASCII."""
    connection.ehlo_or_helo_if_needed()
    if "PLAIN" not in connection.esmtp_features.get("auth", "").upper().split():
        connection.login(name, password)
        return
    key = base64.b64encode(f"\0{name}\0{password}".encode()).decode("ascii")
    code, said = connection.docmd("AUTH", f"PLAIN {key}")
    if code != _AUTHENTICATED:
        raise smtplib.SMTPAuthenticationError(code, said)


def _leave(connection: smtplib.SMTP) -> None:
    """What was taken is taken, however the server says goodbye."""
    try:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
    finally:
        connection.close()


@contextmanager
def _reached(server: str) -> Iterator[None]:
    """What went wrong in our words; those of a server are not repeated."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(
            f"the certificate of {server} is not trusted ({error.verify_message}): if it is your own, name the file of "
            "its authority by LIFEGUARD_SMTP_CA_FILE"
        ) from None
    except smtplib.SMTPAuthenticationError as error:
        raise Misconfigured(f"{server} refuses our name or password (SMTP {error.smtp_code})") from None
    except smtplib.SMTPRecipientsRefused as refused:
        codes = ", ".join(sorted({str(code) for code, _ in refused.recipients.values()}))
        raise Unavailable(f"{server} does not take mail for this address (SMTP {codes})") from None
    except smtplib.SMTPResponseException as error:
        raise Unavailable(f"{server} does not take the mail (SMTP {error.smtp_code})") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise Unavailable(f"{server} does not answer as it should ({type(error).__name__})") from None
