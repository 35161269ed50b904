"""Every address of the console, in the order in which a person meets them."""

from console.web.home import health, home
from console.web.route import EVERYBODY, Route
from console.web.signing_in import sign_in, sign_in_page, sign_out
from console.web.statics import static

ROUTES: tuple[Route, ...] = (
    Route("GET", "/healthz", health, None, "asking how the console is"),
    Route("GET", "/static/{name}", static, None, "reading a style sheet or a script"),
    Route("GET", "/sign-in", sign_in_page, None, "signing in"),
    Route("POST", "/sign-in", sign_in, None, "signing in"),
    Route("POST", "/sign-out", sign_out, None, "signing out"),
    Route("GET", "/", home, EVERYBODY, "opening the console"),
)
