use crate::nfc::ndef::piece::{read_pieces, write_pieces};
use crate::nfc::ndef::{
    Content, Message, Piece, Record, RecordType, SmartPoster, Text, TextEncoding, Tnf, Uri,
};
use crate::nfc::sun::{
    AesKey, PiccData, ReadCounter, SunAddress, SunCipher, SunLayout, SunSession, TagUid,
    diversify_key,
};
use crate::nfc::type2::{Block, CapabilityContainer, SetApart, Type2Memory, lay_out};
use crate::nfc::type4::{
    CapabilityFile, Command, FileAccess, ReadStep, Response, Status, Type4Reader, Type4Writer,
    WriteStep,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn name() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 1..20)
}

fn record() -> impl Strategy<Value = Record> {
    let kind = prop_oneof![
        name().prop_map(RecordType::WellKnown),
        name().prop_map(RecordType::Media),
        name().prop_map(RecordType::AbsoluteUri),
        name().prop_map(RecordType::External),
        Just(RecordType::Unknown),
    ];
    let full = (kind, vec(any::<u8>(), 0..20), vec(any::<u8>(), 0..400))
        .prop_map(|(kind, id, payload)| Record { kind, id, payload });
    prop_oneof![4 => full, 1 => Just(Record::new(RecordType::Empty, Vec::new()))]
}

fn message() -> impl Strategy<Value = Message> {
    vec(record(), 1..6).prop_map(|records| Message { records })
}

fn text() -> impl Strategy<Value = Text> {
    let encoding = prop_oneof![Just(TextEncoding::Utf8), Just(TextEncoding::Utf16)];
    let parts = ("[a-zA-Z0-9-]{1,63}", encoding, any::<String>());
    parts.prop_map(|(language, encoding, text)| Text { language, encoding, text })
}

fn picc() -> impl Strategy<Value = PiccData> {
    let parts = (any::<[u8; 7]>(), 0..=0x00FF_FFFF_u32, 0..3);
    parts.prop_map(|(uid, count, which)| PiccData {
        uid: (which != 1).then_some(TagUid(uid)),
        counter: (which != 2).then(|| ReadCounter::new(count).unwrap()),
    })
}

fn cipher() -> impl Strategy<Value = SunCipher> {
    prop_oneof![Just(SunCipher::Aes), Just(SunCipher::Lrp)]
}

/// Cuts a record into chunks as a sender may.
fn chunked(record: &Record, size: usize) -> Vec<Piece> {
    let whole = read_pieces(&Message { records: vec![record.clone()] }.build().unwrap());
    let first = whole.unwrap().remove(0);
    let parts: Vec<&[u8]> = first.payload.chunks(size).collect();
    let last = parts.len().saturating_sub(1);
    let later = Piece { tnf: Tnf::Unchanged, type_name: vec![], id: vec![], ..first.clone() };
    let piece = |(place, part): (usize, &&[u8])| Piece {
        payload: part.to_vec(),
        chunked: place < last,
        ..if place == 0 { first.clone() } else { later.clone() }
    };
    if parts.is_empty() {
        vec![first.clone()]
    } else {
        parts.iter().enumerate().map(piece).collect()
    }
}

/// A tag of 64 KiB less one page, as two files behind commands.
struct Tag {
    capability: Vec<u8>,
    message: Vec<u8>,
    selected: u16,
}

impl Tag {
    fn answer(&mut self, command: &Command) -> Response {
        let command = Command::parse(&command.build().unwrap()).unwrap();
        let at = usize::from(u16::from_be_bytes(command.parameters));
        let file = if self.selected == 0xE103 { &mut self.capability } else { &mut self.message };
        match command.instruction {
            0xA4 if command.parameters[0] == 0 => {
                self.selected = u16::from_be_bytes(command.data.try_into().unwrap());
                Response::bare(Status::SUCCESS)
            }
            0xA4 => Response::bare(Status::SUCCESS),
            0xB0 => {
                let end = at + usize::from(command.answer_bytes.unwrap());
                Response::of(&file[at..end])
            }
            _ => {
                file[at..at + command.data.len()].copy_from_slice(&command.data);
                Response::bare(Status::SUCCESS)
            }
        }
    }
}

