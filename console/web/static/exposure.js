// How long a text of a grave label is open before somebody on the page of a case, its own or one beside it: told to the
// server in beats, for them alone to see on their own page.
import { page } from "./screen.js";
import { BY_ITSELF, csrf } from "./sending.js";
import { isBefore, lastSign } from "./signs.js";

const SECOND = 1000;
const TICK_MS = SECOND;
const BEAT_SECONDS = 15;
const IDLE_MS = 60 * SECOND; // as the page of one's own says

let seconds = 0;
let before = Date.now();

function isOpen() {
  return [...page.querySelectorAll("[data-grave]")].some((text) => !text.closest("details.mask:not([open])"));
}

function tick() {
  const now = Date.now();
  const passed = Math.min(now - before, 2 * TICK_MS); // a machine that slept counts nothing
  before = now;
  if (isOpen() && isBefore() && now - lastSign() < IDLE_MS) seconds += passed / SECOND;
  if (seconds >= BEAT_SECONDS) beat();
}

// What is not heard is lost: it is for oneself, and no one's decision hangs on it.
function beat() {
  const whole = Math.floor(seconds);
  if (!whole) return;
  seconds -= whole;
  const body = new URLSearchParams({ seconds: String(whole), csrf: csrf() });
  fetch("/you/exposure", { method: "POST", body, headers: { accept: "application/json", ...BY_ITSELF }, keepalive: true }).catch(() => {});
}

setInterval(tick, TICK_MS);
addEventListener("pagehide", beat);
