//! NFC tags: the memory of Type 2, the commands and machines of Type 4.
//!
//! Owns a tag of two files that answers commands, and the tag that is pulled away after any write.
//! Next: `sun.rs`.

use baton_formats::nfc::type2::{CapabilityContainer, Type2Memory, lay_out};
use baton_formats::nfc::type4::{
    CapabilityFile, Command, FileAccess, ReadStep, Response, Status, Type4Reader, Type4Writer,
    WriteStep,
};

/// The most answers that a machine may ask for: a message byte by byte, and the way to it.
const STEPS_MAX: usize = 0xFFFF + 8;

/// A length byte, a message of so many bytes, then a dump.
pub fn type2(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.split_first() else { return false };
    let Some((message, dump)) = rest.split_at_checked(usize::from(*length)) else { return false };
    let Ok(memory) = Type2Memory::parse(dump) else { return false };
    let page = dump[12..16].try_into().expect("page 3 was read");
    assert_eq!(memory.container.build(), Ok(page), "page 3 has one writing");
    assert_eq!(CapabilityContainer::parse(page), Ok(memory.container));
    let blocks: Vec<_> = memory.blocks.iter().map(|(_, block)| block.clone()).collect();
    let laid = lay_out(&memory.container, &blocks).expect("what was read can be laid out");
    let again = Type2Memory::parse(&laid).expect("what was laid out reads");
    assert_eq!(again.blocks.get(..blocks.len()), Some(memory.blocks.as_slice()), "laid out");
    if let Ok(writes) = memory.plan(message) {
        assert!(message.len() <= memory.room());
        let mut after = dump.to_vec();
        let before = memory.message().map(<[u8]>::to_vec);
        for write in &writes {
            assert!(write.page > 3, "page {} is not for messages", write.page);
            let start = usize::from(write.page) * 4;
            after[start..start + 4].copy_from_slice(&write.bytes);
            let torn = Type2Memory::parse(&after).expect("a tag pulled away reads");
            let found = torn.message().map(<[u8]>::to_vec);
            let known = [before.clone(), Some(Vec::new()), Some(message.to_vec()), None];
            assert!(known.contains(&found), "a tag pulled away says {found:?}");
        }
        let written = Type2Memory::parse(&after).expect("a written tag reads");
        assert_eq!(written.message(), Some(message), "what was written");
    }
    true
}

/// A command, a response, a capability file, a machine against a tag or against anything.
pub fn type4(bytes: &[u8]) -> bool {
    let Some((choice, bytes)) = bytes.split_first() else { return false };
    match choice % 5 {
        0 => Command::parse(bytes).is_ok_and(|command| {
            assert_eq!(command.build().as_deref(), Ok(bytes), "there is one writing");
            true
        }),
        1 => Response::parse(bytes).is_ok_and(|response| {
            assert_eq!(response.build(), bytes, "there is one writing");
            true
        }),
        2 => <&[u8; 15]>::try_from(bytes).is_ok_and(|bytes| {
            CapabilityFile::parse(bytes).is_ok_and(|file| {
                assert_eq!(file.build(), *bytes, "there is one writing");
                true
            })
        }),
        3 => written_and_read(bytes),
        _ => anything(bytes),
    }
}

/// A message that a writer writes is what a reader reads, whatever the tag takes at once.
fn written_and_read(bytes: &[u8]) -> bool {
    let [answer, data, room, message @ ..] = bytes else { return false };
    let file = CapabilityFile {
        bytes: 15,
        version: 0x20,
        answer_bytes_max: u16::from(*answer) * 2 + 15,
        data_bytes_max: u16::from(*data) * 2 + 2,
        file: 0xE104,
        file_bytes: u16::from(*room) * 8 + 5,
        read: FileAccess::Free,
        write: FileAccess::Free,
    };
    let room = file.room();
    let message_file = vec![0xA5; room + 2];
    let mut tag = Tag { capability: file.build().to_vec(), message: message_file, selected: 0 };
    let (mut writer, mut command) = Type4Writer::start(message.to_vec());
    loop {
        match writer.step(&tag.answer(&command)) {
            Ok(WriteStep::Send(next)) => command = next,
            Ok(WriteStep::Done) => break,
            Err(_) => {
                assert!(message.len() > room, "a message that fits was refused");
                assert!(tag.message.iter().all(|byte| *byte == 0xA5), "a refusal wrote");
                return false;
            }
        }
    }
    let (mut reader, mut command) = Type4Reader::start();
    loop {
        match reader.step(&tag.answer(&command)).expect("what was written can be read") {
            ReadStep::Send(next) => command = next,
            ReadStep::Done(read) => {
                assert_eq!(read, message);
                return true;
            }
        }
    }
}

/// Both machines against answers from the input: they end, and ask for nothing outside the file.
fn anything(bytes: &[u8]) -> bool {
    let (mut reader, _) = Type4Reader::start();
    let (mut writer, _) = Type4Writer::start(vec![7; 300]);
    let mut rest = bytes;
    let (mut read, mut wrote) = (true, true);
    for _ in 0..STEPS_MAX {
        let Some((length, after)) = rest.split_first() else { return false };
        let Some((data, after)) = after.split_at_checked(usize::from(*length)) else {
            return false;
        };
        rest = after;
        let response =
            if data.is_empty() { Response::bare(Status::SUCCESS) } else { Response::of(data) };
        if read {
            match reader.step(&response) {
                Ok(ReadStep::Send(command)) => assert!(command.build().is_ok()),
                Ok(ReadStep::Done(message)) => return message.len() < bytes.len(),
                Err(_) => read = false,
            }
        }
        if wrote {
            match writer.step(&response) {
                Ok(WriteStep::Send(command)) => assert!(command.build().is_ok()),
                Ok(WriteStep::Done) | Err(_) => wrote = false,
            }
        }
    }
    panic!("a machine does not end")
}

/// A tag of two files behind commands.
struct Tag {
    capability: Vec<u8>,
    message: Vec<u8>,
    selected: u16,
}

impl Tag {
    fn answer(&mut self, command: &Command) -> Response {
        let sent = command.build().expect("machines make commands that can be sent");
        assert_eq!(Command::parse(&sent).as_ref(), Ok(command));
        let at = usize::from(u16::from_be_bytes(command.parameters));
        let file = if self.selected == 0xE103 { &mut self.capability } else { &mut self.message };
        match (command.instruction, command.parameters) {
            (0xA4, [0, _]) => {
                let id = <[u8; 2]>::try_from(command.data.as_slice()).expect("an id has two bytes");
                self.selected = u16::from_be_bytes(id);
                Response::bare(Status::SUCCESS)
            }
            (0xA4, _) => Response::bare(Status::SUCCESS),
            (0xB0, _) => {
                let end = at + usize::from(command.answer_bytes.unwrap_or_default());
                Response::of(&file[at..end])
            }
            _ => {
                file[at..at + command.data.len()].copy_from_slice(&command.data);
                Response::bare(Status::SUCCESS)
            }
        }
    }
}
