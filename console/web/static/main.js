// Every page: the keys that work everywhere, the sheet of keys, counts that are live, and what is still to be sent.
import "./breaks.js";
import { keys, listen } from "./keys.js";
import { live } from "./live.js";
import { against, pending, send } from "./sending.js";
import { refuse, say, tellRefused } from "./told.js";

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

// What was decided on a page before this one, and was not answered there; the page of a case does it by itself.
async function sendOn(fields) {
  const answer = await send(fields, () => say("The console does not answer. What you decided is kept, and is sent again."));
  const refused = against(answer, fields);
  if (refused) refuse(fields.post, refused, `/case?post=${encodeURIComponent(fields.post)}`);
  else say(`What you had decided is on record: ${fields.act} on ${fields.post}.`);
}

tellRefused();
if (!document.getElementById("case")) {
  listen({ j: () => document.getElementById("begin")?.click() });
  live();
  pending().forEach(sendOn);
}
