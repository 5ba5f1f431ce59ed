//! What machines cannot settle, settled by two people: cases, evidence, proposals, decisions.
//!
//! Owns the scenarios of the exceptions desk over real sockets, on a destination of the manual
//! class whose answers never come. Next: [`super::journals`].

use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, Upward};
use baton_protocol::policy::Policy;
use baton_protocol::work::{State, UnknownReason};
use baton_records::admin::Change;
use baton_tests::world::operator::Operator;
use baton_tests::{Reply, Wishes, World, pay, until};
use serde_json::{Value, json};

const SILENT: &str = "X-SILENT-1";
const WHY: &str = "not on the wallet's statement of today";

#[tokio::test]
async fn two_operators_decline_what_a_silent_destination_left_open() -> anyhow::Result<()> {
    let (world, id) = silent_payment().await?;
    let (kim, lee) = (world.person("kim").await?, world.person("lee").await?);

    let listed = kim.list("?standing=open").await?;
    let case = kim.case(id).await?;
    let asked = kim.inquire(id).await?;
    let proposed = kim.resolve(id, "declined", WHY).await?;
    let waiting = lee.list("").await?;
    let confirmed = lee.resolve(id, "declined", "I saw it too").await?;

    assert_eq!(subjects(&listed), [id.to_string()]);
    assert_eq!(listed.body["cases"][0]["kind"], "suspense");
    assert_eq!(case.body["transaction"]["class"], "manual");
    assert_eq!(
        case.body["may"],
        json!({
            "inquire": true, "never": [],
            "decide": ["approved", "declined", "reversed", "expired"],
        })
    );
    assert!(kinds(&case).contains(&"report".to_owned()), "{case:?}");
    assert_eq!((asked.status, proposed.status, confirmed.status), (202, 202, 200));
    assert_eq!(waiting.body["cases"][0]["proposal"]["operator"], "kim");
    assert_eq!(confirmed.body["transaction"]["state"], "declined");
    let last = confirmed.body["steps"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["first"], &last["second"]), (&json!("kim"), &json!("lee")));
    assert_eq!(last["why"], format!("{WHY} / I saw it too"));
    assert_eq!(world.books.lines(id).await?, []);
    assert!(subjects(&kim.list("?standing=open").await?).is_empty());
    assert_eq!(subjects(&kim.list("?standing=closed").await?), [id.to_string()]);
    Ok(())
}