proptest! {
    #[test]
    fn a_built_message_reads_back_the_same(message in message()) {
        let bytes = message.build().unwrap();

        prop_assert_eq!(Message::parse(&bytes), Ok(message));
    }

    #[test]
    fn chunks_of_any_size_read_back_as_the_whole(message in message(), size in 1_usize..50) {
        let pieces: Vec<Piece> =
            message.records.iter().flat_map(|record| chunked(record, size)).collect();

        let bytes = write_pieces(&pieces).unwrap();

        prop_assert_eq!(read_pieces(&bytes), Ok(pieces));
        prop_assert_eq!(Message::parse(&bytes), Ok(message));
    }

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..300)) {
        if let Ok(message) = Message::parse(&bytes) {
            let _ = message.records.iter().map(Record::content).collect::<Vec<_>>();
        }
        let _ = Uri::parse(&bytes);
        let _ = Text::parse(&bytes);
        let _ = SmartPoster::parse(&bytes);
        let _ = Command::parse(&bytes);
        let _ = Response::parse(&bytes);
        let _ = PiccData::open(SunCipher::Lrp, &AesKey::new([0; 16]), &bytes);
    }

    #[test]
    fn random_memory_never_panics_and_takes_a_message(
        area in vec(any::<u8>(), 0..300), steps in 0_u8..40, message in vec(any::<u8>(), 0..40),
    ) {
        let dump = [&[0; 12][..], &[0xE1, 0x10, steps, 0], &area].concat();

        if let Ok(memory) = Type2Memory::parse(&dump) {
            let _ = memory.plan(&message);
        }
    }

    #[test]
    fn contents_read_back_the_same(uri in "[^\\p{Cc}]{0,60}", text in text(), other in text()) {
        let uri = Uri::new(&uri).unwrap();
        let mut poster = SmartPoster::new(uri.clone());
        poster.titles = vec![text.clone()];
        if !other.language.eq_ignore_ascii_case(&text.language) {
            poster.titles.push(other);
        }
        for content in [Content::Uri(uri), Content::Text(text), Content::SmartPoster(poster)] {
            let record = Record::of(&content).unwrap();

            prop_assert_eq!(record.content(), Ok(content));
        }
    }

    #[test]
    fn a_planned_message_is_on_the_tag_afterwards(
        before in vec(any::<u8>(), 0..300), message in vec(any::<u8>(), 0..300),
        page in 0_u8..16, offset in 0_u8..16, size in any::<u8>(),
    ) {
        let container = CapabilityContainer::open(512).unwrap();
        let apart = SetApart { page, offset, size, page_exponent: 5, lock_exponent: 2 };
        prop_assume!(apart.reserved_bytes().start >= 21);
        let blocks = [Block::MemoryControl(apart), Block::Ndef(before)];
        let Ok(mut memory) = lay_out(&container, &blocks) else { return Ok(()) };
        let Ok(writes) = Type2Memory::parse(&memory).unwrap().plan(&message) else { return Ok(()) };

        for write in writes {
            let start = usize::from(write.page) * 4;
            memory[start..start + 4].copy_from_slice(&write.bytes);
        }

        let after = Type2Memory::parse(&memory).unwrap();
        prop_assert_eq!(after.message(), Some(message.as_slice()));
    }

    #[test]
    fn what_a_writer_wrote_a_reader_reads(
        message in vec(any::<u8>(), 0..2000), answer in 15_u16..400, data in 2_u16..400,
    ) {
        let capability = CapabilityFile {
            bytes: 15, version: 0x20, answer_bytes_max: answer, data_bytes_max: data,
            file: 0xE104, file_bytes: 2048, read: FileAccess::Free, write: FileAccess::Free,
        };
        let mut tag =
            Tag { capability: capability.build().to_vec(), message: vec![0; 2048], selected: 0 };

        let (mut writer, mut command) = Type4Writer::start(message.clone());
        while let WriteStep::Send(next) = writer.step(&tag.answer(&command)).unwrap() {
            command = next;
        }
        let (mut reader, mut command) = Type4Reader::start();
        let read = loop {
            match reader.step(&tag.answer(&command)).unwrap() {
                ReadStep::Send(next) => command = next,
                ReadStep::Done(read) => break read,
            }
        };

        prop_assert_eq!(read, message);
    }

    #[test]
    fn random_answers_never_panic_a_machine(answers in vec(vec(any::<u8>(), 0..20), 0..12)) {
        let (mut reader, _) = Type4Reader::start();
        let (mut writer, _) = Type4Writer::start(vec![1; 40]);
        for data in answers {
            let response = Response::of(&data);
            let _ = reader.step(&response);
            let _ = writer.step(&response);
        }
    }

    #[test]
    fn sealed_picc_data_opens(
        picc in picc(), cipher in cipher(), key in any::<[u8; 16]>(), random in any::<[u8; 13]>(),
    ) {
        let sealed = picc.seal(cipher, &AesKey::new(key), &random);

        prop_assert_eq!(PiccData::open(cipher, &AesKey::new(key), &sealed), Ok(picc));
    }

    #[test]
    fn a_made_uri_is_proved_and_any_changed_byte_is_not(
        uid in any::<[u8; 7]>(), count in 0..=0x00FF_FFFF_u32, cipher in cipher(),
        master in any::<[u8; 16]>(), file in vec(any::<[u8; 16]>(), 1..3),
        random in any::<[u8; 13]>(), place in any::<prop::sample::Index>(),
    ) {
        let counter = ReadCounter::new(count).unwrap();
        let picc = PiccData { uid: Some(TagUid(uid)), counter: Some(counter) };
        let meta_key = AesKey::new(master);
        let file_key = diversify_key(&meta_key, &uid).unwrap();
        let session = SunSession::derive(cipher, &file_key, &picc);
        let sealed = hex::encode_upper(session.seal_file_data(&file.concat()).unwrap());
        let mac = hex::encode_upper(session.mac(format!("{sealed}&cmac=").as_bytes()).0);
        let picc_data = hex::encode_upper(picc.seal(cipher, &meta_key, &random));
        let start = format!("https://pay.example/t/1?picc_data={picc_data}&enc=");
        let uri = format!("{start}{sealed}&cmac={mac}");
        let layout = SunLayout::encrypted(cipher).with_file_data();

        let address = SunAddress::parse(&uri, &layout).unwrap();
        let proof = address.verify(&address.picc_data(&meta_key).unwrap(), &file_key).unwrap();

        prop_assert_eq!(proof.picc, picc);
        prop_assert_eq!(proof.file_data, Some(file.concat()));
        let mut changed = uri.into_bytes();
        let place = start.len() + place.index(changed.len() - start.len());
        changed[place] = if changed[place] == b'0' { b'1' } else { b'0' };
        if let Ok(address) = SunAddress::parse(&String::from_utf8(changed).unwrap(), &layout) {
            prop_assert!(address.verify(&picc, &file_key).is_err());
        }
    }

    #[test]
    fn random_uris_never_panic(uri in "(https://h/\\?)?(picc_data|enc|cmac|[&=#?0-9A-F]){0,60}") {
        let layout = SunLayout::encrypted(SunCipher::Aes).with_file_data();

        if let Ok(address) = SunAddress::parse(&uri, &layout) {
            let _ = address.picc_data(&AesKey::new([0; 16]));
        }
    }
}
