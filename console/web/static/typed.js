// What somebody has typed about a case outlasts the page, a refusal and a console that is away.
const TYPED = "lifeguard-typed:";
const FIELDS = ["note", "reply_text", "template", "to", "hours", "reason"];

export function keep(fields) { sessionStorage.setItem(TYPED + fields.post, JSON.stringify(fields)); }

export function forget(post) { sessionStorage.removeItem(TYPED + post); }

export function typedBefore(post) { return JSON.parse(sessionStorage.getItem(TYPED + post) ?? "{}"); }

export function restore(form, typed) {
  for (const one of form?.elements ?? []) {
    const said = FIELDS.includes(one.name) && typed[one.name];
    if (!said) continue;
    if (one.type === "radio") one.checked = one.value === said;
    else one.value = said;
  }
}
