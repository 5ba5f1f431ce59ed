//! Any inputs in any order, with crashes that keep any durable prefix.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What happens next; numbers name transactions 1 to 3 and epochs 1 to 3.
#[derive(Debug, Clone)]
enum Happening {
    Input(Input),
    /// Power fails while the effects of this input are carried out, after so many of them.
    Crash(Input, usize),
    Time(u64),
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(approved()),
        Just(Verdict::Declined { reason: DeclineReason::Funds }),
        Just(Verdict::Unknown { reason: UnknownReason::Silent }),
    ]
}

fn evidence() -> impl Strategy<Value = Option<Evidence>> {
    let outcome = evidence::Outcome::Taken;
    proptest::option::of(Just(Evidence { entry: Some(Entry::TypedExact), outcome }))
}

fn inputs() -> impl Strategy<Value = Input> {
    let number = || 1..4_u128;
    let epoch = || 1..4_u64;
    let states = prop_oneof![Just(State::Approved), Just(State::Reversed), Just(State::Unknown)];
    prop_oneof![
        4 => (number(), epoch()).prop_map(|(n, e)| Input::CommandReceived(order(n, e))),
        2 => (number(), epoch())
            .prop_map(|(n, epoch)| Input::CancelReceived { transaction: id(n), epoch }),
        4 => number().prop_map(|n| Input::SubmitReady { transaction: id(n) }),
        1 => number().prop_map(|n| Input::SubmitRefused {
            transaction: id(n),
            fence: Fence::because(FenceReason::PosNotReady, Cause::Modal),
        }),
        3 => (number(), verdicts(), evidence()).prop_map(|(n, verdict, evidence)| {
            Input::VerdictArrived { transaction: id(n), verdict, evidence }
        }),
        2 => (number(), states)
            .prop_map(|(n, state)| Input::CommitReceived { transaction: id(n), state }),
        1 => Just(Input::TtlPassed),
        1 => Just(Input::Connected),
    ]
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let happening = prop_oneof![
        8 => inputs().prop_map(Happening::Input),
        1 => (inputs(), 0..4_usize).prop_map(|(input, done)| Happening::Crash(input, done)),
        1 => (1..900_u64).prop_map(Happening::Time),
    ];
    proptest::collection::vec(happening, 1..80)
}

/// The world as an outside checker sees it: what is on disk and what left the device.
#[derive(Default)]
struct World {
    disk: Vec<Record>,
    submits: BTreeMap<TransactionId, u32>,
    fenced_told: BTreeSet<TransactionId>,
}

impl World {
    fn on_disk(&self, transaction: TransactionId, wanted: impl Fn(&Event) -> bool) -> bool {
        self.disk.iter().any(|record| record.transaction == transaction && wanted(&record.event))
    }

    fn carry_out(&mut self, effect: &Effect) {
        match effect {
            Effect::Append(record) => self.disk.push(record.clone()),
            Effect::Submit(transaction) => {
                let id = *transaction;
                *self.submits.entry(id).or_default() += 1;
                assert_eq!(self.submits[&id], 1, "submitted twice");
                assert!(self.on_disk(id, |event| *event == Event::Submitted), "not written");
                assert!(!self.on_disk(id, |event| matches!(event, Event::Fenced(_))), "fenced");
            }
            Effect::Report(report) => self.check(report),
            Effect::Show { transaction, state: State::Approved } => {
                assert!(self.on_disk(*transaction, |event| *event == Event::Shown));
                assert!(!self.on_disk(*transaction, |event| matches!(event, Event::Fenced(_))));
            }
            Effect::Show { .. } | Effect::Prepare(_) | Effect::Abandon(_) => {}
        }
    }

    fn check(&mut self, report: &Upward) {
        match report {
            Upward::Accepted { transaction, .. } => {
                assert!(
                    self.on_disk(*transaction, |event| matches!(event, Event::Accepted { .. }))
                );
            }
            Upward::Fenced { transaction, reason, cause } => {
                let fence = Fence { reason: *reason, cause: *cause };
                assert!(self.on_disk(*transaction, |event| *event == Event::Fenced(fence)));
                assert_eq!(self.submits.get(transaction), None, "fenced after a submit");
                self.fenced_told.insert(*transaction);
            }
            Upward::Result {
                transaction, verdict: Verdict::Unknown { reason }, evidence, ..
            } => {
                let doubted = |evidence| Event::Doubted { reason: *reason, evidence };
                let same = |evidence| self.on_disk(*transaction, |one| *one == doubted(evidence));
                assert!(evidence.is_none_or(same), "evidence was told before it was written");
                assert!(self.on_disk(*transaction, |event| *event == Event::Submitted));
                assert!(!self.on_disk(*transaction, |event| matches!(event, Event::Result(_))));
            }
            Upward::Result { transaction, verdict, evidence, .. } => {
                let outcome = Outcome::conclusive(verdict.clone()).unwrap();
                let concluded = Concluded { outcome, evidence: *evidence };
                let same = |event: &Event| *event == Event::Result(concluded.clone());
                assert!(self.on_disk(*transaction, same), "reported before written");
            }
            Upward::Contradicted { transaction, .. } => {
                assert!(self.on_disk(*transaction, |event| matches!(event, Event::Result(_))));
            }
            Upward::Shown { .. } | Upward::Ask { .. } => {}
            Upward::Hello { .. }
            | Upward::NotReady { .. }
            | Upward::Ack
            | Upward::Journal { .. }
            | Upward::Scanned { .. }
            | Upward::Typed { .. }
            | Upward::Sightings(_)
            | Upward::Later => {
                panic!("the machine says no {report:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn nothing_is_submitted_twice_or_said_without_its_record_whatever_happens(
        happenings in happenings()
    ) {
        let (mut world, mut journal, mut now_ms) = (World::default(), Journal::default(), 0);
        for happening in happenings {
            match happening {
                Happening::Time(passed) => now_ms += passed,
                Happening::Input(input) => {
                    let effects = journal.step(input, now_ms).unwrap_or_default();
                    effects.iter().for_each(|effect| world.carry_out(effect));
                }
                Happening::Crash(input, done) => {
                    let effects = journal.step(input, now_ms).unwrap_or_default();
                    effects.iter().take(done).for_each(|effect| world.carry_out(effect));
                    let (after, effects) = restarted(&world.disk);
                    journal = after;
                    effects.iter().for_each(|effect| world.carry_out(effect));
                }
            }
            prop_assert!(journal.executing().is_none_or(|id| !world.fenced_told.contains(&id)));
        }
    }
}
