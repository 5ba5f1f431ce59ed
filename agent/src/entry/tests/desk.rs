//! A desk made of memory: one window, one field, one button, and what can be wrong with them.

use super::*;
use crate::entry::observe::OnScreen;

pub struct Fake {
    pub windows: usize,
    pub state: String,
    pub text: String,
    pub hidden: bool,
    /// The text of the control with the amount, if there is one.
    pub amount: Option<String>,
    /// When it appears.
    pub amount_at: u64,
    /// How often something was written or cleared.
    pub writes: usize,
    pub modal: Option<String>,
    pub result: Option<String>,
    /// What is shown after the press.
    pub answer: Option<String>,
    pub changes_keys: bool,
    pub silent_set: Option<Acted>,
    pub silent_press: bool,
    pub stops_after: Option<usize>,
    pub typing_ms: u64,
    pub notice: Notice,
    /// The person presses cancel as soon as there is a notice.
    pub cancels: bool,
    pub guarded: usize,
    /// A dialog "Pay" stands over the first window.
    pub dialog: bool,
    /// How long the dialog takes to go after its "Cancel" was pressed.
    pub closing_ms: u64,
    /// When it is gone.
    pub closed_at: Option<u64>,
    /// What a press does to the dialog.
    pub pressed: Pressed,
    /// After how many keys another control has the focus.
    pub focus_lost_after: Option<usize>,
    pub presses: usize,
    pub submitted: String,
}

/// What becomes of the dialog when something is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    Stays,
    Closes,
    /// The whole program ends.
    Ends,
}

impl Fake {
    pub fn new() -> Rc<RefCell<Self>> {
        NOW_MS.set(1_000_000);
        Rc::new(RefCell::new(Self {
            windows: 1,
            state: "Payment code".to_owned(),
            text: String::new(),
            hidden: false,
            amount: None,
            amount_at: 0,
            writes: 0,
            modal: None,
            result: None,
            answer: Some("Approved A17 for 4,500 ending 1aBc".to_owned()),
            changes_keys: false,
            silent_set: None,
            silent_press: false,
            stops_after: None,
            typing_ms: 0,
            notice: Notice::None,
            cancels: false,
            guarded: 0,
            dialog: false,
            closing_ms: 0,
            closed_at: None,
            pressed: Pressed::Stays,
            focus_lost_after: None,
            presses: 0,
            submitted: String::new(),
        }))
    }
}

impl Fake {
    fn amount(&self) -> Option<String> {
        self.amount.clone().filter(|_| now_ms() >= self.amount_at)
    }
}

/// Every seam of the fake; the way is the writer's.
struct Part(Rc<RefCell<Fake>>, EntryWay);

pub fn desk(fake: &Rc<RefCell<Fake>>, recipe: &Recipe) -> Desk {
    let part = |way| Part(Rc::clone(fake), way);
    let set = EntryWay::SetValue;
    Desk {
        windows: Box::new(part(set)),
        controls: Box::new(part(set)),
        writers: vec![Box::new(part(set)), Box::new(part(EntryWay::Keys))],
        guard: Box::new(part(set)),
        outcome: Box::new(OnScreen::new(&recipe.outcome)),
    }
}

fn window(id: u64, title: &str) -> Window {
    let (title, class) = (title.to_owned(), "zenity.Zenity".to_owned());
    Window { id: WindowId(id), title, class, process: None, over: None }
}

impl WindowSource for Part {
    fn list(&mut self) -> Result<Vec<Window>, Fault> {
        let mut fake = self.0.borrow_mut();
        if fake.closed_at.is_some_and(|at| now_ms() >= at) {
            (fake.dialog, fake.closed_at) = (false, None);
        }
        let pos = (0..fake.windows).map(|id| window(id as u64, "Baton test POS"));
        let result = fake.result.as_ref().map(|_| window(9, "Baton test result"));
        let over = Some(WindowId(0));
        let dialog = fake.dialog.then(|| Window { over, ..window(5, "Pay") });
        Ok(pos.chain(result).chain(dialog).collect())
    }

    fn raise(&mut self, _: &Window) -> Result<(), Fault> {
        Ok(())
    }

    fn watch(&mut self, wait: Duration) -> Result<(), Fault> {
        NOW_MS.set(NOW_MS.get() + wait.as_millis() as u64);
        Ok(())
    }
}

impl ControlTree for Part {
    fn find(&mut self, _: &Window, selector: &Selector) -> Result<Found, Fault> {
        let role = selector.role.clone().unwrap();
        let fake = self.0.borrow();
        let name = selector.name.as_ref();
        let fits = match role.as_str() {
            "label" => name.unwrap().fit(&fake.state).is_some(),
            "amount" => {
                fake.amount().is_some_and(|text| name.is_none_or(|name| name.fit(&text).is_some()))
            }
            _ => true,
        };
        let name = name.filter(|_| role == "push button").map_or("", |name| name.text());
        Ok(if fits { Found::One(Control(format!("{role}{name}"))) } else { Found::None })
    }

