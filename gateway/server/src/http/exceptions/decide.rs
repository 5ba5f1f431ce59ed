//! The two steps of a decision: propose, confirm by somebody else; and taking a proposal back.
//!
//! Owns carrying core's answer out. A proposal is taken away in the same commit that decides, so a
//! withdrawal and a confirmation can not both succeed. Next: [`crate::actors::desk`].

use super::shapes::{CloseRequest, ResolveRequest};
use super::{Answer, authenticate, by, read, subject, tell_desk, transaction, unreadable};
use crate::actors::exceptions::exception;
use crate::actors::keeper::Keeper;
use crate::http::problem::Problem;
use crate::http::strict_json;
use crate::world::World;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use baton_core::relay::case::{CaseRefusal, Decision, Kind, Move, Proposal, Wish};
use baton_core::relay::transaction::{Input, Resolution};
use baton_protocol::ids::OperatorName;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use baton_records::exceptions::{Exception, Subject};
use baton_records::rows::TransactionRow;
use baton_records::writer::{CommitFault, Fact};
use serde_json::json;

/// Characters of a reason: a few sentences, which one screen shows.
const REASON_CHARACTERS_MAX: usize = 500;
/// How often a decision is looked at anew because somebody else was faster: each time one person
/// has done something.
const LOOKS_MAX: u32 = 5;

/// `POST /v1/exceptions/{id}/resolve`.
pub async fn resolve(
    request: HttpRequest,
    id: Path<String>,
    body: Bytes,
    world: Data<World>,
    keeper: Data<Keeper>,
) -> Answer {
    let operator = authenticate(&request, &world)?;
    let body: ResolveRequest = strict_json::read(&body)
        .map_err(|_| unreadable("say state and reason as /openapi.json describes"))?;
    let decision = Decision::Resolve(body.state);
    let desk = Desk { world: &world, keeper: &keeper, operator: &operator };
    desk.decide(&subject(&id)?, decision, &reason(body.reason)?).await
}

/// `POST /v1/exceptions/{id}/close`.
pub async fn close(
    request: HttpRequest,
    id: Path<String>,
    body: Bytes,
    world: Data<World>,
    keeper: Data<Keeper>,
) -> Answer {
    let operator = authenticate(&request, &world)?;
    let body: CloseRequest = strict_json::read(&body)
        .map_err(|_| unreadable("say the reason as /openapi.json describes"))?;
    let desk = Desk { world: &world, keeper: &keeper, operator: &operator };
    desk.decide(&subject(&id)?, Decision::Close, &reason(body.reason)?).await
}

/// `DELETE /v1/exceptions/{id}/resolve`: one's own proposal only. **Repeat** changes nothing.
pub async fn withdraw(request: HttpRequest, id: Path<String>, world: Data<World>) -> Answer {
    let operator = authenticate(&request, &world)?;
    let subject = subject(&id)?;
    transaction(&world, &subject).await?;
    let proposal = proposal(&world, &subject).await?;
    if let Some(proposal) = proposal {
        if proposal.operator != operator.as_str() {
            let detail = "only the operator who proposed can withdraw";
            return Err(Problem::with(RefusalCode::Forbidden, detail));
        }
        let body = json!({ "state": proposal.decision.word() });
        let facts = vec![
            taken(&subject, &proposal),
            by(&operator, subject.clone(), "withdrawn", &body, &world),
        ];
        commit(&world, facts).await?.ok_or(Problem::of(RefusalCode::StateWrong))?;
    }
    Ok(HttpResponse::Ok().json(read::answer(&world, &subject).await?))
}

struct Desk<'w> {
    world: &'w World,
    keeper: &'w Keeper,
    operator: &'w OperatorName,
}

