// What the agent asks of a page. Runs in a world of its own: the page cannot see or change it.
// `question` and `given` are its arguments; elements are numbered by `known`, kept in that world.
const known = (globalThis.known ??= []);
// A number of another page load must never name an element of this one.
const salt = (globalThis.salt ??= (1 + Math.floor(Math.random() * 2 ** 39)) * 8192);
if (globalThis.typed === undefined) {
  globalThis.typed = 0;
  addEventListener("keydown", (key) => {
    if (key.isTrusted) globalThis.typed = performance.now();
  }, { capture: true, passive: true });
}
const showing = (element) => element.checkVisibility({ checkVisibilityCSS: true });
const name = (element) =>
  (element.getAttribute("aria-label") ?? element.innerText ?? "").trim().replace(/\s+/g, " ");
const number = (element) => {
  const place = known.indexOf(element);
  return salt + (place >= 0 ? place : known.push(element) - 1);
};
const element = given.element === undefined ? null : known[given.element - salt];
if (given.element !== undefined && !element?.isConnected) throw new Error("gone");
switch (question) {
  case "find":
    return [...document.querySelectorAll(given.css)]
      .filter(showing)
      .map((found) => [number(found), name(found)]);
  case "facts":
    return {
      showing: showing(element),
      enabled: !element.matches(":disabled") && !element.closest("[inert]"),
      focused: document.activeElement === element,
      editable: "value" in element && !element.readOnly,
    };
  case "read":
    return element.value ?? element.innerText;
  case "set": {
    const proto = Object.getPrototypeOf(element);
    Object.getOwnPropertyDescriptor(proto, "value").set.call(element, given.text);
    element.dispatchEvent(new Event("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }
  case "press":
    element.click();
    return true;
  case "focus":
    element.focus();
    return true;
  case "modal": {
    const open = [...document.querySelectorAll("dialog:modal, [aria-modal=true]")].filter(showing);
    return open.length ? name(open[0]) || "a dialog" : null;
  }
  case "quiet":
    return performance.now() - globalThis.typed > 400 || globalThis.typed === 0;
}
throw new Error("no such question");