    fn shown(&mut self, _: &Window, selector: &Selector) -> Result<Option<String>, Fault> {
        let name = selector.name.as_ref().unwrap();
        let fake = self.0.borrow();
        let amount = selector.role.as_deref() == Some("amount");
        let text = if amount { fake.amount() } else { fake.result.clone() };
        Ok(text.filter(|text| name.fit(text).is_some()))
    }

    fn facts(&mut self, _: &Control) -> Result<Facts, Fault> {
        let yes = Answer::Yes;
        let fake = self.0.borrow();
        let focused = fake.focus_lost_after.is_none_or(|keys| fake.guarded < keys);
        Ok(Facts { showing: yes, enabled: yes, focused: Answer::of(focused), editable: yes })
    }

    fn read(&mut self, control: &Control) -> Result<Reading, Fault> {
        let fake = self.0.borrow();
        if control.0 == "amount" {
            let text = fake.amount().ok_or(Fault::Gone("the amount"))?;
            return Ok(Reading::Text(Zeroizing::new(text)));
        }
        let text = Reading::Text(Zeroizing::new(fake.text.clone()));
        Ok(if fake.hidden { Reading::Hidden } else { text })
    }

    fn press(&mut self, control: &Control) -> Result<(), Fault> {
        let mut fake = self.0.borrow_mut();
        fake.presses += 1;
        match control.0.as_str() {
            "push buttonPay" => {
                fake.dialog = true;
                return Ok(());
            }
            "push buttonCancel" => {
                fake.closed_at = Some(now_ms().saturating_add(fake.closing_ms));
                return Ok(());
            }
            _ => {}
        }
        fake.submitted = fake.text.clone();
        fake.result = fake.answer.clone();
        match fake.pressed {
            Pressed::Stays => {}
            Pressed::Closes => fake.dialog = false,
            Pressed::Ends => (fake.dialog, fake.windows) = (false, 0),
        }
        if fake.silent_press { Err(Fault::Silent("the button")) } else { Ok(()) }
    }

    fn focus(&mut self, _: &Control) -> Result<(), Fault> {
        Ok(())
    }

    fn modal(&mut self, _: &Window) -> Result<Option<String>, Fault> {
        Ok(self.0.borrow().modal.clone())
    }
}

impl Writer for Part {
    fn way(&self) -> EntryWay {
        self.1
    }

    fn can_write(&mut self, _: &str) -> Result<Answer, Fault> {
        Ok(Answer::Yes)
    }

    fn clear(&mut self, _: Place<'_>, _: &mut dyn Guard) -> Result<(), Stop> {
        let mut fake = self.0.borrow_mut();
        fake.writes += 1;
        fake.text.clear();
        Ok(())
    }

    fn write(&mut self, place: Place<'_>, text: &str, guard: &mut dyn Guard) -> Result<(), Stop> {
        self.0.borrow_mut().writes += 1;
        if self.1 == EntryWay::SetValue {
            let mut fake = self.0.borrow_mut();
            if fake.silent_set != Some(Acted::No) {
                text.clone_into(&mut fake.text);
            }
            let silent = fake.silent_set.map(|_| Stop::Failed(Fault::Silent("the field")));
            return silent.map_or(Ok(()), Err);
        }
        for letter in text.chars() {
            let fake = Rc::clone(&self.0);
            guard.guarded(place.window, &mut || {
                let mut fake = fake.borrow_mut();
                let other = if fake.changes_keys { 'ㅊ' } else { letter };
                fake.text.push(other);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn key(&mut self, _: &Window, _: &str, _: &mut dyn Guard) -> Result<(), Stop> {
        Ok(())
    }
}

impl Guard for Part {
    fn tell(&mut self, notice: Notice) -> Result<(), Fault> {
        self.0.borrow_mut().notice = notice;
        Ok(())
    }

    fn cancelled(&mut self) -> Result<Answer, Fault> {
        let fake = self.0.borrow();
        Ok(Answer::of(fake.cancels && fake.notice == Notice::Waiting))
    }

    fn preflight(&mut self, _: &Window) -> Result<(), Stop> {
        let until = 1_000_000 + self.0.borrow().typing_ms;
        if now_ms() < until { Err(Stop::Guarded(Cause::PersonTyping)) } else { Ok(()) }
    }

    fn guarded(
        &mut self,
        _: &Window,
        action: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<(), Stop> {
        let mut fake = self.0.borrow_mut();
        if fake.stops_after == Some(fake.guarded) {
            return Err(Stop::Guarded(Cause::InFront("Other".to_owned())));
        }
        fake.guarded += 1;
        drop(fake);
        Ok(action()?)
    }
}
