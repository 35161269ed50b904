// Sends what was decided until it is answered: a console that is away for a while loses nothing, and doubles nothing,
// because the same key makes the same record. What is not answered yet is sent by the next page, and again after
// whoever decided it has signed in again; never in the name of somebody else.
const KEPT = "lifeguard-pending";
const FIRST_MS = 500;
const LAST_MS = 5000;
const SIGNED_OUT = 401;
// With this header a script says that nobody has pressed anything: the session runs out as if nothing had been sent.
export const BY_ITSELF = { "lifeguard-background": "1" };

const kept = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
const keep = (all) => sessionStorage.setItem(KEPT, JSON.stringify(all));
const you = () => document.querySelector(".who bdi")?.textContent ?? "";

export function pending() {
  return Object.values(kept()).filter(({ by }) => by === you()).map(({ fields }) => fields);
}

export function csrf() { return document.querySelector("input[name=csrf]")?.value ?? ""; }

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Asks once; throws where nobody answers or the server cannot now.
export async function tell(path, fields, byItself = false) {
  const body = new URLSearchParams({ ...fields, csrf: csrf() });
  const asked = { method: "POST", body, headers: { accept: "application/json", ...(byItself ? BY_ITSELF : {}) }, redirect: "error" };
  const answer = await fetch(path, asked);
  if (answer.status >= 500 || answer.status === 429) throw new Error(`HTTP ${answer.status}`);
  return { status: answer.status, said: answer.status === 204 ? {} : await answer.json() };
}

// Sends an act and gives the answer; `waiting` hears once that it waits.
export async function send(fields, waiting = () => {}) {
  keep({ ...kept(), [fields.key]: { by: you(), fields } });
  let wait = FIRST_MS;
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await tell("/case/act", fields);
      if (answer.status !== SIGNED_OUT) forget(fields.key);
      return answer;
    } catch {
      if (tries === 0) waiting();
      await pause(wait);
      wait = Math.min(wait * 2, LAST_MS);
    }
  }
}

function forget(key) {
  const rest = kept();
  delete rest[key];
  keep(rest);
}

// In a sentence, what an answer says against what was sent; nothing where it counts.
export function against({ status, said }, { act, post }) {
  if (said.accepted) return "";
  const why = status === SIGNED_OUT ? "you are signed out. Sign in again, and it is sent again." : said.refusal ?? said.problem;
  return `${act} on ${post} did not count: ${why}`;
}

export const isSignedOut = ({ status }) => status === SIGNED_OUT;
