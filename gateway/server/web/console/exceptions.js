// The exceptions page of the operator's listener: cases, their evidence, and decisions in pairs.
// Owns the screen; what may be decided comes from the gateway. It offers nothing that charges.
import { element, money, offerLanguages, say, sayable, seen } from "../words.js";
import * as desk from "./desk.js";

const at = (id) => document.getElementById(id);
let cases = [];
let next = "";
let open = null; // the case that is shown, as the gateway told it
let notice = "";

// ---- ask ----

async function load(after = "") {
  const told = await desk.list(at("closed").checked ? "all" : "open", after);
  if (!take(told)) return;
  at("work").hidden = false;
  cases = after ? [...cases, ...told.data.cases] : told.data.cases;
  next = told.data.next ?? "";
  paint();
}

async function choose(subject) {
  const told = await desk.show(subject);
  if (take(told)) open = told.data;
  paint();
}

async function act(asked) {
  const told = await asked;
  if (take(told)) {
    open = told.data;
    at("reason").value = "";
  }
  const kept = notice;
  await load();
  notice = kept;
  paint();
}

function take(told) {
  const key = `problem.${told.code}`;
  const about = `told.${told.code}`;
  const text = sayable(about) ? say(about) : say(sayable(key) ? key : "problem.internal");
  notice = told.data ? "" : text;
  paintNotice();
  return Boolean(told.data);
}

// ---- show ----

function paint() {
  document.title = `${say("page.exceptions")} · Baton`;
  paintNotice();
  at("rows").replaceChildren(...cases.map(paintCase));
  at("empty").hidden = cases.length > 0;
  at("more").hidden = !next;
  at("detail").hidden = !open;
  if (open) paintOpen();
}

function paintNotice() {
  at("notice").hidden = !notice;
  at("notice").textContent = notice;
}

function paintCase(line) {
  const row = element("tr");
  row.classList.toggle("selected", line.subject === open?.subject);
  const opened = element("button", "plain", moment(line.opened_at_ms));
  Object.assign(opened, { type: "button", title: new Date(line.opened_at_ms).toISOString() });
  const proposal = line.proposal;
  const waits = proposal ? `${say(`decision.${proposal.decision}`)} · ${proposal.operator}` : "–";
  const amount = line.amount === undefined ? "–" : money(line.amount, line.currency);
  const kind = say(`kind.${line.kind}`) + (line.closed_at_ms ? ` · ${say("desk.over")}` : "");
  const cells = [opened, kind, chip(line.state), amount, line.shop, line.destination, waits];
  cells.forEach((content, place) => {
    const cell = element("td", place === 3 ? "number" : "");
    cell.append(content ?? "–");
    row.append(cell);
  });
  row.addEventListener("click", () => choose(line.subject));
  return row;
}

/** People at this page need the exact state, not the word for shoppers. */
function chip(state) {
  const made = element("span", "chip", state ? say(`decision.${state}`) : "–");
  if (state) made.dataset.state = seen(state);
  return made;
}

function paintOpen() {
  const { transaction, may } = open;
  at("subject").textContent = open.subject;
  at("facts").replaceChildren(...facts(transaction ?? {}));
  at("inquire").hidden = !may.inquire;
  const proposal = open.cases.find((line) => line.proposal)?.proposal;
  at("decide").hidden = may.decide.length === 0;
  at("standing").hidden = !proposal;
  at("withdraw").hidden = !proposal;
  if (proposal) {
    const values = { ...proposal, decision: say(`decision.${proposal.decision}`) };
    at("standing").textContent = say("desk.standing", values);
  }
  at("never").hidden = may.never.length === 0;
  at("never").textContent = may.never.length > 0 ? say("problem.reversal_decided") : "";
  const chosen = proposal?.decision ?? at("decision").value;
  const choices = proposal ? [proposal.decision] : may.decide;
  at("decision").replaceChildren(...choices.map(choice));
  if (choices.includes(chosen)) at("decision").value = chosen;
  at("submit").textContent = say(proposal ? "desk.confirm" : "desk.propose");
  at("timeline").replaceChildren(...timeline());
}

function choice(decision) {
  const made = element("option", "", say(`decision.${decision}`));
  made.value = decision;
  return made;
}

function facts(one) {
  const amount = one.amount === undefined ? undefined : money(one.amount, one.currency);
  const able = one.class && `${one.capabilities || "–"} · ${say(`class.${one.class}`)}`;
  const lines = [
    ["live.state", one.state && chip(one.state)],
    ["live.amount", amount],
    ["live.shop", one.shop],
    ["live.terminal", one.terminal],
    ["live.app", one.app],
    ["desk.destination", one.destination],
    ["desk.able", able],
    ["live.route", one.route && say(`route.${one.route}`)],
  ];
  return lines.filter(([, value]) => value).map(([key, value]) => {
    const line = element("div");
    const shown = element("dd");
    shown.append(value);
    line.append(element("dt", "", say(key)), shown);
    return line;
  });
}

/** Recorded steps and evidence in one row of time. */
function timeline() {
  const steps = open.steps.map((step) => {
    const people = step.first ? `${step.first} + ${step.second}: ${step.why}` : "";
    const why = [step.cause, step.reason, step.reference, people].filter(Boolean).join(" · ");
    return { atMs: step.at_ms, state: step.to, word: say(`decision.${step.to}`), raw: why };
  });
  const pieces = open.evidence.map((piece) => {
    const said = Object.entries(piece.said).map(([key, value]) => `${key}: ${plain(value)}`);
    const word = say(`evidence.${piece.kind}`);
    const who = piece.operator ? `${piece.operator} · ${word}` : word;
    const times = piece.times > 1 ? ` × ${piece.times}` : "";
    return { atMs: piece.first_at_ms, word: who + times, raw: said.join(", ") };
  });
  const all = [...steps, ...pieces].sort((a, b) => a.atMs - b.atMs);
  return all.map(({ atMs, state, word, raw }) => {
    const line = element("li");
    line.dataset.state = state ? seen(state) : "waiting";
    line.append(element("span", "", word), element("span", "faint code", raw));
    const time = element("time", "faint", moment(atMs));
    time.title = new Date(atMs).toISOString();
    line.append(time);
    return line;
  });
}

/** Day and time: a case may be older than today. */
function moment(atMs) {
  const shape = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const exact = { ...shape, second: "2-digit", hour12: false };
  return new Intl.DateTimeFormat(document.documentElement.lang, exact).format(new Date(atMs));
}

function plain(value) {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// ---- listen ----

function begin() {
  desk.enter(at("token").value);
  open = null;
  load();
}

at("enter").addEventListener("click", begin);
at("token").addEventListener("keydown", (event) => {
  if (event.key === "Enter") begin();
});
at("reload").addEventListener("click", () => load());
at("closed").addEventListener("change", () => load());
at("more").addEventListener("click", () => load(next));
at("inquire").addEventListener("click", () => act(desk.inquire(open.subject)));
at("withdraw").addEventListener("click", () => act(desk.withdraw(open.subject)));
at("submit").addEventListener("click", () => {
  act(desk.decide(open.subject, at("decision").value, at("reason").value.trim()));
});
at("close").addEventListener("click", () => {
  open = null;
  paint();
});

offerLanguages(at("language"), paint);
paint();
