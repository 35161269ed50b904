// The page of a case: one key per decision, the next case at once, and nothing typed is lost.
import "./exposure.js";
import { about, choose, chosen, TAKES_AWAY, nothingChosen, open, reason, reasonChosen, refusalOf } from "./choosing.js";
import { isTyping, listen } from "./keys.js";
import { live, onCase } from "./live.js";
import { begin as look, giveBack, lease, onChanged, taken, release, renew } from "./looking.js";
import { opened, reopen, reveal } from "./masks.js";
import { flash, form, page, place, post, shown } from "./screen.js";
import { against, BY_ITSELF, isSignedOut, pause, pending, send } from "./sending.js";
import { line, link, refuse, say, settle } from "./told.js";
import { forget, keep, restore, typedBefore } from "./typed.js";

const SECOND = 1000;
const DONE = "lifeguard-done";
const DONE_MS = 60 * SECOND;
const MOVES_ON = new Set(["leave", "hide", "remove", "reply", "escalate", "defer"]);
const NEEDS_REASON = new Set(["leave", "hide", "remove", "reply"]);

let next = Promise.resolve(null);
let decisions = 0;
let told = 0; // the number of the decision that the screen tells of: an older one that is answered later says nothing
let underway = null;
let undoing = null;
let takingBack = false;
let outdated = false;
let signedOut = false;

const key = () => crypto.randomUUID();

function wait(what) { flash.replaceChildren(line(`The console does not answer. ${what}`, "notice waiting")); }

// ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function fieldsOf(act) {
  const said = Object.fromEntries(new FormData(form()));
  delete said.csrf;
  return { ...said, act };
}

async function decide(act) {
  if (!form()) return say("You read here, and decide on no case.");
  if (!act) return say("Choose first: l leaves it, h hides it, r removes it, a replies.");
  const button = form().querySelector(`button[value=${act}]`);
  if (!button || button.disabled) return say(refusalOf(act));
  const missing = lacks(act);
  if (missing) return say(missing);
  const fields = fieldsOf(act);
  const moved = MOVES_ON.has(act) && fields.scope === "post" && Boolean(page.dataset.queue);
  const decision = { fields, moved, address: page.dataset.address, number: ++decisions };
  keep(fields);
  if (moved || act === "release") giveBack(true);
  const answered = send(fields, () => wait("What you decided is kept here and is sent again."));
  if (moved) showNext();
  const heard = answered.then((answer) => hear(answer, decision));
  underway = heard;
  await heard;
  if (underway === heard) underway = null;
}

function lacks(act) {
  const said = form().elements;
  if (NEEDS_REASON.has(act) && !said.reason.value) return "Choose a reason: a digit, or one of the clauses.";
  const clause = form().querySelector("input[name=reason]:checked");
  if (TAKES_AWAY.has(act) && clause.dataset.removal === "no") {
    return `Clause ${clause.value} is no reason to ${act} a post: choose another one.`;
  }
  if (act === "reply") {
    if (!said.reply_text.value.trim()) return "A reply says something: write it.";
    const left = said.reply_text.value.match(/\{[^{}\n]{0,80}\}/g);
    if (left) return `Fill in ${[...new Set(left)].join(", ")} first.`;
  }
  if (act === "escalate" && !said.to.value) return "Choose to whom it goes.";
  if (act === "note" && !said.note.value.trim()) return "A note says something: write it.";
  return "";
}

