"""How each of our processes serves HTTP: the socket, the server's limits, and the address to tell."""

import socket
from typing import Any

import uvicorn
from fastapi import FastAPI

from ingest.receiver.limits import IDLE_SECONDS_MAX, STOP_SECONDS_MAX
from ingest.receiver.protocol import BoundedProtocol
from records.errors import Misconfigured

BACKLOG = 512
CONNECTIONS_MAX = 128


def application(title: str, **more: Any) -> FastAPI:  # noqa: ANN401  as FastAPI takes them
    """An application without anything yet."""
    # Telemetry asks the environment at every request.
    return FastAPI(
        title=title, redirect_slashes=False, telemetry={"tracing": False, "metrics": False, "logs": False}, **more
    )


def configuration(
    app: Any,  # noqa: ANN401  an ASGI application
    connections_max: int = CONNECTIONS_MAX,
    *,
    lifespan: bool = False,
    proxies: str = "127.0.0.1",
) -> uvicorn.Config:
    """How the server runs an application; `proxies` are believed what they say of a client's address, if any."""
    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        loop="uvloop",
        lifespan="on" if lifespan else "off",
        access_log=False,
        server_header=False,
        log_config=None,
        limit_concurrency=connections_max,
        timeout_keep_alive=IDLE_SECONDS_MAX,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
    )


def listen(who: str, host: str, port: int, setting: str) -> socket.socket:
    """A listening socket; raises Misconfigured with a sentence that names who cannot listen, and both settings."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Misconfigured(
            f"the {who} cannot listen on {host}:{port} ({error.strerror}): set {setting}_HOST or _PORT"
        ) from None


def address(listening: socket.socket) -> str:
    """Where others reach it."""
    host, port = listening.getsockname()[:2]
    return url_of(host, port)


def url_of(host: str, port: int) -> str:
    """An address of a host and a port."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
