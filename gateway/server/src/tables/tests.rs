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

    handle.replace(&picture(2));

    assert_eq!(handle.snapshot().tables.revision, 3);
}

/// Cause: an enrolment that read the tables first dropped the suspension that it saw there.
#[test]
fn a_suspension_is_reported_whoever_read_the_tables() {
    let executor = Executor::Terminal("counter-1".parse().unwrap());
    let device = |revision, standing| {
        let device = Device { shop: "shop".parse().unwrap(), public_key: None, standing };
        let devices = [(executor.clone(), device)].into();
        let tables = Tables { revision, ..Tables::default() };
        Arc::new(Snapshot { devices, tables, ..Snapshot::default() })
    };
    let handle = TablesHandle::default();
    handle.replace(&device(1, Standing::Active));

    handle.replace(&device(2, Standing::Suspended));

    assert_eq!(handle.take_suspended(), [executor]);
    assert!(handle.take_suspended().is_empty());
}
