// Where a touch stands for the person who made it. Owns the rule that no screen offers another
// payment before this one is over: pure functions, no page and no network.
import { seen } from "../words.js";

const FINAL = new Set(["approved", "declined"]);
// States only move along this line; a replayed or late event must not take one back.
const ORDER = ["waiting", "sent", "entered", "checking", "declined", "approved"];

/** A touch that was just started. */
export function begin({ key, app, shop, amount, currency, touchId = "", at = Date.now() }) {
  const parts = new Map();
  return { key, app, shop, amount, currency, touchId, at, parts, steps: [], lost: false, doubtful: false };
}

/** Takes what is said of one transaction; returns its part if that is news. */
export function take(touch, change) {
  const known = touch.parts.get(change.transaction_id);
  const back = known && ORDER.indexOf(seen(change.state)) < ORDER.indexOf(seen(known.state));
  if (back || (known && FINAL.has(seen(known.state)))) return null;
  const part = { ...known, ...change };
  touch.parts.set(change.transaction_id, part);
  return part;
}

/** The payment; the membership part when there is no payment. */
export function leading(touch) {
  const parts = [...touch.parts.values()];
  return parts.find((part) => part.currency !== "PTS") ?? parts[0];
}

/** Whether every transaction has its final state and nothing is in doubt. */
export function over(touch) {
  const parts = [...touch.parts.values()];
  const known = parts.length > 0 && parts.every((part) => FINAL.has(seen(part.state)));
  return known && !touch.lost && !touch.doubtful;
}

/** The state word to show: whatever is in doubt is being checked. */
export function word(touch) {
  if (touch.lost || touch.doubtful) return "checking";
  const part = leading(touch);
  return part ? seen(part.state) : (touch.steps.at(-1)?.word ?? "waiting");
}
