"""Every address of the console, in the order in which a person meets them."""

from console.web.bulking import batch_page, decide, preview, undo
from console.web.events import events
from console.web.home import health
from console.web.keeping import remove, save, saved_queues
from console.web.knowing import attest, policy
from console.web.oidc import back, begin
from console.web.queueing import next_case, queue, queues
from console.web.replies import remove_template, save_template, templates
from console.web.reviewing import act, case, dossier, leave, show
from console.web.route import ADMINISTRATORS, DECIDERS, READERS, SIGNED_IN, SUPERVISORS, WORKERS, Route
from console.web.searching import search
from console.web.signing_in import sign_in, sign_in_page, sign_out
from console.web.statics import static
from console.web.tokens import add_token, remove_token, tokens

ROUTES: tuple[Route, ...] = (
    Route("GET", "/healthz", health, None, "asking how the console is"),
    Route("GET", "/static/{digest}/{name}", static, None, "reading a style sheet or a script"),
    Route("GET", "/sign-in", sign_in_page, None, "signing in"),
    Route("POST", "/sign-in", sign_in, None, "signing in"),
    Route("GET", "/sign-in/provider", begin, None, "signing in"),
    Route("GET", "/sign-in/back", back, None, "signing in"),
    Route("POST", "/sign-out", sign_out, SIGNED_IN, "signing out"),
    Route("GET", "/", queues, READERS, "looking at the queues"),
    Route("GET", "/queue", queue, READERS, "looking at a queue"),
    Route("GET", "/queue/next", next_case, READERS, "going on to the next case"),
    Route("GET", "/case", case, READERS, "looking at a case"),
    Route("POST", "/case/show", show, READERS, "looking at a case"),
    Route("POST", "/case/act", act, DECIDERS, "deciding on a case"),
    Route("POST", "/case/leave", leave, DECIDERS, "giving a case back"),
    Route("GET", "/dossier", dossier, READERS, "reading a dossier"),
    Route("GET", "/bulk", preview, DECIDERS, "deciding on many cases at once"),
    Route("POST", "/bulk/decide", decide, DECIDERS, "deciding on many cases at once"),
    Route("GET", "/bulk/batch", batch_page, DECIDERS, "deciding on many cases at once"),
    Route("POST", "/bulk/undo", undo, DECIDERS, "taking many decisions back"),
    Route("GET", "/policy", policy, READERS, "reading the policy"),
    Route("POST", "/policy/read", attest, WORKERS, "saying that the policy was read"),
    Route("GET", "/events", events, READERS, "hearing what changes"),
    Route("GET", "/search", search, READERS, "searching"),
    Route("GET", "/queues", saved_queues, READERS, "looking at saved queues"),
    Route("POST", "/queues/save", save, DECIDERS, "saving a queue"),
    Route("POST", "/queues/remove", remove, DECIDERS, "removing a saved queue"),
    Route("GET", "/templates", templates, SUPERVISORS, "looking at reply templates"),
    Route("POST", "/templates/save", save_template, SUPERVISORS, "saving a reply template"),
    Route("POST", "/templates/remove", remove_template, SUPERVISORS, "removing a reply template"),
    Route("GET", "/tokens", tokens, ADMINISTRATORS, "looking at integrations"),
    Route("POST", "/tokens/add", add_token, ADMINISTRATORS, "making a token"),
    Route("POST", "/tokens/remove", remove_token, ADMINISTRATORS, "removing a token"),
)
