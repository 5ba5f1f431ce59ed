//! What stands behind a word: kept with it, and told with it again after a restart.
//!
//! Owns the tests of evidence and causes, and of a journal from before there were any.

use super::*;

/// A journal of before there was evidence, byte for byte.
const OLD: &str = include_str!("old.jsonl");

fn taken_unseen() -> Evidence {
    Evidence { entry: Some(Entry::Unverifiable), outcome: evidence::Outcome::Taken }
}

fn kept(effects: &[Effect]) -> Vec<Record> {
    let record = |effect: &Effect| match effect {
        Effect::Append(record) => Some(record.clone()),
        Effect::Report(_)
        | Effect::Prepare(_)
        | Effect::Submit(_)
        | Effect::Abandon(_)
        | Effect::Show { .. } => None,
    };
    effects.iter().filter_map(record).collect()
}

#[test]
fn a_doubt_in_which_something_was_seen_survives_a_restart_with_its_reason() {
    let mut journal = submitted();
    let doubt = Verdict::Unknown { reason: UnknownReason::Unreadable };

    let told = found(&mut journal, doubt.clone(), Some(taken_unseen()));
    let mut disk = records(vec![taken(), Event::Submitted]);
    disk.extend(kept(&told));
    let (mut after, again) = restarted(&disk);
    let resent = after.step(Input::CommandReceived(order(1, 1)), 0).unwrap();

    let (digest, evidence) = ("digest-1".to_owned(), Some(taken_unseen()));
    let report = Effect::Report(Upward::Result {
        transaction: id(1),
        epoch: 1,
        code_digest: digest,
        verdict: doubt,
        evidence,
    });
    assert_eq!(kept(&told).len(), 1);
    assert_eq!([told.last(), again.last(), resent.last()], [Some(&report); 3]);
}

#[test]
fn a_doubt_in_which_nothing_was_seen_is_not_written() {
    let mut journal = submitted();

    let told = verdict(&mut journal, Verdict::Unknown { reason: UnknownReason::Silent });

    assert_eq!(told, [unknown(UnknownReason::Silent)]);
}

#[test]
fn a_word_that_comes_after_a_doubt_is_kept_with_its_own_evidence() {
    let mut journal = submitted();
    let doubt = Verdict::Unknown { reason: UnknownReason::Silent };
    let seen = Evidence { outcome: evidence::Outcome::Approved, ..taken_unseen() };

    let mut disk = records(vec![taken(), Event::Submitted]);
    disk.extend(kept(&found(&mut journal, doubt, Some(taken_unseen()))));
    disk.extend(kept(&found(&mut journal, approved(), Some(seen))));
    let (_, again) = restarted(&disk);

    let [Effect::Report(Upward::Result { verdict, evidence, .. })] = &again[..] else {
        panic!("{again:?}")
    };
    assert_eq!((verdict, *evidence), (&approved(), Some(seen)));
}

#[test]
fn the_cause_of_a_fence_survives_a_restart() {
    let mut journal = accepted();
    let fence = Fence::because(FenceReason::PosNotReady, Cause::Locked);

    let refused = Input::SubmitRefused { transaction: id(1), fence };
    let told = journal.step(refused, 5).unwrap();
    let mut disk = records(vec![taken()]);
    disk.extend(kept(&told));
    let (_, again) = restarted(&disk);

    let report = Effect::Report(Upward::fenced(id(1), fence));
    assert_eq!([told.last(), again.last()], [Some(&report); 2]);
}

#[test]
fn evidence_survives_being_written_and_read() {
    let outcome = Outcome::Declined { reason: DeclineReason::Funds };
    let entry = None;
    let not_pressed = Evidence { entry, outcome: evidence::Outcome::NotPressed };
    let (reason, evidence) = (UnknownReason::Inconclusive, not_pressed);
    let all = records(vec![
        Event::Result(Concluded { outcome, evidence: Some(taken_unseen()) }),
        Event::Doubted { reason, evidence },
        Event::Fenced(Fence::because(FenceReason::ReadBack, Cause::Unreadable)),
    ]);

    for record in all {
        assert_eq!(Record::from_body(&record.body(5)), Some(record));
    }
}

#[test]
fn a_journal_of_before_there_was_evidence_is_read_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    std::fs::write(&path, OLD).unwrap();

    let (mut file, mut journal) = JournalFile::open(&path).unwrap();
    let told = journal.step(Input::Restarted, 0).unwrap();
    let evidence = taken_unseen();
    let more = Event::Doubted { reason: UnknownReason::Unreadable, evidence };
    let next = |event| Record { transaction: id(3), epoch: 3, event };
    file.append(&[taken(), Event::Submitted, more].map(next), 2_000).unwrap();
    drop(file);
    let (file, _) = JournalFile::open(&path).unwrap();

    let fenced = Effect::Report(Upward::fenced(id(2), FenceReason::Cancelled));
    assert!(told.contains(&fenced), "{told:?}");
    assert_eq!(file.head().seq, 8);
}
