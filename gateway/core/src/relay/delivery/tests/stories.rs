//! Random stories: receivers that fail, crashes that forget everything since the last record.

use super::*;
use proptest::prelude::*;

/// One turn of a story.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Happens { transaction: u128 },
    Read { many: usize },
    Answer { which: usize, answer: Answer },
    Pass { ms: u64 },
    Record,
    Crash,
}

fn turn() -> impl Strategy<Value = Turn> {
    let answer = prop_oneof![3 => Just(Answer::Taken), 2 => Just(Answer::Failed)];
    prop_oneof![
        4 => (0..5_u128).prop_map(|transaction| Turn::Happens { transaction }),
        3 => (1..4_usize).prop_map(|many| Turn::Read { many }),
        6 => (0..9_usize, answer).prop_map(|(which, answer)| Turn::Answer { which, answer }),
        2 => (1..90_000_u64).prop_map(|ms| Turn::Pass { ms }),
        2 => Just(Turn::Record),
        1 => Just(Turn::Crash),
    ]
}

/// A store, a receiver and the machine between them.
struct Story {
    now: Timestamp,
    events: Vec<Event>,
    cursor: i64,
    kept: BTreeMap<i64, Kept>,
    machine: Deliveries,
    flying: Vec<i64>,
    taken: BTreeSet<i64>,
    parked: BTreeSet<i64>,
}

impl Story {
    fn new() -> Self {
        Self {
            now: at(0),
            events: Vec::new(),
            cursor: 0,
            kept: BTreeMap::new(),
            machine: fresh(),
            flying: Vec::new(),
            taken: BTreeSet::new(),
            parked: BTreeSet::new(),
        }
    }

    fn play(&mut self, turn: Turn) {
        match turn {
            Turn::Happens { transaction } => {
                let seq = i64::try_from(self.events.len()).unwrap() + 1;
                self.events.push(event(seq, transaction));
            }
            Turn::Read { many } => {
                let after = self.machine.read_up_to();
                let next = self.events.iter().filter(|event| event.seq > after);
                let next: Vec<Event> = next.take(many).cloned().collect();
                let up_to = next.last().map_or(after, |last| last.seq);
                self.step(Input::Read { events: next, up_to });
            }
            Turn::Answer { which, answer } if !self.flying.is_empty() => {
                let seq = self.flying.remove(which % self.flying.len());
                if answer == Answer::Taken {
                    self.taken.insert(seq);
                }
                self.step(answered(seq, answer));
            }
            Turn::Answer { .. } => {}
            Turn::Pass { ms } => {
                self.now = self.now.after_ms(ms);
                self.step(Input::DeadlineReached);
            }
            Turn::Record => self.step(Input::RecordDue),
            Turn::Crash => {
                self.flying.clear();
                let kept = self.kept.values().cloned().collect();
                let cursor = self.cursor;
                self.machine = Deliveries::restore(cursor, kept, BOUNDS, PATIENCE, self.now);
            }
        }
    }

    fn step(&mut self, input: Input) {
        for effect in self.machine.step(input, self.now) {
            match effect {
                Effect::Send { seq, .. } => self.sent(seq),
                Effect::Record(progress) => self.record(progress),
                Effect::Alarm { seq } => {
                    self.parked.insert(seq);
                }
                Effect::Suspend => panic!("nobody is gone in this story"),
            }
        }
        self.nothing_waits_without_need();
    }

    /// Order: whatever is sent, everything before it in its transaction was taken or given up.
    fn sent(&mut self, seq: i64) {
        assert!(!self.flying.contains(&seq), "{seq} is sent twice at a time");
        let own = self.transaction(seq);
        let before = self.events.iter().filter(|one| one.transaction == own && one.seq < seq);
        for one in before {
            let over = self.taken.contains(&one.seq) || self.parked.contains(&one.seq);
            assert!(over, "{seq} is sent before {}", one.seq);
        }
        let beside = self.flying.iter().filter(|one| self.transaction(**one) == own).count();
        assert_eq!(beside, 0, "two events of one transaction are on their way");
        self.flying.push(seq);
        assert!(self.flying.len() <= BOUNDS.flying_max);
    }

    fn record(&mut self, progress: Progress) {
        let Progress { cursor, keep, done, parked } = progress;
        assert!(cursor >= self.cursor, "the cursor goes back");
        self.cursor = cursor;
        self.kept.extend(keep.into_iter().map(|kept| (kept.event.seq, kept)));
        for seq in done.into_iter().chain(parked.into_iter().map(|kept| kept.event.seq)) {
            self.kept.remove(&seq);
        }
        for one in self.events.iter().filter(|one| one.seq <= cursor) {
            let safe = self.taken.contains(&one.seq)
                || self.parked.contains(&one.seq)
                || self.kept.contains_key(&one.seq);
            assert!(safe, "event {} would be lost by a crash", one.seq);
        }
    }

    /// No head-of-line blocking: with a free place, whatever is due is on its way.
    fn nothing_waits_without_need(&self) {
        if self.flying.len() < BOUNDS.flying_max
            && let Some(deadline) = self.machine.next_deadline()
        {
            assert!(deadline > self.now, "something is due and not sent");
        }
    }

    fn transaction(&self, seq: i64) -> TransactionId {
        self.events.iter().find(|one| one.seq == seq).unwrap().transaction
    }

    /// The receiver mends itself; everything must come to its end.
    fn mend(&mut self) {
        for _ in 0..10_000 {
            self.play(Turn::Read { many: 50 });
            while !self.flying.is_empty() {
                self.play(Turn::Answer { which: 0, answer: Answer::Taken });
            }
            let read = self.machine.read_up_to() >= self.events.last().map_or(0, |last| last.seq);
            match self.machine.next_deadline() {
                Some(deadline) => self.now = deadline,
                None if read => return,
                None => {}
            }
            self.step(Input::DeadlineReached);
        }
        panic!("it does not come to an end");
    }
}

proptest! {
    #[test]
    fn every_event_is_taken_in_order_whatever_fails_and_whenever_it_crashes(
        turns in proptest::collection::vec(turn(), 1..200),
    ) {
        let mut story = Story::new();
        for turn in turns {
            story.play(turn);
        }

        story.mend();
        story.play(Turn::Record);

        for one in &story.events {
            let over = story.taken.contains(&one.seq) || story.parked.contains(&one.seq);
            prop_assert!(over, "event {} was never taken", one.seq);
        }
        prop_assert_eq!(story.machine.waiting(), 0);
        prop_assert!(story.kept.is_empty());
        prop_assert_eq!(story.cursor, story.events.last().map_or(0, |last| last.seq));
    }
}
