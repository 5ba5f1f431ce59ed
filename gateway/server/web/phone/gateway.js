// The phone's side of the gateway's HTTP interface. Owns requests, repeats and the event stream;
// shows nothing. The payment code stays in memory: it is never stored, logged or put in a URL.

// How long one request may take before it counts as lost.
const REQUEST_MS = 12_000;
// Pauses between repeats of a request and between looks at a touch; the last one repeats.
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 5_000];
// How often a touch whose answer was lost is sent again: with the pauses about the life of a code.
const REPEATS_MAX = 30;
// A stream that says nothing for so long is opened again; the gateway sends a comment more often.
const STREAM_SILENCE_MS = 20_000;
// Answers after which nobody can tell whether the touch, or another with its code, was taken.
const DOUBTFUL = new Set(["internal", "key_reused", "outcome_unknown", "duplicate_code"]);

/** A rule that said no: nothing was done. `code` is the stable word of the problem document. */
export class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** No answer, or one that settles nothing. */
export class Lost extends Error {}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const pauseBefore = (tries) => pause(PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]);

async function ask(method, path, { token, key, body } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  if (body) headers["Content-Type"] = "application/json";
  const signal = AbortSignal.timeout(REQUEST_MS);
  const cache = "no-store";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal, cache });
    const document = await answer.json();
    if (answer.ok) return document;
    if (typeof document.code === "string" && !DOUBTFUL.has(document.code)) {
      throw new Refused(document.code);
    }
  } catch (error) {
    if (error instanceof Refused) throw error;
  }
  throw new Lost();
}

/** A demo shopper's token and code for this terminal, and for this app if one is named. */
export function openSession(terminal, app) {
  const body = app ? { terminal_id: terminal, app_id: app } : { terminal_id: terminal };
  return ask("POST", "/demo/session", { body });
}

/** What a phone may know of a terminal. */
export function resolve(terminal, token) {
  return ask("POST", `/v1/terminals/${encodeURIComponent(terminal)}/resolve`, { token });
}

/** Sends a touch; while its answer is lost, the same touch with the same key again. */
export async function send(key, body, token, doubtful) {
  for (let tries = 0; tries < REPEATS_MAX; tries += 1) {
    try {
      return await ask("POST", "/v1/touches", { token, key, body });
    } catch (error) {
      // A refusal of a repeat says nothing about the first one, which may have arrived.
      if (error instanceof Refused && tries === 0) throw error;
      doubtful();
      await pauseBefore(tries);
    }
  }
  throw new Lost();
}

/**
 * Looks for a touch by its key until it is found. Nothing, once the gateway has not found it after
 * `until`: then whatever is still on its way carries a token that is over.
 */
export async function find(key, { renew, until }) {
  let token = "";
  for (let tries = 0; ; tries += 1) {
    const late = Date.now() > until;
    try {
      token ||= await renew();
      return await ask("GET", "/v1/touches", { token, key });
    } catch (error) {
      const code = error instanceof Refused ? error.code : "";
      if (late && code === "not_found") return null;
      if (code.startsWith("token")) token = "";
      await pauseBefore(tries);
    }
  }
}

/**
 * Follows a touch until `settled()`: the event stream, and a look at the touch whenever it ends.
 * `renew()` gives a new token when the old one is over.
 */
export async function follow(touch, { token, renew, onEvent, onTouch, settled }) {
  const path = `/v1/touches/${encodeURIComponent(touch)}`;
  const place = { last: "" };
  for (let tries = 0; !settled(); tries += 1) {
    try {
      await stream(`${path}/events`, token, place, (event) => {
        tries = 0;
        onEvent(event);
        return settled();
      });
    } catch {
      // Lost streams are ordinary on phones: look at the touch, then open the next one.
    }
    if (settled()) return;
    try {
      onTouch(await ask("GET", path, { token }));
    } catch (error) {
      if (error instanceof Refused && error.code.startsWith("token")) {
        token = await renew().catch(() => token);
      }
    }
    if (!settled()) await pauseBefore(tries);
  }
}

async function stream(path, token, place, onEvent) {
  const headers = { Accept: "text/event-stream", Authorization: `Bearer ${token}` };
  if (place.last) headers["Last-Event-ID"] = place.last;
  const control = new AbortController();
  let silence = setTimeout(() => control.abort(), STREAM_SILENCE_MS);
  try {
    const answer = await fetch(path, { headers, signal: control.signal, cache: "no-store" });
    if (!answer.ok || !answer.body) return;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => control.abort(), STREAM_SILENCE_MS);
      const blocks = (rest + value).replace(/\r\n?/g, "\n").split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parse(block, place);
        if (event && onEvent(event)) return;
      }
    }
  } finally {
    clearTimeout(silence);
    control.abort();
  }
}

function parse(block, place) {
  const data = [];
  for (const line of block.split("\n")) {
    const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (name === "id") place.last = value;
    if (name === "data") data.push(value);
  }
  try {
    return data.length > 0 ? JSON.parse(data.join("\n")) : null;
  } catch {
    return null;
  }
}
