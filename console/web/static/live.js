// What the server tells by itself: counts of the queues, and how the case on the screen stands.
import { say } from "./told.js";

const FIRST_MS = 2000;
const LAST_MS = 60000;

let source = null;
let again = null;
let wait = FIRST_MS;
let heard = () => {};

export function onCase(act) { heard = act; }

export function live(post = "") {
  close();
  if (!document.querySelector("[data-count], #case")) return;
  source = new EventSource(post ? `/events?post=${encodeURIComponent(post)}` : "/events");
  source.addEventListener("open", () => { wait = FIRST_MS; });
  source.addEventListener("counts", (event) => {
    for (const [name, count] of Object.entries(JSON.parse(event.data))) {
      for (const place of document.querySelectorAll(`[data-count="${CSS.escape(name)}"]`)) place.textContent = count;
    }
  });
  source.addEventListener("case", (event) => heard(JSON.parse(event.data)));
  source.addEventListener("gone", (event) => {
    close();
    say(`This page does not tell what changes any more: ${JSON.parse(event.data).reason}.`);
  });
  source.addEventListener("error", () => reopen(post));
}

// A browser asks again by itself where nobody answered, and not where a server said that it cannot.
function reopen(post) {
  if (source?.readyState !== EventSource.CLOSED) return;
  again = setTimeout(() => live(post), wait);
  wait = Math.min(2 * wait, LAST_MS);
}

function close() {
  clearTimeout(again);
  source?.close();
}

addEventListener("pagehide", close);
