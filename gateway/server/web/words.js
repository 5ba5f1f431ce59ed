// Language, money and the six state words, shared by every page. Owns no screen.
import table from "./text.js";

const LANGUAGE_KEY = "baton-language";
// Currencies whose minor unit is not a hundredth, as in the protocol's table.
const DIGITS = { KRW: 0, JPY: 0, VND: 0, PTS: 0, KWD: 3 };
// What people see for each state of the gateway. Whatever is not listed is still being checked.
const SEEN = {
  received: "waiting",
  dispatched: "sent",
  submitted: "entered",
  entered: "entered",
  approved: "approved",
  declined: "declined",
  cancelled: "declined",
  reversed: "declined",
  expired: "declined",
  rejected: "declined",
};

let language = chosenLanguage();

function chosenLanguage() {
  const stored = remembered(LANGUAGE_KEY);
  if (stored in table) return stored;
  return (navigator.language ?? "").toLowerCase().startsWith("ko") ? "ko" : "en";
}

function remembered(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** The text of a key, with `{name}` filled in; an unknown key shows itself. */
export function say(key, values = {}) {
  const text = table[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Whether there is a text for this key. */
export function sayable(key) {
  return key in table[language];
}

/** Minor digits of a currency: 0 for won, 2 for dollars. */
export function digits(currency) {
  return DIGITS[currency] ?? 2;
}

/** `4,500원` in Korean, `₩4,500` in English; points say that they are points. */
export function money(minor, currency) {
  const places = digits(currency);
  const value = minor / 10 ** places;
  const shape = { minimumFractionDigits: places, maximumFractionDigits: places };
  const plain = new Intl.NumberFormat(language, shape).format(value);
  if (currency === "PTS") return language === "ko" ? `${plain}점` : `${plain} points`;
  if (currency === "KRW" && language === "ko") return `${plain}원`;
  try {
    const style = { style: "currency", currency, currencyDisplay: "narrowSymbol", ...shape };
    return new Intl.NumberFormat(language, style).format(value);
  } catch {
    return `${plain} ${currency ?? ""}`.trim();
  }
}

/** One of waiting, sent, entered, approved, declined, checking. */
export function seen(state) {
  return SEEN[state] ?? "checking";
}

/** The state word in the reader's language. */
export function stateWord(state) {
  return say(`state.${seen(state)}`);
}

/** A time of day with milliseconds where `exact`. */
export function clock(atMs, exact = false) {
  const shape = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
  if (exact) shape.fractionalSecondDigits = 3;
  return new Intl.DateTimeFormat(language, shape).format(new Date(atMs));
}

/** Fills every `data-text` and `data-label` of the page, and the language itself. */
export function speak(root = document) {
  document.documentElement.lang = language;
  for (const element of root.querySelectorAll("[data-text]")) {
    element.textContent = say(element.dataset.text);
  }
  for (const element of root.querySelectorAll("[data-label]")) {
    const attribute = element.matches("input") ? "placeholder" : "aria-label";
    element.setAttribute(attribute, say(element.dataset.label));
    element.setAttribute("aria-label", say(element.dataset.label));
  }
}

/** Makes this button switch the language, then calls `changed`. */
export function offerLanguages(button, changed) {
  button.addEventListener("click", () => {
    language = language === "ko" ? "en" : "ko";
    try {
      localStorage.setItem(LANGUAGE_KEY, language);
    } catch {
      // A browser without storage forgets the choice, nothing else.
    }
    speak();
    changed();
  });
  speak();
}

/** Makes an element with a class and a text; text from outside never becomes markup. */
export function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
