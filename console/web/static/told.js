// How a page says something to whoever looks at it: in its own place for that, or at its top.
const REFUSED = "lifeguard-refused";

export function line(text, kind = "notice") {
  const said = document.createElement("p");
  said.className = kind;
  said.textContent = text;
  return said;
}

export function link(text, address) {
  const made = document.createElement("a");
  made.href = address;
  made.className = "button";
  made.textContent = text;
  return made;
}

export function say(text, ...more) {
  place("told", "alert").replaceChildren(...(text ? [line(text), ...more] : []));
}

function place(id, role) {
  const found = document.getElementById(id);
  if (found) return found;
  const made = document.createElement("div");
  made.id = id;
  made.setAttribute("role", role);
  const told = document.getElementById("told");
  if (told) told.after(made);
  else document.getElementById("main").prepend(made);
  return made;
}

// ── what did not count, of cases that are not on the screen: it is said until somebody goes back to it ───────────────

const refused = () => JSON.parse(sessionStorage.getItem(REFUSED) ?? "{}");

export function refuse(post, text, address) { remember({ ...refused(), [post]: { text, address } }); }

export function settle(post) {
  const rest = refused();
  if (!(post in rest)) return;
  delete rest[post];
  remember(rest);
}

export function tellRefused() {
  const all = Object.values(refused());
  if (!all.length && !document.getElementById("refused")) return;
  const lines = all.flatMap(({ text, address }) => [line(text), link("Go back to it: what you typed is kept", address)]);
  place("refused", "status").replaceChildren(...lines);
}

function remember(all) {
  sessionStorage.setItem(REFUSED, JSON.stringify(all));
  tellRefused();
}
