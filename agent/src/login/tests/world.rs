//! Service, helper, journal, wire and screen as one machine, with breaks and deaths at any point.

use super::errand::{Conclusion, Effect as Out};
use super::hand::{Effect as Deed, Input};
use super::*;
use baton_protocol::work::UnknownReason;
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};

/// What the journal says of a transaction. It outlives every process.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Life {
    Accepted,
    Fenced,
    Submitted,
    Unknown,
    Approved,
    Declined,
}

/// What the service sends.
#[derive(Debug, Clone, Copy)]
enum Sent {
    Prepare(TransactionId),
    Submit(TransactionId),
    Undo(TransactionId),
}

/// What the helper's desk has still to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    Enter(TransactionId),
    Undo(TransactionId),
    Press(TransactionId),
}

/// One thing that happens.
#[derive(Debug, Clone, Copy)]
enum Event {
    Command,
    TimePasses,
    DownArrives,
    UpArrives,
    DeskWorks,
    DeskTells,
    WireBreaks,
    ServiceNotices,
    HelperNotices,
    Connects,
    HelperDies,
    ServiceDies,
}

const EVENTS: [Event; 12] = [
    Event::Command,
    Event::TimePasses,
    Event::DownArrives,
    Event::UpArrives,
    Event::DeskWorks,
    Event::DeskTells,
    Event::WireBreaks,
    Event::ServiceNotices,
    Event::HelperNotices,
    Event::Connects,
    Event::HelperDies,
    Event::ServiceDies,
];

/// What the wire is to each end.
#[derive(Default)]
struct Wire {
    service_has_it: bool,
    helper_has_it: bool,
    whole: bool,
    down: VecDeque<Sent>,
    up: VecDeque<errand::Input>,
}

#[derive(Default)]
struct World {
    errand: Errand,
    hand: Hand,
    wire: Wire,
    journal: BTreeMap<TransactionId, Life>,
    jobs: VecDeque<Job>,
    tells: VecDeque<Input>,
    field: Option<TransactionId>,
    /// A killed helper can clear nothing.
    left: Option<TransactionId>,
    presses: BTreeMap<TransactionId, usize>,
    approvals: Vec<TransactionId>,
    number: u128,
    screen_approves: bool,
}

impl World {
    fn happen(&mut self, event: Event) {
        match event {
            Event::Command => self.command(),
            Event::TimePasses => self.time_passes(),
            Event::DownArrives => self.down_arrives(),
            Event::UpArrives => {
                if self.wire.service_has_it
                    && let Some(input) = self.wire.up.pop_front()
                {
                    self.service(input);
                }
            }
            Event::DeskWorks => self.desk_works(),
            Event::DeskTells => {
                if let Some(input) = self.tells.pop_front() {
                    self.helper(input);
                }
            }
            Event::WireBreaks => self.wire.whole = false,
            Event::ServiceNotices => self.service_notices(),
            Event::HelperNotices => self.helper_notices(),
            Event::Connects => self.connects(),
            Event::HelperDies => {
                self.hand = Hand::new();
                self.jobs.clear();
                self.tells.clear();
                self.left = self.field.or(self.left);
                self.wire.whole = false;
                self.wire.helper_has_it = false;
                self.wire.down.clear();
            }
            Event::ServiceDies => {
                self.errand = Errand::new();
                for life in self.journal.values_mut() {
                    match life {
                        Life::Accepted => *life = Life::Fenced,
                        Life::Submitted => *life = Life::Unknown,
                        Life::Fenced | Life::Unknown | Life::Approved | Life::Declined => {}
                    }
                }
                self.wire.whole = false;
                self.wire.service_has_it = false;
                self.wire.up.clear();
            }
        }
    }

    fn open(&self) -> Option<TransactionId> {
        let open = |life: &Life| matches!(life, Life::Accepted | Life::Submitted);
        self.journal.iter().find(|(_, life)| open(life)).map(|(id, _)| *id)
    }

    fn command(&mut self) {
        if self.open().is_none() {
            self.number += 1;
            let transaction = id(self.number);
            self.journal.insert(transaction, Life::Accepted);
            self.service(errand::Input::PrepareAsked(transaction));
        }
    }

