// Reminds whoever has been here for long of a break: in a corner, without taking the focus, and not again if they say so.
import { listen } from "./keys.js";
import { tell } from "./sending.js";
import { isBefore, lastSign } from "./signs.js";

const MINUTE = 60000;
const LOOK_MS = 5000;
const PAUSE_MS = 5 * MINUTE;
const minutes = Number(document.documentElement.dataset.breakMinutes ?? 0);
const place = document.getElementById("break");
const KEPT = `lifeguard-here:${document.querySelector(".who bdi")?.textContent ?? ""}`;

// Since when somebody has been here without a pause, and when they last were, on whatever page of theirs.
function here() {
  const { since, seen } = JSON.parse(localStorage.getItem(KEPT) ?? '{"since": 0, "seen": 0}');
  const sign = Math.max(lastSign(), seen);
  const known = { since: lastSign() - seen >= PAUSE_MS ? lastSign() : since, seen: sign };
  localStorage.setItem(KEPT, JSON.stringify(known));
  return known;
}

function look() {
  if (!isBefore()) return;
  const { since, seen } = here();
  const due = seen - since >= minutes * MINUTE && Date.now() - seen < PAUSE_MS;
  if (due && !place.childElementCount) remind();
  if (!due) place.replaceChildren();
}

function remind() {
  const said = document.createElement("p");
  said.textContent = `You have been here for ${minutes} minutes without a break. A few minutes away from the screen do good.`;
  const buttons = document.createElement("div");
  buttons.className = "actions";
  const key = document.createElement("kbd");
  key.textContent = "b";
  buttons.append(button(away, "All right ", key), button(never, "Not again"));
  place.replaceChildren(said, buttons);
}

function button(act, ...words) {
  const made = document.createElement("button");
  made.className = "button";
  made.append(...words);
  made.addEventListener("click", act);
  return made;
}

// It comes again after as long once more.
function away() {
  if (!place.childElementCount) return;
  localStorage.setItem(KEPT, JSON.stringify({ since: Date.now(), seen: Date.now() }));
  place.replaceChildren();
}

async function never() {
  const answer = await tell("/you/reminder", {}).catch(() => null);
  const kept = answer?.status === 204;
  place.querySelector("p").textContent = kept
    ? "There will be no reminder any more. The page behind your name turns it on again."
    : "The console does not answer, so the reminder stays. Try again in a moment.";
  if (!kept) return;
  clearInterval(looking);
  place.querySelector(".actions").replaceChildren(button(() => place.replaceChildren(), "All right"));
}

listen({
  b: away,
});
const looking = minutes ? setInterval(look, LOOK_MS) : 0;
