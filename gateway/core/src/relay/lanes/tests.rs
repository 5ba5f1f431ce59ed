use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn id(number: u128) -> TransactionId {
    TransactionId::new(Uuid::from_u128(number))
}

fn inquiry(number: u128) -> Place {
    (id(number), Lane::Inquiry)
}

fn reversal(number: u128) -> Place {
    (id(number), Lane::Reversal)
}

#[test]
fn a_transaction_has_one_inquiry_and_one_reversal_at_a_time() {
    let mut lanes = Lanes::new(10, 10);
    lanes.add(inquiry(1));
    lanes.add(reversal(1));
    let started = [lanes.start_next(), lanes.start_next()];

    let again = lanes.add(inquiry(1));
    let nobody = lanes.start_next();
    lanes.done(inquiry(1));
    let after = lanes.start_next();

    assert_eq!(started, [Some(reversal(1)), Some(inquiry(1))]);
    assert_eq!((again, nobody, after), (Taken::Queued, None, Some(inquiry(1))));
}

#[test]
fn a_slow_answer_holds_up_its_own_lane_only() {
    let mut lanes = Lanes::new(2, 100);
    lanes.add(inquiry(0));
    assert_eq!(lanes.start_next(), Some(inquiry(0)));
    (1..50).for_each(|number| assert_eq!(lanes.add(inquiry(number)), Taken::Queued));

    let drained = (1..50).all(|number| {
        let next = lanes.start_next();
        lanes.done(inquiry(number));
        next == Some(inquiry(number))
    });

    assert!(drained);
}

#[test]
fn reversals_go_first_and_inquiries_are_not_starved() {
    let mut lanes = Lanes::new(100, 100);
    (0..10).for_each(|number| {
        lanes.add(inquiry(number));
        lanes.add(reversal(number));
    });

    let order: Vec<Lane> =
        std::iter::from_fn(|| lanes.start_next()).take(10).map(|(_, lane)| lane).collect();

    use Lane::{Inquiry as I, Reversal as R};
    assert_eq!(order, [R, R, R, R, I, R, R, R, R, I]);
}

#[test]
fn what_waits_is_asked_once_and_the_queue_has_an_end() {
    let mut lanes = Lanes::new(1, 2);

    let taken = [1, 1, 2, 3].map(|number| lanes.add(inquiry(number)));

    assert_eq!(taken, [Taken::Queued, Taken::Renewed, Taken::Queued, Taken::Full]);
}

proptest! {
    /// Everything taken is asked in the end, never the same twice at once, never too many at once.
    #[test]
    fn everything_taken_is_asked(
        wishes in proptest::collection::vec((0..6_u128, any::<bool>(), any::<bool>()), 0..200),
    ) {
        let mut lanes = Lanes::new(3, 8);
        let mut running: Vec<Place> = Vec::new();
        let mut owed: BTreeSet<Place> = BTreeSet::new();
        for (number, undo, finish) in wishes {
            let place = if undo { reversal(number) } else { inquiry(number) };
            if lanes.add(place) != Taken::Full {
                owed.insert(place);
            }
            while let Some(next) = lanes.start_next() {
                prop_assert!(!running.contains(&next));
                owed.remove(&next);
                running.push(next);
            }
            prop_assert!(running.len() <= 3 && lanes.waiting() <= 8);
            if finish && !running.is_empty() {
                lanes.done(running.remove(0));
            }
        }
        // What was done last may have freed the place of one that waits, with nothing running.
        loop {
            while let Some(next) = lanes.start_next() {
                owed.remove(&next);
                running.push(next);
            }
            let Some(place) = running.pop() else { break };
            lanes.done(place);
        }
        prop_assert!(owed.is_empty(), "never asked: {:?}", owed);
    }
}
