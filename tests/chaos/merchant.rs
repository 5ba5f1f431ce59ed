//! The merchants: they open sales, and give back what was paid.
//!
//! Owns what a well-made order system does: a key for each wish, the same at every try. What it was
//! told goes into the phones' book. Next: `blows`.

use crate::clock::pause;
use crate::dice::Dice;
use crate::history::{Asked, Uses};
use crate::phone::{Phones, TRIES_MAX, later, told, word_of};
use crate::plan::Payment;
use crate::stage::terminal_of;
use baton_gateway::demo::apps::AppSigner;
use baton_protocol::phone::{ResolveAnswer, TransactionAnswer};
use serde_json::{Value, json};
use uuid::Uuid;

/// Pause between two tries, in milliseconds: a till asks again less often than a phone.
const PAUSE_MS: u64 = 150;
/// How many of ten are voids; the others give back a part.
const VOIDS_OF_TEN: u64 = 3;

impl Phones<'_> {
    /// Plays the merchant: makes sure that a sale is open, and learns its amount.
    pub async fn open_sale(
        &self,
        payment: &Payment,
        dice: &mut Dice,
    ) -> anyhow::Result<(i64, Option<String>)> {
        let terminal = terminal_of(payment.place);
        let base = format!("http://{}", self.stage.addresses.public);
        let resolve = format!("{base}/v1/terminals/{terminal}/resolve");
        for _ in 0..TRIES_MAX {
            let body = json!({
                "terminal_id": terminal, "amount": payment.amount, "currency": "KRW",
                "order_ref": payment.number.to_string(),
            });
            let open = self.client.post(format!("{base}/v1/sales")).json(&body);
            // Refused when the sale of an earlier try is still open; that one is paid then.
            let opened = open.bearer_auth(&self.stage.shop_token).send().await;
            let token = self.stage.app(payment.rail).token()?;
            let asked = self.client.post(&resolve).bearer_auth(token).send().await;
            if let (Ok(_), Ok(answer)) = (opened, asked)
                && let Ok(known) = answer.json::<ResolveAnswer>().await
                && let Some(sale) = known.sale
            {
                return Ok((sale.amount, Some(sale.sale_id.to_string())));
            }
            self.pause(dice).await;
        }
        anyhow::bail!("no sale can be opened at {terminal}")
    }

    /// Gives all or some of a payment back, and repeats the wish until it is answered.
    ///
    /// # Errors
    /// When the gateway refuses what a shop may do.
    pub async fn give_back(
        &self,
        payment: &Payment,
        app: &AppSigner,
        paid: &TransactionAnswer,
        dice: &mut Dice,
    ) -> anyhow::Result<()> {
        let part = 1 + i64::try_from(dice.below(paid.amount.unsigned_abs())).unwrap_or(0);
        let (way, amount, body) = if dice.below(10) < VOIDS_OF_TEN {
            ("void", paid.amount, None)
        } else {
            ("refund", part, Some(json!({"amount": part, "currency": paid.currency})))
        };
        let (base, id) = (self.stage.phones(), paid.transaction_id);
        let url = format!("http://{base}/v1/transactions/{id}/{way}");
        let key = Uuid::new_v4().to_string();
        self.book.asked(Asked {
            key: key.clone(),
            app: app.app().to_string(),
            terminal: terminal_of(payment.place),
            code_sha: String::new(),
            uses: Uses::Once,
            amount: -amount,
        });
        for _ in 0..TRIES_MAX {
            let mut post = self.client.post(&url).bearer_auth(&self.stage.shop_token);
            post = post.header("Idempotency-Key", &key);
            if let Some(body) = &body {
                post = post.json(body);
            }
            match self.wish(post).await? {
                Heard::Taken(answer) => {
                    self.book.told(told(&key, &answer));
                    return Ok(());
                }
                Heard::Later(why) => self.book.retried(&why),
            }
            pause(PAUSE_MS).await;
        }
        anyhow::bail!("{way} {key} of {id} was not answered in {TRIES_MAX} tries")
    }

    async fn wish(&self, post: reqwest::RequestBuilder) -> anyhow::Result<Heard> {
        let response = match post.send().await {
            Ok(response) => response,
            Err(fault) => return Ok(Heard::Later(word_of(&fault).to_owned())),
        };
        let status = response.status();
        let Ok(body) = response.bytes().await else { return Ok(Heard::Later("cut".to_owned())) };
        if status.is_success() {
            return Ok(Heard::Taken(serde_json::from_slice(&body)?));
        }
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        let code = problem["code"].as_str().unwrap_or("none").to_owned();
        anyhow::ensure!(later(status, &code), "a shop was refused with {status} {code}");
        Ok(Heard::Later(code))
    }
}

/// What came of one try.
enum Heard {
    Taken(TransactionAnswer),
    Later(String),
}