#[tokio::test]
async fn two_operators_approve_and_the_books_say_so() -> anyhow::Result<()> {
    let (world, id) = silent_payment().await?;
    let (kim, lee) = (world.person("kim").await?, world.person("lee").await?);

    kim.resolve(id, "approved", WHY).await?;
    let confirmed = lee.resolve(id, "approved", WHY).await?;

    assert_eq!(confirmed.body["transaction"]["state"], "approved");
    assert_eq!(world.books.lines(id).await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn one_operator_never_decides_alone() -> anyhow::Result<()> {
    let (world, id) = silent_payment().await?;
    let kim = world.person("kim").await?;

    let first = kim.resolve(id, "declined", WHY).await?;
    let repeated = kim.resolve(id, "declined", WHY).await?;
    let again = kim.resolve(id, "declined", "and once more").await?;

    assert_eq!((first.status, repeated.status), (202, 202));
    assert_eq!(again.refusal(), (409, "same_operator"));
    assert_eq!(kim.case(id).await?.body["transaction"]["state"], "suspense");
    Ok(())
}

#[tokio::test]
async fn another_decision_is_refused_until_the_first_is_withdrawn() -> anyhow::Result<()> {
    let (world, id) = silent_payment().await?;
    let (kim, lee) = (world.person("kim").await?, world.person("lee").await?);
    kim.resolve(id, "declined", WHY).await?;

    let other = lee.resolve(id, "approved", WHY).await?;
    let not_hers = lee.withdraw(id).await?;
    let withdrawn = kim.withdraw(id).await?;
    let repeated = kim.withdraw(id).await?;
    let proposed = lee.resolve(id, "approved", WHY).await?;

    assert_eq!(other.refusal(), (409, "proposal_differs"));
    assert!(other.body["detail"].as_str().unwrap().starts_with("declined is proposed"));
    assert_eq!(not_hers.refusal(), (403, "forbidden"));
    assert_eq!((withdrawn.status, repeated.status, proposed.status), (200, 200, 202));
    assert_eq!(proposed.body["cases"][0]["proposal"]["operator"], "lee");
    Ok(())
}

#[tokio::test]
async fn after_a_reversal_was_decided_nobody_can_approve() -> anyhow::Result<()> {
    let world = World::start(Wishes::hurried()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    // Nobody answers there any more, so machines give up with a reversal decided.
    let (id, address) = (world.servers.card.id.clone(), "127.0.0.1:9".to_owned());
    world.change(&Change::DestinationMove { id, address }).await?;
    let card = world.card();
    let touch = card.touch(&pay(&world.cast.counter, &card, "C-NOBODY", 4_500)).send().await?;
    let Command { transaction, epoch, code_digest, .. } = hand.command().await?;
    let reason = UnknownReason::Silent;
    hand.say(&Upward::unknown(transaction, epoch, code_digest, reason)).await?;
    card.until_state(touch.touch()?, State::Suspense).await?;
    let id = transaction;
    let (kim, lee) = (world.person("kim").await?, world.person("lee").await?);

    let case = kim.case(id).await?;
    let refused = kim.resolve(id, "approved", WHY).await?;
    kim.resolve(id, "reversed", WHY).await?;
    let confirmed = lee.resolve(id, "reversed", WHY).await?;

    assert_eq!(case.body["may"]["decide"], json!(["declined", "reversed", "expired"]));
    assert_eq!(case.body["may"]["never"][0]["why"], "reversal_decided");
    assert_eq!(refused.refusal(), (409, "reversal_decided"));
    assert_eq!(confirmed.body["transaction"]["state"], "reversed");
    Ok(())
}

#[tokio::test]
async fn a_restart_keeps_proposal_and_evidence() -> anyhow::Result<()> {
    let (mut world, id) = silent_payment().await?;
    world.person("kim").await?.resolve(id, "declined", WHY).await?;
    let before = kinds(&world.person("lee").await?.case(id).await?);

    world.restart_gateway().await?;
    let lee = world.person_again("lee")?;
    let case = lee.case(id).await?;
    let confirmed = lee.resolve(id, "declined", WHY).await?;

    assert_eq!(kinds(&case), before);
    assert_eq!(case.body["cases"][0]["proposal"]["operator"], "kim");
    assert_eq!(confirmed.body["transaction"]["state"], "declined");
    Ok(())
}

#[tokio::test]
async fn two_operators_who_race_make_one_decision() -> anyhow::Result<()> {
    let (world, id) = silent_payment().await?;
    let (kim, lee) = (world.person("kim").await?, world.person("lee").await?);

    let (one, two) =
        tokio::join!(kim.resolve(id, "declined", WHY), lee.resolve(id, "declined", WHY));
    let mut statuses = [one?.status, two?.status];
    statuses.sort_unstable();
    let repeats =
        [kim.resolve(id, "declined", WHY).await?, lee.resolve(id, "declined", WHY).await?];
    let third = world.person("park").await?.resolve(id, "declined", WHY).await?;
    let late = kim.resolve(id, "approved", WHY).await?;

    assert_eq!(statuses, [200, 202]);
    assert_eq!(repeats.map(|reply| reply.status), [200, 200]);
    assert_eq!(third.refusal(), (409, "decision_impossible"));
    assert_eq!(late.refusal(), (409, "decision_impossible"));
    let case = kim.case(id).await?;
    let ends = case.body["steps"].as_array().unwrap().iter();
    assert_eq!(ends.filter(|step| step["cause"] == "resolved").count(), 1);
    Ok(())
}

#[tokio::test]
async fn a_contradiction_is_closed_by_two_operators_and_changes_nothing() -> anyhow::Result<()> {
    let Wishes { timers, .. } = Wishes::hurried();
    let timers = Policy { execute_standalone_ms: 200, decide_ms: 200, ..timers };
    let world = World::start(Wishes { timers, ..Wishes::hurried() }).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let body = pay(&world.cast.counter, &world.card(), "C-TOO-LATE", 4_500);
    let touch = world.card().touch(&body).send().await?;
    let command = hand.command().await?;
    world.card().events(touch.touch()?, None).await?;
    hand.word().await?;
    hand.approve(&command).await?;
    hand.word().await?;
    let (kim, lee) = (world.person("kim").await?, world.person("lee").await?);
    let id = touch.transaction()?;

    let case = kim.case(id).await?;
    let resolved = kim.resolve(id, "approved", WHY).await?;
    let proposed = kim.close(id, WHY).await?;
    let closed = lee.close(id, WHY).await?;

    assert_eq!(case.body["cases"][0]["kind"], "contradiction");
    assert_eq!(case.body["may"]["decide"], json!(["close"]));
    let said = case.body["evidence"].as_array().unwrap().iter();
    let said = said.clone().find(|piece| piece["kind"] == "contradiction").unwrap();
    assert_eq!(said["said"]["said"]["verdict"], "approved");
    assert_eq!(resolved.refusal(), (409, "decision_impossible"));
    assert_eq!((proposed.status, closed.status), (202, 200));
    assert!(closed.body["cases"][0]["closed_at_ms"].is_i64());
    assert_eq!(closed.body["transaction"]["state"], "reversed");
    assert_eq!(world.books.lines(id).await?, []);
    Ok(())
}

#[tokio::test]
async fn nobody_without_an_operators_token_sees_or_does_anything() -> anyhow::Result<()> {
    let (world, id) = silent_payment().await?;
    let kim = world.person("kim").await?;
    let stranger = Operator::with_token(&world, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let shop = Operator::with_token(&world, &world.cast.shop_token);

    for nobody in [&stranger, &shop] {
        let told = [
            nobody.list("").await?,
            nobody.case(id).await?,
            nobody.inquire(id).await?,
            nobody.resolve(id, "declined", WHY).await?,
            nobody.close(id, WHY).await?,
            nobody.withdraw(id).await?,
        ];
        assert!(told.iter().all(|reply| reply.refusal() == (401, "token_invalid")), "{told:?}");
    }
    kim.resolve(id, "declined", WHY).await?;
    world.remove_person("kim").await?;

    assert_eq!(kim.list("").await?.refusal(), (401, "token_invalid"));
    let lee = world.person("lee").await?;
    assert_eq!(lee.case(id).await?.body["cases"][0]["proposal"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn unusable_questions_are_refused_with_their_code() -> anyhow::Result<()> {
    let (world, id) = silent_payment().await?;
    let kim = world.person("kim").await?;
    let other = TransactionId::new(baton_gateway::clock::new_id());

    let long = "x".repeat(501);
    assert_eq!(kim.case(other).await?.refusal(), (404, "not_found"));
    assert_eq!(kim.resolve(other, "declined", WHY).await?.refusal(), (404, "not_found"));
    for reason in ["", "  ", "two\nlines", &long] {
        let refused = kim.resolve(id, "declined", reason).await?;
        assert_eq!(refused.refusal(), (400, "body_invalid"), "{reason:?}");
    }
    assert_eq!(kim.resolve(id, "paid", WHY).await?.refusal(), (400, "body_invalid"));
    let cancelled = kim.resolve(id, "cancelled", WHY).await?;
    assert_eq!(cancelled.refusal(), (409, "decision_impossible"));
    for query in ["?standing=x", "?kind=x", "?after=x", "?limit=0", "?limit=201", "?colour=red"] {
        assert_eq!(kim.list(query).await?.refusal(), (400, "body_invalid"), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn cases_are_listed_oldest_first_page_by_page() -> anyhow::Result<()> {
    let (world, first) = silent_payment().await?;
    let second = in_suspense(&world, "X-SILENT-2").await?;
    let third = in_suspense(&world, "X-SILENT-3").await?;
    let kim = world.person("kim").await?;

    let page = kim.list("?limit=2").await?;
    let next = page.body["next"].as_str().unwrap().to_owned();
    let rest = kim.list(&format!("?limit=2&after={next}")).await?;
    let shop = world.cast.shop.to_string();
    let mine = kim.list(&format!("?shop={shop}&destination=wallet&kind=suspense")).await?;
    let none = kim.list("?shop=book-shop").await?;

    assert_eq!(subjects(&page), [first.to_string(), second.to_string()]);
    assert_eq!(subjects(&rest), [third.to_string()]);
    assert_eq!(rest.body["next"], Value::Null);
    assert_eq!((subjects(&mine).len(), subjects(&none).len()), (3, 0));
    Ok(())
}

/// A counter whose wallet leaves every doubt to people, with one payment that it never answered.
async fn silent_payment() -> anyhow::Result<(World, TransactionId)> {
    let wallet_can = "C1,C3,C4".to_owned();
    let mut world = World::start(Wishes { wallet_can, ..Wishes::hurried() }).await?;
    world.start_counter().await?;
    let id = in_suspense(&world, SILENT).await?;
    Ok((world, id))
}

async fn in_suspense(world: &World, code: &str) -> anyhow::Result<TransactionId> {
    let phone = world.wallet();
    let body = pay(&world.cast.counter, &phone, code, 4_500);
    let touch = phone.touch(&body).send().await?;
    let end = phone.until_state(touch.touch()?, State::Suspense).await?;
    let id = end.transaction()?;
    until("the case is there", async || {
        let listed = world.person("watch").await?.list("").await?;
        Ok(subjects(&listed).contains(&id.to_string()).then_some(()))
    })
    .await?;
    Ok(id)
}

fn subjects(list: &Reply) -> Vec<String> {
    let cases = list.body["cases"].as_array().cloned().unwrap_or_default();
    cases.iter().map(|case| case["subject"].as_str().unwrap().to_owned()).collect()
}

fn kinds(case: &Reply) -> Vec<String> {
    let pieces = case.body["evidence"].as_array().cloned().unwrap_or_default();
    pieces.iter().map(|piece| piece["kind"].as_str().unwrap().to_owned()).collect()
}
