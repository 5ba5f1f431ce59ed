// The pay page at /t/{terminal}: choose, confirm, follow. Owns the screen; requests are in
// gateway.js, and progress.js knows when a touch is over. Until then nothing offers to pay again.
import { Refused, find, follow, openSession, resolve, send } from "./gateway.js";
import { begin, leading, over, take, word } from "./progress.js";
import { clock, element, money, offerLanguages, say, sayable, seen, speak, stateWord } from "../words.js";

// What is remembered of a payment under way, for a reload. Never the code.
const STORED = "baton-touch";
// After so long a request without an answer cannot arrive any more: twice the life of its token.
const ARRIVAL_MS_MAX = 600_000;
const MARKS = { approved: "✓", declined: "✕", checking: "…" };

const at = (id) => document.getElementById(id);
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const terminal = decodeURIComponent(location.pathname.split("/").filter(Boolean).pop() ?? "");
const views = ["loading", "choose", "progress", "problem", "guide"];

let place = null; // what resolve said
let touch = null; // as progress.js begins it
let problem = null; // { code, paying }: the refusal shown
let afterProblem = () => location.reload();

function show(view) {
  for (const id of views) at(id).hidden = id !== view;
  document.title = `${say("page.pay")} · Baton`;
}

async function start() {
  offerLanguages(at("language"), paint);
  at("choose").addEventListener("submit", askToConfirm);
  at("choose").addEventListener("input", paintChoice);
  at("confirm-no").addEventListener("click", () => at("confirm").close());
  at("confirm-yes").addEventListener("click", pay);
  at("finish").addEventListener("click", restart);
  at("problem-back").addEventListener("click", () => afterProblem());
  if (meta("baton-demo") !== "on") return guide();
  const stored = recall();
  if (stored) return resume(stored);
  await open();
}

async function open() {
  show("loading");
  try {
    const session = await openSession(terminal);
    place = await resolve(terminal, session.token);
    place.defaultApp = session.app_id;
    paintApps();
    paint();
    show("choose");
  } catch (error) {
    refuse(error, false, () => location.reload());
  }
}

function guide() {
  const apps = meta("baton-apps").split(",").map((app) => app.trim()).filter(Boolean);
  at("guide-shop").textContent = meta("baton-shop");
  at("guide-apps").replaceChildren(...apps.map((app) => element("li", "", app)));
  at("guide-accepted").hidden = apps.length === 0;
  show("guide");
}

// ---- choose ----

function paintApps() {
  const apps = place.apps ?? [];
  const payments = apps.filter((app) => app.kind !== "membership");
  const first = payments.some((app) => app.app_id === place.defaultApp)
    ? place.defaultApp
    : payments[0]?.app_id;
  at("payment-list").replaceChildren(
    ...payments.map((app) => option(app, app.app_id === first)),
  );
}

function option(app, checked) {
  const label = element("label", "option");
  const input = element("input");
  Object.assign(input, { type: "radio", name: "payment", value: app.app_id, checked });
  const kind = element("span", "faint");
  kind.dataset.text = `kind.${app.kind}`;
  label.append(input, element("span", "name", app.app_id), kind);
  return label;
}

function chosen() {
  const form = new FormData(at("choose"));
  const typed = Number(at("amount").value.replace(/\D/g, "") || 0);
  const sale = place.sale;
  const amount = sale ? sale.amount : typed;
  const currency = sale ? sale.currency : "KRW";
  return { app: form.get("payment") ?? "", amount, currency };
}

function paintChoice() {
  if (!place) return;
  const field = at("amount");
  const typed = field.value.replace(/\D/g, "").replace(/^0+/, "");
  field.value = typed && Number(typed).toLocaleString("en-US");
  const { app, amount, currency } = chosen();
  const ready = place.apps.some((one) => one.app_id === app && one.ready);
  const pays = ready && Number.isSafeInteger(amount) && amount > 0;
  at("pay").disabled = !pays;
  at("pay").textContent =
    amount > 0 ? say("choose.pay", { amount: money(amount, currency) }) : say("choose.none");
}

function askToConfirm(event) {
  event.preventDefault();
  const choice = chosen();
  if (at("pay").disabled) return;
  at("confirm-amount").textContent = money(choice.amount, choice.currency);
  at("confirm-shop").textContent = place.shop;
  at("confirm-app").textContent = choice.app;
  at("confirm").showModal();
}

// ---- pay ----

async function pay() {
  at("confirm").close();
  const choice = chosen();
  const { app, amount, currency } = choice;
  touch = begin({ key: crypto.randomUUID(), app, shop: place.shop, amount, currency });
  step("received");
  paintProgress();
  show("progress");
  at("outcome").focus();
  try {
    const session = await openSession(terminal, app);
    remember(); // before sending: a reload must never make a second payment
    const answer = await send(touch.key, request(choice, session), session.token, doubt);
    await watch(answer, session.token);
  } catch (error) {
    if (error instanceof Refused || !recall()) {
      forget();
      touch = null;
      return refuse(error, true, () => open());
    }
    await seek();
  }
}

