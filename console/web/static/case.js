// The page of a case: one key per decision, the next case at once, and nothing typed is lost.
import { isTyping, listen } from "./keys.js";
import { live, onCase } from "./live.js";
import { csrf, pending, send, tell } from "./sending.js";

const SECOND = 1000;
const RENEW_MS = 120 * SECOND;
const TYPED = "lifeguard-typed:";
const DONE = "lifeguard-done";
const DONE_MS = 60 * SECOND;
const MOVES_ON = new Set(["leave", "hide", "remove", "reply", "escalate", "defer"]);
const TAKES_AWAY = new Set(["hide", "remove"]);

const page = document.getElementById("case");
const flash = document.getElementById("flash");
const told = document.getElementById("told");
const decides = page.dataset.decides === "yes";

let chosen = "";
let reasonTouched = false;
let next = Promise.resolve(null);
let undoing = null;
let held = null;

const form = () => page.querySelector("form#decide");
const post = () => page.dataset.post;
const place = () => new URLSearchParams(page.dataset.address.split("?")[1]).get("at") ?? "";
const key = () => crypto.randomUUID();

function line(text, kind = "notice") {
  const said = document.createElement("p");
  said.className = kind;
  said.textContent = text;
  return said;
}

function say(text, ...more) {
  told.replaceChildren(...(text ? [line(text), ...more] : []));
}

function wait(what) { flash.replaceChildren(line(`The console does not answer. ${what}`, "notice waiting")); }

// ── choosing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function choose(act) {
  const button = form()?.querySelector(`button[value=${act}]`);
  if (!button) return;
  if (button.disabled) return say(refusalOf(act));
  say("");
  chosen = act;
  for (const one of form().querySelectorAll("button.act")) one.setAttribute("aria-pressed", String(one === button));
  if (TAKES_AWAY.has(act) && !reasonTouched) {
    const picked = form().querySelector("input[name=reason]:checked");
    if (!picked || picked.dataset.removal !== "yes") check(form().querySelector("input[data-removal=yes]"));
  }
}

function check(input) { if (input) input.checked = true; }

function refusalOf(act) {
  const found = [...form().querySelectorAll(".refusals li")].find((one) => one.dataset.acts.split(" ").includes(act));
  return found ? found.textContent : "That is not possible now.";
}

function open(act, field) {
  const button = form()?.querySelector(`button[value=${act}]`);
  button?.closest("details")?.setAttribute("open", "");
  choose(act);
  form()?.elements[field]?.focus();
}

function reason(digit) {
  const found = form()?.querySelector(`input[data-digit="${digit}"]`);
  if (!found) return;
  check(found);
  reasonTouched = true;
}

function about() {
  const scopes = [...form().querySelectorAll("input[name=scope]:not(:disabled)")];
  scopes[(scopes.findIndex((one) => one.checked) + 1) % scopes.length].click();
}

// ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function fieldsOf(act) {
  const said = Object.fromEntries(new FormData(form()));
  delete said.csrf;
  return { ...said, act };
}

async function decide(act) {
  if (!act) return say("Choose first: l leaves it, h hides it, r removes it, a replies.");
  const button = form().querySelector(`button[value=${act}]`);
  if (!button || button.disabled) return say(refusalOf(act));
  const missing = lacks(act);
  if (missing) return say(missing);
  const fields = fieldsOf(act);
  const address = page.dataset.address;
  const moves = MOVES_ON.has(act) && fields.scope === "post" && Boolean(page.dataset.queue);
  sessionStorage.setItem(TYPED + fields.post, JSON.stringify(fields));
  const answered = send(fields, () => wait("What you decided is kept here and is sent again."));
  if (moves) showNext();
  hear(await answered, fields, address, moves);
}

function lacks(act) {
  const said = form().elements;
  const needsReason = ["leave", "hide", "remove", "reply"].includes(act);
  if (needsReason && !said.reason.value) return "Choose a reason: a digit, or one of the clauses.";
  if (act === "reply") {
    if (!said.reply_text.value.trim()) return "A reply says something: write it.";
    const left = said.reply_text.value.match(/\{[^{}\n]{0,80}\}/g);
    if (left) return `Fill in ${[...new Set(left)].join(", ")} first.`;
  }
  if (act === "escalate" && !said.to.value) return "Choose to whom it goes.";
  if (act === "note" && !said.note.value.trim()) return "A note says something: write it.";
  return "";
}

