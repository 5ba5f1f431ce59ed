//! What is stored of a unit makes the same unit, and a restart is no free try.
//!
//! Owns only checks. Next: nothing.

use super::*;
use crate::checkout::item::bank::NotKept;
use crate::checkout::unit::restore::{Damaged, Stored, StoredTry};

fn restored(stored: Stored, now: Timestamp) -> Result<(Unit, Vec<Effect>), Damaged> {
    Unit::restore(Arc::new(model()), Policy::default(), stored, now)
}

#[test]
fn a_unit_without_open_runs_comes_back_as_it_was() {
    let mut unit = unit(4);
    fail(&mut unit, 1, START);
    unit.step(Input::ConsentWithdrawn(Source::Device), START).unwrap();

    let (again, effects) = restored(unit.stored(), START).unwrap();

    assert!(again == unit, "something was lost");
    assert!(effects.is_empty());
}

#[test]
fn an_open_run_has_failed_after_a_restart_and_its_item_is_not_asked_again() {
    let mut unit = unit(4);
    unit.step(opened(1, 40_000), START).unwrap();
    let shown = asked(&unit, 1);

    let (mut again, effects) = restored(unit.stored(), START).unwrap();

    assert_eq!(verdict(&effects), Some(Verdict::Inconclusive));
    assert_eq!(cause(&effects), Some(Cause::BrokenOff));
    assert!(effects.contains(&Effect::CountFailure(SessionId(1))));
    assert!(effects.contains(&Effect::UnlockHistory));
    assert!(again.history_is_open());
    assert!(again.bank().lookup_burnt(shown).is_some());
    let refused = again.step(opened(2, 40_000), START).unwrap_err();
    assert!(matches!(refused, Refusal::LockedOut(Lockout::Delay { .. })), "{refused}");
}

#[test]
fn a_wall_that_stepped_back_does_not_lock_for_longer() {
    let mut unit = unit(4);
    fail(&mut unit, 1, START.after_ms(86_400_000_000));

    let (mut again, _) = restored(unit.stored(), START).unwrap();

    let later = START.after_ms(30_000);
    assert!(again.step(opened(2, 40_000), later).is_ok());
}

#[test]
fn fields_that_no_unit_has_are_damage() {
    let unit = unit(2);
    let whole = unit.stored();
    let damaged = |change: fn(&mut Stored)| {
        let mut stored = whole.clone();
        change(&mut stored);
        restored(stored, START).unwrap_err()
    };

    let both = damaged(|stored| stored.bank.burnt.push(stored.bank.fresh[0].clone()));
    let twice = damaged(|stored| stored.bank.burnt = vec![stored.bank.fresh.remove(0); 2]);
    let unasked = damaged(|stored| stored.consent = crate::checkout::consent::Consent::default());
    let spent = damaged(|stored| {
        let one = &stored.bank.fresh[0];
        stored.bank.spent.insert((one.event, one.asks));
    });
    let tries = damaged(|stored| {
        let (session, verdict) = (SessionId(5), Verdict::Rejected);
        stored.tried = vec![StoredTry { session, times: 1, last: START, verdict }; 2];
    });
    let open = damaged(|stored| stored.open = vec![opening(6, 40_000); 2]);
    let amount = damaged(|stored| stored.open = vec![opening(6, 0)]);

    assert_eq!(both, Damaged::Items(NotKept::Known));
    assert_eq!(twice, Damaged::Items(NotKept::Known));
    assert!(matches!(unasked, Damaged::Items(NotKept::NoConsent(_))));
    assert_eq!(spent, Damaged::Items(NotKept::Spent));
    assert_eq!(tries, Damaged::SessionTwice(SessionId(5)));
    assert_eq!(open, Damaged::SessionTwice(SessionId(6)));
    assert_eq!(amount, Damaged::AmountUncountable(SessionId(6)));
}
