// Looking at a case: it is on record, it takes the lease and renews it, and shows who else is there.
import { decides, page, post, shown } from "./screen.js";
import { csrf, pause, tell } from "./sending.js";

const SECOND = 1000;
const RENEW_MS = 120 * SECOND;

let held = null; // until when the case is ours
let givenBack = false;
let changed = () => {};

export function onChanged(act) { changed = act; }

// Another case is on the screen.
export function begin() {
  held = null;
  givenBack = false;
  look(false);
}

// Tells that the case is on the screen, until somebody hears it.
async function look(again) {
  const which = post();
  if (!which) return;
  const said = await heard(which, again);
  if (!said) return;
  if (which !== post()) return giveUp(which, said);
  lease(said);
  if (String(said.version) !== shown().version) changed(which);
}

async function heard(which, again) {
  for (let wait = SECOND; ; wait = Math.min(2 * wait, 10 * SECOND)) {
    const left = which === post() ? {} : { left: "1" };
    const fields = { post: which, ...left, ...(again ? { again: "1" } : {}) };
    const answer = await tell("/case/show", fields, again).catch(() => null);
    if (answer) return answer.status === 200 ? answer.said : null;
    if (again) return null;
    await pause(wait);
  }
}

// Opening the page took the case before any script could.
export function taken() {
  const until = page.querySelector("[data-presence]")?.dataset.until;
  if (until) lease({ holder: page.dataset.you, until, you: page.dataset.you });
}

// While somebody looks, the case stays theirs; unless they have given it back.
export function renew() {
  if (decides && !givenBack && document.hasFocus()) look(true);
}

export function lease({ holder, until, you }) {
  held = holder === you && until ? Date.parse(until) : null;
  const back = page.querySelector("button[value=release]");
  if (back) back.hidden = back.disabled = held === null;
  const presence = page.querySelector("[data-presence]");
  if (!presence || held) return tick();
  const name = document.createElement("strong");
  name.textContent = holder ?? "";
  presence.replaceChildren(...(holder ? [name, " is looking at this."] : []));
}

function tick() {
  const presence = page.querySelector("[data-presence]");
  if (!presence || held === null) return;
  const left = Math.max(0, Math.floor((held - Date.now()) / SECOND));
  presence.textContent = left ? `Yours for ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "Your time with it is over.";
}

// Once it was decided, or given back, looking on does not take it again; unless that did not count.
export function giveBack(given) { givenBack = given; }

export function release(which, until = held) {
  if (!decides || !until) return;
  navigator.sendBeacon("/case/leave", new URLSearchParams({ post: which, until: new Date(until).toISOString(), csrf: csrf() }));
}

// Whoever has gone on before they heard that the case is theirs does not keep it from others.
function giveUp(which, { holder, until, you }) {
  if (holder === you) release(which, until);
}

addEventListener("pagehide", () => release(post()));
setInterval(tick, SECOND);
setInterval(renew, RENEW_MS);
