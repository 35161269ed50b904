// Single keys, which rest while somebody types and can be switched off (WCAG 2.1.4).
const OFF = "lifeguard-keys-off";

export const keys = {
  get on() { return localStorage.getItem(OFF) === null; },
  set on(wanted) { wanted ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "yes"); },
};

const acts = new Map();

export function listen(more) {
  for (const [key, act] of Object.entries(more)) acts.set(key, act);
}

export function isTyping(target) {
  return target.closest?.("textarea, select, input:not([type=radio]):not([type=checkbox])") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
  if (!keys.on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  // Enter on a link or a button is theirs.
  if (event.key === "Enter" && event.target.closest?.("a, button, summary")) return;
  const act = acts.get(event.key);
  if (!act) return;
  event.preventDefault();
  act(event);
});
