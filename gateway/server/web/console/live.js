// The live page of the operator's listener: the newest transactions as they move. Owns the table
// and the figures above it; everything comes from one event stream, and nothing can be changed.
import { clock, element, money, offerLanguages, say, seen, stateWord } from "../words.js";

// Rows kept: more than a person can watch, few enough to draw in one frame.
const ROWS_MAX = 100;
// Finished transactions that the rate and the p95 are taken from.
const FINISHED_MAX = 1_000;
// Events kept of one transaction: its whole life many times over.
const EVENTS_MAX = 50;
// How often one connection that the browser gave up is opened again.
const REOPEN_MS = 3_000;
const FINAL = new Set(["approved", "declined"]);

const at = (id) => document.getElementById(id);
const rows = new Map(); // transaction id → what is known, oldest first
const finished = []; // { approved, elapsedMs }, oldest first
let total = 0;
let paused = false;
let held = 0;
let shown = []; // rows as drawn; stands still while paused
let selected = "";
let drawn = false;
let source = null;

function listen() {
  source = new EventSource("/live/events");
  source.addEventListener("open", paintLink);
  source.addEventListener("message", (message) => take(message.data));
  source.addEventListener("error", () => {
    paintLink();
    // The browser opens a cut stream again by itself, but not one that was refused.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, REOPEN_MS);
  });
  paintLink();
}

function take(data) {
  let event;
  try {
    event = JSON.parse(data);
  } catch {
    return;
  }
  if (!event?.transaction_id) return;
  const row = rows.get(event.transaction_id) ?? begin(event);
  // After a reconnect the stream may tell the same again.
  if (event.seq > 0 && row.events.some((known) => known.seq === event.seq)) return;
  const atMs = event.at_ms ?? Date.now();
  const wasFinal = FINAL.has(seen(row.state));
  for (const name of ["state", "terminal", "app", "shop", "amount", "currency", "route", "reason"]) {
    if (event[name] !== undefined && event[name] !== null) row[name] = event[name];
  }
  row.startMs = Math.min(row.startMs, atMs);
  row.elapsedMs = Math.max(row.elapsedMs, atMs - row.startMs);
  for (const { hop, ms } of event.hops ?? []) row.hops.set(hop, ms);
  row.events.push({ seq: event.seq, state: event.state ?? row.state, atMs, reason: event.reason });
  row.events.splice(0, Math.max(0, row.events.length - EVENTS_MAX));
  if (!wasFinal && FINAL.has(seen(row.state))) finish(row);
  if (!drawn) requestAnimationFrame(paint);
  drawn = true;
}

function begin(event) {
  const atMs = event.at_ms ?? Date.now();
  const row = { id: event.transaction_id, startMs: atMs, elapsedMs: 0, hops: new Map(), events: [] };
  rows.set(row.id, row);
  total += 1;
  if (paused) held += 1;
  if (rows.size > ROWS_MAX) {
    const oldest = [...rows.keys()].find((id) => id !== selected);
    rows.delete(oldest);
  }
  return row;
}

function finish(row) {
  // Points are not counted among payments.
  if (row.currency === "PTS") return;
  finished.push({ approved: seen(row.state) === "approved", elapsedMs: row.elapsedMs });
  if (finished.length > FINISHED_MAX) finished.shift();
}

