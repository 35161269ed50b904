// Looks again until nothing of a batch is to come.
const batch = document.getElementById("batch");
const LOOK_MS = 1000;

async function look() {
  const answer = await fetch(`/bulk/batch?batch=${encodeURIComponent(batch.dataset.batch)}`, { headers: { accept: "application/json", "lifeguard-background": "1" } }).catch(() => null);
  const said = answer?.ok ? await answer.json() : null;
  if (said && String(said.waiting) !== batch.dataset.coming) return location.reload();
  setTimeout(look, LOOK_MS);
}

if (batch.dataset.coming !== "0") setTimeout(look, LOOK_MS);
