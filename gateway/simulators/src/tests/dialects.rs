use super::stage::{authorize, free, payment};
use crate::acquirer::{self, Speech};
use crate::{Delays, Running};
use baton_destinations::{Client, Dialect, Limits, Secret};
use baton_protocol::target::{Profile, Target, Way};
use baton_protocol::work::{UnknownReason, Verdict};
use std::collections::BTreeMap;

/// A key as a file holds it.
const KEY: &str = "000102030405060708090a0b0c0d0e0f";

async fn acquirer(profile: &str, omits: Vec<u8>) -> Running {
    let dialect = Dialect::of(Some(profile), Some(&Secret::new(KEY.to_owned()))).unwrap();
    let (delays, members) = (Delays::default(), BTreeMap::new());
    let speech = Speech { dialect, omits, ..Speech::default() };
    let config =
        acquirer::Config { listen: free(), admin: None, ledger: None, delays, members, speech };
    acquirer::start(config).await.unwrap()
}

fn client(running: &Running, profile: &str, key: &str) -> Client {
    let way = Way::Iso8583 { address: running.address.to_string() };
    let profile = Profile::new(profile).unwrap();
    let target = Target::new("d".parse().unwrap(), way).with_profile(Some(profile));
    Client::new(&target, Some(Secret::new(key.to_owned())), Limits::default()).unwrap()
}

#[tokio::test]
async fn a_payment_is_approved_in_every_dialect() {
    let profiles = [
        "base = \"baton\"",
        "base = \"1987-ascii-hex\"\nframing.length = \"ascii-4\"",
        "base = \"1987-bcd\"\nframing = { length = \"bcd-2\", tpdu = \"6000010002\" }",
        "base = \"1987-ebcdic\"\nframing.counts = \"whole\"\nheader = \"49534F\"",
        "base = \"1993-ascii\"\nsession = \"bare\"",
        "base = \"1993-bcd\"\nmac = \"aes-cmac\"",
        "base = \"2003-ascii\"",
        "base = \"2003-ascii\"\nsession = \"bare\"\nmac = \"retail-mac\"",
        "base = \"1987-bcd\"\nmac = \"retail-mac-4\"\nfields = { 64 = \"b4\" }",
        "base = \"1987-bcd\"\nmac = \"aes-cmac\"\nstyle.digits = \"bcd-right\"",
        "base = \"1987-ascii\"\n[match]\nusual = [37]",
        // Zeros fill the amount of a question only when it is sent.
        "base = \"1987-bcd\"\n[match]\n0210 = [41, 11, 4]",
        "base = \"1987-ascii\"\n[fields]\n48 = \"ans..900 llll prefix-binary tags-2-3, ours\"",
    ];
    for profile in profiles {
        let running = acquirer(profile, vec![]).await;
        let client = client(&running, profile, KEY);

        let approved = authorize(&client, 1, &payment("A1B2C3D4")).await;
        let declined = authorize(&client, 2, &payment("X-FUNDS-1")).await;
        running.stop().await;

        assert!(matches!(approved, Verdict::Approved { .. }), "{profile}: {approved:?}");
        assert!(matches!(declined, Verdict::Declined { .. }), "{profile}: {declined:?}");
    }
}

#[tokio::test]
async fn an_answer_with_a_wrong_mac_leaves_the_payment_in_doubt() {
    let profile = "base = \"1987-ascii\"\nmac = \"aes-cmac\"\nsession = \"bare\"";
    let running = acquirer(profile, vec![]).await;
    let client = client(&running, profile, "ffffffffffffffffffffffffffffffff");

    let verdict = authorize(&client, 1, &payment("A1B2C3D4")).await;
    running.stop().await;

    assert!(matches!(verdict, Verdict::Unknown { .. }), "{verdict:?}");
}

#[tokio::test]
async fn a_code_of_the_contract_means_what_the_profile_says() {
    let running = acquirer("base = \"baton\"", vec![]).await;
    let unsure = "base = \"baton\"\n[codes]\n51 = \"unknown\"";
    let client = client(&running, unsure, KEY);

    let verdict = authorize(&client, 1, &payment("X-FUNDS-1")).await;
    running.stop().await;

    assert_eq!(verdict, Verdict::Unknown { reason: UnknownReason::Inconclusive });
}

#[tokio::test]
async fn an_answer_without_the_field_that_matches_it_leaves_the_payment_in_doubt() {
    let running = acquirer("base = \"baton\"", vec![41]).await;
    let strict = "base = \"baton\"";
    let limits = Limits { answer_ms: 300, ..Limits::default() };
    let way = Way::Iso8583 { address: running.address.to_string() };
    let target =
        Target::new("d".parse().unwrap(), way).with_profile(Some(Profile::new(strict).unwrap()));
    let client = Client::new(&target, None, limits).unwrap();

    let verdict = authorize(&client, 1, &payment("A1B2C3D4")).await;
    running.stop().await;

    assert_eq!(verdict, Verdict::Unknown { reason: UnknownReason::Silent });
}
