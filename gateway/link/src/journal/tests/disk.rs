//! The file: what a power cut, a flipped bit and a second process do to it.

use super::*;
use std::path::{Path, PathBuf};

fn story() -> Vec<Record> {
    let outcome = Outcome::Approved { amount: WON, reference: "A1".to_owned() };
    let mut story =
        records(vec![taken(), Event::Submitted, Event::Result(outcome.into()), Event::Shown]);
    let event = Event::Fenced(FenceReason::Cancelled.into());
    story.push(Record { transaction: id(2), epoch: 3, event });
    story
}

/// A folder with a journal that tells the story.
fn written() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let (mut file, _) = JournalFile::open(&path).unwrap();
    file.append(&story(), 1_000).unwrap();
    (folder, path)
}

fn lines(path: &Path) -> usize {
    std::fs::read_to_string(path).unwrap().lines().count()
}

#[test]
fn a_journal_is_read_back_with_its_machine_and_its_head() {
    let (_folder, path) = written();

    let (file, mut journal) = JournalFile::open(&path).unwrap();

    assert_eq!(file.head().seq, 5);
    let fenced = journal.step(Input::CommandReceived(order(2, 3)), 0).unwrap();
    assert!(matches!(fenced[..], [Effect::Report(Upward::Fenced { .. })]));
    let replayed = journal.step(Input::CommandReceived(order(1, 3)), 0).unwrap();
    assert!(matches!(replayed[..], [Effect::Report(Upward::Result { .. })]));
}

#[test]
fn every_event_survives_being_written_and_read() {
    let declined = Outcome::Declined { reason: DeclineReason::CodeExpired };
    let mut all = story();
    all.extend(records(vec![Event::Result(declined.into())]));

    for record in all {
        assert_eq!(Record::from_body(&record.body(5)), Some(record));
    }
}

#[test]
fn a_torn_last_line_was_not_written_at_whatever_byte_it_is_torn() {
    let (_folder, path) = written();
    let whole = std::fs::read(&path).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|b| *b == b'\n').unwrap() + 1;

    for end in (last..whole.len()).step_by(7) {
        std::fs::write(&path, &whole[..end]).unwrap();
        let (mut file, _) = JournalFile::open(&path).unwrap();
        assert_eq!((file.head().seq, lines(&path)), (4, 4));
        file.append(&story()[4..], 1_000).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn a_flipped_byte_anywhere_makes_the_journal_suspect() {
    let (_folder, path) = written();
    let whole = std::fs::read(&path).unwrap();

    for place in (0..whole.len()).step_by(5).chain([whole.len() - 1]) {
        let mut damaged = whole.clone();
        damaged[place] ^= 1;
        std::fs::write(&path, &damaged).unwrap();
        let opened = JournalFile::open(&path);
        assert!(matches!(opened, Err(JournalFault::Suspect { .. })), "byte {place} passed");
    }
}

#[test]
fn a_missing_line_makes_the_journal_suspect() {
    let (_folder, path) = written();
    let text = std::fs::read_to_string(&path).unwrap();
    let without_second: String =
        text.lines().enumerate().filter(|(n, _)| *n != 1).map(|(_, l)| format!("{l}\n")).collect();
    std::fs::write(&path, without_second).unwrap();

    let opened = JournalFile::open(&path);

    assert!(matches!(opened, Err(JournalFault::Suspect { line: 2, .. })));
}

#[test]
fn well_sealed_records_in_an_impossible_order_are_suspect() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let (mut file, _) = JournalFile::open(&path).unwrap();
    file.append(&records(vec![Event::Fenced(FenceReason::Late.into()), Event::Submitted]), 0)
        .unwrap();
    drop(file);

    assert!(matches!(JournalFile::open(&path), Err(JournalFault::Suspect { line: 2, .. })));
}

#[test]
fn a_second_process_cannot_open_the_journal() {
    let (_folder, path) = written();
    let (_held, _) = JournalFile::open(&path).unwrap();

    assert!(matches!(JournalFile::open(&path), Err(JournalFault::Locked(_))));
}

#[test]
fn an_export_of_a_journal_in_use_verifies_against_its_hashes() {
    let (_folder, path) = written();
    let (_held, _) = JournalFile::open(&path).unwrap();
    let mut out = Vec::new();

    let count = export(&path, &mut out).unwrap();

    let mut head = Head::default();
    let text = String::from_utf8(out).unwrap();
    let read: Vec<Record> = text.lines().map(|l| head.check(l.as_bytes()).unwrap()).collect();
    assert_eq!((count, read), (5, story()));
}

#[test]
fn space_is_reserved_without_showing_in_the_length() {
    let (_folder, path) = written();
    let (mut file, _) = JournalFile::open(&path).unwrap();
    let before = std::fs::metadata(&path).unwrap().len();

    file.append(&[], 0).unwrap();

    assert_eq!(std::fs::metadata(&path).unwrap().len(), before);
}
