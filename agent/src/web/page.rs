//! The five seams of a page in a browser: tabs as windows, elements as controls.
//!
//! Owns what is asked of a page. Every question is one fixed script (`page.js`) called with
//! arguments, never a script made of the code. May not follow links. Next:
//! [`crate::entry::prepare`].

use super::session::{Browser, broken};
use crate::config::recipe::{EntryWay, Selector};
use crate::entry::cause::Cause;
use crate::entry::seams::{
    Answer, Control, ControlTree, Facts, Fault, Found, Guard, Place, Reading, Stop, Window,
    WindowId, WindowSource, Writer,
};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use zeroize::Zeroizing;

/// What is asked of a page; see the file.
const SCRIPT: &str = include_str!("page.js");
/// What separates a tab's number from an element's in a control's name.
const SEPARATOR: char = '|';

/// The browser's tabs, shared by the seams.
#[derive(Debug)]
pub struct Tabs {
    browser: RefCell<Browser>,
    /// Tabs by number: the browser's own name, and the session once one is attached.
    known: RefCell<Vec<Tab>>,
    sessions: RefCell<BTreeMap<usize, String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Tab(String);

impl Tabs {
    /// Takes a browser.
    #[must_use]
    pub const fn new(browser: Browser) -> Self {
        let known = RefCell::new(Vec::new());
        Self { browser: RefCell::new(browser), known, sessions: RefCell::new(BTreeMap::new()) }
    }

    fn number(&self, target: &str) -> usize {
        let mut known = self.known.borrow_mut();
        let place = known.iter().position(|tab| tab.0 == target);
        place.unwrap_or_else(|| {
            known.push(Tab(target.to_owned()));
            known.len().saturating_sub(1)
        })
    }

    fn session(&self, number: usize) -> Result<String, Fault> {
        if let Some(session) = self.sessions.borrow().get(&number) {
            return Ok(session.clone());
        }
        let target = self.known.borrow().get(number).cloned();
        let Tab(target) = target.ok_or(Fault::Gone("the page"))?;
        let ask = json!({ "targetId": target, "flatten": true });
        let told = self.browser.borrow_mut().command(None, "Target.attachToTarget", &ask)?;
        let session = told.get("sessionId").and_then(Value::as_str);
        let session = session.ok_or_else(|| broken("no session"))?.to_owned();
        self.sessions.borrow_mut().insert(number, session.clone());
        Ok(session)
    }

    /// Calls a function of the script with arguments, in a world that the page cannot see.
    fn ask(&self, number: usize, question: &str, arguments: &Value) -> Result<Value, Fault> {
        let session = self.session(number)?;
        let mut browser = self.browser.borrow_mut();
        let context = context(&mut browser, &session)?;
        let call = json!({
            "functionDeclaration": format!("function(question, given) {{ {SCRIPT} }}"),
            "arguments": [{ "value": question }, { "value": arguments }],
            "returnByValue": true,
            "executionContextId": context,
        });
        let told = browser.command(Some(&session), "Runtime.callFunctionOn", &call)?;
        if told.get("exceptionDetails").is_some() {
            return Err(Fault::Gone("the element"));
        }
        let value = told.get("result").and_then(|result| result.get("value"));
        Ok(value.cloned().unwrap_or_default())
    }

    fn element(&self, control: &Control, question: &str, text: &str) -> Result<Value, Fault> {
        let (number, place) = address(control)?;
        self.ask(number, question, &json!({ "element": place, "text": text }))
    }
}

/// Seams 1, 2 and 4 of a page, and both ways of seam 3.
#[derive(Debug, Clone)]
pub struct Page(pub Rc<Tabs>);

/// Seam 3 of a page: sets an element's value, or inserts text as an input method would.
#[derive(Debug)]
pub struct PageWriter(pub Rc<Tabs>, pub EntryWay);

impl WindowSource for Page {
    fn list(&mut self) -> Result<Vec<Window>, Fault> {
        let told = self.0.browser.borrow_mut().command(None, "Target.getTargets", &json!({}))?;
        let targets = told.get("targetInfos").and_then(Value::as_array).cloned();
        let pages = targets
            .unwrap_or_default()
            .into_iter()
            .filter(|target| target.get("type").and_then(Value::as_str) == Some("page"));
        let word = |target: &Value, key: &str| {
            target.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let window = |target: Value| {
            let number = self.0.number(&word(&target, "targetId"));
            let id = WindowId(u64::try_from(number).unwrap_or(u64::MAX));
            let (title, class) = (word(&target, "title"), word(&target, "url"));
            Window { id, title, class, process: None, over: None }
        };
        Ok(pages.map(window).collect())
    }

    fn raise(&mut self, window: &Window) -> Result<(), Fault> {
        let session = self.0.session(number(window)?)?;
        let mut browser = self.0.browser.borrow_mut();
        browser.command(Some(&session), "Page.bringToFront", &json!({})).map(drop)
    }

    fn watch(&mut self, wait: Duration) -> Result<(), Fault> {
        std::thread::sleep(wait);
        Ok(())
    }
}

impl ControlTree for Page {
    fn find(&mut self, window: &Window, selector: &Selector) -> Result<Found, Fault> {
        let all = self.all(window, selector)?;
        let mut fit: Vec<_> = all.into_iter().filter(|(_, name)| named(selector, name)).collect();
        if let Some(place) = selector.place {
            fit = fit.into_iter().skip(place).take(1).collect();
        }
        match (fit.first(), fit.len()) {
            (None, _) => Ok(Found::None),
            (Some((element, _)), 1) => {
                let tab = window.id.0;
                Ok(Found::One(Control(format!("{tab}{SEPARATOR}{element}"))))
            }
            (Some(_), number) => Ok(Found::Many(number)),
        }
    }

