use super::*;
use baton_core::relay::capability::Capabilities;
use baton_core::relay::plan::{Executor, Route};
use baton_core::relay::transaction::{Links, Purpose, ReversalDecided, Stored};
use baton_protocol::ids::{TerminalId, TouchId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::Verdict;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_ms(1_000_000);
const WON: Money = Money::new(4_500, Currency::KRW);

/// A transaction as the store has it.
fn row(state: State) -> TransactionRow {
    let terminal: TerminalId = "t-1".parse().unwrap();
    let facts = Facts {
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
    };
    let reversal = ReversalDecided::No;
    let stored = Stored { state, version: 2, since: NOW, doubt_since: None, reversal };
    TransactionRow {
        facts,
        stored,
        prior: 1,
        prior_state: None,
        reason: None,
        refunded_minor: 0,
        uptime: None,
        told: Told::default(),
    }
}

fn approved() -> Input {
    let verdict = Verdict::Approved { amount: WON, reference: "R1".to_owned() };
    Input::ResultReported { verdict, code_digest: "digest".to_owned() }
}

/// Cause: a result that came twice was stepped a second time on the stored row, and its commit
/// went out while the record of the first was still being written.
#[test]
fn a_result_that_comes_twice_sends_no_word_before_its_record_is_stored() {
    let answer = late_word(row(State::Dispatched), approved(), Arc::new(Policy::default()), NOW);

    assert_eq!(answer, Err(RefusalCode::NotReady));
}

#[test]
fn a_result_after_the_end_is_answered_with_the_stored_word() {
    let answer = late_word(row(State::Approved), approved(), Arc::new(Policy::default()), NOW);

    assert_eq!(answer, Ok(vec![Effect::SendCommit(State::Approved)]));
}
