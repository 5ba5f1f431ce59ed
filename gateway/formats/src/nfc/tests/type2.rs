use crate::nfc::type2::{
    Access, Block, CapabilityContainer, PageWrite, SetApart, Type2Fault, Type2Memory, lay_out,
};

fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits.replace(' ', "")).unwrap()
}

fn dump(container: &str, area: &str) -> Vec<u8> {
    bytes(&format!("01020304 05060708 00000000 {container} {area}"))
}

fn memory(container: &str, area: &str) -> Type2Memory {
    Type2Memory::parse(&dump(container, area)).unwrap()
}

fn carried_out(before: &[u8], writes: &[PageWrite]) -> Vec<u8> {
    let mut after = before.to_vec();
    for write in writes {
        let start = usize::from(write.page) * 4;
        after[start..start + 4].copy_from_slice(&write.bytes);
    }
    after
}

fn listed(writes: &[PageWrite]) -> Vec<String> {
    let line = |write: &PageWrite| format!("{:02x} {}", write.page, hex::encode(write.bytes));
    writes.iter().map(line).collect()
}

#[test]
fn a_message_is_read_around_lock_and_reserved_bytes() {
    let memory = memory(
        "e110060f",
        "000103c0 10220203 70040200 ffffffff 0313d500 10000102 03040506 0708090a
         ffff0b0c 0d0e0f00 fe000000 00000000"
            .replace('\n', "")
            .as_str(),
    );

    let message = bytes("d50010000102030405060708090a0b0c0d0e0f");
    assert_eq!(memory.message(), Some(message.as_slice()));
    assert_eq!(memory.container.write, Access::Never);
    assert_eq!(memory.blocks.len(), 5);
}

#[test]
fn a_message_is_written_around_lock_and_reserved_bytes() {
    let memory = memory(
        "e1100600",
        &"000103c0 10220203 e0040200 fd020000 0313d500 10000102 03040506 0708090a
         ffff0b0c 0d0e0ffe ffffffff 00000000"
            .replace('\n', ""),
    );

    let writes = memory.plan(&bytes("d500110102030405060708090a0b0c0d0e0f1011")).unwrap();

    let expected = [
        "08 0300d500",
        "09 11010203",
        "0a 04050607",
        "0b 08090a0b",
        "0c ffff0c0d",
        "0d 0e0f1011",
        "0f fe000000",
        "08 0314d500",
    ];
    assert_eq!(listed(&writes), expected);
}

#[test]
fn a_message_that_fills_the_area_has_no_terminator() {
    let memory = memory("e1100100", "0305d500 023132fe 00000000 00000000");

    let writes = memory.plan(&bytes("d50003313233")).unwrap();

    assert_eq!(listed(&writes), ["04 0300d500", "05 03313233", "04 0306d500"]);
    assert_eq!(memory.room(), 6);
    let refused = memory.plan(&[0; 7]);
    assert_eq!(refused, Err(Type2Fault::MessageTooLarge { bytes: 7, room: 6 }));
}

#[test]
fn a_message_of_255_bytes_takes_three_bytes_of_length() {
    let before = dump("e1102100", &format!("0303d000 {}", "00".repeat(260)));
    let message = [bytes("d500fc"), vec![0; 252]].concat();

    let writes = Type2Memory::parse(&before).unwrap().plan(&message).unwrap();

    let expected = ["04 0300d000", "05 d500fc00", "44 000000fe", "04 03ff00ff"];
    assert_eq!(listed(&writes), expected);
    let after = Type2Memory::parse(&carried_out(&before, &writes)).unwrap();
    assert_eq!(after.message(), Some(message.as_slice()));
}

#[test]
fn a_tag_pulled_away_halfway_is_empty_or_old_but_never_wrong() {
    let before = dump("e1100800", &format!("00000303 d00000fe {}", "5a".repeat(56)));
    let message: Vec<u8> = (0..40).collect();

    let writes = Type2Memory::parse(&before).unwrap().plan(&message).unwrap();

    for done in 0..=writes.len() {
        let after = Type2Memory::parse(&carried_out(&before, &writes[..done])).unwrap();
        let seen = after.message().unwrap();
        let allowed = [&[0xd0, 0, 0][..], &[], &message];
        assert!(allowed.contains(&seen), "after {done} writes: {seen:02x?}");
    }
}

