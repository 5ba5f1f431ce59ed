//! A phone with one app: it asks over real HTTP and keeps what it was answered.
//!
//! Owns the client's side of the phone API: keys, tokens, bodies, events. Judges nothing. Next:
//! [`super::merchant`].

use super::World;
use super::wait::{until, within};
use anyhow::Context;
use baton_gateway::clock::new_id;
use baton_gateway::demo::apps::AppSigner;
use baton_protocol::ids::{TerminalId, TouchId, TransactionId};
use baton_protocol::phone::{TouchAnswer, TouchEvent, TransactionAnswer};
use baton_protocol::work::State;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a phone asks the gateway to hold its answer, in seconds: over every scenario.
const WAIT_S: u64 = 20;

/// One phone.
#[derive(Clone, Copy)]
pub struct Phone<'w> {
    world: &'w World,
    signer: &'w AppSigner,
}

/// A touch that is about to be sent; what is not said is fresh.
pub struct Ask<'w> {
    phone: Phone<'w>,
    body: Vec<u8>,
    key: String,
    token: Option<String>,
    prefer: Option<String>,
}

/// What the gateway answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub kind: String,
    /// Seconds after which the gateway wants to be asked again, if it says so.
    pub retry_after: Option<u64>,
    /// The body, `null` when it is not JSON.
    pub body: Value,
}

impl<'w> Phone<'w> {
    pub(super) const fn new(world: &'w World, signer: &'w AppSigner) -> Self {
        Self { world, signer }
    }

    /// The app's id.
    #[must_use]
    pub fn app(&self) -> String {
        self.signer.app().to_string()
    }

    /// A token for one request.
    ///
    /// # Errors
    /// When signing fails.
    pub fn token(&self) -> anyhow::Result<String> {
        self.signer.token()
    }

    /// Prepares a touch.
    #[must_use]
    pub fn touch(self, body: &Value) -> Ask<'w> {
        self.touch_raw(body.to_string().into_bytes())
    }

    /// Prepares a touch with these very bytes.
    #[must_use]
    pub fn touch_raw(self, body: Vec<u8>) -> Ask<'w> {
        let key = new_id().to_string();
        Ask { phone: self, body, key, token: None, prefer: None }
    }

    /// Sends a touch and waits for its end in the same request.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn finish(self, body: &Value) -> anyhow::Result<Reply> {
        self.touch(body).wait().send().await
    }

    /// `GET` below the public listener, with a token of this app.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<Reply> {
        self.world.exchange(self.request(Method::GET, path)?).await
    }

    /// `GET /v1/touches/{id}`.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn look(&self, touch: TouchId) -> anyhow::Result<Reply> {
        self.get(&format!("/v1/touches/{touch}")).await
    }

    /// `GET /v1/touches`: the touch of a key.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn find(&self, key: &str) -> anyhow::Result<Reply> {
        let request = self.request(Method::GET, "/v1/touches")?.header("Idempotency-Key", key);
        self.world.exchange(request).await
    }

    /// `POST /v1/transactions/{id}/cancel`.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn cancel(&self, transaction: TransactionId) -> anyhow::Result<Reply> {
        let path = format!("/v1/transactions/{transaction}/cancel");
        self.world.exchange(self.request(Method::POST, &path)?).await
    }

    /// `POST /v1/terminals/{id}/resolve`.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn resolve(&self, terminal: &TerminalId) -> anyhow::Result<Reply> {
        let path = format!("/v1/terminals/{terminal}/resolve");
        self.world.exchange(self.request(Method::POST, &path)?).await
    }

    /// Reads the events of a touch after a number until the gateway ends the stream.
    ///
    /// # Errors
    /// When the stream cannot be read or does not end.
    pub async fn events(
        &self,
        touch: TouchId,
        after: Option<i64>,
    ) -> anyhow::Result<Vec<(i64, TouchEvent)>> {
        let mut response = self.stream(touch, after).await?.error_for_status()?;
        let mut text = String::new();
        let read = async {
            while let Some(chunk) = response.chunk().await? {
                text.push_str(std::str::from_utf8(&chunk)?);
            }
            Ok(())
        };
        let ended = within("the stream of events ends", read).await;
        ended.with_context(|| format!("the stream said {text:?}"))?;
        self.world.overheard(&text);
        parse_events(&text)
    }

    /// Opens the stream of events and leaves the reading to the caller.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn stream(&self, touch: TouchId, after: Option<i64>) -> anyhow::Result<Response> {
        let request = self.request(Method::GET, &format!("/v1/touches/{touch}/events"))?;
        let request = match after {
            Some(after) => request.header("Last-Event-ID", after.to_string()),
            None => request,
        };
        Ok(request.send().await?)
    }

    /// Asks with fresh codes until the gateway takes a touch, and returns its end.
    ///
    /// # Errors
    /// When that does not happen.
    pub async fn until_taken(
        self,
        mut body: impl AsyncFnMut() -> anyhow::Result<Value>,
    ) -> anyhow::Result<Reply> {
        until("a touch is taken", async || {
            let reply = self.finish(&body().await?).await?;
            Ok((reply.status < 300).then_some(reply))
        })
        .await
    }

    /// Waits until the first transaction of a touch is in this state.
    ///
    /// # Errors
    /// When that does not happen.
    pub async fn until_state(&self, touch: TouchId, wanted: State) -> anyhow::Result<Reply> {
        let what = format!("the touch is {}", wanted.word());
        until(&what, async || {
            let found = self.look(touch).await?;
            Ok((found.state() == wanted.word()).then_some(found))
        })
        .await
    }

    /// A request with a fresh token of this app.
    ///
    /// # Errors
    /// When signing fails.
    pub fn request(&self, method: Method, path: &str) -> anyhow::Result<RequestBuilder> {
        let url = format!("{}{path}", self.world.public()?);
        Ok(self.world.client.request(method, url).bearer_auth(self.token()?))
    }
}

