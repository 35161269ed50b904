// A word beside a button for as long as what it asked for takes its time; with `data-counts`, also for how long by now.
export function busy() {
  for (const form of document.querySelectorAll("form[data-busy]")) {
    const said = form.querySelector(".hint");
    const before = [...said.childNodes];
    let counting;
    said.setAttribute("role", "status");
    form.addEventListener("submit", () => {
      const seconds = document.createElement("span");
      seconds.setAttribute("aria-hidden", "true");
      said.replaceChildren(form.dataset.busy, seconds);
      clearInterval(counting);
      if (!("counts" in form.dataset)) return;
      const began = Date.now();
      counting = setInterval(() => { seconds.textContent = ` ${Math.round((Date.now() - began) / 1000)} s`; }, 1000);
    });
    // who comes back by the browser's own button finds the page as it was before
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      clearInterval(counting);
      said.replaceChildren(...before);
    });
  }
}
