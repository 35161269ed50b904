"""Every address of the console, in the order in which a person meets them."""

from console.web.bulking import batch_page, decide, preview, undo
from console.web.dossiers import dossier
from console.web.events import events
from console.web.exports import export
from console.web.helping import first_minutes, help_page, terms, walk
from console.web.home import health
from console.web.keeping import remove, save, saved_queues
from console.web.knowing import attest, policy
from console.web.lettering import content, letter, letters, replay
from console.web.listing import edit_lexicon, lexicons, publish_lexicon, remove_lexicon, try_lexicon
from console.web.model_card import model
from console.web.oidc import back, begin
from console.web.overviewing import overview
from console.web.pipeline import pipeline
from console.web.queueing import next_case, queue, queues
from console.web.replies import remove_template, save_template, templates
from console.web.reviewing import act, case, leave, show
from console.web.route import (
    ADMINISTRATORS,
    DECIDERS,
    EVERYBODY,
    EXPORTERS,
    LETTER_READERS,
    READERS,
    REPLAYERS,
    SIGNED_IN,
    SUPERVISORS,
    WEBHOOK_READERS,
    WORKERS,
    Route,
)
from console.web.ruling import rule, rules
from console.web.searching import search
from console.web.signing_in import sign_in, sign_in_page, sign_out
from console.web.statics import static
from console.web.tagging import add_example, edit_tag, publish_tag, remove_tag, tags, try_out
from console.web.tokens import add_token, remove_token, tokens
from console.web.verifying import verify
from console.web.webhooks import remove_webhook, save_webhook, webhooks
from console.web.you import exposed, remind_no_more, you
from console.web.you import save as save_personal

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
    Route("POST", "/dossier/verify", verify, READERS, "verifying a post"),
    Route("GET", "/bulk", preview, DECIDERS, "deciding on many cases at once"),
    Route("POST", "/bulk/decide", decide, DECIDERS, "deciding on many cases at once"),
    Route("GET", "/bulk/batch", batch_page, DECIDERS, "deciding on many cases at once"),
    Route("POST", "/bulk/undo", undo, DECIDERS, "taking many decisions back"),
    Route("GET", "/policy", policy, READERS, "reading the policy"),
    Route("POST", "/policy/read", attest, WORKERS, "saying that the policy was read"),
    Route("GET", "/help", help_page, READERS, "reading the help"),
    Route("GET", "/help/first", first_minutes, READERS, "reading the help"),
    Route("GET", "/help/walk", walk, READERS, "reading the help"),
    Route("GET", "/help/terms", terms, READERS, "reading the help"),
    Route("GET", "/events", events, READERS, "hearing what changes"),
    Route("GET", "/search", search, READERS, "searching"),
    Route("POST", "/export", export, EXPORTERS, "exporting posts"),
    Route("GET", "/overview", overview, READERS, "looking at the overview"),
    Route("GET", "/health", pipeline, READERS, "looking at how the pipeline is"),
    Route("GET", "/dead-letters", letters, LETTER_READERS, "looking at dead letters"),
    Route("GET", "/dead-letters/letter", letter, LETTER_READERS, "looking at a dead letter"),
    Route("GET", "/dead-letters/bytes", content, LETTER_READERS, "taking the bytes of a dead letter"),
    Route("POST", "/dead-letters/replay", replay, REPLAYERS, "publishing again what a dead letter speaks of"),
    Route("GET", "/rules", rules, READERS, "looking at the rules"),
    Route("GET", "/rules/{name}", rule, READERS, "looking at a rule"),
    Route("GET", "/model", model, READERS, "reading the card of the model"),
    Route("GET", "/queues", saved_queues, READERS, "looking at saved queues"),
    Route("POST", "/queues/save", save, DECIDERS, "saving a queue"),
    Route("POST", "/queues/remove", remove, DECIDERS, "removing a saved queue"),
    Route("GET", "/you", you, EVERYBODY, "looking at one's own page"),
    Route("POST", "/you", save_personal, EVERYBODY, "saving one's own settings"),
    Route("POST", "/you/reminder", remind_no_more, EVERYBODY, "saving one's own settings"),
    Route("POST", "/you/exposure", exposed, EVERYBODY, "counting one's own exposure"),
    Route("GET", "/templates", templates, SUPERVISORS, "looking at reply templates"),
    Route("POST", "/templates/save", save_template, SUPERVISORS, "saving a reply template"),
    Route("POST", "/templates/remove", remove_template, SUPERVISORS, "removing a reply template"),
    Route("GET", "/tags", tags, READERS, "looking at the tags"),
    Route("GET", "/tags/edit", edit_tag, READERS, "looking at a tag"),
    Route("POST", "/tags/add", add_example, SUPERVISORS, "making a tag"),
    Route("POST", "/tags/try", try_out, SUPERVISORS, "trying a tag"),
    Route("POST", "/tags/publish", publish_tag, SUPERVISORS, "publishing a tag"),
    Route("POST", "/tags/remove", remove_tag, SUPERVISORS, "removing a tag"),
    Route("GET", "/lexicons", lexicons, READERS, "looking at the lists of words"),
    Route("GET", "/lexicons/edit", edit_lexicon, READERS, "looking at a list of words"),
    Route("POST", "/lexicons/try", try_lexicon, SUPERVISORS, "trying a list of words"),
    Route("POST", "/lexicons/publish", publish_lexicon, SUPERVISORS, "publishing a list of words"),
    Route("POST", "/lexicons/remove", remove_lexicon, SUPERVISORS, "removing a list of words"),
    Route("GET", "/tokens", tokens, ADMINISTRATORS, "looking at integrations"),
    Route("POST", "/tokens/add", add_token, ADMINISTRATORS, "making a token"),
    Route("POST", "/tokens/remove", remove_token, ADMINISTRATORS, "removing a token"),
    Route("GET", "/webhooks", webhooks, WEBHOOK_READERS, "looking at webhooks"),
    Route("POST", "/webhooks/save", save_webhook, SUPERVISORS, "setting up a webhook"),
    Route("POST", "/webhooks/remove", remove_webhook, SUPERVISORS, "removing a webhook"),
)
