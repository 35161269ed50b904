// The page of a search: a key each to walk through what was found, to open it, and to begin anew.
import { busy } from "./busy.js";
import { listen } from "./keys.js";

const rows = [...document.querySelectorAll("table.results tbody tr")];
const following = document.querySelector("a[rel=next]");
const pasted = document.querySelector("details.pasted");
const current = () => document.querySelector("tr[aria-current]");

// Where somebody was is kept with the page, for when they come back to it from a post.
function mark(row) {
  current()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  history.replaceState({ row: rows.indexOf(row) }, "");
}

function go(by) {
  const place = rows.indexOf(current()) + by;
  if (place >= rows.length && following) return following.focus();
  rows[Math.max(0, Math.min(place, rows.length - 1))]?.querySelector("a").focus();
}

listen({
  j: () => go(1),
  k: () => (document.activeElement === following ? go(0) : go(-1)),
  Enter: () => current()?.querySelector("a").click(),
  d: () => current() && location.assign(current().dataset.dossier),
  e: () => document.getElementById("reason")?.focus(),
  p: () => {
    pasted.open = true;
    pasted.querySelector("textarea").focus();
  },
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("table.results tbody tr");
  if (row) mark(row);
});
// Enter is a new line in a pasted text.
pasted.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
});
rows[history.state?.row]?.querySelector("a").focus();
busy();