impl Ask<'_> {
    /// Names the key.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.key);
        self
    }

    /// Names the token.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Asks the gateway to hold its answer until the touch is over.
    #[must_use]
    pub fn wait(self) -> Self {
        self.prefer(&format!("wait={WAIT_S}"))
    }

    /// Names the `Prefer` header.
    #[must_use]
    pub fn prefer(mut self, prefer: &str) -> Self {
        self.prefer = Some(prefer.to_owned());
        self
    }

    /// Sends it.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn send(self) -> anyhow::Result<Reply> {
        let world = self.phone.world;
        let token = self.token.map_or_else(|| self.phone.token(), Ok)?;
        let url = format!("{}/v1/touches", world.public()?);
        let request = world.client.post(url).bearer_auth(token).header("Idempotency-Key", self.key);
        let request = match self.prefer {
            Some(prefer) => request.header("Prefer", prefer),
            None => request,
        };
        let request = request.header("Content-Type", "application/json").body(self.body);
        world.exchange(request).await
    }
}

impl World {
    /// Sends a request and keeps the answer.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn exchange(&self, request: RequestBuilder) -> anyhow::Result<Reply> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type");
        let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let again = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let retry_after = again.and_then(|value| value.parse().ok());
        let text = response.text().await?;
        self.overheard(&text);
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Reply { status, kind, retry_after, body })
    }

    /// Writes bytes to the public listener and reads the answer until it closes.
    ///
    /// # Errors
    /// When it does not answer with HTTP.
    pub async fn raw(&self, request: &str) -> anyhow::Result<Reply> {
        let mut stream = TcpStream::connect(self.gateway()?.public).await?;
        // A listener that has heard enough may close before everything is written.
        stream.write_all(request.as_bytes()).await.ok();
        let mut answer = Vec::new();
        let read = async { Ok(stream.read_to_end(&mut answer).await.ok()) };
        within("the gateway closes", read).await?;
        let answer = String::from_utf8(answer)?;
        self.overheard(&answer);
        Reply::read(&answer)
    }

    /// A request to the public listener without any token.
    ///
    /// # Errors
    /// While the gateway is stopped.
    pub fn anonymous(&self, method: Method, path: &str) -> anyhow::Result<RequestBuilder> {
        Ok(self.client.request(method, format!("{}{path}", self.public()?)))
    }
}

