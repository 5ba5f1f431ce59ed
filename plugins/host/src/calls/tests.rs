use super::*;
use proptest::prelude::*;

fn bytes_of(frame: &Frame) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame.append_to(&mut bytes);
    bytes
}

#[test]
fn a_frame_has_this_form() {
    let bytes = bytes_of(&Frame::new(FrameKind::Done, 0x0102, vec![0xAA]));

    assert_eq!(bytes, [10, 0, 0, 0, 5, 2, 1, 0, 0, 0, 0, 0, 0, 0xAA]);
}

#[test]
fn a_length_over_the_bound_is_refused_before_it_is_allocated() {
    for len in [0_u32, 8, u32::try_from(FRAME_BYTES_MAX).unwrap() + 1, u32::MAX] {
        let read = Frame::read_from(&mut len.to_le_bytes().as_slice());

        assert_eq!(read.unwrap_err().kind(), ErrorKind::InvalidData, "{len}");
    }
}

#[test]
fn every_foul_comes_back_as_it_was_packed() {
    for (_, foul) in FOULS {
        assert_eq!(unpack_done(pack_done(Err(foul.clone()))), Err(foul));
    }
    assert_eq!(unpack_done(pack_done(Ok(b"{}".to_vec()))), Ok(b"{}".to_vec()));
    assert!(unpack_done(Vec::new()).is_err());
    assert!(unpack_done(vec![77]).is_err());
}

proptest! {
    #[test]
    fn a_frame_comes_back_as_it_was_sent(
        place in 0_usize..8, id: u64, payload in proptest::collection::vec(any::<u8>(), 0..300)
    ) {
        let frame = Frame::new(FrameKind::ALL[place], id, payload);

        let read = Frame::read_from(&mut bytes_of(&frame).as_slice()).unwrap();

        prop_assert_eq!(read, frame);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = Frame::read_from(&mut bytes.as_slice());
        let _ = unpack_question(&bytes);
        let _ = unpack_done(bytes);
    }
}
