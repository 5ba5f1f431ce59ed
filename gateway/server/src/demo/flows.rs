//! The acts: F1 to F4 and F7 of the relay's list, each from a phone's touch to its end.
//!
//! Owns what each act asks and what it must bring. An act that fails says at which hop, and the
//! next one plays all the same. The outage has a file of its own: [`super::outage`].

use super::apps::{DEMO_MEMBER, card_code, wallet_code};
use super::phone::{Followed, Phone, approved};
use super::stage::Stage;
use super::timeline::{self, Note, Places, say};
use baton_link::executor::{Seen, Step};
use baton_protocol::ids::TransactionId;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the counter may take to show what the phone knows already, in milliseconds.
const SHOWN_MS: u64 = 2_000;

/// How one act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Passed,
    /// Otherwise.
    Failed,
}

/// Where an act plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scene {
    Standalone,
    Paired,
}

/// Plays all acts in order.
pub async fn all(stage: &mut Stage) -> Vec<Outcome> {
    let mut outcomes = vec![
        payment_standalone(stage).await,
        payment_paired(stage).await,
        membership(stage, "F3 membership, standalone", Scene::Standalone).await,
        membership(stage, "F4 membership, paired: a scanner line into the POS", Scene::Paired)
            .await,
        sale(stage).await,
        super::outage::wallet_unplugged(stage).await,
    ];
    if let Some(played) = guest(stage).await {
        outcomes.push(played);
    }
    outcomes
}

/// The act of a provider's own plugin, if there is one.
async fn guest(stage: &mut Stage) -> Option<Outcome> {
    let guest = stage.guest.as_ref()?;
    let title = guest.title();
    let body = guest.touch(&stage.cast.counter);
    let played = Phone::new(&stage.gateway, &guest.app).touch(body).await;
    Some(finish(stage, &title, Scene::Standalone, played, &[]).await)
}

async fn payment_standalone(stage: &mut Stage) -> Outcome {
    let apps = stage.apps.clone();
    let played = async {
        let code = card_code()?;
        let body = json!({
            "terminal_id": stage.cast.counter,
            "payment": {
                "app_id": apps.card.app(), "code": code, "amount": 4_500, "currency": "KRW",
            },
        });
        Phone::new(&stage.gateway, &apps.card).touch(body).await
    };
    let played = played.await;
    let title = "F1 payment, standalone: terminal to card host";
    finish(stage, title, Scene::Standalone, played, &[]).await
}

async fn payment_paired(stage: &mut Stage) -> Outcome {
    let apps = stage.apps.clone();
    let played = async {
        let code = wallet_code(&apps.wallet_url).await?;
        let body = json!({
            "terminal_id": stage.cast.till,
            "payment": {
                "app_id": apps.wallet.app(), "code": code, "amount": 5_000, "currency": "KRW",
            },
        });
        Phone::new(&stage.gateway, &apps.wallet).touch(body).await
    };
    let played = played.await;
    let title = "F2 payment, paired: agent enters the code into the POS";
    finish(stage, title, Scene::Paired, played, &[]).await
}

async fn membership(stage: &mut Stage, title: &str, scene: Scene) -> Outcome {
    let apps = stage.apps.clone();
    let terminal = match scene {
        Scene::Standalone => stage.cast.counter.clone(),
        Scene::Paired => stage.cast.till.clone(),
    };
    let body = json!({
        "terminal_id": terminal,
        "membership": {
            "app_id": apps.membership.app(), "member_id": DEMO_MEMBER,
            "action": "accrue", "points": 45,
        },
    });
    let played = Phone::new(&stage.gateway, &apps.membership).touch(body).await;
    finish(stage, title, scene, played, &[]).await
}

async fn sale(stage: &mut Stage) -> Outcome {
    let apps = stage.apps.clone();
    let played = async {
        let phone = Phone::new(&stage.gateway, &apps.wallet);
        let counter = &stage.cast.counter;
        let sale = phone.open_sale(&stage.cast.shop_token, counter, 12_000).await?;
        let code = wallet_code(&apps.wallet_url).await?;
        let body: Value = json!({
            "terminal_id": counter,
            "payment": {"app_id": apps.wallet.app(), "code": code},
            "sale_id": sale,
        });
        phone.touch(body).await
    };
    let played = played.await;
    let title = "F7 a sale opened by the merchant, paid by the next touch";
    finish(stage, title, Scene::Standalone, played, &[]).await
}

/// Draws an act and says how it ended.
pub(super) async fn finish(
    stage: &mut Stage,
    title: &str,
    scene: Scene,
    played: anyhow::Result<Followed>,
    notes: &[Note],
) -> Outcome {
    say(&format!("\n{title}"));
    let followed = match played {
        Ok(followed) => followed,
        Err(fault) => {
            say(&format!("  ✕ phone → gateway: {fault:#}"));
            return Outcome::Failed;
        }
    };
    let Some(transaction) = followed.touch.transactions.first() else {
        say("  ✕ gateway: it answered without a transaction");
        return Outcome::Failed;
    };
    let steps = collect_steps(stage, transaction.transaction_id, &followed).await;
    let places = match scene {
        Scene::Standalone => Places { device: "terminal", server: "destination" },
        Scene::Paired => Places { device: "agent", server: "POS" },
    };
    say(&timeline::draw(&followed, &steps, &places, notes));
    if approved(&followed) {
        return Outcome::Passed;
    }
    say(&format!("  ✕ {}", timeline::explain(&followed, &steps, &places)));
    Outcome::Failed
}

/// Takes the steps of one transaction, until the counter has shown its end.
async fn collect_steps(stage: &mut Stage, id: TransactionId, followed: &Followed) -> Vec<Seen> {
    let mut steps = Vec::new();
    let over = followed.last().is_some_and(|event| event.state.is_final());
    let limit = Duration::from_millis(if over { SHOWN_MS } else { 0 });
    let until_shown = async {
        while let Some(step) = stage.steps.recv().await {
            if step.transaction != id {
                continue;
            }
            steps.push(step);
            if step.step == Step::Shown {
                return;
            }
        }
    };
    // What was not shown in time is missing from the timeline, which then says so.
    tokio::time::timeout(limit, until_shown).await.unwrap_or_default();
    steps
}
