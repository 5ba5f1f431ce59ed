use super::*;
use proptest::prelude::*;

fn carried<O: Clone>(frame: &Frame<&O>) -> Frame<O> {
    Frame { v: frame.v, seq: frame.seq, ack: frame.ack, body: frame.body.clone() }
}

#[test]
fn frames_are_numbered_from_one_and_acknowledge_what_was_taken() {
    let (mut here, mut there) = (Session::new(), Session::new());

    let first = carried(&here.send("a").unwrap());
    assert_eq!(there.receive(first.clone()), Delivery::Delivered("a"));
    let answer = carried(&there.send("b").unwrap());

    assert_eq!((first.seq, answer.seq, answer.ack), (1, 1, 1));
    assert_eq!(here.receive(answer), Delivery::Delivered("b"));
    assert_eq!(here.unacknowledged(), 0);
}

#[test]
fn a_doubled_frame_is_dropped_and_a_missing_one_is_a_gap() {
    let (mut here, mut there) = (Session::new(), Session::<()>::new());
    let first = carried(&here.send(1).unwrap());
    let second = carried(&here.send(2).unwrap());

    assert_eq!(there.receive(second), Delivery::Gap { expected: 1, found: 2 });
    assert_eq!(there.receive(first.clone()), Delivery::Delivered(1));
    assert_eq!(there.receive(first), Delivery::Duplicate);
}

#[test]
fn greetings_are_never_numbered_nor_kept() {
    let (mut here, mut there) = (Session::<&str>::new(), Session::<&str>::new());

    let hello = here.bare("hello");

    assert_eq!((hello.seq, here.unacknowledged()), (0, 0));
    assert_eq!(there.receive(hello), Delivery::Delivered("hello"));
    assert_eq!(there.owed(), 0);
}

#[test]
fn the_outbox_refuses_more_than_its_bound() {
    let mut here = Session::new();
    for number in 0..OUTBOX_FRAMES_MAX {
        assert!(here.send(number).is_ok());
    }

    assert_eq!(here.send(0).map(|_| ()), Err(OutboxFull));
    assert_eq!(here.resume(1_024).count(), 0);
    assert!(here.has_room());
}

#[test]
fn a_forgotten_session_counts_anew_and_loses_no_message() {
    let mut here = Session::new();
    for body in ["a", "b", "c"] {
        here.send(body).unwrap();
    }
    assert_eq!(here.resume(1).count(), 2);

    here.restart();

    let again: Vec<_> = here.resume(0).map(|frame| (frame.seq, *frame.body)).collect();
    assert_eq!(again, [(1, "b"), (2, "c")]);
}

#[test]
fn an_acknowledgement_of_something_never_sent_frees_nothing() {
    let mut here = Session::new();
    here.send("a").unwrap();

    here.receive(Frame { v: 1, seq: 0, ack: 9, body: () });

    assert_eq!(here.unacknowledged(), 1);
}

/// What the network does with the next frame.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Arrives,
    ArrivesTwice,
    LostAndCut,
    Acknowledged,
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![
        4 => Just(Fate::Arrives),
        1 => Just(Fate::ArrivesTwice),
        2 => Just(Fate::LostAndCut),
        1 => Just(Fate::Acknowledged),
    ];
    proptest::collection::vec(fate, 1..200)
}

fn deliver(there: &mut Session<()>, frame: Frame<usize>, taken: &mut Vec<usize>) {
    if let Delivery::Delivered(body) = there.receive(frame) {
        taken.push(body);
    }
}

proptest! {
    #[test]
    fn every_message_is_taken_once_and_in_order_whatever_the_network_does(fates in fates()) {
        let (mut here, mut there) = (Session::new(), Session::<()>::new());
        let mut taken = Vec::new();

        for (number, fate) in fates.iter().enumerate() {
            let frame = carried(&here.send(number).unwrap());
            match fate {
                Fate::Arrives => deliver(&mut there, frame, &mut taken),
                Fate::ArrivesTwice => {
                    deliver(&mut there, frame.clone(), &mut taken);
                    deliver(&mut there, frame, &mut taken);
                }
                Fate::LostAndCut => {
                    let frames = here.resume(there.received());
                    let again: Vec<_> = frames.map(|frame| carried(&frame)).collect();
                    again.into_iter().for_each(|f| deliver(&mut there, f, &mut taken));
                }
                Fate::Acknowledged => {
                    deliver(&mut there, frame, &mut taken);
                    here.receive(there.bare(()));
                    prop_assert_eq!(here.unacknowledged(), 0);
                }
            }
        }

        prop_assert_eq!(taken, (0..fates.len()).collect::<Vec<_>>());
    }
}
