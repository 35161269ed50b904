"""Every address of the console, in the order in which a person meets them."""

from console.web.home import health, home
from console.web.keeping import remove, save, saved_queues
from console.web.oidc import back, begin
from console.web.replies import remove_template, save_template, templates
from console.web.route import DECIDERS, EVERYBODY, READERS, SIGNED_IN, SUPERVISORS, Route
from console.web.searching import search
from console.web.signing_in import sign_in, sign_in_page, sign_out
from console.web.statics import static

ROUTES: tuple[Route, ...] = (
    Route("GET", "/healthz", health, None, "asking how the console is"),
    Route("GET", "/static/{name}", static, None, "reading a style sheet or a script"),
    Route("GET", "/sign-in", sign_in_page, None, "signing in"),
    Route("POST", "/sign-in", sign_in, None, "signing in"),
    Route("GET", "/sign-in/provider", begin, None, "signing in"),
    Route("GET", "/sign-in/back", back, None, "signing in"),
    Route("POST", "/sign-out", sign_out, SIGNED_IN, "signing out"),
    Route("GET", "/", home, EVERYBODY, "opening the console"),
    Route("GET", "/search", search, READERS, "searching"),
    Route("GET", "/queues", saved_queues, READERS, "looking at saved queues"),
    Route("POST", "/queues/save", save, DECIDERS, "saving a queue"),
    Route("POST", "/queues/remove", remove, DECIDERS, "removing a saved queue"),
    Route("GET", "/templates", templates, SUPERVISORS, "looking at reply templates"),
    Route("POST", "/templates/save", save_template, SUPERVISORS, "saving a reply template"),
    Route("POST", "/templates/remove", remove_template, SUPERVISORS, "removing a reply template"),
)
