use super::*;

fn head(seq: u64, hash: &str) -> JournalHead {
    JournalHead { seq, hash: hash.to_owned() }
}

#[test]
fn a_journal_only_ever_grows() {
    let held = head(7, "a");

    assert_eq!(check(None, &head(3, "x")), Ok(()));
    assert_eq!(check(Some(&held), &head(7, "a")), Ok(()));
    assert_eq!(check(Some(&held), &head(8, "b")), Ok(()));
    assert_eq!(check(Some(&held), &head(6, "a")), Err(Suspicion::Shorter));
    assert_eq!(check(Some(&held), &head(0, "0")), Err(Suspicion::Shorter));
    assert_eq!(check(Some(&held), &head(7, "b")), Err(Suspicion::Changed));
}

#[test]
fn every_suspicion_is_found_by_its_word() {
    for why in [Suspicion::Shorter, Suspicion::Changed] {
        assert_eq!(Suspicion::lookup(why.word()), Some(why));
    }
    assert_eq!(Suspicion::lookup("longer"), None);
}
