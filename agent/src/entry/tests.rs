//! The engine against a desk made of memory, whose clock moves only while somebody waits.

use super::cause::Cause;
use super::observe::Observed;
use super::prepare::prepare;
use super::seams::*;
use super::submit::{Ended, submit};
use super::*;
use crate::config::recipe::{EntryWay, Selector};
use baton_protocol::money::Currency;
use baton_protocol::work::UnknownReason;
use proptest::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use uuid::Uuid;

mod amount;
mod desk;
mod dialog;

use desk::{Fake, desk};

const CODE: &str = "c0001aBc";
const RECIPE: &str = include_str!("../../../config/recipes/zenity.toml");

thread_local! { static NOW_MS: Cell<u64> = const { Cell::new(0) }; }

fn now_ms() -> u64 {
    NOW_MS.get()
}

fn recipe(ways: &str) -> Recipe {
    Recipe::parse(&RECIPE.replace("[\"set_value\"]", ways)).unwrap()
}

fn order() -> Order {
    Order {
        transaction: TransactionId::new(Uuid::from_u128(7)),
        code: Zeroizing::new(CODE.to_owned()),
        amount: Money::new(4_500, Currency::KRW),
        deadline_ms: now_ms() + 10_000,
        given_up: GivenUp::default(),
    }
}

/// Enters with a recipe of these ways; gives back what the desk was left as.
fn entered(fake: &Rc<RefCell<Fake>>, ways: &str) -> Result<Entered, Refused> {
    let (recipe, order) = (recipe(ways), order());
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };
    prepare(&mut desk(fake, &recipe), &work)
}

fn refused(fake: &Rc<RefCell<Fake>>, ways: &str) -> Cause {
    let Refused { cause, residue } = entered(fake, ways).unwrap_err();
    assert!(matches!(residue, Residue::Nothing), "{residue:?}");
    assert_eq!(fake.borrow().text, "");
    assert_eq!(fake.borrow().presses, 0);
    cause
}

/// Enters, lets something happen, then submits.
fn ended(fake: &Rc<RefCell<Fake>>, between: impl FnOnce(&Order)) -> Ended {
    let (recipe, order) = (recipe("[\"set_value\"]"), order());
    let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };
    let mut desk = desk(fake, &recipe);
    let entered = prepare(&mut desk, &work).unwrap();
    between(&order);
    submit(&mut desk, &work, &entered)
}

#[test]
fn a_code_is_set_read_back_submitted_once_and_its_approval_taken() {
    let fake = Fake::new();

    let ended = ended(&fake, |_| {});

    let reference = "A17".to_owned();
    assert!(
        matches!(ended, Ended::Submitted(Observed::Approved { reference: r }) if r == reference)
    );
    assert_eq!(fake.borrow().presses, 1);
    assert_eq!(fake.borrow().submitted, CODE);
}

#[test]
fn each_way_says_how_sure_it_is() {
    assert_eq!(entered(&Fake::new(), "[\"set_value\"]").unwrap().evidence, Evidence::SetValueExact);
    assert_eq!(entered(&Fake::new(), "[\"keys\"]").unwrap().evidence, Evidence::TypedExact);

    let hidden = Fake::new();
    hidden.borrow_mut().hidden = true;
    assert_eq!(entered(&hidden, "[\"set_value\"]").unwrap().evidence, Evidence::Unverifiable);
    let typed = entered(&hidden, "[\"keys\"]").unwrap_err();
    assert!(matches!(typed.cause, Cause::Unreadable), "{:?}", typed.cause);
}

#[test]
fn a_person_who_is_waited_for_sees_a_notice_and_may_cancel() {
    let fake = Fake::new();
    fake.borrow_mut().typing_ms = 2_000;
    fake.borrow_mut().cancels = true;

    assert_eq!(refused(&fake, "[\"set_value\"]"), Cause::CashierCancelled);
    assert_eq!(fake.borrow().notice, Notice::None);
}

#[test]
fn a_cancel_between_entry_and_submit_undoes_the_entry() {
    let fake = Fake::new();
    fake.borrow_mut().typing_ms = 500;

    let ended = ended(&fake, |_| fake.borrow_mut().cancels = true);

    let Ended::NotPressed { cause, residue: Residue::Nothing } = ended else { panic!("{ended:?}") };
    assert_eq!(cause, Cause::CashierCancelled);
    assert_eq!((fake.borrow().text.as_str(), fake.borrow().presses), ("", 0));
    assert_eq!(fake.borrow().notice, Notice::None);
}

#[test]
fn every_key_passes_the_guard() {
    let fake = Fake::new();

    entered(&fake, "[\"keys\"]").unwrap();

    assert_eq!(fake.borrow().guarded, CODE.len());
}

#[test]
fn no_key_is_sent_once_another_control_has_the_focus() {
    let fake = Fake::new();
    fake.borrow_mut().focus_lost_after = Some(4);

    assert_eq!(refused(&fake, "[\"keys\"]"), Cause::FocusElsewhere);
    assert_eq!(fake.borrow().guarded, 4);
}

#[test]
fn keys_that_arrive_as_others_are_cleared_and_refused() {
    let fake = Fake::new();
    fake.borrow_mut().changes_keys = true;

    assert_eq!(refused(&fake, "[\"keys\"]"), Cause::ReadBack);
}

#[test]
fn a_guard_that_stops_half_way_leaves_nothing_in_the_field() {
    let fake = Fake::new();
    fake.borrow_mut().stops_after = Some(4);

    assert_eq!(refused(&fake, "[\"keys\"]"), Cause::InFront("Other".to_owned()));
}