function hear({ status, said }, fields, address, moved) {
  if (said.accepted) {
    sessionStorage.removeItem(TYPED + fields.post);
    done(said.flash, fields);
    if (!moved) reload(fields.post);
    return;
  }
  const back = document.createElement("a");
  back.href = address;
  back.className = "button";
  back.textContent = "Go back to it: what you typed is kept";
  const where = status === 401 ? "You are signed out. Sign in again, and it is sent again." : said.refusal ?? said.problem;
  say(`${fields.act} on ${fields.post} did not count: ${where}`, ...(post() === fields.post ? [] : [back]));
  if (post() === fields.post && status !== 401) reload(fields.post);
}

function done(what, fields) {
  sessionStorage.setItem(DONE, JSON.stringify({ what, fields, until: Date.now() + DONE_MS }));
  const said = document.createElement("p");
  said.className = "notice done";
  const name = document.createElement("strong");
  name.textContent = what.what;
  const which = document.createElement("bdi");
  which.textContent = what.post_id;
  said.append(name, ": ", which);
  flash.replaceChildren(said);
  undoing = null;
  if (!what.record_id) return;
  undoing = { post: what.post_id, act: "undo", scope: fields.scope, version: String(what.version), undoes: what.record_id };
  const button = document.createElement("button");
  button.className = "button";
  button.innerHTML = "Undo <kbd>u</kbd>";
  button.addEventListener("click", undo);
  flash.append(button);
  if (TAKES_AWAY.has(fields.act) || fields.act === "reply") {
    const seconds = Math.max(0, Math.round((Date.parse(what.until) - Date.now()) / SECOND));
    said.append(`; the site is asked in ${seconds} s`);
  }
}

// What was done on the page before this one, while it can still be seen.
function doneBefore() {
  const kept = JSON.parse(sessionStorage.getItem(DONE) ?? "null");
  if (kept && kept.until > Date.now() && !flash.childElementCount) done(kept.what, kept.fields);
}

async function undo() {
  if (!undoing) {
    const standing = form()?.elements.undoes.value;
    return standing ? decide("undo") : say("There is nothing to undo.");
  }
  const fields = { ...undoing, key: key(), queue: page.dataset.queue };
  undoing = null;
  sessionStorage.removeItem(DONE);
  const { said } = await send(fields, () => wait("The undo is kept here and is sent again."));
  if (!said.accepted) return say(`The undo did not count: ${said.refusal ?? said.problem}`);
  flash.replaceChildren(line(`Taken back: ${fields.post} waits again.`, "notice done"));
  if (fields.post === post()) reload(post());
}

// ── moving ───────────────────────────────────────────────────────────────────────────────────────────────────────────