// Whether it counts.
function hear(answer, { fields, moved, address, number }) {
  const refused = against(answer, fields);
  const here = post() === fields.post;
  if (isSignedOut(answer)) {
    signedOut = true;
    say(refused, link("Sign in", `/sign-in?next=${encodeURIComponent(page.dataset.address)}`));
    return false;
  }
  // What is decided next on this page is another decision, and has a key of its own.
  if (form()?.elements.key.value === fields.key) form().elements.key.value = key();
  if (refused && here) {
    say(refused);
    giveBack(false);
    reload(fields.post);
  } else if (refused) refuse(fields.post, refused, address);
  if (refused) return false;
  forget(fields.post);
  settle(fields.post);
  if (number >= told) done(answer.said.flash, fields);
  told = Math.max(told, number);
  if (!moved) reload(fields.post, fields);
  return true;
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

// Takes the last decision back, also one that is still on its way.
async function undo() {
  if (takingBack) return;
  while (underway) await underway;
  if (takingBack) return;
  if (!undoing) {
    const standing = form()?.elements.undoes.value;
    return standing ? decide("undo") : say("There is nothing to undo.");
  }
  const fields = { ...undoing, key: key(), queue: page.dataset.queue };
  undoing = null;
  takingBack = true;
  sessionStorage.removeItem(DONE);
  const answer = await send(fields, () => wait("The undo is kept here and is sent again."));
  takingBack = false;
  const refused = against(answer, fields);
  if (refused) return say(refused);
  flash.replaceChildren(line(`Taken back: ${fields.post} waits again.`, "notice done"));
  if (fields.post === post()) reload(post());
}

// ── moving ───────────────────────────────────────────────────────────────────────────────────────────────────────────

async function ask(address) {
  const answer = await fetch(address, { headers: { accept: "application/json", ...BY_ITSELF } });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

// The next case, or that there is none; asked for until somebody answers.
function prefetch() {
  const queue = page.dataset.queue;
  if (queue) next = asked(`/case?${new URLSearchParams({ queue, at: place(), prefetch: "1" })}`, post());
}

async function asked(address, from) {
  for (let wait = SECOND / 2; from === post(); wait = Math.min(2 * wait, 5 * SECOND)) {
    const found = await ask(address).catch(() => null);
    if (found) return found;
    await pause(wait);
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

// First what was decided here is answered: where nobody answers, there is no other page either.
// What did not count stays on the screen; what did is told there, with the way to take it back.
async function leaveFor(address) {
  const from = post();
  let counted = true;
  while (underway) counted = (await underway) && counted;
  if (from !== post() || !counted) return;
  const done = undoing ? `&${new URLSearchParams({ last: undoing.post, record: undoing.undoes })}` : "";
  location.assign(address + done);
}

function show(found) {
  page.dataset.post = found.post;
  page.dataset.address = found.address;
  page.innerHTML = found.html;
  history.pushState({ post: found.post }, "", found.address);
  document.title = `${found.post} · Lifeguard`;
  scrollTo(0, 0);
  begin();
  look();
}

// The same case as it stands now; what was typed stays, unless it is what was just sent.
async function reload(which, sent = {}) {
  const address = `/case?${new URLSearchParams({ post: which, queue: page.dataset.queue, at: place(), prefetch: "1" })}`;
  const found = await ask(address).catch(() => null);
  if (!found || which !== post()) return;
  const typed = form() ? fieldsOf("") : {};
  const revealed = opened();
  page.innerHTML = found.html;
  reopen(revealed);
  restore(form(), Object.fromEntries(Object.entries(typed).filter(([name, value]) => value !== sent[name])));
  if (outdated) say("");
  ready();
}

function ready() {
  nothingChosen();
  outdated = false;
  const select = form()?.elements.template;
  select?.addEventListener("change", () => {
    const text = select.selectedOptions[0].dataset.text;
    if (text) form().elements.reply_text.value = text;
  });
}

function begin() {
  if (!signedOut) say(""); // who is signed out is told so for as long as this page stands
  settle(post());
  ready();
  restore(form(), typedBefore(post()));
  live(post());
  prefetch();
}

function again() {
  const button = document.createElement("button");
  button.className = "button";
  button.textContent = "Show how it stands now";
  button.addEventListener("click", () => reload(post()));
  return button;
}

page.addEventListener("submit", (event) => {
  if (event.target.id !== "decide") return;
  event.preventDefault();
  decide(event.submitter?.value ?? chosen());
});
page.addEventListener("change", (event) => { if (event.target.name === "reason") reasonChosen(); });
page.addEventListener("input", (event) => { if (isTyping(event.target) && form()) keep(fieldsOf("")); });
page.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !isTyping(event.target)) return;
  event.preventDefault();
  decide(event.target.closest("details")?.querySelector("button.act")?.value ?? chosen());
});
addEventListener("popstate", () => location.reload());
onChanged(reload);
onCase((said) => {
  if (said.post !== post()) return;
  lease({ holder: said.holder, until: said.until, you: page.dataset.you });
  if (!said.holder) renew();
  const { revision, version } = shown();
  const edited = said.revision && said.revision !== revision;
  if (version === undefined || outdated || !(edited || String(said.version) !== version)) return;
  say(edited ? "Its text has changed meanwhile." : "Somebody has decided on this meanwhile.", again());
  outdated = true;
});

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
  v: () => reveal(post()),
  x: () => decide("release"),
  Enter: () => decide(chosen()),
  ...Object.fromEntries([["l", "leave"], ["h", "hide"], ["r", "remove"]].map(([one, act]) => [one, () => choose(act)])),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => [String(digit), () => reason(digit)])),
});
for (const fields of pending()) {
  const decision = { fields, moved: true, address: `/case?post=${encodeURIComponent(fields.post)}`, number: ++decisions };
  send(fields).then((answer) => hear(answer, decision));
}
doneBefore();
begin();
taken();
