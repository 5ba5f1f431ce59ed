//! Raffle sales: journals line by line, draws byte by byte, and the independent verifier's word.
//!
//! Owns what is compared; the data stand in `tests/data/raffle`. May not know a rule.

#![expect(clippy::unwrap_used, reason = "a test ends at what it cannot read")]

use baton_core::raffle::draw::beacon::QUICKNET;
use baton_core::raffle::draw::bundle::Chance;
use baton_core::raffle::draw::{Bundle, Digest, Tree};
use baton_trials::draw::{beacon, check, file};
use baton_trials::raffle::random::play_many;
use baton_trials::raffle::{audit, case, life};
use std::path::{Path, PathBuf};
use std::process::Command;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/raffle").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(data(name)).unwrap_or_default()
}

/// A published round of quicknet and its signature, as the network serves it.
const ROUND: u64 = 123;
const SIGNATURE: &str = "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486\
                         d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92";

#[test]
fn every_journal_of_the_reference_is_equal_line_by_line() {
    let cases = case::read_all(&text("life_cycles.json")).unwrap();
    let (mut equal, mut lines) = (0, 0);
    for case in &cases {
        let played = life::play(case).unwrap();
        let found = audit::compare(case, case.expected.as_ref().unwrap(), &played);
        assert!(found.differences.is_empty(), "{}: {:#?}", case.id, found.differences);
        equal += 1;
        lines += found.equal;
    }

    println!("{equal} of {} journals equal, {lines} postings", cases.len());
    assert_eq!((equal, cases.len()), (24, 24));
}

#[test]
fn a_journal_that_differs_in_one_won_is_told() {
    let mut cases = case::read_all(&text("life_cycles.json")).unwrap();
    let case = &mut cases[4];
    case.expected.as_mut().unwrap().journal[2].lines[0].debit += 1;

    let played = life::play(case).unwrap();
    let found = audit::compare(case, case.expected.as_ref().unwrap(), &played);

    assert_eq!(found.differences.len(), 1);
    assert!(found.differences[0].starts_with("posting 3 is "), "{:?}", found.differences);
}

#[test]
fn every_draw_of_the_reference_is_made_again_byte_by_byte() {
    let documents = file::read_all(&text("draws.json")).unwrap();
    let mut equal = 0;
    for document in &documents {
        assert_eq!(check(document, None).unwrap(), Vec::<String>::new(), "{}", document.id);
        let told = document.bundle().unwrap();
        let chance = Chance {
            chain: QUICKNET,
            round: told.round,
            randomness: told.randomness,
            server: told.server,
        };
        let places = u32::try_from(told.order.len()).unwrap();
        let mut made = Bundle::draw(told.sale, told.tickets.clone(), &chance, places).unwrap();
        let proof = told.proof.clone().unwrap();
        made.proof = Tree::of(told.sale, &told.tickets).unwrap().proof(proof.index);
        assert_eq!(made, told, "{}", document.id);
        equal += 1;
    }

    println!("{equal} of {} draws equal", documents.len());
    assert_eq!((equal, documents.len()), (10, 10));
}

/// Asks the verifier that somebody else has written, and returns what it prints if it accepts.
fn verify(path: &Path) -> Result<String, String> {
    let output = Command::new("python3").arg(data("verify_draw.py")).arg(path).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(said) } else { Err(said) }
}

fn write(document: &file::Document, path: &Path) {
    std::fs::write(path, serde_json::to_string(document).unwrap()).unwrap();
}

/// A draw made by the command from a list of tickets.
fn made(folder: &Path) -> (PathBuf, file::Document) {
    use std::fmt::Write;
    let mut list = String::from("# ticket, person\n");
    for number in 0..57 {
        writeln!(list, "{number:032x} person-{}", number % 20).unwrap();
    }
    let (tickets, bundle) = (folder.join("tickets.txt"), folder.join("bundle.json"));
    std::fs::write(&tickets, list).unwrap();
    let line = [
        "draw",
        "make",
        tickets.to_str().unwrap(),
        "--sale",
        "a6c51b84676ea65d7f29d6c44db8328a",
        "--salt",
        "c0ffee",
        "--round",
        "123",
        "--signature",
        SIGNATURE,
        "--places",
        "57",
        "--out",
        bundle.to_str().unwrap(),
    ];
    run(&line).unwrap();
    let document = file::read_all(&std::fs::read_to_string(&bundle).unwrap()).unwrap().remove(0);
    (bundle, document)
}

/// Runs `draw …` as a command line.
fn run(line: &[&str]) -> anyhow::Result<String> {
    #[derive(clap::Parser)]
    struct Line {
        #[command(subcommand)]
        draw: baton_trials::draw::Command,
    }
    let mut out = Vec::new();
    let line = <Line as clap::Parser>::try_parse_from(line)?;
    baton_trials::draw::run(line.draw, &mut out)?;
    Ok(String::from_utf8(out)?)
}

