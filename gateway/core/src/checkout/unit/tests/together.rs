//! What holds for every order of events, with several runs of one account at the same time.

use super::{START, chance, opening, unit, with_key};
use crate::checkout::dice::Dice;
use crate::checkout::ids::{ItemId, SessionId};
use crate::checkout::risk::rule::Verdict;
use crate::checkout::risk::score::Answered;
use crate::checkout::unit::{Chance, Effect, Input, Record, Screen, Unit};
use crate::time::Timestamp;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use std::collections::{BTreeMap, BTreeSet};

/// A day.
const DAY_MS: u64 = 86_400_000;

#[derive(Debug, Clone)]
enum Move {
    Open(u128, u64),
    Answer(u128, bool, u64),
    Skip(u128, u64),
    Leave(u128),
    Wait(u64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let session = || 1_u128..12;
    proptest::collection::vec(
        prop_oneof![
            3 => (session(), any::<u64>()).prop_map(|(session, dice)| Move::Open(session, dice)),
            8 => (session(), proptest::bool::weighted(0.7), any::<u64>())
                .prop_map(|(session, right, dice)| Move::Answer(session, right, dice)),
            2 => (session(), any::<u64>()).prop_map(|(session, dice)| Move::Skip(session, dice)),
            1 => session().prop_map(Move::Leave),
            3 => prop_oneof![0_u64..100_000, 0..2 * DAY_MS].prop_map(Move::Wait),
        ],
        1..50,
    )
}

/// Plays one move; a move that cannot be made does nothing.
fn play(unit: &mut Unit, one: &Move, now: Timestamp) -> Vec<Effect> {
    let luck = |dice: u64| Chance { dice: Dice::new(dice), ..chance(0) };
    let item = |session: u128| unit.lookup_asked(SessionId(session)).map(|item| item.id);
    let input = match one {
        Move::Open(session, dice) => {
            let plain = opening(*session, 50_000);
            let opening = if dice % 2 == 0 { plain } else { with_key(opening(*session, 300_000)) };
            Some(Input::Opened(opening, luck(*dice)))
        }
        Move::Answer(session, right, dice) => item(*session).map(|item| Input::Answered {
            session: SessionId(*session),
            item,
            answered: if *right { Answered::Right } else { Answered::Wrong },
            chance: luck(*dice),
        }),
        Move::Skip(session, dice) => item(*session).map(|item| {
            let session = SessionId(*session);
            Input::Skipped { session, item, chance: luck(*dice) }
        }),
        Move::Leave(session) => Some(Input::Left(SessionId(*session))),
        Move::Wait(_) => Some(Input::DeadlinePassed),
    };
    input.and_then(|input| unit.step(input, now).ok()).unwrap_or_default()
}

/// What the phone sees, and when.
fn screens(effects: Vec<Effect>) -> Vec<(Timestamp, Screen)> {
    let shows = effects.into_iter().filter_map(|effect| match effect {
        Effect::Show { at, screen, .. } => Some((at, screen)),
        _ => None,
    });
    shows.collect()
}

proptest! {
    #[test]
    fn an_item_is_never_asked_twice(moves in moves()) {
        let (mut unit, mut now) = (unit(12), START);
        let (mut shown, mut burnt) = (BTreeSet::new(), BTreeSet::new());
        let mut facts = BTreeSet::new();

        for one in moves {
            if let Move::Wait(ms) = one {
                now = now.after_ms(ms);
            }
            for effect in play(&mut unit, &one, now) {
                match effect {
                    Effect::Record(Record::Burnt { shown: item, burnt: names, .. }) => {
                        prop_assert!(names.contains(&item));
                        for name in names {
                            prop_assert!(burnt.insert(name), "{name:?} was burnt twice");
                        }
                        let item = unit.bank().lookup_burnt(item).unwrap();
                        prop_assert!(facts.insert((item.event, item.asks)));
                    }
                    Effect::Show { screen: Screen::Question { item, .. }, .. } => {
                        prop_assert!(burnt.contains(&item), "{item:?} was not burnt before");
                        prop_assert!(shown.insert(item), "{item:?} was asked twice");
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn the_lockouts_hold(moves in moves()) {
        let (mut unit, mut now) = (unit(20), START);
        let (mut failed, mut open) = (Vec::<Timestamp>::new(), BTreeSet::new());
        let mut passed = false;

        for one in moves {
            if let Move::Wait(ms) = one {
                now = now.after_ms(ms);
            }
            for effect in play(&mut unit, &one, now) {
                match effect {
                    Effect::Record(Record::Opened(opening)) => {
                        open.insert(opening.session);
                        let within = |days: u64| {
                            failed.iter().filter(|at| now.since_ms(**at) < days * DAY_MS).count()
                        };
                        prop_assert!(within(1) + open.len() <= 3);
                        prop_assert!(within(30) + open.len() <= 5);
                        let waits = failed.last().is_none_or(|last| now.since_ms(*last) >= 30_000);
                        prop_assert!(waits || passed, "a run began {now:?} after {failed:?}");
                    }
                    Effect::CountFailure(_) => {
                        failed.push(now);
                        passed = false;
                    }
                    Effect::Decide { session, verdict, .. } => {
                        open.remove(&session);
                        passed |= verdict == Verdict::Accepted;
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn a_restart_keeps_everything_but_open_runs_and_those_have_failed(moves in moves()) {
        let (mut unit, mut now) = (unit(12), START);
        for one in moves {
            if let Move::Wait(ms) = one {
                now = now.after_ms(ms);
            }
            play(&mut unit, &one, now);
        }
        let before = unit.stored();

        let restored = Unit::restore(unit.model.clone(), unit.policy, before.clone(), now);
        let (restored, effects) = restored.unwrap();

        let after = restored.stored();
        let failed = effects.iter().filter(|one| matches!(one, Effect::CountFailure(_))).count();
        prop_assert!(after.open.is_empty());
        prop_assert_eq!(failed, before.open.len());
        prop_assert_eq!(&after.bank, &before.bank);
        prop_assert!(after.failed_in_a_row as usize >= failed);
        for session in before.open.iter().map(|opening| opening.session) {
            prop_assert!(after.tried.iter().any(|one| one.session == session));
        }
    }

    #[test]
    fn the_phone_cannot_tell_right_from_wrong(
        answers in proptest::collection::vec(any::<bool>(), 1..9),
        dice in any::<u64>(),
    ) {
        let mut unit = unit(12);
        play(&mut unit, &Move::Open(1, dice), START);

        for right in answers {
            let [(right_unit, of_right), (wrong_unit, of_wrong)] = [true, false].map(|right| {
                let mut unit = unit.clone();
                let effects = play(&mut unit, &Move::Answer(1, right, dice), START);
                (unit, screens(effects))
            });

            prop_assert_eq!(of_right.len(), of_wrong.len());
            for ((at, screen), (other_at, other)) in of_right.iter().zip(&of_wrong) {
                prop_assert_eq!(at, other_at);
                if let (
                    Screen::Question { until, skips_left, .. },
                    Screen::Question { until: other_until, skips_left: other_skips, .. },
                ) = (screen, other) {
                    prop_assert_eq!((until, skips_left), (other_until, other_skips));
                }
            }
            unit = if right { right_unit } else { wrong_unit };
        }
    }

    #[test]
    fn a_session_is_decided_once_a_try_and_never_after_an_acceptance(moves in moves()) {
        let (mut unit, mut now) = (unit(12), START);
        let (mut tries, mut accepted) = (BTreeMap::<SessionId, u32>::new(), BTreeSet::new());
        let since = now;

        for one in moves {
            if let Move::Wait(ms) = one {
                now = now.after_ms(ms);
            }
            if now.since_ms(since) >= DAY_MS {
                break;
            }
            for effect in play(&mut unit, &one, now) {
                if let Effect::Decide { session, verdict, .. } = effect {
                    prop_assert!(!accepted.contains(&session));
                    let tries = tries.entry(session).or_default();
                    *tries += 1;
                    prop_assert!(*tries <= 2);
                    if verdict == Verdict::Accepted {
                        accepted.insert(session);
                    }
                }
            }
        }
    }
}

/// Names of items are unique in these tests.
#[test]
fn the_items_of_the_tests_have_names_of_their_own() {
    let unit = unit(12);

    assert_eq!(unit.bank().fresh(), 108);
    assert!(unit.bank().lookup_burnt(ItemId(100)).is_none());
}
