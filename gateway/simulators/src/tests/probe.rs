use super::stage::free;
use crate::acquirer::{self, Speech};
use crate::{Delays, Running};
use baton_destinations::probe::{Judgement, probe};
use baton_destinations::{Dialect, Limits};
use std::collections::BTreeMap;

/// Short waits: everything is on this machine.
const QUICK: Limits =
    Limits { connect_ms: 300, answer_ms: 300, answer_bytes_max: 16 * 1024, echo_idle_ms: 60_000 };

fn dialect(profile: &str) -> Dialect {
    Dialect::of(Some(profile), None).unwrap()
}

async fn acquirer(dialect: Dialect, omits: Vec<u8>) -> Running {
    let speech = Speech { dialect, omits, ..Speech::default() };
    let (delays, members) = (Delays::default(), BTreeMap::new());
    let config =
        acquirer::Config { listen: free(), admin: None, ledger: None, delays, members, speech };
    acquirer::start(config).await.unwrap()
}

/// Asks in one dialect an acquirer that speaks another; returns what is wrong.
async fn wrong(theirs: Dialect, omits: Vec<u8>, ours: &Dialect) -> Vec<String> {
    let running = acquirer(theirs, omits).await;
    let findings = probe(&running.address.to_string(), ours, QUICK, |_| {}).await;
    running.stop().await;
    let wrong = findings.into_iter().filter(|one| one.judgement == Judgement::Wrong);
    wrong.map(|one| one.text).collect()
}

#[tokio::test]
async fn a_destination_that_fits_has_nothing_wrong() {
    for base in ["baton", "1987-ascii-hex", "1987-bcd", "1987-ebcdic", "1993-ascii", "1993-bcd"] {
        let fits = dialect(&format!("base = \"{base}\""));

        assert_eq!(wrong(fits.clone(), vec![], &fits).await, [""; 0], "{base}");
    }
}

#[tokio::test]
async fn a_probe_says_which_framing_is_the_right_one() {
    for length in ["ascii-4", "bcd-2", "binary-4"] {
        let theirs = dialect(&format!("base = \"baton\"\nframing.length = \"{length}\""));

        let wrong = wrong(theirs, vec![], &Dialect::baton()).await;

        let expected = format!("it answers with framing.length = \"{length}\"");
        assert!(wrong.contains(&expected), "{length}: {wrong:?}");
    }
}

#[tokio::test]
async fn a_probe_says_that_an_address_is_missing() {
    let theirs = dialect("base = \"baton\"\nframing.tpdu = \"6000010002\"");

    let wrong = wrong(theirs, vec![], &Dialect::baton()).await;

    assert!(
        wrong.contains(&"it answers with framing.tpdu = \"6000000000\"".to_owned()),
        "{wrong:?}"
    );
}

#[tokio::test]
async fn a_probe_says_which_form_the_bitmap_has() {
    let theirs = dialect("base = \"baton\"\nbitmap = \"hex\"");

    let wrong = wrong(theirs, vec![], &Dialect::baton()).await;

    assert!(wrong.contains(&"it answers with bitmap = \"hex\"".to_owned()), "{wrong:?}");
}

#[tokio::test]
async fn a_probe_says_that_framing_and_bitmap_are_wrong_together() {
    let theirs = dialect("base = \"baton\"\nbitmap = \"hex\"\nframing.length = \"ascii-4\"");

    let wrong = wrong(theirs, vec![], &Dialect::baton()).await;

    let both = "it answers with framing.length = \"ascii-4\" and bitmap = \"hex\"".to_owned();
    assert!(wrong.contains(&both), "{wrong:?}");
}

#[tokio::test]
async fn a_probe_says_which_field_is_not_repeated() {
    let wrong = wrong(Dialect::baton(), vec![41], &Dialect::baton()).await;

    let [only] = wrong.as_slice() else { panic!("{wrong:?}") };
    assert!(only.starts_with("field 41 is missing from the answer"), "{only}");
    assert!(only.ends_with("write usual = [11] under [match]"), "{only}");
}

#[tokio::test]
async fn a_probe_of_nobody_says_so() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);

    let findings = probe(&address, &Dialect::baton(), QUICK, |_| {}).await;

    assert_eq!(findings[0].text, format!("nothing takes connections at {address}"));
    assert_eq!(findings.len(), 1);
}
