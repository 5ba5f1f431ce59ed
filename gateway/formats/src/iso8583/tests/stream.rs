use crate::iso8583::framing::{Address, FrameCounts, Framing, LengthForm};
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

const LENGTHS: [LengthForm; 4] =
    [LengthForm::Binary2, LengthForm::Binary4, LengthForm::Ascii4, LengthForm::Bcd2];

#[test]
fn every_framing_is_read_as_it_is_written() {
    let tpdu = [0x60, 0, 1, 0, 2];
    for length in LENGTHS {
        for counts in [FrameCounts::Rest, FrameCounts::Whole] {
            for address in [Address::Absent, Address::Tpdu(tpdu)] {
                let framing = Framing { length, counts, address };
                let (mut out, mut frames) = (Vec::new(), Frames::new(framing));
                framing.frame_into(&mut out, &[7; 1234]).unwrap();
                framing.frame_into(&mut out, b"second").unwrap();

                frames.push(&out);

                let first = frames.next_whole().unwrap().unwrap();
                assert_eq!(first.message, [7; 1234], "{framing:?}");
                assert_eq!(first.tpdu.is_some(), address != Address::Absent);
                assert_eq!(frames.next_frame(), Ok(Some(&b"second"[..])));
                assert_eq!(frames.left(), b"");
            }
        }
    }
}

#[test]
fn lengths_look_as_their_names_say() {
    let first = |length| {
        let mut out = Vec::new();
        let framing = Framing { length, counts: FrameCounts::Whole, ..Framing::PLAIN };
        framing.frame_into(&mut out, &[b'x'; 96]).unwrap();
        out[..4].to_vec()
    };

    assert_eq!(first(LengthForm::Binary2), [0, 98, b'x', b'x']);
    assert_eq!(first(LengthForm::Bcd2), [0x00, 0x98, b'x', b'x']);
    assert_eq!(first(LengthForm::Binary4), [0, 0, 0, 100]);
    assert_eq!(first(LengthForm::Ascii4), *b"0100");
}

#[test]
fn an_answer_goes_back_to_where_the_question_came_from() {
    let framing = Framing { address: Address::Tpdu([0x60, 0, 1, 0, 2]), ..Framing::PLAIN };

    let back = framing.answering([0x60, 0, 1, 0, 2]);

    assert_eq!(back.address, Address::Tpdu([0x60, 0, 2, 0, 1]));
}

#[test]
fn a_length_without_digits_ends_the_stream() {
    let mut frames = Frames::new(Framing { length: LengthForm::Ascii4, ..Framing::PLAIN });

    frames.push(&[0, 44, 0x30, 0x32]);

    assert_eq!(frames.next_frame(), Err(FrameFault::LengthInvalid));
}