async function ask(address) {
  const answer = await fetch(address, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

// The next case, or that there is none; asked for until somebody answers.
function prefetch() {
  const queue = page.dataset.queue;
  if (queue) next = asked(`/case?${new URLSearchParams({ queue, at: place(), prefetch: "1" })}`, post());
}

async function asked(address, from) {
  for (let pause = SECOND / 2; from === post(); pause = Math.min(2 * pause, 5 * SECOND)) {
    const found = await ask(address).catch(() => null);
    if (found) return found;
    await new Promise((done) => setTimeout(done, pause));
  }
  return null;
}

async function showNext() {
  const from = post();
  const queue = page.dataset.queue;
  if (!queue) return;
  const found = await next;
  if (from !== post() || !found) return;
  if (found.post) show(found);
  else leaveFor(`/queue?${new URLSearchParams({ queue, end: "last" })}`);
}

// What is still being sent goes on being sent by the next page.
function leaveFor(address) { location.assign(address); }

function show(found, { push = true } = {}) {
  page.dataset.post = found.post;
  page.dataset.address = found.address;
  page.innerHTML = found.html;
  if (push) history.pushState({ post: found.post }, "", found.address);
  document.title = `${found.post} · Lifeguard`;
  scrollTo(0, 0);
  begin();
}

async function reload(which) {
  const found = await ask(`/case?${new URLSearchParams({ post: which, queue: page.dataset.queue, at: place(), prefetch: "1" })}`);
  if (which !== post()) return;
  const typed = form() ? fieldsOf("") : null;
  page.innerHTML = found.html;
  if (typed) restore(typed);
  ready();
}

function restore(typed) {
  const elements = form()?.elements;
  if (!elements) return;
  for (const name of ["note", "reply_text", "to", "hours", "reason"]) if (typed[name] && elements[name]) elements[name].value = typed[name];
}

// ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

// Tells that the case is on the screen, until somebody hears it: looking is on record, and takes the lease.
async function look(again) {
  const which = post();
  if (!which) return;
  const said = await heard(which, again);
  if (!said || which !== post()) return;
  lease(said);
  const article = page.querySelector("article");
  if (article && String(said.version) !== article.dataset.version) reload(which);
}

async function heard(which, again) {
  for (let pause = SECOND; ; pause = Math.min(2 * pause, 10 * SECOND)) {
    const left = which === post() ? {} : { left: "1" };
    const answer = await tell("/case/show", { post: which, ...left, ...(again ? { again: "1" } : {}) }, again).catch(() => null);
    if (answer) return answer.status === 200 ? answer.said : null;
    if (again) return null;
    await new Promise((done) => setTimeout(done, pause));
  }
}

function lease({ holder, until, you }) {
  held = holder === you && until ? Date.parse(until) : null;
  const presence = page.querySelector("[data-presence]");
  if (!presence || !holder || held) return tick();
  const name = document.createElement("strong");
  name.textContent = holder;
  presence.replaceChildren(name, " is looking at this.");
}

function tick() {
  const presence = page.querySelector("[data-presence]");
  if (!presence || held === null) return;
  const left = Math.max(0, Math.floor((held - Date.now()) / SECOND));
  presence.textContent = left ? `Yours for ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "Your time with it is over.";
}

function release(which) {
  if (!decides || !held) return;
  navigator.sendBeacon("/case/leave", new URLSearchParams({ post: which, until: new Date(held).toISOString(), csrf: csrf() }));
}

function templates() {
  const select = form()?.elements.template;
  select?.addEventListener("change", () => {
    const text = select.selectedOptions[0].dataset.text;
    if (text) form().elements.reply_text.value = text;
  });
}

function ready() {
  chosen = "";
  reasonTouched = false;
  templates();
}

function begin({ showing = true } = {}) {
  held = null;
  say("");
  ready();
  const typed = sessionStorage.getItem(TYPED + post());
  if (typed) restore(JSON.parse(typed));
  if (showing) look(false);
  live(post());
  prefetch();
}

page.addEventListener("submit", (event) => {
  if (event.target.id !== "decide") return;
  event.preventDefault();
  decide(event.submitter?.value ?? chosen);
});
page.addEventListener("change", (event) => { if (event.target.name === "reason") reasonTouched = true; });
page.addEventListener("input", (event) => {
  if (isTyping(event.target) && form()) sessionStorage.setItem(TYPED + post(), JSON.stringify(fieldsOf("")));
});
page.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !isTyping(event.target)) return;
  event.preventDefault();
  decide(event.target.closest("details")?.querySelector("button.act")?.value ?? chosen);
});
addEventListener("popstate", () => location.reload());
addEventListener("pagehide", () => release(post()));
onCase((said) => {
  if (said.post !== post()) return;
  const you = page.dataset.you;
  lease({ holder: said.holder, until: said.until, you });
  if (decides && !said.holder && document.hasFocus()) look(true);
  const article = page.querySelector("article");
  if (article && said.revision && said.revision !== article.dataset.revision) say("Its text has changed meanwhile.", ...again());
  else if (article && String(said.version) !== article.dataset.version) say("Somebody has decided on this meanwhile.", ...again());
});

function again() {
  const button = document.createElement("button");
  button.className = "button";
  button.textContent = "Show how it stands now";
  button.addEventListener("click", () => reload(post()));
  return [button];
}

listen({
  j: () => { release(post()); showNext(); },
  k: () => page.querySelector("[data-key=k]")?.click(),
  d: () => page.querySelector("[data-key=d]")?.click(),
  u: undo,
  a: () => open("reply", "reply_text"),
  e: () => open("escalate", "to"),
  f: () => open("defer", "hours"),
  n: () => form()?.elements.note.focus(),
  s: about,
  x: () => decide("release"),
  Enter: () => decide(chosen),
  ...Object.fromEntries([["l", "leave"], ["h", "hide"], ["r", "remove"]].map(([one, act]) => [one, () => choose(act)])),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => [String(digit), () => reason(digit)])),
});
setInterval(tick, SECOND);
setInterval(() => { if (decides && document.hasFocus()) look(true); }, RENEW_MS);
for (const fields of pending()) send(fields).then((answer) => hear(answer, fields, `/case?post=${encodeURIComponent(fields.post)}`, true));
doneBefore();
begin({ showing: false });
held = page.dataset.until ? Date.parse(page.dataset.until) : null;
tick();
