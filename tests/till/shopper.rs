//! A shopper with the phone page in headless Chromium: looks, taps and types over CDP.
//!
//! Owns the browser, which goes with it. A tap is a mouse press in the middle of what is seen, a
//! text arrives as from a keyboard; nothing is set behind the page's back. Next: [`crate::acts`].

use crate::clock::until;
use anyhow::Context;
use baton_agent::entry::seams::Fault;
use baton_agent::web::session::Browser;
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// What a browser needs so that it neither asks nor phones anybody, in the shape of a phone.
const QUIET: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=412,915",
    "--lang=en-US",
    "--remote-debugging-port=0",
];
/// How long a page may take to show something, in seconds: far over the gateway's first inquiries.
const SEEN_S: u64 = 90;
/// How long a browser may take to close, in seconds: seen is one.
const CLOSED_S: u64 = 10;

/// Somebody with a phone at a terminal's page.
pub struct Shopper {
    browser: Browser,
    tab: String,
    chromium: Child,
    _profile: TempDir,
}

impl Shopper {
    /// Opens a page.
    pub fn open(address: &str) -> anyhow::Result<Self> {
        let profile = tempfile::tempdir()?;
        let mut chromium = Command::new("chromium");
        chromium.args(QUIET).arg(format!("--user-data-dir={}", profile.path().display()));
        chromium.arg(address);
        chromium.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut chromium = chromium.spawn().context("chromium does not start")?;
        match tab(&profile) {
            Ok((browser, tab)) => Ok(Self { browser, tab, chromium, _profile: profile }),
            Err(fault) => {
                end(&mut chromium);
                Err(fault)
            }
        }
    }

    /// Taps what a selector finds, once it is there and enabled.
    pub fn tap(&mut self, selector: &str) -> anyhow::Result<()> {
        let middle = self.seen(
            selector,
            &format!(
                "(() => {{ const e = document.querySelector({}); \
                 if (!e || e.disabled || !e.getClientRects().length) return null; \
                 e.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
                 const b = e.getBoundingClientRect(); \
                 return [b.x + b.width / 2, b.y + b.height / 2]; }})()",
                json!(selector)
            ),
        )?;
        for kind in ["mousePressed", "mouseReleased"] {
            let (x, y) = (middle.get(0), middle.get(1));
            let at = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.act("Input.dispatchMouseEvent", &at)?;
        }
        Ok(())
    }

    /// Types into what was tapped last.
    pub fn write(&mut self, text: &str) -> anyhow::Result<()> {
        self.act("Input.insertText", &json!({ "text": text }))
    }

    /// Waits until an expression is a text that says something, and returns it.
    pub fn reads(&mut self, what: &str, expression: &str) -> anyhow::Result<String> {
        let seen = self.seen(what, expression)?;
        Ok(seen.as_str().map_or_else(|| seen.to_string(), str::to_owned))
    }

    /// Waits until an expression has a value that says something, and returns it.
    fn seen(&mut self, what: &str, expression: &str) -> anyhow::Result<Value> {
        let mut last = Ok(Value::Null);
        let seen = until(SEEN_S, || {
            last = self.look(expression);
            let value = last.as_ref().ok()?;
            let says = !value.is_null() && *value != json!(false) && *value != json!("");
            says.then(|| value.clone())
        });
        last?;
        seen.with_context(|| format!("the page shows no {what}"))
    }

    /// Asks what an expression is now. It may be asked twice.
    fn look(&mut self, expression: &str) -> anyhow::Result<Value> {
        let ask = json!({ "expression": expression, "returnByValue": true });
        let Self { browser, tab, .. } = self;
        let mut told = browser.command(Some(tab), "Runtime.evaluate", &ask);
        if matches!(told, Err(Fault::Silent(_))) {
            told = browser.command(Some(tab), "Runtime.evaluate", &ask);
        }
        let told = told?;
        if let Some(fault) = told.get("exceptionDetails") {
            anyhow::bail!("the page: {fault}");
        }
        Ok(told.get("result").and_then(|r| r.get("value")).cloned().unwrap_or_default())
    }

    /// Does something once; what came of it is seen on the page.
    fn act(&mut self, method: &str, how: &Value) -> anyhow::Result<()> {
        match self.browser.command(Some(&self.tab), method, how) {
            // A slow answer is none, and the tap was made all the same.
            Ok(_) | Err(Fault::Silent(_)) => Ok(()),
            Err(fault) => Err(fault.into()),
        }
    }
}

impl Drop for Shopper {
    fn drop(&mut self) {
        // It takes its own processes along when it is asked.
        let asked = self.browser.command(None, "Browser.close", &json!({}));
        let gone = until(CLOSED_S, || self.chromium.try_wait().ok().flatten());
        if asked.is_err() || gone.is_none() {
            end(&mut self.chromium);
        }
    }
}

fn end(chromium: &mut Child) {
    chromium.kill().ok();
    chromium.wait().ok();
}

/// Finds the browser's own port and its one tab.
fn tab(profile: &TempDir) -> anyhow::Result<(Browser, String)> {
    let port = until(SEEN_S, || {
        let told = std::fs::read_to_string(profile.path().join("DevToolsActivePort")).ok()?;
        told.lines().next().map(str::to_owned)
    });
    let address = format!("http://127.0.0.1:{}", port.context("chromium has no port")?);
    let mut browser =
        until(SEEN_S, || Browser::open(&address).ok()).context("chromium does not talk")?;
    let page = until(SEEN_S, || {
        let told = browser.command(None, "Target.getTargets", &json!({})).ok()?;
        let pages = told.get("targetInfos")?.as_array()?.clone();
        let page = pages.into_iter().find(|one| one.get("type") == Some(&json!("page")))?;
        page.get("targetId").cloned()
    });
    let ask = json!({ "targetId": page.context("chromium has no page")?, "flatten": true });
    let told = browser.command(None, "Target.attachToTarget", &ask)?;
    let tab = told.get("sessionId").and_then(Value::as_str).context("no session")?;
    Ok((browser, tab.to_owned()))
}
