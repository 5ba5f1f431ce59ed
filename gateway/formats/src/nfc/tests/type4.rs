use crate::nfc::type4::apdu::NDEF_APPLICATION;
use crate::nfc::type4::{
    ApduFault, CapabilityFile, Command, FileAccess, ReadStep, Response, Stage, Status, Type4Fault,
    Type4Reader, Type4Writer, WriteStep,
};

const CAPABILITY: &str = "000f 20 003b 0034 04 06 e104 0040 00 00";

fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits.replace(' ', "")).unwrap()
}

fn answer(digits: &str) -> Response {
    Response::parse(&bytes(digits)).unwrap()
}

/// Sends these answers to a reader; returns the commands it sent, and what it ended with.
fn read(answers: &[&str]) -> (Vec<String>, Result<ReadStep, Type4Fault>) {
    let (mut reader, first) = Type4Reader::start();
    let mut sent = vec![hex::encode(first.build().unwrap())];
    for line in answers {
        match reader.step(&answer(line)) {
            Ok(ReadStep::Send(command)) => sent.push(hex::encode(command.build().unwrap())),
            end => return (sent, end),
        }
    }
    panic!("more answers are needed after {sent:?}")
}

fn write(message: &[u8], answers: &[&str]) -> (Vec<String>, Result<WriteStep, Type4Fault>) {
    let (mut writer, first) = Type4Writer::start(message.to_vec());
    let mut sent = vec![hex::encode(first.build().unwrap())];
    for line in answers {
        match writer.step(&answer(line)) {
            Ok(WriteStep::Send(command)) => sent.push(hex::encode(command.build().unwrap())),
            end => return (sent, end),
        }
    }
    panic!("more answers are needed after {sent:?}")
}

fn capability(from: usize, to: &str) -> String {
    let mut capability = CAPABILITY.replace(' ', "");
    capability.replace_range(from * 2..from * 2 + to.len(), to);
    capability + "9000"
}

#[test]
fn a_reader_selects_reads_and_joins() {
    let (sent, end) = read(&[
        "9000",
        "9000",
        &format!("{CAPABILITY} 9000"),
        "9000",
        "000e 9000",
        "d1010a55036e666370792e6f72 9000",
        "67 9000",
    ]);

    let expected = [
        "00a4040007d276000085010100",
        "00a4000c02e103",
        "00b000000f",
        "00a4000c02e104",
        "00b0000002",
        "00b000020e",
        "00b0000f01",
    ];
    assert_eq!(sent, expected);
    assert_eq!(end, Ok(ReadStep::Done(bytes("d1010a55036e666370792e6f7267"))));
}

#[test]
fn an_empty_tag_has_a_message_of_no_bytes() {
    let (_, end) = read(&["9000", "9000", &capability(0, ""), "9000", "0000 9000"]);

    assert_eq!(end, Ok(ReadStep::Done(Vec::new())));
}

#[test]
fn a_large_answer_is_asked_for_as_zero() {
    let large = "0017 20 0100 00ff 04 06 e104 0400 00 00 9000";

    let (mut reader, _) = Type4Reader::start();
    let answers = ["9000", "9000", large, "9000", "0200 9000"];
    let last = answers.map(|line| reader.step(&answer(line))).into_iter().next_back().unwrap();

    assert_eq!(last, Ok(ReadStep::Send(Command::read_binary(2, 256))));
    assert_eq!(Command::read_binary(2, 256).build(), Ok(bytes("00b0000200")));
}

#[test]
fn each_refusal_names_its_stage() {
    let status = Status::NOT_FOUND;
    let refused = |answers: &[&str]| read(answers).1.unwrap_err();

    let stage = Stage::Application;
    assert_eq!(refused(&["6a82"]), Type4Fault::Refused { stage, status });
    let stage = Stage::CapabilityFile;
    assert_eq!(refused(&["9000", "6a82"]), Type4Fault::Refused { stage, status });
    let stage = Stage::Capability;
    assert_eq!(refused(&["9000", "9000", "6a82"]), Type4Fault::Refused { stage, status });
    let whole = capability(0, "");
    let stage = Stage::MessageFile;
    let end = refused(&["9000", "9000", &whole, "6a82"]);
    assert_eq!(end, Type4Fault::Refused { stage, status });
    assert_eq!(end.to_string(), "selecting the message file: the tag answered 6a82");
    let end = refused(&["9000", "9000", &whole, "9000", "00 9000"]);
    assert_eq!(end, Type4Fault::AnswerInvalid { stage: Stage::Length, bytes: 1 });
}

