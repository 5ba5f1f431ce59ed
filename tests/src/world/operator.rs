//! An operator at the exceptions desk: lists cases, looks, has them asked, decides.
//!
//! Owns the client's side of the operator's API. Judges nothing. Next: [`super::books`].

use super::World;
use super::phone::Reply;
use anyhow::Context;
use baton_gateway::vault::{plain_digest, random_text};
use baton_protocol::ids::{OperatorName, TransactionId};
use baton_records::admin::Change;
use reqwest::Method;
use serde_json::{Value, json};

/// One person with a token.
pub struct Operator<'w> {
    world: &'w World,
    token: String,
}

impl World {
    /// A person who may look after exceptions; the same name is the same person.
    ///
    /// # Errors
    /// When the gateway does not follow.
    pub async fn person(&self, name: &str) -> anyhow::Result<Operator<'_>> {
        if self.known_person(name).is_none() {
            let (id, token) = (name.parse::<OperatorName>()?, random_text(32)?);
            let at = self.gateway()?.world.clock.now();
            let token_digest = plain_digest(&token);
            self.change(&Change::OperatorAdd { name: id, token_digest, at }).await?;
            self.people
                .lock()
                .map_err(|_| anyhow::anyhow!("poisoned"))?
                .push((name.to_owned(), token));
        }
        self.person_again(name)
    }

    /// A person who was there before.
    ///
    /// # Errors
    /// When nobody of that name was.
    pub fn person_again(&self, name: &str) -> anyhow::Result<Operator<'_>> {
        let token = self.known_person(name).context("an operator of that name")?;
        Ok(Operator { world: self, token })
    }

    /// Takes a person's token away.
    ///
    /// # Errors
    /// When the gateway does not follow.
    pub async fn remove_person(&self, name: &str) -> anyhow::Result<()> {
        let at = self.gateway()?.world.clock.now();
        self.change(&Change::OperatorRemove { name: name.parse()?, at }).await
    }

    fn known_person(&self, name: &str) -> Option<String> {
        let known = self.people.lock().ok()?;
        known.iter().find(|(one, _)| one == name).map(|(_, token)| token.clone())
    }
}

impl<'w> Operator<'w> {
    /// Somebody who shows this token.
    #[must_use]
    pub fn with_token(world: &'w World, token: &str) -> Self {
        Self { world, token: token.to_owned() }
    }

    /// `GET /v1/exceptions` with this query.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn list(&self, query: &str) -> anyhow::Result<Reply> {
        self.ask(Method::GET, query, None).await
    }

    /// `GET /v1/exceptions/{id}`.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn case(&self, id: TransactionId) -> anyhow::Result<Reply> {
        self.subject(&id.to_string()).await
    }

    /// The same, of whatever subject.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn subject(&self, subject: &str) -> anyhow::Result<Reply> {
        self.ask(Method::GET, &format!("/{subject}"), None).await
    }

    /// `POST /v1/exceptions/{id}/inquire`.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn inquire(&self, id: TransactionId) -> anyhow::Result<Reply> {
        self.ask(Method::POST, &format!("/{id}/inquire"), None).await
    }

    /// `POST /v1/exceptions/{id}/resolve`.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn resolve(
        &self,
        id: TransactionId,
        state: &str,
        reason: &str,
    ) -> anyhow::Result<Reply> {
        let body = json!({ "state": state, "reason": reason });
        self.ask(Method::POST, &format!("/{id}/resolve"), Some(body)).await
    }

    /// `DELETE /v1/exceptions/{id}/resolve`.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn withdraw(&self, id: TransactionId) -> anyhow::Result<Reply> {
        self.ask(Method::DELETE, &format!("/{id}/resolve"), None).await
    }

    /// `POST /v1/exceptions/{id}/close`.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn close(&self, id: TransactionId, reason: &str) -> anyhow::Result<Reply> {
        let body = json!({ "reason": reason });
        self.ask(Method::POST, &format!("/{id}/close"), Some(body)).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<Reply> {
        let url = format!("{}/v1/exceptions{path}", self.world.operator()?);
        let request = self.world.client.request(method, url).bearer_auth(&self.token);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        self.world.exchange(request).await
    }
}