#[test]
fn a_call_without_answer_is_judged_by_the_field() {
    let acted = Fake::new();
    acted.borrow_mut().silent_set = Some(Acted::Yes);
    let idle = Fake::new();
    idle.borrow_mut().silent_set = Some(Acted::No);

    assert!(entered(&acted, "[\"set_value\"]").is_ok());
    assert_eq!(refused(&idle, "[\"set_value\"]"), Cause::ReadBack);
}

#[test]
fn what_is_not_exactly_one_is_refused() {
    let (none, two, other) = (Fake::new(), Fake::new(), Fake::new());
    none.borrow_mut().windows = 0;
    two.borrow_mut().windows = 2;
    other.borrow_mut().state = "Quantity".to_owned();

    assert_eq!(refused(&none, "[\"set_value\"]"), Cause::WindowMissing);
    assert_eq!(refused(&two, "[\"set_value\"]"), Cause::WindowMany(2));
    assert!(matches!(refused(&other, "[\"set_value\"]"), Cause::ScreenWrong(_)));
}

#[test]
fn the_result_of_another_entry_and_a_dialog_are_refused() {
    let (stale, dialog) = (Fake::new(), Fake::new());
    stale.borrow_mut().result = Some("Approved A16 for 4500 ending 9999".to_owned());
    dialog.borrow_mut().modal = Some("Low paper".to_owned());

    assert_eq!(refused(&stale, "[\"set_value\"]"), Cause::ResultStale);
    assert_eq!(refused(&dialog, "[\"set_value\"]"), Cause::Modal("Low paper".to_owned()));
}

#[test]
fn what_changed_after_the_read_back_is_never_pressed() {
    let changes: [Change; 4] = [
        |fake, _| "another".clone_into(&mut fake.borrow_mut().text),
        |fake, _| fake.borrow_mut().modal = Some("Low paper".to_owned()),
        |_, order| order.given_up.give_up(),
        |_, order| NOW_MS.set(order.deadline_ms),
    ];

    for change in changes {
        let fake = Fake::new();
        let ended = ended(&fake, |order| change(&fake, order));
        assert!(matches!(ended, Ended::NotPressed { .. }), "{ended:?}");
        assert_eq!((fake.borrow().presses, fake.borrow().text.as_str()), (0, ""));
    }
}

#[test]
fn a_press_without_answer_is_never_repeated() {
    let fake = Fake::new();
    fake.borrow_mut().silent_press = true;

    let ended = ended(&fake, |_| {});

    assert!(matches!(ended, Ended::Submitted(Observed::Approved { .. })), "{ended:?}");
    assert_eq!(fake.borrow().presses, 1);
}

#[test]
fn silence_another_amount_and_another_code_are_unknown() {
    let answers = [
        (None, UnknownReason::Silent),
        (Some("Approved A17 for 4501 ending 1aBc"), UnknownReason::Mismatch),
        (Some("Approved A17 for 4500 ending 9999"), UnknownReason::Mismatch),
        (Some("Approved A17 for nothing ending 1aBc"), UnknownReason::Garbled),
    ];

    for (answer, reason) in answers {
        let fake = Fake::new();
        fake.borrow_mut().answer = answer.map(str::to_owned);
        let ended = ended(&fake, |_| {});
        assert!(
            matches!(ended, Ended::Submitted(Observed::Unknown(r)) if r == reason),
            "{answer:?} gave {ended:?}"
        );
    }
}

#[test]
fn a_person_who_types_is_waited_for_but_not_for_ever() {
    let (short, long) = (Fake::new(), Fake::new());
    short.borrow_mut().typing_ms = 500;
    long.borrow_mut().typing_ms = 60_000;

    assert!(entered(&short, "[\"set_value\"]").is_ok());
    assert_eq!(refused(&long, "[\"set_value\"]"), Cause::PersonTyping);
}

#[test]
fn an_order_never_prints_its_code() {
    assert!(!format!("{:?}", order()).contains(CODE));
}

proptest! {
    /// Whatever a screen does, a code is pressed at most once, and a refusal leaves no code.
    #[test]
    fn no_screen_makes_it_press_twice_or_leave_a_code(
        changes_keys: bool, silent_press: bool, hidden: bool, answer: bool, keys: bool,
        windows in 0_usize..3, stops_after in proptest::option::of(0_usize..12),
    ) {
        let fake = Fake::new();
        {
            let mut screen = fake.borrow_mut();
            screen.changes_keys = changes_keys;
            screen.silent_press = silent_press;
            screen.hidden = hidden;
            screen.windows = windows;
            screen.stops_after = stops_after;
            screen.answer = screen.answer.take().filter(|_| answer);
        }
        let ways = if keys { "[\"keys\"]" } else { "[\"set_value\"]" };
        let (recipe, order) = (recipe(ways), order());
        let work = Work { recipe: &recipe, order: &order, monotonic_ms: now_ms };
        let mut desk = desk(&fake, &recipe);

        match prepare(&mut desk, &work) {
            Ok(entered) => {
                submit(&mut desk, &work, &entered);
                prop_assert_eq!(fake.borrow().presses, 1);
                let submitted = fake.borrow().submitted.clone();
                prop_assert_eq!(submitted.as_str(), CODE);
            }
            Err(refused) => {
                prop_assert_eq!(fake.borrow().presses, 0);
                let left = fake.borrow().text.clone();
                prop_assert!(left.is_empty() || matches!(refused.residue, Residue::Perhaps(_)));
            }
        }
    }
}

/// Whether a call that gives no answer did what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Acted {
    Yes,
    No,
}

/// What happens to a screen or an order between entering and submitting.
type Change = fn(&Rc<RefCell<Fake>>, &Order);