    fn shown(&mut self, window: &Window, selector: &Selector) -> Result<Option<String>, Fault> {
        let all = self.all(window, selector)?;
        Ok(all.into_iter().map(|(_, name)| name).find(|name| named(selector, name)))
    }

    fn facts(&mut self, control: &Control) -> Result<Facts, Fault> {
        let told = self.0.element(control, "facts", "")?;
        let fact = |name: &str| Answer::of(told.get(name).and_then(Value::as_bool) == Some(true));
        Ok(Facts {
            showing: fact("showing"),
            enabled: fact("enabled"),
            focused: fact("focused"),
            editable: fact("editable"),
        })
    }

    fn read(&mut self, control: &Control) -> Result<Reading, Fault> {
        let told = self.0.element(control, "read", "")?;
        let text = told.as_str().ok_or(Fault::Gone("the element"))?;
        Ok(Reading::Text(Zeroizing::new(text.to_owned())))
    }

    fn press(&mut self, control: &Control) -> Result<(), Fault> {
        self.0.element(control, "press", "").map(drop)
    }

    fn focus(&mut self, control: &Control) -> Result<(), Fault> {
        self.0.element(control, "focus", "").map(drop)
    }

    fn modal(&mut self, window: &Window) -> Result<Option<String>, Fault> {
        let told = self.0.ask(number(window)?, "modal", &json!({}))?;
        Ok(told.as_str().map(str::to_owned))
    }
}

impl Page {
    /// Returns the visible elements of a selector in the order of the page, with their names.
    fn all(&self, window: &Window, selector: &Selector) -> Result<Vec<(u64, String)>, Fault> {
        let given = json!({ "css": selector.css });
        let told = self.0.ask(number(window)?, "find", &given)?;
        let pair = |value: &Value| {
            let element = value.get(0).and_then(Value::as_u64)?;
            Some((element, value.get(1).and_then(Value::as_str)?.to_owned()))
        };
        Ok(told.as_array().map(|all| all.iter().filter_map(pair).collect()).unwrap_or_default())
    }
}

impl Guard for Page {
    /// A page has no keyboard of its own: what the writer does reaches this page and no other.
    fn preflight(&mut self, window: &Window) -> Result<(), Stop> {
        let told = self.0.ask(number(window)?, "quiet", &json!({}))?;
        if told.as_bool() == Some(true) { Ok(()) } else { Err(Stop::Guarded(Cause::PersonTyping)) }
    }

    fn guarded(
        &mut self,
        window: &Window,
        action: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Stop> {
        self.preflight(window)?;
        Ok(action()?)
    }
}

impl Writer for PageWriter {
    fn way(&self) -> EntryWay {
        self.1
    }

    fn can_write(&mut self, _: &str) -> Result<Answer, Fault> {
        Ok(Answer::Yes)
    }

    fn clear(&mut self, place: Place<'_>, _: &mut dyn Guard) -> Result<(), Stop> {
        Ok(self.0.element(place.field, "set", "").map(drop)?)
    }

    fn write(&mut self, place: Place<'_>, text: &str, guard: &mut dyn Guard) -> Result<(), Stop> {
        match self.1 {
            EntryWay::SetValue => Ok(self.0.element(place.field, "set", text).map(drop)?),
            EntryWay::Keys => {
                let session = self.0.session(number(place.window)?)?;
                let ask = json!({ "text": text });
                guard.guarded(place.window, &mut || {
                    let mut browser = self.0.browser.borrow_mut();
                    browser.command(Some(&session), "Input.insertText", &ask).map(drop)
                })
            }
        }
    }

    fn key(&mut self, window: &Window, key: &str, guard: &mut dyn Guard) -> Result<(), Stop> {
        if key != "Return" {
            return Err(Stop::Failed(broken(&format!("no key is named {key}"))));
        }
        let session = self.0.session(number(window)?)?;
        guard.guarded(window, &mut || {
            let mut browser = self.0.browser.borrow_mut();
            for kind in ["keyDown", "keyUp"] {
                let event = json!({
                    "type": kind, "key": "Enter", "code": "Enter", "text": "\r",
                    "windowsVirtualKeyCode": 13,
                });
                browser.command(Some(&session), "Input.dispatchKeyEvent", &event)?;
            }
            Ok(())
        })
    }
}

/// Returns the world of the agent's own in the page; asked anew, for a page may have been left.
fn context(browser: &mut Browser, session: &str) -> Result<Value, Fault> {
    let tree = browser.command(Some(session), "Page.getFrameTree", &json!({}))?;
    let frame = tree.pointer("/frameTree/frame/id").cloned();
    let ask = json!({ "frameId": frame, "worldName": "baton" });
    let told = browser.command(Some(session), "Page.createIsolatedWorld", &ask)?;
    told.get("executionContextId").cloned().ok_or_else(|| broken("no world"))
}

fn named(selector: &Selector, name: &str) -> bool {
    selector.name.as_ref().is_none_or(|pattern| pattern.fit(name).is_some())
}

fn number(window: &Window) -> Result<usize, Fault> {
    usize::try_from(window.id.0).map_err(|_| Fault::Gone("the page"))
}

fn address(control: &Control) -> Result<(usize, u64), Fault> {
    let parts = control.0.split_once(SEPARATOR);
    let read = |(tab, element): (&str, &str)| Some((tab.parse().ok()?, element.parse().ok()?));
    parts.and_then(read).ok_or_else(|| broken("this control is of another surface"))
}
