// Looks again until nothing of a batch is to come.
import { BY_ITSELF } from "./sending.js";

const batch = document.getElementById("batch");
const LOOK_MS = 1000;

async function look() {
  const asked = { headers: { accept: "application/json", ...BY_ITSELF } };
  const answer = await fetch(`/bulk/batch?batch=${encodeURIComponent(batch.dataset.batch)}`, asked).catch(() => null);
  const said = answer?.ok ? await answer.json() : null;
  if (said && String(said.waiting) !== batch.dataset.coming) return location.reload();
  setTimeout(look, LOOK_MS);
}

if (batch.dataset.coming !== "0") setTimeout(look, LOOK_MS);
