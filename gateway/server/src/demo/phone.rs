//! A phone of the demo: it asks over real HTTP and follows the events, as any phone would.
//!
//! Owns the client's side of the phone API. Times are microseconds since 1970, the same clock that
//! the devices of this machine stamp their steps with.

use super::apps::AppSigner;
use crate::clock::{new_id, wall_us};
use crate::hosted::Hosted;
use anyhow::{Context, bail};
use baton_protocol::ids::{SaleId, TerminalId};
use baton_protocol::phone::{ResolveAnswer, SaleAnswer, TouchAnswer, TouchEvent};
use baton_protocol::work::State;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a phone follows one touch, in seconds: an inquiry at a POS without a way back is over
/// in two.
const FOLLOW_S: u64 = 45;
/// Pause between looks at whether a terminal is there, in milliseconds.
const ONLINE_LOOK_MS: u64 = 20;

/// One phone with one app.
pub struct Phone<'a> {
    base: String,
    signer: &'a AppSigner,
    client: reqwest::Client,
}

/// What a phone saw of one touch.
#[derive(Debug)]
pub struct Followed {
    /// The gateway's answer.
    pub touch: TouchAnswer,
    /// When it was sent, and when the answer was there.
    pub sent_us: u64,
    /// When the answer was there.
    pub answered_us: u64,
    /// Every event and when it came.
    pub events: Vec<(u64, TouchEvent)>,
}

impl Followed {
    /// Returns the last state that was seen.
    #[must_use]
    pub fn last(&self) -> Option<&TouchEvent> {
        self.events.last().map(|(_, event)| event)
    }
}

impl<'a> Phone<'a> {
    /// Makes a phone with this app.
    #[must_use]
    pub fn new(gateway: &Hosted, signer: &'a AppSigner) -> Self {
        let base = format!("http://{}", gateway.public);
        Self { base, signer, client: reqwest::Client::new() }
    }

    /// Waits until a terminal can be paid at.
    ///
    /// # Errors
    /// When the gateway refuses the question.
    pub async fn until_online(&self, terminal: &TerminalId) -> anyhow::Result<()> {
        loop {
            let url = format!("{}/v1/terminals/{terminal}/resolve", self.base);
            let asked = self.client.post(url).header(AUTHORIZATION, self.bearer()?).send().await?;
            let answer: ResolveAnswer = asked.error_for_status()?.json().await?;
            if answer.online {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(ONLINE_LOOK_MS)).await;
        }
    }

    /// Sends a touch and follows it to its end.
    ///
    /// # Errors
    /// The gateway's own words when it refuses; the last state when it takes too long.
    pub async fn touch(&self, body: Value) -> anyhow::Result<Followed> {
        let sent_us = wall_us();
        let request = self.client.post(format!("{}/v1/touches", self.base));
        let request = request.header(AUTHORIZATION, self.bearer()?).json(&body);
        let response = request.header("Idempotency-Key", new_id().to_string()).send().await?;
        let status = response.status();
        let answer = response.bytes().await?;
        let answered_us = wall_us();
        if !status.is_success() {
            let problem: Value = serde_json::from_slice(&answer).unwrap_or_default();
            bail!("the gateway refused with {}: {}", problem["code"], problem["detail"]);
        }
        let touch: TouchAnswer = serde_json::from_slice(&answer)?;
        let mut followed = Followed { touch, sent_us, answered_us, events: Vec::new() };
        let limit = Duration::from_secs(FOLLOW_S);
        let end = tokio::time::timeout(limit, self.follow(&mut followed)).await;
        if let Ok(end) = end {
            end?;
        }
        Ok(followed)
    }

    /// Opens a sale as the shop's order system does.
    ///
    /// # Errors
    /// When the gateway refuses it.
    pub async fn open_sale(
        &self,
        shop_token: &str,
        terminal: &TerminalId,
        amount: i64,
    ) -> anyhow::Result<SaleId> {
        let body = json!({
            "terminal_id": terminal, "amount": amount, "currency": "KRW", "order_ref": "A-17",
        });
        let request = self.client.post(format!("{}/v1/sales", self.base)).bearer_auth(shop_token);
        let answer = request.json(&body).send().await?.error_for_status()?;
        Ok(answer.json::<SaleAnswer>().await?.sale_id)
    }

    async fn follow(&self, followed: &mut Followed) -> anyhow::Result<()> {
        let url = format!("{}/v1/touches/{}/events", self.base, followed.touch.touch_id);
        let request = self.client.get(url).header(AUTHORIZATION, self.bearer()?);
        let mut stream = request.send().await?.error_for_status()?;
        let mut text = String::new();
        while let Some(chunk) = stream.chunk().await? {
            text.push_str(std::str::from_utf8(&chunk).context("the stream is not text")?);
            while let Some((event, rest)) = text.split_once("\n\n") {
                let data = event.lines().find_map(|line| line.strip_prefix("data: "));
                if let Some(data) = data {
                    followed.events.push((wall_us(), serde_json::from_str(data)?));
                }
                text = rest.to_owned();
            }
            if followed.last().is_some_and(|event| event.state.is_final()) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn bearer(&self) -> anyhow::Result<HeaderValue> {
        Ok(HeaderValue::from_str(&format!("Bearer {}", self.signer.token()?))?)
    }
}

/// Tells whether a touch ended as approved.
#[must_use]
pub fn approved(followed: &Followed) -> bool {
    followed.last().is_some_and(|event| event.state == State::Approved)
}
