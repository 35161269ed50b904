// What is chosen on the page of a case before it is decided: the act, its reason, and what it is about.
import { form } from "./screen.js";
import { say } from "./told.js";

export const TAKES_AWAY = new Set(["hide", "remove"]);

let picked = "";
let touched = false;

export const chosen = () => picked;

// Somebody has chosen a reason: from now on no other one is chosen for them.
export function reasonChosen() { touched = true; }

export function nothingChosen() {
  picked = "";
  touched = false;
}

export function choose(act) {
  const button = form()?.querySelector(`button[value=${act}]`);
  if (!button) return;
  if (button.disabled) return say(refusalOf(act));
  say("");
  picked = act;
  for (const one of form().querySelectorAll("button.act")) one.setAttribute("aria-pressed", String(one === button));
  if (TAKES_AWAY.has(act) && !touched) {
    const given = form().querySelector("input[name=reason]:checked");
    if (!given || given.dataset.removal !== "yes") check(form().querySelector("input[data-removal=yes]"));
  }
}

function check(input) { if (input) input.checked = true; }

export function refusalOf(act) {
  const found = [...form().querySelectorAll(".refusals li")].find((one) => one.dataset.acts.split(" ").includes(act));
  return found ? found.textContent : "That is not possible now.";
}

export function open(act, field) {
  const button = form()?.querySelector(`button[value=${act}]`);
  button?.closest("details")?.setAttribute("open", "");
  choose(act);
  form()?.elements[field]?.focus();
}

export function reason(digit) {
  const found = form()?.querySelector(`input[data-digit="${digit}"]`);
  if (!found) return;
  check(found);
  touched = true;
}

export function about() {
  const scopes = [...form()?.querySelectorAll("input[name=scope]:not(:disabled)") ?? []];
  scopes[(scopes.findIndex((one) => one.checked) + 1) % scopes.length]?.click();
}
