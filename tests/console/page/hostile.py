"""What strangers write who want a page to do something; the word WRITTEN in each text is how it is found again."""

from typing import Any, Literal, get_args, get_origin

from console.dossier.part import Part

WRITTEN = "zqxj"
CORPUS = (
    f"<script>alert('{WRITTEN}')</script>",
    f"<img src=x onerror=alert('{WRITTEN}')>",
    f"\"><svg/onload=alert('{WRITTEN}')>",
    f"'><iframe srcdoc='<script>{WRITTEN}</script>'>",
    f"javascript:alert('{WRITTEN}')",
    f"data:text/html;base64,{WRITTEN}",
    f"</style><script>{WRITTEN}</script>",
    f"</title><script>{WRITTEN}</script>",
    f"</textarea><!--{WRITTEN}--><base href=//evil.example>",
    f"{{{{ {WRITTEN} }}}}{{% raw %}}${{{WRITTEN}}}",
    f"<meta http-equiv=refresh content='0;url=//evil.example/{WRITTEN}'>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={WRITTEN}>",
    f"&lt;script&gt;{WRITTEN}&#x3c;/script>",
    f'<a href="java\tscript:{WRITTEN}" style="position:fixed;inset:0" onclick="{WRITTEN}()">click</a>',
    f"<plaintext>{WRITTEN}",
    f"]]>{WRITTEN}<![CDATA[",
    f"\u202e{WRITTEN}\u202c\u2066\u200b\ufeff\u00ad\x00\x1b[31m\x9b\r\n\u2028",
    f"e\u0301\u0301\u0301\u0301\u0301{WRITTEN}" + "\u0336" * 40,
    f"＜script＞{WRITTEN}＜/script＞",
)  # fmt: skip


def poisoned(part: Any, payload: str) -> Any:
    """The same part, with this text wherever it has a text that somebody else could have written."""
    if isinstance(part, tuple):
        return tuple(poisoned(one, payload) for one in part)
    if not isinstance(part, Part):
        return part
    fields = {name: field for name, field in type(part).model_fields.items() if name != "absent"}
    found = {name: _poisoned(getattr(part, name), fields[name].annotation, payload) for name in fields}
    return part.model_copy(update=found | {"absent": dict.fromkeys(part.absent, payload)})


def _poisoned(value: Any, annotation: Any, payload: str) -> Any:
    if isinstance(value, str):
        return value if _is_closed(annotation) else payload
    if isinstance(value, dict):
        return {f"{payload}{key}": payload if isinstance(one, str) else one for key, one in value.items()}
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return tuple(payload for _ in value)
    return poisoned(value, payload)


def _is_closed(annotation: Any) -> bool:
    """Can it only be one of a few words?"""
    return get_origin(annotation) is Literal or any(_is_closed(one) for one in get_args(annotation))