    fn time_passes(&mut self) {
        let Some(transaction) = self.open() else { return };
        if self.journal[&transaction] == Life::Accepted {
            self.journal.insert(transaction, Life::Fenced);
            self.service(errand::Input::GivenUp(transaction));
        }
    }

    fn down_arrives(&mut self) {
        if !self.wire.helper_has_it {
            return;
        }
        match self.wire.down.pop_front() {
            Some(Sent::Prepare(transaction)) => self.helper(Input::PrepareHeard(transaction)),
            Some(Sent::Submit(transaction)) => self.helper(Input::SubmitHeard(transaction)),
            Some(Sent::Undo(transaction)) => self.helper(Input::UndoHeard(transaction)),
            None => {}
        }
    }

    fn service_notices(&mut self) {
        if self.wire.service_has_it && !self.wire.whole {
            self.wire.service_has_it = false;
            self.wire.up.clear();
            self.service(errand::Input::Broke);
        }
    }

    fn helper_notices(&mut self) {
        if self.wire.helper_has_it && !self.wire.whole {
            self.wire.helper_has_it = false;
            self.wire.down.clear();
            self.helper(Input::Broke);
        }
    }

    fn connects(&mut self) {
        if !self.wire.service_has_it && !self.wire.helper_has_it {
            let (service_has_it, helper_has_it, whole) = (true, true, true);
            self.wire = Wire { service_has_it, helper_has_it, whole, ..Wire::default() };
            self.service(errand::Input::Arrived);
            self.helper(Input::Connected);
        }
    }

    fn service(&mut self, input: errand::Input) {
        for effect in self.errand.step(input) {
            match effect {
                Out::SendPrepare(transaction) => self.send(Sent::Prepare(transaction)),
                Out::SendSubmit(transaction) => {
                    assert_eq!(self.journal[&transaction], Life::Submitted);
                    self.send(Sent::Submit(transaction));
                }
                Out::SendUndo(transaction) => self.send(Sent::Undo(transaction)),
                Out::Prepared(transaction, prepared) => {
                    self.prepared(transaction, prepared.is_ok())
                }
                Out::Concluded(transaction, Conclusion::Seen(seen)) => {
                    self.conclude(transaction, &seen);
                }
                Out::Concluded(transaction, Conclusion::NeverSent | Conclusion::Broke) => {
                    self.journal.insert(transaction, Life::Unknown);
                }
                Out::Late(transaction, seen) => {
                    if self.journal.get(&transaction) == Some(&Life::Unknown) {
                        self.conclude(transaction, &seen);
                    }
                }
            }
        }
    }

    fn prepared(&mut self, transaction: TransactionId, entered: bool) {
        if self.journal[&transaction] != Life::Accepted {
            return;
        }
        if entered {
            self.journal.insert(transaction, Life::Submitted);
            self.service(errand::Input::SubmitAsked(transaction));
        } else {
            self.journal.insert(transaction, Life::Fenced);
        }
    }

    fn conclude(&mut self, transaction: TransactionId, seen: &Seen) {
        let life = match seen {
            Seen::Submitted { outcome: Observed::Approved { .. }, .. } => Life::Approved,
            Seen::Submitted { outcome: Observed::Declined(_), .. } => Life::Declined,
            Seen::Submitted { .. } | Seen::NotPressed { .. } => Life::Unknown,
        };
        self.journal.insert(transaction, life);
    }

    fn send(&mut self, sent: Sent) {
        if self.wire.whole && self.wire.service_has_it {
            self.wire.down.push_back(sent);
        }
    }

    fn helper(&mut self, input: Input) {
        for effect in self.hand.step(input) {
            match effect {
                Deed::Enter(transaction) => self.jobs.push_back(Job::Enter(transaction)),
                Deed::Undo(transaction) => {
                    // What is given up before the desk comes to it is not entered at all.
                    self.jobs.retain(|job| *job != Job::Enter(transaction));
                    self.jobs.push_back(Job::Undo(transaction));
                }
                Deed::Press(transaction) => self.jobs.push_back(Job::Press(transaction)),
                Deed::Check | Deed::SayBusy => {}
                Deed::SayEntered(transaction, evidence) => {
                    self.say(errand::Input::Entered(transaction, evidence));
                }
                Deed::SayRefused(transaction, reason, _) => {
                    self.say(errand::Input::Refused(transaction, reason));
                }
                Deed::SayEnded(transaction, seen) => {
                    self.say(errand::Input::Ended(transaction, seen));
                }
            }
        }
    }