/** A touch without an answer: it is looked for by its key, and nothing else is offered meanwhile. */
async function seek() {
  touch.lost = true;
  paintProgress();
  const renew = async () => (await openSession(terminal, touch.app)).token;
  const found = await find(touch.key, { renew, until: touch.at + ARRIVAL_MS_MAX });
  touch.lost = false;
  if (found) return watch(found, await renew().catch(() => ""));
  touch.doubtful = false;
  forget();
  merge({ transactions: [{ transaction_id: "", state: "rejected", currency: touch.currency }] });
}

function request({ app, amount, currency }, session) {
  const body = { terminal_id: terminal, payment: { app_id: app, code: session.code } };
  Object.assign(body.payment, { amount, currency });
  if (place.sale) body.sale_id = place.sale.sale_id;
  return body;
}

function doubt() {
  touch.doubtful = true;
  paintProgress();
}

async function watch(answer, token) {
  touch.doubtful = false;
  touch.touchId = answer.touch_id;
  remember();
  merge(answer);
  await follow(answer.touch_id, {
    token,
    renew: async () => (await openSession(terminal, touch.app)).token,
    onEvent: (event) => merge({ transactions: [event] }),
    onTouch: merge,
    settled: () => over(touch),
  });
  forget();
}

function merge(answer) {
  for (const change of answer.transactions ?? []) {
    const part = take(touch, change);
    if (part && part === leading(touch)) step(part.state);
  }
  paintProgress();
}

/** Notes a step by this phone's clock, so that the times shown agree with one another. */
function step(state) {
  const name = seen(state);
  if (touch.steps.at(-1)?.word !== name) touch.steps.push({ word: name, atMs: Date.now() });
}

async function resume(stored) {
  touch = begin(stored);
  step(touch.touchId ? "received" : "unknown");
  paintProgress();
  show("progress");
  if (!touch.touchId) return seek();
  const session = await openSession(terminal, touch.app).catch(() => ({ token: "" }));
  await watch({ touch_id: touch.touchId }, session.token);
}

// ---- show ----

function paint() {
  speak();
  if (place) {
    at("shop").textContent = place.shop;
    at("terminal").textContent = say("choose.terminal", { terminal });
    at("offline").hidden = place.apps.some((one) => one.ready);
    at("sale").hidden = !place.sale;
    at("entry").hidden = Boolean(place.sale);
    if (place.sale) at("sale-amount").textContent = money(place.sale.amount, place.sale.currency);
    if (!at("payment-list").childElementCount) {
      at("payment-list").replaceChildren(element("p", "banner", say("choose.empty")));
    }
    paintChoice();
  }
  if (touch) paintProgress();
  if (problem) paintProblem();
}

function paintProgress() {
  const now = word(touch);
  at("outcome").dataset.state = now;
  at("mark").textContent = MARKS[now] ?? "";
  at("word").textContent = say(`state.${now}`);
  at("progress-amount").textContent = money(touch.amount, touch.currency);
  at("progress-shop").textContent = touch.shop;
  at("sentence").textContent = sentence(now, leading(touch));
  at("finish").hidden = !over(touch);
  paintParts();
  const steps = touch.steps.map(({ word: name, atMs }) => {
    const line = element("li");
    line.dataset.state = name;
    line.append(element("span", "", say(`state.${name}`)), element("time", "faint", clock(atMs)));
    return line;
  });
  at("steps").replaceChildren(...steps);
}

function sentence(now, part) {
  if (touch.lost) return say("progress.lost");
  const why = `reason.${part?.reason}`;
  const plain = say(`progress.${now}`);
  return now === "declined" && sayable(why) ? `${say(why)} ${plain}` : plain;
}

function paintParts() {
  const parts = [...touch.parts.values()];
  at("parts").hidden = parts.length < 2;
  const lines = parts.map((part) => {
    const line = element("li");
    const points = part.currency === "PTS";
    const name = say(points ? "progress.membership" : "progress.payment");
    const chip = element("span", "chip", stateWord(part.state));
    chip.dataset.state = seen(part.state);
    line.append(element("span", "", name), element("span", "faint", money(part.amount, part.currency)), chip);
    return line;
  });
  at("parts").replaceChildren(...lines);
}

/** Shows why nothing was done; `paying` says whether a payment or the shop was asked for. */
function refuse(error, paying, then) {
  problem = { code: error instanceof Refused ? error.code : "network", paying };
  afterProblem = () => {
    problem = null;
    then();
  };
  paintProblem();
  show("problem");
  at("problem-back").focus();
}

function paintProblem() {
  const key = `problem.${problem.code}`;
  at("problem-sentence").textContent = sayable(key) ? say(key) : say("problem.internal");
  at("problem-title").textContent = say(problem.paying ? "problem.title" : "problem.shop");
  at("problem-nothing").hidden = !problem.paying;
  at("problem-back").textContent = say(problem.paying ? "problem.back" : "problem.reload");
}

function restart() {
  if (!over(touch)) return;
  touch = null;
  forget();
  at("choose").reset();
  open();
}

// ---- remember ----

function remember() {
  const { key, touchId, app, shop, amount, currency, at: since } = touch;
  const kept = { key, touchId, app, shop, amount, currency, terminal, at: since };
  sessionStorage.setItem(STORED, JSON.stringify(kept));
}

function forget() {
  sessionStorage.removeItem(STORED);
}

function recall() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(STORED) ?? "null");
    return stored?.terminal === terminal ? stored : null;
  } catch {
    return null;
  }
}

start();
