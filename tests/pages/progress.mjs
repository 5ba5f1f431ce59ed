// Held by the test `the_page_offers_no_other_payment_before_this_one_is_over`: every way through
// the states of a touch, and whether the screen would offer another payment there.
import assert from "node:assert/strict";
import test from "node:test";

globalThis.navigator ??= { language: "en" };
const { begin, leading, over, take, word } = await import(
  "../../gateway/server/web/phone/progress.js"
);

const OPEN = ["received", "dispatched", "unknown", "reversing", "suspense", "something-new"];
const FINAL = ["approved", "declined", "cancelled", "reversed", "expired", "rejected"];
const pay = (state) => ({ transaction_id: "t1", state, amount: 4500, currency: "KRW" });
const points = (state) => ({ transaction_id: "t2", state, amount: 30, currency: "PTS" });
const fresh = () => begin({ key: "k", app: "card", shop: "s", amount: 4500, currency: "KRW" });

test("a touch without any answer offers nothing", () => {
  const touch = fresh();
  assert.equal(over(touch), false);
  for (const doubt of ["lost", "doubtful"]) {
    const doubted = { ...fresh(), [doubt]: true };
    assert.equal(over(doubted), false);
    assert.equal(word(doubted), "checking");
  }
});

test("no open state offers another payment, whatever came before it", () => {
  for (const before of OPEN) {
    for (const state of OPEN) {
      const touch = fresh();
      take(touch, pay(before));
      take(touch, pay(state));
      assert.equal(over(touch), false, `${before} then ${state}`);
    }
  }
});

test("what is in doubt is called checking", () => {
  for (const state of ["unknown", "reversing", "suspense", "something-new"]) {
    const touch = fresh();
    take(touch, pay(state));
    assert.equal(word(touch), "checking", state);
  }
});

test("every final state is over, and nothing takes it back", () => {
  for (const state of FINAL) {
    const touch = fresh();
    take(touch, pay(state));
    for (const late of [...OPEN, ...FINAL]) take(touch, pay(late));
    assert.equal(over(touch), true, state);
    assert.equal(word(touch), state === "approved" ? "approved" : "declined");
  }
});

test("a doubt keeps a final state from counting as over", () => {
  for (const doubt of ["lost", "doubtful"]) {
    const touch = fresh();
    take(touch, pay("declined"));
    touch[doubt] = true;
    assert.equal(over(touch), false);
    assert.equal(word(touch), "checking");
  }
});

test("a touch is over when both of its halves are", () => {
  for (const half of OPEN) {
    const touch = fresh();
    take(touch, pay("declined"));
    take(touch, points(half));
    assert.equal(over(touch), false, half);
    assert.equal(leading(touch).transaction_id, "t1");
    take(touch, points("approved"));
    assert.equal(over(touch), true);
  }
});
