//! What is true of a case: its transaction, the recorded steps, the evidence, what may be done.
//!
//! Owns putting the answer together from the store. May not decide. Next: `decide`.

use super::shapes::*;
use crate::http::problem::Problem;
use crate::world::World;
use baton_core::relay::capability::{Capability, Class};
use baton_core::relay::case::{AlarmOpen, Decision, Kind, Matter, Proposal};
use baton_core::relay::transaction::ReversalDecided;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use baton_records::exceptions::{CaseRow, EvidenceRow, Subject};
use baton_records::relay::EventRecord;
use baton_records::rows::TransactionRow;
use serde::Deserialize;

/// The fields of an audit record that a case shows.
#[derive(Deserialize)]
struct Body {
    t: i64,
    from: Option<State>,
    to: State,
    cause: String,
    reason: Option<String>,
    reference: Option<String>,
    first: Option<String>,
    second: Option<String>,
    why: Option<String>,
}

/// One case in a list.
pub(super) async fn line(world: &World, case: &CaseRow) -> Result<CaseLine, Problem> {
    let row = transaction_of(world, &case.subject).await?;
    let proposal = proposal_of(world, &case.subject).await?;
    Ok(line_of(case, row.as_ref(), proposal.as_ref()))
}

/// Everything about a subject, or 404 when it has no case.
pub(super) async fn answer(world: &World, subject: &Subject) -> Result<CaseAnswer, Problem> {
    let not_ready = |_| Problem::of(RefusalCode::NotReady);
    let cases = world.records.cases_about(subject).await.map_err(not_ready)?;
    if cases.is_empty() {
        return Err(Problem::of(RefusalCode::NotFound));
    }
    let row = transaction_of(world, subject).await?;
    let proposal = proposal_of(world, subject).await?;
    let evidence = world.records.evidence_about(subject).await.map_err(not_ready)?;
    let steps = match &row {
        Some(row) => {
            let (touch, id) = (row.facts.touch, row.facts.id);
            world.records.steps_of(touch, id).await.map_err(not_ready)?
        }
        None => Vec::new(),
    };
    let lines = cases.iter().map(|case| line_of(case, row.as_ref(), proposal.as_ref()));
    Ok(CaseAnswer {
        subject: subject.to_string(),
        cases: lines.collect(),
        may: may(row.as_ref(), &cases),
        transaction: row.as_ref().map(facts_of),
        steps: steps.iter().filter_map(step_of).collect(),
        evidence: evidence.iter().map(evidence_of).collect(),
    })
}

/// The matter about which people decide.
pub(super) fn matter(row: &TransactionRow, cases: &[CaseRow]) -> Matter {
    let alarm = |case: &&CaseRow| {
        matches!(case.kind, Kind::Contradiction | Kind::Mismatch | Kind::NotGivenBack)
    };
    let open = cases.iter().filter(alarm).any(|case| case.closed.is_none());
    let alarm = if open { AlarmOpen::Yes } else { AlarmOpen::No };
    Matter { state: row.stored.state, reversal: row.stored.reversal, alarm }
}

fn may(row: Option<&TransactionRow>, cases: &[CaseRow]) -> May {
    let Some(row) = row else {
        return May { inquire: false, decide: Vec::new(), never: Vec::new() };
    };
    let state = row.stored.state;
    let possible = matter(row, cases).possible();
    let undone = state == State::Suspense && row.stored.reversal == ReversalDecided::Yes;
    let never = undone.then(|| Never {
        decision: Decision::Resolve(State::Approved).word().to_owned(),
        why: RefusalCode::ReversalDecided.word().to_owned(),
    });
    May {
        inquire: !state.is_final() && row.facts.capabilities.has(Capability::Inquiry),
        decide: possible.into_iter().map(|one| one.word().to_owned()).collect(),
        never: never.into_iter().collect(),
    }
}

async fn transaction_of(
    world: &World,
    subject: &Subject,
) -> Result<Option<TransactionRow>, Problem> {
    let Subject::Transaction(id) = subject else { return Ok(None) };
    let found = world.records.lookup_transaction(*id).await;
    found.map_err(|_| Problem::of(RefusalCode::NotReady))
}

async fn proposal_of(world: &World, subject: &Subject) -> Result<Option<Proposal>, Problem> {
    let found = world.records.lookup_proposal(subject).await;
    found.map_err(|_| Problem::of(RefusalCode::NotReady))
}

fn line_of(case: &CaseRow, row: Option<&TransactionRow>, proposal: Option<&Proposal>) -> CaseLine {
    let open = case.closed.is_none();
    CaseLine {
        subject: case.subject.to_string(),
        kind: case.kind.word().to_owned(),
        opened_at_ms: case.opened.ms(),
        closed_at_ms: case.closed.map(|at| at.ms()),
        shop: case.shop.clone(),
        destination: case.destination.clone(),
        state: row.map(|row| row.stored.state),
        amount: row.map(|row| row.facts.amount.minor),
        currency: row.map(|row| row.facts.amount.currency),
        proposal: proposal.filter(|_| open).and_then(|proposal| {
            Some(Proposed {
                decision: proposal.decision.word().to_owned(),
                operator: proposal.operator.parse().ok()?,
                reason: proposal.reason.clone(),
                at_ms: proposal.at.ms(),
            })
        }),
    }
}

fn facts_of(row: &TransactionRow) -> TransactionFacts {
    let facts = &row.facts;
    let class = match facts.capabilities.class() {
        Class::Automatic => "automatic",
        Class::Manual => "manual",
    };
    TransactionFacts {
        transaction_id: facts.id,
        touch_id: facts.touch,
        state: row.stored.state,
        reversal_decided: row.stored.reversal == ReversalDecided::Yes,
        terminal: facts.terminal.clone(),
        executor: facts.executor.to_string(),
        app: facts.app.clone(),
        shop: facts.shop.clone(),
        destination: facts.destination.clone(),
        capabilities: facts.capabilities.to_string(),
        class: class.to_owned(),
        route: facts.route.letter().to_owned(),
        amount: facts.amount.minor,
        currency: facts.amount.currency,
        accepted_at_ms: facts.accepted_at.ms(),
        evidence: row.told.evidence,
        cause: row.told.cause,
    }
}

/// A record that does not read is left out: the audit's own check will name it.
fn step_of(record: &EventRecord) -> Option<Step> {
    let body: Body = serde_json::from_str(&record.body).ok()?;
    Some(Step {
        seq: record.seq,
        at_ms: body.t,
        from: body.from,
        to: body.to,
        cause: body.cause,
        reason: body.reason,
        reference: body.reference,
        first: body.first,
        second: body.second,
        why: body.why,
    })
}

fn evidence_of(row: &EvidenceRow) -> EvidenceLine {
    EvidenceLine {
        kind: row.kind.clone(),
        operator: row.operator.clone(),
        said: serde_json::from_str(&row.body).unwrap_or_default(),
        first_at_ms: row.first.ms(),
        last_at_ms: row.last.ms(),
        times: row.times,
    }
}
