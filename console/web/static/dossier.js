// The page of a dossier: a key for each thing that can be done with it, and a word while that takes its time.
import { listen } from "./keys.js";

const press = (action) => document.querySelector(`form[action="${action}"] button`)?.click();

listen({
  c: () => document.querySelector("#main a[href^='/case?']").click(),
  t: () => document.getElementById("at").focus(),
  v: () => press("/dossier/verify"),
});

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const said = form.querySelector(".hint");
    said.setAttribute("role", "status");
    said.textContent = form.dataset.busy;
  });
}