#[test]
fn the_independent_verifier_accepts_a_draw_that_baton_made() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = made(folder.path());

    let said = verify(&path).unwrap();

    assert_eq!(said.trim(), "draw OK");
    let own = run(&["draw", "verify", path.to_str().unwrap()]).unwrap();
    assert!(own.contains("57 tickets, round 123; beacon: its signature holds"), "{own}");
}

/// Changes one thing of a bundle.
type Tamper = fn(&mut file::Document);

#[test]
fn the_independent_verifier_and_ours_refuse_every_draw_that_was_tampered_with() {
    let folder = tempfile::tempdir().unwrap();
    let (path, document) = made(folder.path());
    let tampers: [(&str, Tamper, &str); 8] = [
        ("ticket", |one| one.tickets[5].0 = "f".repeat(32), "tickets: changed at "),
        ("holder", |one| one.tickets[6].1 = "0".repeat(64), "tickets: changed at "),
        ("root", |one| one.root = "0".repeat(64), "merkle root: "),
        ("round", |one| one.round += 1, "round: 124 is said, but round 123 was drawn from"),
        ("time", |one| one.round_time += 3, "round time: "),
        ("seed", |one| one.seed = "0".repeat(64), "seed: "),
        ("order", |one| one.order_prefix.swap(2, 9), "draw order: place 2 has ticket "),
        ("commitment", |one| one.server_commit = "0".repeat(64), "server commitment: "),
    ];
    for (name, tamper, expected) in tampers {
        let mut tampered = document.clone();
        tamper(&mut tampered);
        write(&tampered, &path);

        assert!(verify(&path).is_err(), "the verifier accepts a changed {name}");
        let faults = check(&tampered, None).unwrap();
        assert!(faults.iter().any(|fault| fault.starts_with(expected)), "{name}: {faults:?}");
        assert!(run(&["draw", "verify", path.to_str().unwrap()]).is_err(), "{name}");
    }
}

#[test]
fn a_round_counts_only_with_the_signature_of_the_network() {
    let number = beacon::number_of(SIGNATURE).unwrap();
    let forged = SIGNATURE.replace("dfc92", "dfc93");

    assert_eq!(beacon::verify(ROUND, SIGNATURE, &number), Ok(()));
    let other = beacon::verify(ROUND + 1, SIGNATURE, &number);
    assert_eq!(other, Err(beacon::Unsigned::Forged { round: ROUND + 1 }));
    let said = Digest::ZERO;
    let differs = beacon::verify(ROUND, SIGNATURE, &said);
    assert_eq!(differs, Err(beacon::Unsigned::Number { said, made: number }));
    assert!(beacon::verify(ROUND, &forged, &number).is_err());
    assert_eq!(beacon::verify(ROUND, "xx", &number), Err(beacon::Unsigned::Malformed));
}

#[test]
fn a_beacon_that_was_fetched_must_be_the_one_that_was_drawn_from() {
    let documents = file::read_all(&text("draws.json")).unwrap();

    let faults = check(&documents[0], Some(Digest::ZERO)).unwrap();

    assert_eq!(faults.len(), 1);
    assert!(faults[0].starts_with("beacon: c6bd0cdc"), "{faults:?}");
}

#[test]
fn two_thousand_random_lives_balance_and_leave_nothing_in_escrow() {
    let tally = play_many(2_000, 1).unwrap();

    println!("{} lives, {} steps, {} lines, imbalance 0", tally.lives, tally.steps, tally.lines);
    assert_eq!(tally.lives, 2_000);
    assert_eq!(tally.ends.len(), 6, "every end is reached: {:?}", tally.ends);
    assert_eq!(tally.postings.len(), 23, "every event is posted: {:?}", tally.postings);
    assert_eq!(play_many(2_000, 1).unwrap(), tally, "the same seed plays the same lives");
}

#[test]
fn the_lives_that_come_with_the_program_are_those_of_the_reference() {
    #[derive(clap::Parser)]
    struct Line {
        #[command(subcommand)]
        raffle: baton_trials::raffle::Command,
    }
    let play = |line: &[&str]| {
        let line = <Line as clap::Parser>::try_parse_from(line).unwrap();
        let mut out = Vec::new();
        baton_trials::raffle::run(line.raffle, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let path = data("life_cycles.json");

    let own = play(&["raffle", "replay", "--case", "rnd-26"]);
    let file = play(&["raffle", "replay", path.to_str().unwrap(), "--case", "17"]);

    assert!(file.starts_with(&own));
    assert!(file.contains("16 of    16 postings  equal"));
    assert_eq!(play(&["raffle", "replay"]).lines().count(), 25);
}
