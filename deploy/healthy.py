"""`python -m deploy.healthy PORT`: does the process that serves /healthz there say that all is well? For containers."""

import http.client
import sys

ANSWER_SECONDS_MAX = 4.0


def healthy(port: int) -> bool:
    """200 is well; anything else, and silence, is not. Standard library only: it is started every few seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS_MAX)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if healthy(int(sys.argv[1])) else 1)
