//! The last act: the wallet's plug is pulled in the middle of a payment, and put in again.
//!
//! Owns what must be seen: *checking* while nobody can know, then the true outcome without any
//! help. The wallet is really cut off; nothing here tells the gateway so.

use super::apps::wallet_code;
use super::flows::{Outcome, Scene, finish};
use super::phone::{Followed, Phone};
use super::plug::{Plug, Position};
use super::stage::Stage;
use super::timeline::{Note, say};
use crate::clock::wall_us;
use baton_protocol::work::State;
use serde_json::json;
use std::time::Duration;

/// How long the plug stays out, in milliseconds: long enough for two missed echoes, and for the
/// pauses between inquiries to grow past the echo's.
const OUT_MS: u64 = 8_000;
/// How long the payment may take to reach the wallet, in milliseconds.
const REACH_MS: u64 = 10_000;

/// Plays it.
pub async fn wallet_unplugged(stage: &mut Stage) -> Outcome {
    let (apps, plug) = (stage.apps.clone(), stage.plug.clone());
    plug.put(Position::PulledInTheMiddle);
    let counter = stage.cast.counter.clone();
    let phone = Phone::new(&stage.gateway, &apps.wallet);
    let payment = async {
        let code = wallet_code(&apps.wallet_url).await?;
        phone
            .touch(json!({
                "terminal_id": counter,
                "payment": {
                    "app_id": apps.wallet.app(), "code": code, "amount": 7_000, "currency": "KRW",
                },
            }))
            .await
    };
    let (played, notes) = tokio::join!(payment, pull_and_put_in(&plug));
    let resolved = played.as_ref().ok().and_then(|followed| resolved_ms(followed, &notes));
    let title = "Outage: the wallet's plug is pulled in the middle of a payment";
    let outcome = finish(stage, title, Scene::Standalone, played, &notes).await;
    match resolved {
        Some(ms) => {
            say(
                "  Nobody guessed: the phone saw \"checking\" until the wallet could be asked, and",
            );
            say(&format!("  the truth {ms} ms after the plug was in again. It was charged once."));
            outcome
        }
        None => {
            say("  ✕ the phone should see \"checking\" first, and the outcome after the plug");
            Outcome::Failed
        }
    }
}

async fn pull_and_put_in(plug: &Plug) -> Vec<Note> {
    let mut notes = Vec::new();
    let out = tokio::time::timeout(Duration::from_millis(REACH_MS), plug.until_out()).await;
    if out.is_ok() {
        let text = "✂ the wallet has charged; its plug is pulled before anybody hears so";
        notes.push(Note { at_us: wall_us(), text });
        tokio::time::sleep(Duration::from_millis(OUT_MS)).await;
        let text = "✔ the plug is in again; nobody tells the gateway";
        notes.push(Note { at_us: wall_us(), text });
    }
    plug.put(Position::In);
    notes
}

/// From the plug to the outcome, in milliseconds, if the phone saw doubt before it.
fn resolved_ms(followed: &Followed, notes: &[Note]) -> Option<u64> {
    let [_, plugged] = notes else { return None };
    let doubt = followed.events.iter().any(|(_, event)| event.state == State::Unknown);
    let last = followed.events.last().filter(|(_, event)| event.state == State::Approved);
    let (at_us, _) = last.filter(|_| doubt)?;
    at_us.checked_sub(plugged.at_us).map(|us| us / 1_000)
}
