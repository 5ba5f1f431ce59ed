use crate::iso8583::{FrameFault, Frames, MESSAGE_BYTES_MAX, frame_into};

#[test]
fn a_frame_over_the_limit_is_refused_before_its_bytes_arrive() {
    let mut frames = Frames::default();

    frames.push(&4097_u16.to_be_bytes());

    assert_eq!(frames.next_frame(), Err(FrameFault::TooLarge { bytes: 4097 }));
}

#[test]
fn an_empty_frame_is_refused() {
    let mut frames = Frames::default();

    frames.push(&[0, 0]);

    assert_eq!(frames.next_frame(), Err(FrameFault::Empty));
}

#[test]
fn a_message_over_the_limit_is_not_framed() {
    let mut out = Vec::new();

    let refused = frame_into(&mut out, &vec![0; MESSAGE_BYTES_MAX + 1]);

    assert_eq!(refused, Err(FrameFault::TooLarge { bytes: MESSAGE_BYTES_MAX + 1 }));
    assert!(out.is_empty());
}
