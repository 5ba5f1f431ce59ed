use super::*;
use baton_core::relay::capability::Capabilities;
use baton_core::relay::plan::Route;
use baton_core::relay::transaction::{Links, Purpose, Transaction};
use baton_protocol::evidence::Outcome;
use baton_protocol::ids::{TerminalId, TouchId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::policy::Policy;
use baton_protocol::work::UnknownReason;
use std::sync::Arc;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_ms(1_000_000);
const WON: Money = Money::new(4_500, Currency::KRW);

fn facts() -> Facts {
    let terminal: TerminalId = "t-1".parse().unwrap();
    Facts {
        id: TransactionId::new(Uuid::from_u128(1)),
        touch: TouchId::new(Uuid::from_u128(2)),
        terminal: terminal.clone(),
        app: "a-1".parse().unwrap(),
        shop: "s-1".parse().unwrap(),
        destination: "d-1".parse().unwrap(),
        capabilities: Capabilities::parse("C1,C2,C3,C4,C5,C6,C7").unwrap(),
        route: Route::Standalone,
        executor: Executor::Terminal(terminal),
        purpose: Purpose::Payment,
        amount: WON,
        code_digest: "digest".to_owned(),
        accepted_at: NOW,
        links: Links::default(),
    }
}

fn report(verdict: Verdict) -> Input {
    Input::ResultReported { verdict, code_digest: "digest".to_owned() }
}

/// What is kept when a machine that went through `before` hears `input`.
fn kept(before: &[Input], input: &Input) -> Vec<Fact> {
    kept_with(before, input, Told::default())
}

fn kept_with(before: &[Input], input: &Input, told: Told) -> Vec<Fact> {
    let (mut machine, _) = Transaction::receive(facts(), Arc::new(Policy::default()));
    machine.step(Input::Routed, NOW).unwrap();
    for one in before {
        machine.step(one.clone(), NOW).unwrap();
    }
    let was = machine.state();
    let effects = machine.step(input.clone(), NOW).unwrap();
    let dues: Vec<Due> = effects.into_iter().map(|effect| (facts().id, effect)).collect();
    of_heard(Heard { facts: &facts(), was, input, told, dues: &dues }, NOW)
}

fn words(facts: &[Fact]) -> Vec<(&'static str, Option<Kind>)> {
    let word = |fact: &Fact| {
        let Fact::Exception(one) = fact else { return None };
        if let Exception::Opened { case, piece } = one.as_ref() {
            return Some((piece.kind, Some(case.kind)));
        }
        let Exception::Evidence(piece) = one.as_ref() else { return None };
        Some((piece.kind, None))
    };
    facts.iter().filter_map(word).collect()
}

#[test]
fn a_clear_outcome_leaves_no_evidence() {
    let approved = report(Verdict::Approved { amount: WON, reference: "R".to_owned() });

    assert_eq!(kept(&[], &approved), []);
    assert_eq!(kept(&[], &Input::CommandAccepted), []);
}

#[test]
fn every_word_about_a_doubt_is_evidence() {
    let silent = report(Verdict::Unknown { reason: UnknownReason::Silent });
    let found = Input::InquiryAnswered { number: 1, answer: InquiryAnswer::NotFound };

    assert_eq!(words(&kept(&[], &silent)), [("report", None)]);
    assert_eq!(words(&kept(&[silent], &found)), [("inquiry", None)]);
}

#[test]
fn what_a_device_saw_stands_in_its_piece_of_evidence_and_changes_no_case() {
    let silent = report(Verdict::Unknown { reason: UnknownReason::Silent });
    let seen = Evidence { entry: Some(Entry::TypedExact), outcome: Outcome::Taken };
    let told = Told { evidence: Some(seen), cause: None };

    let kept = kept_with(&[], &silent, told);

    assert_eq!(words(&kept), [("report", None)]);
    assert!(format!("{kept:?}").contains(r#"\"entry\":\"typed-exact\""#), "{kept:?}");
    assert!(format!("{kept:?}").contains(r#"\"seen\":\"taken\""#), "{kept:?}");
}

#[test]
fn a_report_with_another_digest_opens_a_case_that_names_no_digest() {
    let verdict = Verdict::Approved { amount: WON, reference: "R".to_owned() };
    let wrong = Input::ResultReported { verdict, code_digest: "other-digest".to_owned() };

    let kept = kept(&[], &wrong);

    assert_eq!(words(&kept), [("report", None), ("mismatch", Some(Kind::Mismatch))]);
    assert!(!format!("{kept:?}").contains("other-digest"), "{kept:?}");
}

#[test]
fn a_word_against_a_final_state_opens_a_case() {
    let fenced = Input::Fenced(baton_protocol::link::FenceReason::Cancelled);
    let approved = report(Verdict::Approved { amount: WON, reference: "R".to_owned() });

    assert_eq!(words(&kept(&[fenced], &approved)), [("contradiction", Some(Kind::Contradiction))]);
}

#[test]
fn a_long_reference_of_a_destination_is_shortened() {
    let answer = InquiryAnswer::Approved { amount: WON, reference: "9".repeat(5_000) };

    let body = answer_of(&answer);

    assert_eq!(body["reference"].as_str().unwrap().len(), REFERENCE_CHARACTERS_MAX);
}
