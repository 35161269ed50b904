"""Every operation of the API, in the order in which a program meets them."""

from console.api.acts import act_on_case
from console.api.batches import decide_batch, freeze_batch, read_batch, undo_batch
from console.api.evidence import export_posts, verify_post
from console.api.figures import read_health, read_overview
from console.api.hooks import keep_webhook, list_webhooks, remove_webhook
from console.api.knowledge import list_rules, read_model
from console.api.letters import list_letters, read_letter, read_letter_bytes, replay_letter
from console.api.likeness import read_surroundings, search_like
from console.api.lists import keep_word_list, list_word_lists, read_word_list, remove_word_list
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
from console.api.tags import keep_tag, list_tags, read_tag, remove_tag
from console.api.trials import try_a_tag, try_a_word_list
from console.web.exports import ZIP
from console.web.lettering import BYTES
from console.web.route import DECIDERS, EXPORTERS, LETTER_READERS, READERS, REPLAYERS, SUPERVISORS

ONCE = "deciding on a case"
MANY = "deciding on many cases at once"
OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/me", me, "read", READERS, "asking what a token may do"),
    Operation("GET", "/policy", read_policy, "read", READERS, "reading the policy"),
    Operation("GET", "/queues", list_queues, "read", READERS, "looking at the queues"),
    Operation("GET", "/queues/{queue}/cases", list_cases, "read", READERS, "looking at a queue"),
    Operation("GET", "/search", search, "read", READERS, "searching"),
    Operation("GET", "/search/like", search_like, "read", READERS, "searching"),
    Operation("GET", "/post", read_post, "read", READERS, "looking at a case"),
    Operation("GET", "/post/surroundings", read_surroundings, "read", READERS, "looking at a case"),
    Operation("GET", "/post/facts", read_facts, "read", READERS, "looking at the facts of a post"),
    Operation("GET", "/post/dossier", read_dossier, "read", READERS, "reading a dossier"),
    Operation("GET", "/post/verification", verify_post, "read", READERS, "verifying a post"),
    Operation("POST", "/exports", export_posts, "export", EXPORTERS, "exporting posts", only_asks=True, media_type=ZIP),
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
    Operation("GET", "/overview", read_overview, "read", READERS, "looking at the overview"),
    Operation("GET", "/health", read_health, "read", READERS, "looking at how the pipeline is"),
    Operation("GET", "/rules", list_rules, "read", READERS, "looking at the rules"),
    Operation("GET", "/model", read_model, "read", READERS, "reading the card of the model"),
    Operation("GET", "/tags", list_tags, "read", READERS, "looking at the tags"),
    Operation("GET", "/tags/{name}", read_tag, "read", READERS, "looking at a tag"),
    Operation("PUT", "/tags/{name}", keep_tag, "set_up", SUPERVISORS, "publishing a tag"),
    Operation("DELETE", "/tags/{name}", remove_tag, "set_up", SUPERVISORS, "removing a tag", 204),
    Operation("POST", "/trials/tag", try_a_tag, "set_up", SUPERVISORS, "trying a tag", only_asks=True),
    Operation("GET", "/word-lists", list_word_lists, "read", READERS, "looking at the lists of words"),
    Operation("GET", "/word-lists/{name}", read_word_list, "read", READERS, "looking at a list of words"),
    Operation("PUT", "/word-lists/{name}", keep_word_list, "set_up", SUPERVISORS, "publishing a list of words"),
    Operation("DELETE", "/word-lists/{name}", remove_word_list, "set_up", SUPERVISORS, "removing a list of words", 204),
    Operation(
        "POST", "/trials/word-list", try_a_word_list, "set_up", SUPERVISORS, "trying a list of words", only_asks=True
    ),
    Operation("GET", "/dead-letters", list_letters, "read", LETTER_READERS, "looking at dead letters"),
    Operation("GET", "/dead-letters/{at}", read_letter, "read", LETTER_READERS, "looking at a dead letter"),
    Operation(
        "GET",
        "/dead-letters/{at}/bytes",
        read_letter_bytes,
        "export",
        LETTER_READERS,
        "taking the bytes of a dead letter",
        media_type=BYTES,
    ),
    Operation(
        "POST",
        "/dead-letters/{at}/replay",
        replay_letter,
        "set_up",
        REPLAYERS,
        "publishing again what a dead letter speaks of",
    ),
    Operation("GET", "/webhooks", list_webhooks, "set_up", SUPERVISORS, "looking at webhooks"),
    Operation("PUT", "/webhooks/{name}", keep_webhook, "set_up", SUPERVISORS, "setting up a webhook"),
    Operation("DELETE", "/webhooks/{name}", remove_webhook, "set_up", SUPERVISORS, "removing a webhook", 204),
)