#[test]
fn an_answer_of_nothing_or_too_much_ends_the_reading() {
    let whole = capability(0, "");
    for (part, bytes) in [("9000", 0), ("01020304 9000", 4)] {
        let (_, end) = read(&["9000", "9000", &whole, "9000", "0003 9000", part]);

        assert_eq!(end, Err(Type4Fault::AnswerInvalid { stage: Stage::Message, bytes }));
    }
}

#[test]
fn capability_files_outside_the_standard_are_refused() {
    let refused = |from, to: &str| read(&["9000", "9000", &capability(from, to)]).1.unwrap_err();

    assert_eq!(refused(2, "00"), Type4Fault::VersionUnknown { major: 0 });
    assert_eq!(refused(2, "40"), Type4Fault::VersionUnknown { major: 4 });
    for (from, to) in [(0, "000e"), (3, "000e"), (5, "0000"), (7, "05"), (8, "08"), (9, "e103")] {
        assert_eq!(refused(from, to), Type4Fault::CapabilityInvalid, "byte {from}");
    }
}

#[test]
fn a_message_longer_than_its_file_is_refused() {
    let (_, end) = read(&["9000", "9000", &capability(0, ""), "9000", "003f 9000"]);

    assert_eq!(end, Err(Type4Fault::MessageTooLarge { bytes: 63, room: 62 }));
}

#[test]
fn protected_files_are_neither_read_nor_written() {
    let (_, end) = read(&["9000", "9000", &capability(13, "80"), "9000"]);
    assert_eq!(end, Err(Type4Fault::ReadProtected));

    let (sent, end) = write(b"", &["9000", "9000", &capability(14, "ff"), "9000"]);
    assert_eq!(end, Err(Type4Fault::WriteProtected));
    assert_eq!(sent.len(), 4);
}

#[test]
fn a_writer_empties_writes_and_states_the_length_last() {
    let message = [bytes("d5003b"), vec![b'0'; 59]].concat();
    let done = ["9000"; 5];
    let whole = capability(0, "");
    let answers = [&["9000", "9000", whole.as_str()], &done[..], &["9000"]].concat();

    let (sent, end) = write(&message, &answers);

    assert_eq!(end, Ok(WriteStep::Done));
    let expected = [
        "00d60000020000".to_owned(),
        format!("00d6000234d5003b{}", "30".repeat(49)),
        format!("00d600360a{}", "30".repeat(10)),
        "00d6000002003e".to_owned(),
    ];
    assert_eq!(sent[4..], expected);
}

#[test]
fn a_writer_refuses_what_does_not_fit_before_it_writes() {
    let (sent, end) = write(&[0; 63], &["9000", "9000", &capability(0, ""), "9000"]);

    assert_eq!(end, Err(Type4Fault::MessageTooLarge { bytes: 63, room: 62 }));
    assert_eq!(sent.len(), 4);
}

#[test]
fn a_machine_at_its_end_takes_nothing_more() {
    let (mut reader, _) = Type4Reader::start();
    let _ = reader.step(&answer("6a82"));

    assert_eq!(reader.step(&answer("9000")), Err(Type4Fault::Finished));
}

#[test]
fn commands_are_read_in_all_four_cases() {
    let name = Command::select_application(&NDEF_APPLICATION);
    let bare = Command { data: Vec::new(), answer_bytes: None, ..name.clone() };
    let silent = Command::select_file(0xE103);
    for command in [name, bare, silent, Command::read_binary(0x7FFF, 256)] {
        let built = command.build().unwrap();

        assert_eq!(Command::parse(&built), Ok(command));
    }
    assert_eq!(Command::parse(&[0; 3]), Err(ApduFault::Cut { bytes: 3 }));
    assert_eq!(Command::parse(&bytes("00a4000c03e103")), Err(ApduFault::LengthWrong));
    assert_eq!(Command::parse(&bytes("00a4000c000001aa")), Err(ApduFault::LengthWrong));
}

#[test]
fn a_command_states_what_it_cannot_carry() {
    let long = Command::update_binary(0, &[0; 256]).build();
    assert_eq!(long, Err(ApduFault::DataTooLong { bytes: 256 }));

    let nothing = Command::read_binary(0, 0).build();
    assert_eq!(nothing, Err(ApduFault::AnswerInvalid { bytes: 0 }));
}

#[test]
fn a_response_prints_without_its_data() {
    let shown = format!("{:?}", answer("616263 9000"));

    assert_eq!(shown, "Response(3 bytes, 9000)");
}

#[test]
fn a_capability_file_comes_back() {
    let file = CapabilityFile::parse(&bytes(CAPABILITY).try_into().unwrap()).unwrap();

    assert_eq!(file.build().to_vec(), bytes(CAPABILITY));
    assert_eq!((file.read, file.write, file.room()), (FileAccess::Free, FileAccess::Free, 62));
}