function matching() {
  const wanted = at("filter").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const newest = [...rows.values()].reverse();
  return newest.filter((row) => {
    const texts = [stateWord(row.state), row.state, row.terminal, row.app, row.shop, row.id];
    const text = texts.join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

// ---- show ----

function paint() {
  drawn = false;
  paintFigures();
  at("held").textContent = paused && held > 0 ? say("live.held", { count: held }) : "";
  at("pause").textContent = say(paused ? "live.resume" : "live.pause");
  at("pause").setAttribute("aria-pressed", String(paused));
  if (!paused) {
    shown = matching();
    paintRows();
  }
  paintDetail();
}

function paintFigures() {
  const approved = finished.filter((one) => one.approved).length;
  const times = finished.map((one) => one.elapsedMs).sort((a, b) => a - b);
  const open = [...rows.values()].filter((row) => seen(row.state) === "checking").length;
  const rate = (100 * approved) / finished.length;
  at("count").textContent = total.toLocaleString();
  at("rate").textContent = finished.length ? `${rate.toFixed(1)} %` : "–";
  at("slowest").textContent = times.length ? span(times[Math.ceil(times.length * 0.95) - 1]) : "–";
  at("open").textContent = String(open);
  at("open").classList.toggle("warn", open > 0);
}

function paintRows() {
  const focused = document.activeElement?.dataset?.id;
  at("rows").replaceChildren(...shown.map(paintRow));
  at("empty").hidden = shown.length > 0;
  at("empty").textContent = say(rows.size > 0 ? "live.unmatched" : "live.empty");
  if (focused) at("rows").querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function paintRow(row) {
  const line = element("tr");
  line.classList.toggle("selected", row.id === selected);
  const time = element("button", "plain", clock(row.startMs));
  Object.assign(time, { type: "button" });
  time.dataset.id = row.id;
  time.setAttribute("aria-expanded", String(row.id === selected));
  const chip = element("span", "chip", stateWord(row.state));
  chip.dataset.state = seen(row.state);
  const amount = row.amount === undefined ? "–" : money(row.amount, row.currency);
  const route = row.route ? say(`route.${row.route}`) : "–";
  const cells = [time, chip, amount, row.terminal, row.app, row.shop, route, span(row.elapsedMs)];
  cells.forEach((content, place) => {
    const cell = element("td", place === 2 || place === 7 ? "number" : "");
    cell.append(content ?? "–");
    line.append(cell);
  });
  line.addEventListener("click", () => select(row.id === selected ? "" : row.id));
  return line;
}

function paintDetail() {
  const row = rows.get(selected);
  at("detail").hidden = !row;
  if (!row) return;
  at("detail-amount").textContent = row.amount === undefined ? "–" : money(row.amount, row.currency);
  at("detail-id").textContent = row.id;
  const steps = row.events.map((event) => {
    const line = element("li");
    line.dataset.state = seen(event.state);
    const raw = [event.state, event.reason].filter(Boolean).join(" · ");
    line.append(element("span", "", stateWord(event.state)), element("span", "faint code", raw));
    line.append(element("time", "faint", `+${span(event.atMs - row.startMs)}`));
    line.title = clock(event.atMs, true);
    return line;
  });
  at("detail-steps").replaceChildren(...steps);
  at("detail-hops").hidden = row.hops.size === 0;
  const longest = Math.max(1, ...row.hops.values());
  const hops = [...row.hops].map(([hop, ms]) => {
    const line = element("li");
    const bar = element("progress");
    Object.assign(bar, { max: longest, value: ms });
    bar.setAttribute("aria-label", hop);
    line.append(element("span", "", hop), bar, element("span", "number faint", span(ms)));
    return line;
  });
  at("hops").replaceChildren(...hops);
}

function paintLink() {
  const connected = source?.readyState === EventSource.OPEN;
  at("link").textContent = say(connected ? "live.connected" : "live.connecting");
  at("link").dataset.connected = String(connected);
}

/** `850 ms` below ten seconds, `12.3 s` from there on. */
function span(ms) {
  return ms < 10_000 ? `${Math.round(ms).toLocaleString()} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function select(id) {
  selected = id;
  paintRows();
  paintDetail();
}

at("filter").addEventListener("input", () => {
  shown = matching();
  paintRows();
});
at("pause").addEventListener("click", () => {
  paused = !paused;
  held = 0;
  paint();
});
at("close").addEventListener("click", () => select(""));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") select("");
});

function paintAll() {
  document.title = `${say("page.live")} · Baton`;
  shown = matching();
  paintRows();
  paint();
  paintLink();
}

offerLanguages(at("language"), paintAll);
paintAll();
listen();
