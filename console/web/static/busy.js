// A word beside a button for as long as what it asked for takes its time.
export function busy() {
  for (const form of document.querySelectorAll("form[data-busy]")) {
    form.addEventListener("submit", () => {
      const said = form.querySelector(".hint");
      said.setAttribute("role", "status");
      said.textContent = form.dataset.busy;
    });
  }
}
