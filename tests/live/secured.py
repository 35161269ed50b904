"""A real broker that asks who we are: one listener by password inside TLS, one by our certificate."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kafka import KafkaAdminClient
from kafka.admin import ScramMechanism, UserScramCredentialUpsertion

from deploy.local import ready
from deploy.local.broker import Broker
from deploy.local.jars import class_path, ensure, read_lock
from deploy.local.process import Process

USERNAME, PASSWORD = "lifeguard", "sand, sea and salt"
NAMED = "subjectAltName=IP:127.0.0.1"
PROTOCOLS = {"PLAINTEXT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT", "SASL_SSL": "SASL_SSL", "SSL": "SSL"}
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


class Certificates:
    """An authority, and what it signed: a broker's and a client's certificate, with their keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._openssl("req", "-x509", *self._new("ca"), "-out", "ca.pem", "-days", "2", "-subj", "/CN=authority")
        for name in ("broker", "client"):
            self._openssl("req", *self._new(name), "-out", f"{name}.csr", "-subj", f"/CN={name}")
            (folder / f"{name}.ext").write_text(NAMED)
            self._openssl(
                *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
                *("-extfile", f"{name}.ext", "-out", f"{name}.pem", "-days", "2"),
            )
        both = (folder / "broker.key").read_text() + (folder / "broker.pem").read_text()
        (folder / "broker-store.pem").write_text(both)

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def _openssl(self, *words: str) -> None:
        openssl = shutil.which("openssl") or "openssl"
        subprocess.run([openssl, *words], cwd=self.folder, check=True, capture_output=True)

    @staticmethod
    def _new(name: str) -> tuple[str, ...]:
        return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key")


@dataclass(frozen=True)
class SecuredBroker(Broker):
    """As on every machine, and two listeners more; its own stays for the administrator who makes the user."""

    sasl_port: int = 0
    tls_port: int = 0
    certificates: Path = Path()

    def settings(self) -> dict[str, str]:
        """The broker's configuration, with keys in PEM."""
        ours = super().settings()
        store = {
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.certificates / "broker-store.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.certificates / "ca.pem"),
        }
        more = f",SASL_SSL://127.0.0.1:{self.sasl_port},SSL://127.0.0.1:{self.tls_port}"
        return ours | {
            "listeners": ours["listeners"] + more,
            "advertised.listeners": ours["advertised.listeners"] + more,
            "listener.security.protocol.map": ",".join(f"{name}:{protocol}" for name, protocol in PROTOCOLS.items()),
            **{
                f"listener.name.{name}.{option}": value
                for name in ("sasl_ssl", "ssl")
                for option, value in store.items()
            },
            "listener.name.ssl.ssl.client.auth": "required",
            "listener.name.sasl_ssl.sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": SCRAM,
        }


class Secured:
    """The broker while it runs, and what a client needs to be let in."""

    def __init__(self, folder: Path) -> None:
        self.certificates = Certificates(folder / "certificates")
        ports = [ready.free_port() for _ in range(4)]
        jars = tuple(class_path("broker", ensure(read_lock())))
        self.broker = SecuredBroker(
            folder / "broker", *ports[:2], jars, sasl_port=ports[2], tls_port=ports[3],
            certificates=self.certificates.folder,
        )  # fmt: skip
        self.process = Process(self.broker.prepare(), folder)
        self.password_file = self.certificates / "password"
        self.password_file.write_text(f"{PASSWORD}\n")

    def __enter__(self) -> Self:
        self.process.start()
        up = ready.wait_until(lambda: ready.broker_ready(self.broker.port), lambda: self.process.alive)
        assert up, self.process.last_words()
        admin = KafkaAdminClient(bootstrap_servers=self.broker.address)
        user = UserScramCredentialUpsertion(USERNAME, ScramMechanism.SCRAM_SHA_512, PASSWORD.encode())
        assert admin.alter_user_scram_credentials([user]) == {USERNAME: None}
        admin.close()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stop()

    def by_password(self) -> dict[str, str]:
        """Settings of a client that has the password."""
        return {
            "kafka_bootstrap": f"127.0.0.1:{self.broker.sasl_port}",
            "kafka_security_protocol": "SASL_SSL",
            "kafka_ca_file": str(self.certificates / "ca.pem"),
            "kafka_sasl_username": USERNAME,
            "kafka_sasl_password_file": str(self.password_file),
        }

    def by_certificate(self) -> dict[str, str]:
        """Settings of a client that has a certificate."""
        return {
            "kafka_bootstrap": f"127.0.0.1:{self.broker.tls_port}",
            "kafka_security_protocol": "SSL",
            "kafka_ca_file": str(self.certificates / "ca.pem"),
            "kafka_certificate_file": str(self.certificates / "client.pem"),
            "kafka_key_file": str(self.certificates / "client.key"),
        }
