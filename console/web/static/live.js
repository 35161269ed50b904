// What the server tells by itself: counts of the queues, and how the case on the screen stands.
let source = null;
let heard = () => {};

export function onCase(act) { heard = act; }

export function live(post = "") {
  source?.close();
  if (!document.querySelector("[data-count], #case")) return;
  source = new EventSource(post ? `/events?post=${encodeURIComponent(post)}` : "/events");
  source.addEventListener("counts", (event) => {
    for (const [name, count] of Object.entries(JSON.parse(event.data))) {
      for (const place of document.querySelectorAll(`[data-count="${CSS.escape(name)}"]`)) place.textContent = count;
    }
  });
  source.addEventListener("case", (event) => heard(JSON.parse(event.data)));
}

addEventListener("pagehide", () => source?.close());