#[test]
fn a_blank_area_takes_its_first_message_behind_its_control_blocks() {
    let before = dump("e1100200", "0103a010 44000000 00000000 00000000");

    let writes = Type2Memory::parse(&before).unwrap().plan(b"\xd0\x00\x00").unwrap();

    let after = carried_out(&before, &writes);
    assert_eq!(&after[16..], bytes("0103a010 440303d0 0000fe00 00000000"));
}

#[test]
fn control_blocks_of_a_wrong_length_set_nothing_apart() {
    let memory = memory("e1100200", "0104ffff ffff0202 ffff0303 d00000fe");

    assert_eq!(memory.message(), Some([0xd0, 0, 0].as_slice()));
}

#[test]
fn memory_without_a_message_block_has_no_message() {
    assert_eq!(memory("e1100100", "00000000 00000000 ffffffff").message(), None);
    assert_eq!(memory("e1100100", "feffffff ffffffff").message(), None);
    assert_eq!(memory("e1100200", "000300fe 00000000").message(), Some([].as_slice()));
}

#[test]
fn a_block_past_the_area_is_cut() {
    let refused = Type2Memory::parse(&dump("e1100100", "03ffd000 00000000 ffffffff"));

    assert_eq!(refused, Err(Type2Fault::BlockCut { address: 16 }));
}

#[test]
fn a_long_length_that_would_fit_in_one_byte_is_refused() {
    let refused = Type2Memory::parse(&dump("e1100200", "03ff0003 d00000fe 00000000 00000000"));

    assert_eq!(refused, Err(Type2Fault::LengthInvalid { address: 16 }));
}

#[test]
fn page_3_must_be_that_of_a_type_2_tag() {
    let refused = |container: &str| Type2Memory::parse(&dump(container, "fe000000")).unwrap_err();

    assert_eq!(refused("e0100100"), Type2Fault::ContainerMissing);
    assert_eq!(refused("e1200100"), Type2Fault::VersionUnknown { major: 2 });
    assert_eq!(Type2Memory::parse(&[0; 15]), Err(Type2Fault::MemoryCut { bytes: 15 }));
}

#[test]
fn a_protected_tag_is_not_written() {
    let refused = memory("e110060f", "0300fe00").plan(b"");

    assert_eq!(refused, Err(Type2Fault::WriteProtected));
}

#[test]
fn a_dump_that_ends_early_is_not_written_past_its_end() {
    let refused = memory("e1100600", "0300fe00").plan(&[0; 8]);

    assert_eq!(refused, Err(Type2Fault::MemoryCut { bytes: 20 }));
}

/// Half a page was taken as one that does not change, and the message lost its last byte.
#[test]
fn a_dump_that_ends_inside_a_page_is_not_written_there() {
    let refused = memory("e1100600", "0300fe00 0000").plan(&[1, 2, 3]);

    assert_eq!(refused, Err(Type2Fault::MemoryCut { bytes: 22 }));
}

#[test]
fn a_new_area_is_laid_out_around_what_is_set_apart() {
    let container = CapabilityContainer::open(48).unwrap();
    let apart = SetApart { page: 6, offset: 2, size: 4, page_exponent: 2, lock_exponent: 0 };
    let blocks = [
        Block::MemoryControl(apart),
        Block::Ndef((1..=10).collect()),
        Block::Proprietary(vec![9]),
        Block::Terminator,
    ];

    let laid = lay_out(&container, &blocks).unwrap();

    assert_eq!(&laid[12..34], bytes("e1100600 02036204 02 03 0a 010203 0000 0000 04050607"));
    let read = Type2Memory::parse(&laid).unwrap();
    assert_eq!(read.message().unwrap(), (1..=10).collect::<Vec<u8>>());
    let full = lay_out(&CapabilityContainer::open(8).unwrap(), &blocks);
    assert_eq!(full, Err(Type2Fault::BlockCut { address: 24 }));
}

#[test]
fn an_area_that_page_3_cannot_state_is_refused() {
    for area in [12, 2048] {
        let refused = CapabilityContainer::open(area);

        assert_eq!(refused, Err(Type2Fault::AreaInvalid { bytes: area }));
    }
}