    fn say(&mut self, input: errand::Input) {
        if self.wire.whole && self.wire.helper_has_it {
            self.wire.up.push_back(input);
        }
    }

    fn desk_works(&mut self) {
        let Some(job) = self.jobs.pop_front() else { return };
        let told = match job {
            Job::Enter(transaction) => {
                self.left = None;
                self.field = Some(transaction);
                Input::Entered(transaction, Evidence::SetValueExact)
            }
            Job::Undo(transaction) => {
                self.field = self.field.filter(|held| *held != transaction);
                Input::Undone(transaction)
            }
            Job::Press(transaction) if self.field == Some(transaction) => {
                self.field = None;
                *self.presses.entry(transaction).or_default() += 1;
                Input::Ended(transaction, self.outcome(transaction))
            }
            Job::Press(transaction) => {
                let cause = "gone".to_owned();
                Input::Ended(transaction, Seen::NotPressed { cause })
            }
        };
        self.tells.push_back(told);
    }

    fn outcome(&mut self, transaction: TransactionId) -> Seen {
        self.screen_approves = !self.screen_approves;
        if self.screen_approves {
            self.approvals.push(transaction);
            return approved();
        }
        let outcome = Observed::Unknown(UnknownReason::Silent);
        Seen::Submitted { evidence: Evidence::SetValueExact, outcome, amount: amount() }
    }

    fn check(&self) {
        for (transaction, life) in &self.journal {
            let presses = self.presses.get(transaction).copied().unwrap_or_default();
            assert!(presses <= 1, "{transaction} was pressed {presses} times");
            match life {
                Life::Accepted | Life::Fenced => assert_eq!(presses, 0, "{transaction} {life:?}"),
                Life::Approved => assert!(self.approvals.contains(transaction), "{transaction}"),
                Life::Declined => panic!("nothing was declined"),
                Life::Submitted | Life::Unknown => {}
            }
        }
    }

    /// Lets everything that is on its way arrive.
    fn settle(&mut self) {
        let calm = [
            Event::ServiceNotices,
            Event::HelperNotices,
            Event::Connects,
            Event::DownArrives,
            Event::DeskWorks,
            Event::DeskTells,
            Event::UpArrives,
        ];
        for _ in 0..12 {
            for event in calm {
                self.happen(event);
                self.check();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever breaks when: pressed at most once, never after a fence, and approved only where the
    /// screen approved it. In the end nothing stands in the field that a living helper put there.
    #[test]
    fn no_break_makes_it_press_twice_or_approve_what_was_not(
        events in proptest::collection::vec(proptest::sample::select(&EVENTS[..]), 0..120)
    ) {
        let mut world = World::default();
        world.happen(Event::Connects);

        for event in events {
            world.happen(event);
            world.check();
        }
        world.settle();

        prop_assert!(world.field.is_none() || world.field == world.left, "{:?}", world.field);
        prop_assert_eq!(world.open(), None);
    }
}

#[test]
fn the_world_reaches_an_approval_and_a_late_one() {
    use Event::*;
    let entered = [Connects, Command, DownArrives, DeskWorks, DeskTells, UpArrives];
    let (mut plain, mut late) = (World::default(), World::default());

    for event in entered.into_iter().chain([DownArrives, DeskWorks, DeskTells, UpArrives]) {
        plain.happen(event);
    }
    for event in entered.into_iter().chain([DownArrives, ServiceDies, DeskWorks, DeskTells]) {
        late.happen(event);
    }
    let before = late.journal[&id(1)].clone();
    late.settle();

    assert_eq!(plain.journal[&id(1)], Life::Approved);
    assert_eq!(before, Life::Unknown);
    assert_eq!(late.journal[&id(1)], Life::Approved);
}
