//! A receiver of events: a real HTTP server that takes, refuses, stalls or breaks off as told.
//!
//! Owns what it received, in order of arrival. One connection carries one request. Next:
//! [`super::books`].

use super::World;
use super::wait::until;
use anyhow::Context;
use baton_destinations::Secret;
use baton_gateway::vault::random_text;
use baton_protocol::event::Event;
use baton_protocol::ids::WebhookId;
use baton_records::admin::Change;
use baton_records::events::Tenant;
use baton_records::webhooks::WebhookChange;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How a request is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manner {
    /// With this status.
    Status(u16),
    /// With a redirect to another place.
    Redirect(String),
    /// By closing the connection without a word.
    Close,
    /// By closing it in the middle of the head of an answer.
    CloseMidway,
    /// By saying nothing and keeping the connection open.
    Silence,
}

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The event.
    pub event: Event,
    /// `Baton-Delivery-Attempt`.
    pub attempt: u32,
    /// `Baton-Signature`.
    pub signature: String,
    /// The body, byte for byte.
    pub body: String,
    /// How it was met.
    pub met: Manner,
}

type Deliveries = Arc<Mutex<Vec<Delivery>>>;
type Rule = Arc<Mutex<dyn FnMut(&Event, u32) -> Manner + Send>>;

/// The server.
pub struct Receiver {
    address: SocketAddr,
    deliveries: Deliveries,
    _server: JoinSet<()>,
}

impl Receiver {
    /// Starts one that meets each event, at each attempt, as the rule says.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(
        rule: impl FnMut(&Event, u32) -> Manner + Send + 'static,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let deliveries = Deliveries::default();
        let rule: Rule = Arc::new(Mutex::new(rule));
        let heard = deliveries.clone();
        let mut server = JoinSet::new();
        server.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (rule, heard) = (rule.clone(), heard.clone());
                connections.spawn(async move { serve(stream, rule, heard).await.ok() });
            }
        });
        Ok(Self { address, deliveries, _server: server })
    }

    /// Starts one that takes everything.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn taking() -> anyhow::Result<Self> {
        Self::start(|_, _| Manner::Status(204)).await
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/events", self.address)
    }

    /// Everything that came, in order.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it has taken, in order.
    #[must_use]
    pub fn taken(&self) -> Vec<Event> {
        let taken = |one: &Delivery| matches!(one.met, Manner::Status(200..=299));
        self.deliveries().into_iter().filter(taken).map(|one| one.event).collect()
    }

    /// Waits until so many events were taken.
    ///
    /// # Errors
    /// When that does not happen.
    pub async fn until_taken(&self, many: usize) -> anyhow::Result<Vec<Event>> {
        until(&format!("{many} events are taken"), async || {
            let taken = self.taken();
            Ok((taken.len() >= many).then_some(taken))
        })
        .await
    }

    /// Waits until so many requests came.
    ///
    /// # Errors
    /// When that does not happen.
    pub async fn until_heard(&self, many: usize) -> anyhow::Result<Vec<Delivery>> {
        until(&format!("{many} requests came"), async || {
            let heard = self.deliveries();
            Ok((heard.len() >= many).then_some(heard))
        })
        .await
    }
}

impl World {
    /// Adds a webhook for a tenant as `admin webhook add` does, and returns its secret.
    ///
    /// # Errors
    /// When the change is refused.
    pub async fn webhook(&self, id: &str, tenant: Tenant, url: String) -> anyhow::Result<Secret> {
        let id: WebhookId = id.parse()?;
        let (text, secret) = self.new_secret(&id)?;
        self.change(&Change::Webhook(WebhookChange::Add { id, tenant, url, secret })).await?;
        Ok(Secret::new(text))
    }

    /// Makes a secret and its sealed form.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn new_secret(&self, id: &WebhookId) -> anyhow::Result<(String, String)> {
        let text = random_text(52)?;
        let sealed = self.gateway()?.world.vault.seal_secret(id, &text)?;
        Ok((text, sealed))
    }
}

async fn serve(mut stream: TcpStream, rule: Rule, heard: Deliveries) -> anyhow::Result<()> {
    let (head, body) = read_request(&mut stream).await?;
    let field = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned()).with_context(|| format!("no {name}"))
    };
    let event: Event = serde_json::from_str(&body)?;
    anyhow::ensure!(field("baton-event-id:")? == event.id.to_string(), "another event's id");
    let attempt = field("baton-delivery-attempt:")?.parse()?;
    let met = {
        let mut rule = rule.lock().unwrap_or_else(PoisonError::into_inner);
        rule(&event, attempt)
    };
    let signature = field("baton-signature:")?;
    let delivery = Delivery { event, attempt, signature, body, met: met.clone() };
    heard.lock().unwrap_or_else(PoisonError::into_inner).push(delivery);
    match met {
        Manner::Status(status) => {
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n");
            stream.write_all(format!("{answer}connection: close\r\n\r\n").as_bytes()).await?;
        }
        Manner::Redirect(to) => {
            let answer = format!("HTTP/1.1 307 X\r\nlocation: {to}\r\ncontent-length: 0\r\n");
            stream.write_all(format!("{answer}connection: close\r\n\r\n").as_bytes()).await?;
        }
        Manner::Close => {}
        Manner::CloseMidway => stream.write_all(b"HTTP/1.1 200 O").await?,
        Manner::Silence => {
            stream.read_to_end(&mut Vec::new()).await?;
        }
    }
    Ok(())
}

async fn read_request(stream: &mut TcpStream) -> anyhow::Result<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.context("no length")?.parse::<usize>()? {
                return Ok((head.to_owned(), body.to_owned()));
            }
        }
        let read = stream.read_buf(&mut bytes).await?;
        anyhow::ensure!(read > 0, "the request broke off");
    }
}