impl Desk<'_> {
    async fn decide(&self, subject: &Subject, decision: Decision, reason: &str) -> Answer {
        let wish = Wish { decision, operator: self.operator.as_str(), reason };
        for _ in 0..LOOKS_MAX {
            let row = transaction(self.world, subject).await?;
            let cases = self.world.records.cases_about(subject).await;
            let cases = cases.map_err(|_| Problem::of(RefusalCode::NotReady))?;
            let proposal = proposal(self.world, subject).await?;
            let matter = read::matter(&row, &cases);
            match matter.wish(proposal.as_ref(), wish) {
                Ok(Move::Stands) => return self.accepted(subject).await,
                Ok(Move::Proposes) => {
                    if self.propose(subject, wish).await? == Done::Yes {
                        return self.accepted(subject).await;
                    }
                }
                Ok(Move::Confirms(first)) => {
                    if self.confirm(&row, &first, reason).await? == Done::Yes {
                        return self.over(subject).await;
                    }
                }
                Err(CaseRefusal::NotPossible(_)) if self.decided(subject, &row, wish).await? => {
                    return self.over(subject).await;
                }
                Err(refusal) => return Err(problem_of(refusal)),
            }
        }
        Err(Problem::of(RefusalCode::Overloaded))
    }

    async fn propose(&self, subject: &Subject, wish: Wish<'_>) -> Result<Done, Problem> {
        let (decision, reason) = (wish.decision, wish.reason.to_owned());
        let body = json!({ "state": decision.word(), "why": reason });
        let (operator, at) = (self.operator.to_string(), self.world.clock.now());
        let proposal = Proposal { decision, operator, reason, at };
        let subject = subject.clone();
        let piece = by(self.operator, subject.clone(), "proposed", &body, self.world);
        let facts = vec![exception(Exception::Proposed { subject, proposal }), piece];
        Ok(commit(self.world, facts).await?.map_or(Done::No, |()| Done::Yes))
    }

    async fn confirm(
        &self,
        row: &TransactionRow,
        first: &Proposal,
        reason: &str,
    ) -> Result<Done, Problem> {
        let reasons = if first.reason == reason {
            reason.to_owned()
        } else {
            format!("{} / {reason}", first.reason)
        };
        match first.decision {
            Decision::Resolve(state) => self.resolve(row, state, first, reasons).await,
            Decision::Close => self.close(row, first, &reasons).await,
        }
    }

    /// The machine has the last word; its commit takes the proposal away.
    async fn resolve(
        &self,
        row: &TransactionRow,
        state: State,
        first: &Proposal,
        reason: String,
    ) -> Result<Done, Problem> {
        let second = self.operator.to_string();
        let resolution = Resolution { state, first: first.operator.clone(), second, reason };
        match tell_desk(self.keeper, row, Input::Resolved(resolution)).await {
            Ok(()) => Ok(Done::Yes),
            Err(problem) if problem.code() == RefusalCode::StateWrong => Ok(Done::No),
            Err(problem) => Err(problem),
        }
    }

    async fn close(
        &self,
        row: &TransactionRow,
        first: &Proposal,
        reasons: &str,
    ) -> Result<Done, Problem> {
        let (subject, at) = (Subject::Transaction(row.facts.id), self.world.clock.now());
        let closed = |kind| exception(Exception::Closed { subject: subject.clone(), kind, at });
        let state = Decision::Close.word();
        let body = json!({ "state": state, "proposed_by": first.operator, "why": reasons });
        let facts = vec![
            taken(&subject, first),
            closed(Kind::Contradiction),
            closed(Kind::Mismatch),
            closed(Kind::NotGivenBack),
            by(self.operator, subject.clone(), "confirmed", &body, self.world),
        ];
        Ok(commit(self.world, facts).await?.map_or(Done::No, |()| Done::Yes))
    }

    /// Whether this operator took part in this very decision: the answer was lost.
    async fn decided(
        &self,
        subject: &Subject,
        row: &TransactionRow,
        wish: Wish<'_>,
    ) -> Result<bool, Problem> {
        let stands = match wish.decision {
            Decision::Resolve(state) => row.stored.state == state,
            Decision::Close => row.stored.state.is_final(),
        };
        if !stands {
            return Ok(false);
        }
        let evidence = self.world.records.evidence_about(subject).await;
        let evidence = evidence.map_err(|_| Problem::of(RefusalCode::NotReady))?;
        let word = json!(wish.decision.word());
        Ok(evidence.iter().any(|piece| {
            let body: serde_json::Value = serde_json::from_str(&piece.body).unwrap_or_default();
            piece.kind == "confirmed"
                && body["state"] == word
                && (piece.operator.as_deref() == Some(wish.operator)
                    || body["proposed_by"] == wish.operator)
        }))
    }

    async fn accepted(&self, subject: &Subject) -> Answer {
        Ok(HttpResponse::Accepted().json(read::answer(self.world, subject).await?))
    }

    async fn over(&self, subject: &Subject) -> Answer {
        Ok(HttpResponse::Ok().json(read::answer(self.world, subject).await?))
    }
}

/// Whether it was done, or somebody was faster.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Yes,
    No,
}

/// Writes; nothing when somebody was faster.
async fn commit(world: &World, facts: Vec<Fact>) -> Result<Option<()>, Problem> {
    match world.records.writer.commit(facts).await {
        Ok(_) => Ok(Some(())),
        Err(CommitFault::Conflict(_)) => Ok(None),
        Err(CommitFault::Full) => Err(Problem::of(RefusalCode::Overloaded)),
        Err(CommitFault::Unwell { .. } | CommitFault::Failed(_) | CommitFault::Stopped) => {
            Err(Problem::of(RefusalCode::NotReady))
        }
    }
}

fn taken(subject: &Subject, proposal: &Proposal) -> Fact {
    let (subject, decision) = (subject.clone(), proposal.decision);
    exception(Exception::ProposalTaken { subject, decision, operator: proposal.operator.clone() })
}

async fn proposal(world: &World, subject: &Subject) -> Result<Option<Proposal>, Problem> {
    let found = world.records.lookup_proposal(subject).await;
    found.map_err(|_| Problem::of(RefusalCode::NotReady))
}

fn reason(text: String) -> Result<String, Problem> {
    let length = text.chars().count();
    let empty = text.trim().is_empty();
    if empty || length > REASON_CHARACTERS_MAX || text.chars().any(char::is_control) {
        return Err(unreadable("reason has 1 to 500 characters on one line"));
    }
    Ok(text)
}

const fn problem_of(refusal: CaseRefusal) -> Problem {
    match refusal {
        CaseRefusal::NotPossible(_) => Problem::of(RefusalCode::DecisionImpossible),
        CaseRefusal::ReversalDecided => Problem::of(RefusalCode::ReversalDecided),
        CaseRefusal::SameOperator => Problem::of(RefusalCode::SameOperator),
        CaseRefusal::Differs(proposed) => {
            Problem::with(RefusalCode::ProposalDiffers, proposed_sentence(proposed))
        }
    }
}

const fn proposed_sentence(proposed: Decision) -> &'static str {
    match proposed {
        Decision::Resolve(State::Approved) => "approved is proposed: confirm or withdraw that",
        Decision::Resolve(State::Declined) => "declined is proposed: confirm or withdraw that",
        Decision::Resolve(State::Reversed) => "reversed is proposed: confirm or withdraw that",
        Decision::Resolve(State::Expired) => "expired is proposed: confirm or withdraw that",
        Decision::Resolve(_) | Decision::Close => "close is proposed: confirm or withdraw that",
    }
}
