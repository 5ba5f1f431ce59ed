//! The exceptions desk: what machines cannot settle, shown to people, who settle it in pairs.
//!
//! Owns reading these requests on the operator's listener; every one names its operator by a
//! token. The rule of two is `core/relay/case.rs`, what may become of a transaction is its machine.
//! Chapters: [`shapes`] (what is said), `read` (what is true of a case), `decide`.

mod decide;
mod read;
pub mod shapes;

pub use decide::{close, resolve, withdraw};

use super::problem::Problem;
use crate::actors::desk::About;
use crate::actors::exceptions::{exception, made};
use crate::actors::keeper::Keeper;
use crate::vault::plain_digest;
use crate::world::World;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use baton_core::relay::capability::Capability;
use baton_core::relay::case::Kind;
use baton_core::relay::transaction::Input;
use baton_protocol::ids::OperatorName;
use baton_protocol::refusal::RefusalCode;
use baton_records::exceptions::{CaseFilter, CaseStanding, Exception, Subject};
use baton_records::rows::TransactionRow;
use baton_records::writer::Fact;
use serde::Deserialize;
use serde_json::{Value, json};
use shapes::CaseList;
use tokio::sync::oneshot;

/// Cases on one page when nothing is said: what one screen shows.
const PAGE_CASES: i64 = 50;
/// Cases on one page at most: they are read one by one.
const PAGE_CASES_MAX: i64 = 200;

type Answer = Result<HttpResponse, Problem>;

/// What a list is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    standing: Option<String>,
    shop: Option<String>,
    destination: Option<String>,
    kind: Option<String>,
    after: Option<String>,
    limit: Option<i64>,
}

/// `GET /v1/exceptions`.
pub async fn list(request: HttpRequest, asked: Query<Asked>, world: Data<World>) -> Answer {
    authenticate(&request, &world)?;
    let filter = filter(&asked)?;
    let limit = asked.limit.unwrap_or(PAGE_CASES);
    if !(1..=PAGE_CASES_MAX).contains(&limit) {
        return Err(unreadable("limit is 1 to 200"));
    }
    let found = world.records.cases(&filter, limit.saturating_add(1)).await;
    let mut found = found.map_err(|_| Problem::of(RefusalCode::NotReady))?;
    let whole = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > whole;
    found.truncate(whole);
    let next = found.last().filter(|_| more).map(|case| case.id);
    let mut cases = Vec::with_capacity(found.len());
    for case in &found {
        cases.push(read::line(&world, case).await?);
    }
    Ok(HttpResponse::Ok().json(CaseList { cases, next }))
}

/// `GET /v1/exceptions/{id}`. Who looked is kept.
pub async fn show(request: HttpRequest, id: Path<String>, world: Data<World>) -> Answer {
    let operator = authenticate(&request, &world)?;
    let subject = subject(&id)?;
    read::answer(&world, &subject).await?;
    let looked = vec![by(&operator, subject.clone(), "looked", &json!({}), &world)];
    if let Err(fault) = world.records.writer.commit(looked).await {
        tracing::warn!(%operator, %fault, "somebody looked at a case; it was not written down");
    }
    Ok(HttpResponse::Ok().json(read::answer(&world, &subject).await?))
}

/// `POST /v1/exceptions/{id}/inquire`: asks the destination now; its answer comes as evidence.
pub async fn inquire(
    request: HttpRequest,
    id: Path<String>,
    world: Data<World>,
    keeper: Data<Keeper>,
) -> Answer {
    let operator = authenticate(&request, &world)?;
    let row = transaction(&world, &subject(&id)?).await?;
    if !row.facts.capabilities.has(Capability::Inquiry) {
        return Err(Problem::of(RefusalCode::InquiryImpossible));
    }
    let id = row.facts.id;
    let subject = Subject::Transaction(id);
    if row.stored.state.is_final() {
        return Err(Problem::with(RefusalCode::StateWrong, "it is over; there is nothing to ask"));
    }
    let asked = vec![by(&operator, subject.clone(), "asked", &json!({}), &world)];
    let written = world.records.writer.commit(asked).await;
    written.map_err(|_| Problem::of(RefusalCode::NotReady))?;
    tell_desk(&keeper, &row, Input::InquiryWanted).await?;
    Ok(HttpResponse::Accepted().json(read::answer(&world, &subject).await?))
}

/// Hands a fact to the transaction's desk and waits until what it caused is durable.
async fn tell_desk(keeper: &Keeper, row: &TransactionRow, input: Input) -> Result<(), Problem> {
    let (answer, done) = oneshot::channel();
    let about = About { transaction: row.facts.id, input, answer: Some(answer) };
    let desk = keeper.desk(&row.facts.executor);
    desk.try_send(about).map_err(|_| Problem::of(RefusalCode::Overloaded))?;
    done.await.map_err(|_| Problem::of(RefusalCode::NotReady))?.map_err(Problem::of)
}

/// A piece of evidence that an operator leaves.
fn by(
    operator: &OperatorName,
    subject: Subject,
    kind: &'static str,
    body: &Value,
    world: &World,
) -> Fact {
    let mut piece = made(subject, kind, body, world.clock.now());
    piece.operator = Some(operator.to_string());
    exception(Exception::Evidence(piece))
}

/// The transaction of a case; a device's journal is accepted by its own command.
async fn transaction(world: &World, subject: &Subject) -> Result<TransactionRow, Problem> {
    let Subject::Transaction(id) = subject else {
        let detail = "accept a device's journal with `baton-gateway admin`";
        return Err(Problem::with(RefusalCode::DecisionImpossible, detail));
    };
    let not_ready = |_| Problem::of(RefusalCode::NotReady);
    if world.records.cases_about(subject).await.map_err(not_ready)?.is_empty() {
        return Err(Problem::of(RefusalCode::NotFound));
    }
    let found = world.records.lookup_transaction(*id).await.map_err(not_ready)?;
    found.ok_or(Problem::of(RefusalCode::NotFound))
}

fn subject(id: &str) -> Result<Subject, Problem> {
    Subject::lookup(id).ok_or(Problem::of(RefusalCode::NotFound))
}

fn authenticate(request: &HttpRequest, world: &World) -> Result<OperatorName, Problem> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let snapshot = world.tables.snapshot();
    let operator = snapshot.operators.get(&plain_digest(token)).cloned();
    operator.ok_or(Problem::with(RefusalCode::TokenInvalid, "show your own operator token"))
}

fn filter(asked: &Asked) -> Result<CaseFilter, Problem> {
    let standing = match asked.standing.as_deref() {
        None | Some("all") => None,
        Some("open") => Some(CaseStanding::Open),
        Some("closed") => Some(CaseStanding::Closed),
        Some(_) => return Err(unreadable("standing is open, closed or all")),
    };
    let kind = asked.kind.as_deref().map(|word| {
        Kind::lookup(word).ok_or(unreadable("kind is none of the words that are described"))
    });
    Ok(CaseFilter {
        standing,
        shop: parsed(asked.shop.as_deref(), "shop is no id")?,
        destination: parsed(asked.destination.as_deref(), "destination is no id")?,
        kind: kind.transpose()?,
        after: parsed(asked.after.as_deref(), "after is the `next` of a page")?,
    })
}

fn parsed<T: std::str::FromStr>(
    text: Option<&str>,
    detail: &'static str,
) -> Result<Option<T>, Problem> {
    text.map(|text| text.parse().map_err(|_| unreadable(detail))).transpose()
}

const fn unreadable(detail: &'static str) -> Problem {
    Problem::with(RefusalCode::BodyInvalid, detail)
}
