//! A shop's order system: it opens sales on its terminals, looks at them and closes them.
//!
//! Owns the client's side of the merchant's API. Next: [`super::books`].

use super::World;
use super::phone::Reply;
use anyhow::Context;
use baton_protocol::ids::{TerminalId, TransactionId};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// One order system.
#[derive(Clone, Copy)]
pub struct Merchant<'w> {
    world: &'w World,
    token: &'w str,
}

impl<'w> Merchant<'w> {
    /// An order system that shows this token.
    #[must_use]
    pub const fn new(world: &'w World, token: &'w str) -> Self {
        Self { world, token }
    }

    /// Asks for a sale in won.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn open(&self, terminal: &TerminalId, amount: i64) -> anyhow::Result<Reply> {
        let (currency, order_ref) = ("KRW", "A-17");
        self.open_with(&json!({
            "terminal_id": terminal, "amount": amount, "currency": currency, "order_ref": order_ref,
        }))
        .await
    }

    /// Asks for a sale with this body.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn open_with(&self, body: &Value) -> anyhow::Result<Reply> {
        let request = self.world.anonymous(Method::POST, "/v1/sales")?;
        self.world.exchange(request.bearer_auth(self.token).json(body)).await
    }

    /// Opens a sale and returns its id.
    ///
    /// # Errors
    /// When the gateway refuses.
    pub async fn sale(&self, terminal: &TerminalId, amount: i64) -> anyhow::Result<String> {
        let opened = self.open(terminal, amount).await?;
        let id = opened.body["sale_id"].as_str();
        Ok(id.with_context(|| format!("no sale: {opened:?}"))?.to_owned())
    }

    /// `GET` below the public listener.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<Reply> {
        let request = self.world.anonymous(Method::GET, path)?;
        self.world.exchange(request.bearer_auth(self.token)).await
    }

    /// Looks at a sale.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn look(&self, sale: &str) -> anyhow::Result<Reply> {
        self.ask(Method::GET, sale).await
    }

    /// Closes a sale.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn close(&self, sale: &str) -> anyhow::Result<Reply> {
        self.ask(Method::DELETE, sale).await
    }

    /// Gives some of a payment back under a fresh key, and waits for its end.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn refund(&self, original: TransactionId, body: &Value) -> anyhow::Result<Reply> {
        let path = format!("/v1/transactions/{original}/refund");
        self.give_back(&path, body, &Uuid::new_v4().to_string(), Some("wait=10")).await
    }

    /// The same under this key, answered as soon as it is durable or known.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn refund_with(
        &self,
        original: TransactionId,
        body: &Value,
        key: &str,
    ) -> anyhow::Result<Reply> {
        self.give_back(&format!("/v1/transactions/{original}/refund"), body, key, None).await
    }

    /// Undoes a transaction as a whole, and waits for the end of that.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn void(&self, original: TransactionId) -> anyhow::Result<Reply> {
        let path = format!("/v1/transactions/{original}/void");
        self.give_back(&path, &json!({}), &Uuid::new_v4().to_string(), Some("wait=10")).await
    }

    /// Looks at a transaction of the shop.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn transaction(&self, id: TransactionId) -> anyhow::Result<Reply> {
        let request = self.world.anonymous(Method::GET, &format!("/v1/transactions/{id}"))?;
        self.world.exchange(request.bearer_auth(self.token)).await
    }

    async fn give_back(
        &self,
        path: &str,
        body: &Value,
        key: &str,
        prefer: Option<&str>,
    ) -> anyhow::Result<Reply> {
        let request = self.world.anonymous(Method::POST, path)?.bearer_auth(self.token);
        let mut request = request.header("Idempotency-Key", key).json(body);
        if let Some(prefer) = prefer {
            request = request.header("Prefer", prefer);
        }
        self.world.exchange(request).await
    }

    async fn ask(&self, method: Method, sale: &str) -> anyhow::Result<Reply> {
        let request = self.world.anonymous(method, &format!("/v1/sales/{sale}"))?;
        self.world.exchange(request.bearer_auth(self.token)).await
    }
}
