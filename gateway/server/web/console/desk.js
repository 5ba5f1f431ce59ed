// The exceptions API as the page uses it. Owns the operator's token, which lives in this page's
// memory only, and turns every answer into data or a refusal code. Changes nothing by itself.

let token = "";

/** Shows this token with every question from now on. */
export function enter(text) {
  token = text.trim();
}

/** A page of cases: `{ data }` or `{ code, detail }`. */
export function list(standing, after) {
  const query = new URLSearchParams({ standing });
  if (after) query.set("after", after);
  return ask("GET", `?${query}`);
}

export function show(subject) {
  return ask("GET", path(subject));
}

export function inquire(subject) {
  return ask("POST", `${path(subject)}/inquire`);
}

/** Proposes, or confirms what somebody else proposed. */
export function decide(subject, decision, reason) {
  if (decision === "close") return ask("POST", `${path(subject)}/close`, { reason });
  return ask("POST", `${path(subject)}/resolve`, { state: decision, reason });
}

export function withdraw(subject) {
  return ask("DELETE", `${path(subject)}/resolve`);
}

function path(subject) {
  return `/${encodeURIComponent(subject)}`;
}

async function ask(method, where, body) {
  const headers = { Authorization: `Bearer ${token}` };
  if (body) headers["Content-Type"] = "application/json";
  try {
    const wish = { method, headers, body: body && JSON.stringify(body), cache: "no-store" };
    const answer = await fetch(`/v1/exceptions${where}`, wish);
    const data = await answer.json();
    return answer.ok ? { data } : { code: data.code, detail: data.detail };
  } catch {
    return { code: "network" };
  }
}