impl Reply {
    /// Reads an answer as it came over the wire, with a body to the end.
    ///
    /// # Errors
    /// When it is no HTTP.
    pub fn read(answer: &str) -> anyhow::Result<Self> {
        let (head, body) = answer.split_once("\r\n\r\n").context("no HTTP answer")?;
        let status = head.split(' ').nth(1).context("no status")?.parse()?;
        let header = |name| head.lines().find_map(|line| line.strip_prefix(name));
        let kind = header("content-type: ").unwrap_or_default().to_owned();
        let retry_after = header("retry-after: ").and_then(|value| value.parse().ok());
        Ok(Self { status, kind, retry_after, body: serde_json::from_str(body).unwrap_or_default() })
    }

    /// The state of the first transaction, or of the one transaction that this is about.
    #[must_use]
    pub fn state(&self) -> &str {
        let touch = self.body["transactions"][0]["state"].as_str();
        touch.or_else(|| self.body["state"].as_str()).unwrap_or("no state")
    }

    /// Status and code of a problem document; says so when it is none.
    #[must_use]
    pub fn refusal(&self) -> (u16, &str) {
        let whole = self.kind == "application/problem+json"
            && self.body["status"] == self.status
            && self.body["title"].is_string()
            && self.body["detail"].is_string();
        let code = self.body["code"].as_str().filter(|_| whole);
        (self.status, code.unwrap_or("no problem document"))
    }

    /// The touch.
    ///
    /// # Errors
    /// When the answer is none about a touch.
    pub fn touch(&self) -> anyhow::Result<TouchId> {
        Ok(self.answer()?.touch_id)
    }

    /// The id of the first transaction.
    ///
    /// # Errors
    /// When the answer is none about a touch.
    pub fn transaction(&self) -> anyhow::Result<TransactionId> {
        Ok(self.first()?.transaction_id)
    }

    /// The first transaction.
    ///
    /// # Errors
    /// When the answer is none about a touch.
    pub fn first(&self) -> anyhow::Result<TransactionAnswer> {
        let first = self.answer()?.transactions.into_iter().next();
        first.context("the touch has a transaction")
    }

    fn answer(&self) -> anyhow::Result<TouchAnswer> {
        let answer = serde_json::from_value(self.body.clone());
        answer.with_context(|| format!("not the answer about a touch: {self:?}"))
    }
}

/// The body of a payment in won.
#[must_use]
pub fn pay(terminal: &TerminalId, phone: &Phone<'_>, code: &str, amount: i64) -> Value {
    json!({
        "terminal_id": terminal,
        "payment": {"app_id": phone.app(), "code": code, "amount": amount, "currency": "KRW"},
    })
}

/// The body of an accrual.
#[must_use]
pub fn accrue(terminal: &TerminalId, phone: &Phone<'_>, member: &str, points: i64) -> Value {
    json!({
        "terminal_id": terminal,
        "membership": {
            "app_id": phone.app(), "member_id": member, "action": "accrue", "points": points,
        },
    })
}

fn parse_events(text: &str) -> anyhow::Result<Vec<(i64, TouchEvent)>> {
    let events = text.split("\n\n").filter(|event| event.contains("data: "));
    let parsed = events.map(|event| {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
        let id = field("id: ").context("an event has an id")?.parse()?;
        let data = field("data: ").context("an event has data")?;
        Ok((id, serde_json::from_str(data)?))
    });
    parsed.collect()
}
