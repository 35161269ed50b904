"""Every operation of the API, in the order in which a program meets them."""

from console.api.acts import act_on_case
from console.api.batches import decide_batch, freeze_batch, read_batch, undo_batch
from console.api.hooks import keep_webhook, list_webhooks, remove_webhook
from console.api.operation import Operation
from console.api.posts import read_dossier, read_facts, read_post, search
from console.api.queues import list_cases, list_queues, me, read_policy
from console.api.saved import (
    keep_queue,
    keep_template,
    list_saved_queues,
    list_templates,
    remove_queue,
    remove_template,
)
from console.web.route import DECIDERS, READERS, SUPERVISORS

ONCE = "deciding on a case"
MANY = "deciding on many cases at once"
OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/me", me, "read", READERS, "asking what a token may do"),
    Operation("GET", "/policy", read_policy, "read", READERS, "reading the policy"),
    Operation("GET", "/queues", list_queues, "read", READERS, "looking at the queues"),
    Operation("GET", "/queues/{queue}/cases", list_cases, "read", READERS, "looking at a queue"),
    Operation("GET", "/search", search, "read", READERS, "searching"),
    Operation("GET", "/post", read_post, "read", READERS, "looking at a case"),
    Operation("GET", "/post/facts", read_facts, "read", READERS, "looking at the facts of a post"),
    Operation("GET", "/post/dossier", read_dossier, "read", READERS, "reading a dossier"),
    Operation("POST", "/acts", act_on_case, "decide", DECIDERS, ONCE),
    Operation("POST", "/batches", freeze_batch, "decide", DECIDERS, MANY),
    Operation("GET", "/batches/{batch_id}", read_batch, "decide", DECIDERS, MANY),
    Operation("POST", "/batches/{batch_id}/decision", decide_batch, "decide", DECIDERS, MANY),
    Operation("POST", "/batches/{batch_id}/undo", undo_batch, "decide", DECIDERS, "taking many decisions back"),
    Operation("GET", "/saved-queues", list_saved_queues, "read", READERS, "looking at saved queues"),
    Operation("PUT", "/saved-queues/{name}", keep_queue, "set_up", DECIDERS, "saving a queue"),
    Operation("DELETE", "/saved-queues/{name}", remove_queue, "set_up", DECIDERS, "removing a saved queue", 204),
    Operation("GET", "/reply-templates", list_templates, "read", READERS, "looking at reply templates"),
    Operation("PUT", "/reply-templates/{name}", keep_template, "set_up", SUPERVISORS, "saving a reply template"),
    Operation(
        "DELETE", "/reply-templates/{name}", remove_template, "set_up", SUPERVISORS, "removing a reply template", 204
    ),
    Operation("GET", "/webhooks", list_webhooks, "set_up", SUPERVISORS, "looking at webhooks"),
    Operation("PUT", "/webhooks/{name}", keep_webhook, "set_up", SUPERVISORS, "setting up a webhook"),
    Operation("DELETE", "/webhooks/{name}", remove_webhook, "set_up", SUPERVISORS, "removing a webhook", 204),
)
