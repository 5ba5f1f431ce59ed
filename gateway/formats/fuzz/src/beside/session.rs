//! Both ends of a session, with frames that are lost, doubled and cut off.
//!
//! Owns the two lists that the ends must agree on. Frames travel as the text that is sent. Next:
//! `strict.rs`.

#[rustfmt::skip]
#[path = "../../../../link/src/session.rs"]
#[expect(dead_code, reason = "the rules know more than two ends do here")]
mod rules;

use baton_protocol::frame::Frame;
use rules::{Delivery, Session};
use std::collections::VecDeque;

/// One end, what it said, what it heard, and the frames on their way to it.
#[derive(Default)]
struct End {
    session: Session<u32>,
    said: Vec<u32>,
    heard: Vec<u32>,
    coming: VecDeque<String>,
}

/// One deed a byte: the highest bit says which end, the others what it does.
pub fn session(deeds: &[u8]) -> bool {
    let (mut left, mut right) = (End::default(), End::default());
    for deed in deeds {
        let (one, other) =
            if deed & 0x80 == 0 { (&mut left, &mut right) } else { (&mut right, &mut left) };
        act(deed & 0x7F, one, other);
    }
    reconnect(&mut left, &mut right);
    while !left.coming.is_empty() || !right.coming.is_empty() {
        hear(&mut left);
        hear(&mut right);
    }
    assert_eq!(left.heard, right.said, "after a reconnect nothing is missing");
    assert_eq!(right.heard, left.said, "after a reconnect nothing is missing");
    !left.said.is_empty()
}

fn act(deed: u8, one: &mut End, other: &mut End) {
    match deed % 8 {
        0..=2 => {
            let word = u32::try_from(one.said.len()).expect("few words");
            let frame = one.session.send(word);
            let Ok(frame) = frame else { return reconnect(one, other) };
            other.coming.push_back(text(&frame));
            one.said.push(word);
        }
        3 => hear(one),
        4 => {
            one.coming.pop_front();
        }
        5 => {
            if let Some(first) = one.coming.front().cloned() {
                one.coming.push_front(first);
            }
        }
        6 => other.coming.push_back(text(&one.session.bare(u32::MAX))),
        _ => reconnect(one, other),
    }
}

fn text<B: serde::Serialize>(frame: &Frame<B>) -> String {
    serde_json::to_string(frame).expect("a frame can be written")
}

fn hear(end: &mut End) {
    let Some(text) = end.coming.pop_front() else { return };
    let frame: Frame<u32> = serde_json::from_str(&text).expect("what was sent can be read");
    let (number, before) = (frame.seq, end.session.received());
    match end.session.receive(frame) {
        Delivery::Delivered(_) if number == 0 => {}
        Delivery::Delivered(word) => {
            assert_eq!(number, before + 1, "out of order");
            end.heard.push(word);
        }
        Delivery::Duplicate => assert!(number <= before, "a new frame was dropped"),
        Delivery::Gap { expected, found } => {
            assert_eq!((expected, found), (before + 1, number));
            assert!(found > expected, "a gap where there is none");
            // The connection is closed: nothing more of it arrives.
            end.coming.clear();
        }
    }
    let heard = u64::try_from(end.heard.len()).expect("few words");
    assert_eq!(end.session.received(), heard, "taken and not counted");
}

/// Both ends say what they have; each sends the rest again.
fn reconnect(one: &mut End, other: &mut End) {
    one.coming.clear();
    other.coming.clear();
    let (taken, taken_there) = (one.session.received(), other.session.received());
    other.coming.extend(one.session.resume(taken_there).map(|frame| text(&frame)));
    one.coming.extend(other.session.resume(taken).map(|frame| text(&frame)));
    let left = other.said.len() - one.heard.len();
    assert_eq!(other.session.unacknowledged(), left, "kept until taken");
}
