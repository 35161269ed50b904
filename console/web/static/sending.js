// Sends what was decided until it is answered: a console that is away for a while loses nothing, and doubles nothing,
// because the same key makes the same record.
const KEPT = "lifeguard-pending";
const FIRST_MS = 500;
const LAST_MS = 5000;

const kept = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
const keep = (all) => sessionStorage.setItem(KEPT, JSON.stringify(all));

export function pending() { return Object.values(kept()); }

export function csrf() { return document.querySelector("input[name=csrf]")?.value ?? ""; }

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Asks once; throws where nobody answers or the server cannot now.
async function post(path, fields, more = {}) {
  const body = new URLSearchParams({ ...fields, csrf: csrf() });
  const answer = await fetch(path, { method: "POST", body, headers: { accept: "application/json", ...more }, redirect: "error" });
  if (answer.status >= 500 || answer.status === 429) throw new Error(`HTTP ${answer.status}`);
  return { status: answer.status, said: answer.status === 204 ? {} : await answer.json() };
}

// `byItself`: nobody has pressed anything, so that the session runs out as if nothing had been sent.
export const tell = (path, fields, byItself) => post(path, fields, byItself ? { "lifeguard-background": "1" } : {});

// Sends an act and gives the answer; `waiting` hears once that it waits.
export async function send(fields, waiting = () => {}) {
  keep({ ...kept(), [fields.key]: fields });
  let wait = FIRST_MS;
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await post("/case/act", fields);
      if (answer.status !== 401) {
        const rest = kept();
        delete rest[fields.key];
        keep(rest);
      }
      return answer;
    } catch {
      if (tries === 0) waiting();
      await pause(wait);
      wait = Math.min(wait * 2, LAST_MS);
    }
  }
}
