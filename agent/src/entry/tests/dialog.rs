//! Entries into a dialog that the cashier or the agent opened, and what its closing says.

use super::desk::Pressed;
use super::*;
use crate::workbench::{Trial, follow};

/// The recipe with a dialog, which closes where the code was taken.
fn dialog(opens: &str) -> Recipe {
    let (head, _) = RECIPE.split_once("[outcome]").unwrap();
    let head = head.replace("[field]", "[input]\ntitle = \"Pay\"\n[field]");
    let head = head.replacen("recipe = 1", &format!("recipe = 1\ninput_opens = {opens}"), 1);
    let outcome = "[outcome]\nwithin_ms = 6000\n[[outcome.any]]\nsays = \"taken\"\n\
                   closes = \"input\"\nwindow = { title = \"Baton test POS\" }\n\
                   [[cancel]]\npress = { role = \"push button\", name = \"Cancel\" }";
    Recipe::parse(&format!("{head}{outcome}")).unwrap()
}

/// The same, where the agent opens the dialog.
fn opening() -> Recipe {
    let press = |name| format!("press = {{ role = \"push button\", name = \"{name}\" }}");
    let (head, tail) = RECIPE.split_once("[field]").unwrap();
    let activate = press("Pay");
    let head = format!("{head}[[activate]]\n{activate}\n[input]\ntitle = \"Pay\"\n[field]");
    Recipe::parse(&format!("{head}{tail}\n[[cancel]]\n{}", press("Cancel"))).unwrap()
}

fn open() -> Rc<RefCell<Fake>> {
    let fake = Fake::new();
    fake.borrow_mut().dialog = true;
    fake.borrow_mut().answer = None;
    fake
}

fn submitted(pressed: Pressed) -> Ended {
    let (fake, recipe, order) = (open(), dialog("\"by_anyone\""), order());
    fake.borrow_mut().pressed = pressed;
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };
    let mut desk = desk(&fake, &recipe);
    let entered = prepare(&mut desk, &work).unwrap();
    submit(&mut desk, &work, &entered)
}

#[test]
fn a_dialog_that_the_cashier_opened_is_used() {
    let (fake, recipe, order) = (open(), dialog("\"by_anyone\""), order());
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };

    let entered = prepare(&mut desk(&fake, &recipe), &work).unwrap();

    assert_eq!((entered.window.title.as_str(), entered.opened), ("Pay", Opened::ByPerson));
    assert_eq!(fake.borrow().text, CODE);
}

#[test]
fn a_dialog_that_the_cashier_opened_stays_open_after_a_refusal() {
    let (fake, recipe, order) = (open(), dialog("\"by_anyone\""), order());
    fake.borrow_mut().silent_set = Some(Acted::No);
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };

    let refused = prepare(&mut desk(&fake, &recipe), &work).unwrap_err();

    assert_eq!(refused.cause, Cause::ReadBack);
    assert_eq!(fake.borrow().presses, 0);
}

#[test]
fn a_dialog_is_in_the_way_where_only_the_agent_may_open_it() {
    let (fake, recipe, order) = (open(), dialog("\"by_agent\""), order());
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };

    let refused = prepare(&mut desk(&fake, &recipe), &work).unwrap_err();

    assert_eq!(refused.cause, Cause::Modal("Pay".to_owned()));
}

#[test]
fn a_dialog_that_closes_while_the_pos_stays_was_taken() {
    let ended = submitted(Pressed::Closes);

    assert!(matches!(ended, Ended::Submitted(Observed::Taken)), "{ended:?}");
}

#[test]
fn a_dialog_that_closes_because_the_pos_ended_or_that_stays_is_unknown() {
    for pressed in [Pressed::Ends, Pressed::Stays] {
        let ended = submitted(pressed);

        let unknown = Observed::Unknown(UnknownReason::Silent);
        assert!(matches!(&ended, Ended::Submitted(seen) if *seen == unknown), "{ended:?}");
    }
}

#[test]
fn one_trial_leaves_nothing_in_the_way_of_the_next() {
    let (fake, recipe) = (Fake::new(), opening());
    fake.borrow_mut().closing_ms = 400;
    let tried = || follow(&mut desk(&fake, &recipe), &recipe, &Trial::dummy(), now_ms);

    let (first, second) = (tried(), tried());

    assert!(first.is_well(), "{first}");
    assert!(second.is_well(), "{second}");
}

#[test]
fn a_dialog_that_does_not_close_is_named() {
    let (fake, recipe) = (Fake::new(), opening());
    fake.borrow_mut().closing_ms = u64::MAX;

    let found = follow(&mut desk(&fake, &recipe), &recipe, &Trial::dummy(), now_ms);

    assert!(!found.is_well());
    assert!(found.to_string().contains("\"Pay\" is STILL OPEN"), "{found}");
}

#[test]
fn a_dialog_that_the_cashier_opened_is_not_waited_for() {
    let (fake, recipe) = (open(), dialog("\"by_anyone\""));

    let found = follow(&mut desk(&fake, &recipe), &recipe, &Trial::dummy(), now_ms);

    assert!(found.is_well(), "{found}");
    assert!(fake.borrow().dialog);
}
