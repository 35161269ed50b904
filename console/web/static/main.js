// Every page: the keys that work everywhere, the sheet of keys, and counts that are live.
import { keys, listen } from "./keys.js";
import { live } from "./live.js";

const sheet = document.getElementById("sheet");
const toggle = document.getElementById("keys-on");
const printed = () => document.documentElement.classList.toggle("keys-off", !keys.on);
printed();
if (toggle) {
  toggle.checked = keys.on;
  toggle.addEventListener("change", () => { keys.on = toggle.checked; printed(); });
}

listen({
  "?": () => sheet && !sheet.open && sheet.showModal(),
  "/": () => {
    const field = document.querySelector("input[type=search]");
    if (field) field.focus();
    else location.assign("/search");
  },
});
if (!document.getElementById("case")) listen({ j: () => document.getElementById("begin")?.click() });
live();
