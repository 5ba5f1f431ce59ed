use super::*;

fn picture(revision: i64) -> Arc<Snapshot> {
    Arc::new(Snapshot { tables: Tables { revision, ..Tables::default() }, ..Snapshot::default() })
}

/// Cause: the follower read before an enrolment and came to its end after it; the device that had
/// just been enrolled was refused until the next look.
#[test]
fn an_older_picture_does_not_take_the_place_of_a_newer_one() {
    let handle = TablesHandle::default();
    handle.replace(&picture(3));

    let late = handle.replace(&picture(2));

    assert!(late.is_none());
    assert_eq!(handle.snapshot().tables.revision, 3);
}
