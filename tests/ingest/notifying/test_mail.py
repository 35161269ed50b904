"""Alerts as e-mails: over TLS, with a password, and with nothing in them that is not ours."""

import email
import email.policy
import logging
from pathlib import Path
from typing import Any

import pytest

from ingest.notifying.mail import refuse_address, send
from records.errors import Malformed, Misconfigured, Unavailable
from records.settings import Settings
from tests.ingest.notifying.alerts import alert, alerting
from tests.ingest.notifying.smtp_server import SmtpServer, certificate

TO = "team@example.com"
LOGIN = ("lifeguard", "ebb tide, söuth pier")


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of the mail servers of these tests."""
    return certificate(tmp_path_factory.mktemp("certificate"))


def mailing(folder: Path, server: SmtpServer, **changes: Any) -> Settings:
    """Settings by which mails go through this server, which `changes` may make wrong."""
    password = folder / "password"
    password.write_text(LOGIN[1])
    said = {
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_from": "lifeguard@example.com",
        "smtp_ca_file": server.certificate,
        **({"smtp_username": LOGIN[0], "smtp_password_file": password} if server.login else {}),
    }
    return alerting(folder, **(said | changes))


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("offers", ["PLAIN LOGIN", "LOGIN"])
def test_a_mail_arrives(tmp_path: Path, trusted: Path, security: str, offers: str) -> None:
    """Encrypted before the password is said, with a head that tells machines not to answer."""
    login = LOGIN if offers.startswith("PLAIN") else (LOGIN[0], "ebb tide")
    with SmtpServer(trusted, security == "tls", login, offers) as server:
        settings = mailing(tmp_path, server, smtp_security=security)
        (tmp_path / "password").write_text(login[1])
        send(settings, TO, alert(title="Erstattungen für Gäste"))
    assert server.signed_in == [True]
    ((mail),) = server.mails
    said = email.message_from_bytes(mail, policy=email.policy.default)
    assert said["subject"] == "3 new in the queue Erstattungen für Gäste"
    assert (said["to"], said["from"]) == (TO, "Lifeguard <lifeguard@example.com>")
    assert said["auto-submitted"] == "auto-generated"
    assert said["message-id"] == f"<{'0' * 40}@example.com>"
    assert "https://lifeguard.example.com/queue?queue=refunds" in said.get_content()
    assert mail.isascii()


def test_nothing_is_said_to_whom_we_do_not_trust(tmp_path: Path, trusted: Path) -> None:
    """A certificate that nobody vouches for, or a server that does without: no password, no mail."""
    with SmtpServer(trusted, login=LOGIN) as server:
        with pytest.raises(Misconfigured, match="LIFEGUARD_SMTP_CA_FILE"):
            send(mailing(tmp_path, server, smtp_ca_file=None), TO, alert())
        assert server.heard == ["EHLO", "STARTTLS"]
    with SmtpServer(login=LOGIN) as server:
        with pytest.raises(Unavailable, match="SMTPNotSupportedError"):
            send(mailing(tmp_path, server), TO, alert())
        assert set(server.heard) <= {"EHLO", "QUIT"}


def test_a_server_on_this_machine_may_do_without_tls(tmp_path: Path) -> None:
    """And no other."""
    with SmtpServer() as server:
        send(mailing(tmp_path, server, smtp_security="loopback"), TO, alert())
        assert len(server.mails) == 1
        with pytest.raises(Misconfigured, match="on this machine"):
            refuse_address(mailing(tmp_path, server, smtp_security="loopback", smtp_host="mail.example.com"), TO)


@pytest.mark.parametrize(
    ("command", "answer", "kind", "words"),
    [
        ("AUTH", "535 hush", Misconfigured, "refuses our name or password .SMTP 535"),
        ("MAIL", "550 hush", Unavailable, "does not take the mail .SMTP 550"),
        ("RCPT", "550 hush", Unavailable, "mail for this address .SMTP 550"),
        ("DATA", "451 hush", Unavailable, "does not take the mail .SMTP 451"),
        ("EHLO", "nonsense", Unavailable, "as it should|does not take"),
    ],
)
def test_a_refusal_is_told_by_its_number(
    tmp_path: Path, trusted: Path, command: str, answer: str, kind: type[Exception], words: str
) -> None:
    """The words of a server are nowhere repeated, nor is the password."""
    refusing = SmtpServer(trusted, login=LOGIN, answers={command: answer})
    with refusing as server, pytest.raises(kind, match=words) as refusal:
        send(mailing(tmp_path, server), TO, alert())
    assert "hush" not in str(refusal.value)
    assert LOGIN[1] not in str(refusal.value)
    assert server.mails == []


def test_a_rude_goodbye_changes_nothing(tmp_path: Path, trusted: Path) -> None:
    """The mail was taken, and is not sent again."""
    with SmtpServer(trusted, answers={"QUIT": "500 what?"}) as server:
        send(mailing(tmp_path, server), TO, alert())
    assert len(server.mails) == 1


def test_a_server_that_is_away_is_asked_again(tmp_path: Path, trusted: Path) -> None:
    """Nobody listens."""
    with SmtpServer(trusted) as server:
        pass
    with pytest.raises(Unavailable, match="does not answer as it should"):
        send(mailing(tmp_path, server), TO, alert())


@pytest.mark.parametrize(
    "to", ["", "team", "a@b@c", "a@example.com, b@example.com", "a@example.com\r\nRCPT TO:<x>", "ä@example.com", "@x"]
)
def test_what_is_not_one_address_gets_no_mail(tmp_path: Path, to: str) -> None:
    """Whoever saves a queue hears of it."""
    with pytest.raises(Malformed, match="one e-mail address"):
        refuse_address(alerting(tmp_path, smtp_host="127.0.0.1", smtp_from="us@example.com"), to)


def test_without_a_server_there_is_no_mail(tmp_path: Path) -> None:
    """The sentence says what to set."""
    with pytest.raises(Misconfigured, match="LIFEGUARD_SMTP_HOST"):
        refuse_address(alerting(tmp_path), TO)
    with pytest.raises(Misconfigured, match="together"):
        refuse_address(
            alerting(tmp_path, smtp_host="127.0.0.1", smtp_from="us@example.com", smtp_username="lifeguard"), TO
        )


def test_no_secret_is_in_a_log(tmp_path: Path, trusted: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nor on the screen, whatever is logged by whichever library."""
    caplog.set_level(logging.DEBUG)
    with SmtpServer(trusted, login=LOGIN) as server:
        send(mailing(tmp_path, server), TO, alert())
    assert LOGIN[1] not in caplog.text
