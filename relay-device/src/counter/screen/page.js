// Draws what the terminal says. Nothing is decided here: a headline that is not known, and a
// terminal that is not heard for ten seconds, are shown as just that, never as an old "approved".
"use strict";

const WORDS = {
  ko: {
    language: "English", other: "en",
    online: "● 연결됨", offline: "○ 연결 끊김",
    typedBeside: "입력 금액", checkingBeside: "확인중 결제", troubles: "점검 필요",
    points: "포인트",
    headlines: {
      ready: ["▢", "준비", "휴대폰을 대거나 코드를 보여 주세요"],
      sale: ["▢", "결제해 주세요", "휴대폰을 대거나 코드를 보여 주세요"],
      typing: ["", "금액 입력", "입력 후 확인을 누르세요. C는 지우기"],
      typed: ["▢", "결제해 주세요", "코드를 보여 주세요"],
      busy: ["…", "처리 중", "잠시 기다려 주세요"],
      checking: ["?", "확인중", "다시 결제하지 말고 기다려 주세요"],
      approved: ["✓", "승인", ""],
      declined: ["✕", "거절", "청구되지 않았습니다"],
      "not-charged": ["✕", "결제 안 됨", "청구되지 않았습니다"],
      "not-taken": ["✕", "사용 불가", ""],
      offline: ["○", "연결 끊김", "지금은 결제할 수 없습니다"],
      cut: ["○", "화면 연결 끊김", "단말기의 응답을 기다립니다"],
    },
    reasons: {
      card: "카드 번호는 받지 않습니다", unreadable: "다시 읽혀 주세요",
      format: "코드 형식이 올바르지 않습니다", amount: "금액을 다시 입력해 주세요",
      "not-code": "결제 코드가 아닙니다", "no-sale": "금액을 먼저 입력해 주세요",
      used: "새 코드를 보여 주세요", refused: "지금은 받을 수 없습니다",
      offline: "지금은 결제할 수 없습니다", unknown: "응답이 없습니다. 기다려 주세요",
    },
  },
  en: {
    language: "한국어", other: "ko",
    online: "● online", offline: "○ offline",
    typedBeside: "Typed", checkingBeside: "Payments being checked", troubles: "Needs attention",
    points: "points",
    headlines: {
      ready: ["▢", "Ready", "Touch with your phone or show your code"],
      sale: ["▢", "Please pay", "Touch with your phone or show your code"],
      typing: ["", "Amount", "Press Enter when done, C to clear"],
      typed: ["▢", "Please pay", "Show your code"],
      busy: ["…", "In progress", "One moment please"],
      checking: ["?", "Checking", "Do not pay again. We are finding out"],
      approved: ["✓", "Approved", ""],
      declined: ["✕", "Declined", "Nothing was charged"],
      "not-charged": ["✕", "Not paid", "Nothing was charged"],
      "not-taken": ["✕", "Not taken", ""],
      offline: ["○", "Offline", "No payment can be taken now"],
      cut: ["○", "Screen cut off", "Waiting for the terminal"],
    },
    reasons: {
      card: "Card numbers are never taken", unreadable: "Please scan again",
      format: "The code breaks its format", amount: "Please type the amount again",
      "not-code": "This is no payment code", "no-sale": "Type the amount first",
      used: "Please show a new code", refused: "It cannot be taken now",
      offline: "No payment can be taken now", unknown: "No answer yet. Please wait",
    },
  },
};
const SILENT_MS_MAX = 10000;
// Letters of an amount that fit a line in each size.
const LONG = 12;
const LONGEST = 18;
const LANGUAGE_KEY = "language";

const element = (id) => document.getElementById(id);
let language = start();
let view = null;
let cut = false;
let silence = 0;

function start() {
  const chosen = new URLSearchParams(location.search).get("lang") || remembered();
  if (chosen in WORDS) return chosen;
  return (navigator.language || "").toLowerCase().startsWith("ko") ? "ko" : "en";
}

function remembered() {
  try { return localStorage.getItem(LANGUAGE_KEY) || ""; } catch { return ""; }
}

function money(amount) {
  if (!amount) return "";
  const plain = amount.number.replaceAll(",", "");
  if (amount.currency === "PTS") return `${amount.number} ${WORDS[language].points}`;
  const style = { style: "currency", currency: amount.currency };
  if (language === "ko" && amount.currency === "KRW") return `${amount.number}원`;
  try { return new Intl.NumberFormat(language, style).format(plain); } catch { /* below */ }
  return `${amount.number} ${amount.currency}`;
}

function put(id, text) {
  // Only what differs is touched, so that screen readers say it once.
  if (element(id).textContent !== text) element(id).textContent = text;
}

function draw() {
  const words = WORDS[language];
  put("language", words.language);
  element("language").lang = words.other;
  document.documentElement.lang = language;
  // Nothing is said before the terminal was heard or missed for the first time.
  if (!view && !cut) return;
  const headline = view && view.headline in words.headlines ? view.headline : "cut";
  const [sign, title, advice] = words.headlines[headline];
  document.body.dataset.headline = headline;
  put("sign", sign);
  put("headline", title);
  const amount = headline === "cut" ? "" : money(view.amount);
  put("amount", amount);
  element("amount").dataset.length =
    amount.length > LONGEST ? "longest" : amount.length > LONG ? "long" : "";
  put("advice", headline === "not-taken" ? words.reasons[view.reason] || "" : advice);
  put("reach", headline === "cut" ? "" : view.online ? words.online : words.offline);
  put("typed", headline !== "cut" && view.typed
    ? `${words.typedBeside} ${money(view.typed)}` : "");
  const others = headline === "cut" ? 0 : view.checking - (headline === "checking" ? 1 : 0);
  put("checking", others > 0 ? `${words.checkingBeside}: ${others}` : "");
  put("troubles", headline !== "cut" && view.troubles.length > 0
    ? `${words.troubles}: ${view.troubles.join(", ")}` : "");
}

function heard() {
  clearTimeout(silence);
  silence = setTimeout(lost, SILENT_MS_MAX);
}

function lost() {
  view = null;
  cut = true;
  draw();
}

function listen() {
  const events = new EventSource("/events");
  events.onmessage = (event) => {
    heard();
    cut = false;
    view = JSON.parse(event.data);
    draw();
  };
  // The browser dials again by itself.
  events.onerror = lost;
}

element("language").addEventListener("click", () => {
  language = WORDS[language].other;
  try { localStorage.setItem(LANGUAGE_KEY, language); } catch { /* for this visit only */ }
  draw();
});
draw();
heard();
listen();
