//! The phones: each pays once, repeats the same request until it is answered, and remembers.
//!
//! Owns what a well-made app does: a key that is written down before sending, the same key and
//! code at every try, a new token at each. What it was told goes into the book. Next: `merchant`.

use crate::book::{Answered, Book};
use crate::clock::pause;
use crate::dice::Dice;
use crate::history::{APPROVED, Asked, Told, Uses, is_final};
use crate::plan::{self, CodeWish, MEMBERS, Manner, Payment, Place, Rail};
use crate::stage::{CODE_LIFE_MS, Stage, member, terminal_of};
use anyhow::Context;
use baton_gateway::demo::apps::card_code;
use baton_gateway::vault::{plain_digest, random_text};
use baton_protocol::phone::{TouchAnswer, TransactionAnswer, TransactionKind};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// How long a phone waits for one answer, in seconds: longer than any `Prefer: wait` here.
const ANSWER_S_MAX: u64 = 15;
/// What phones that wait ask for, in seconds.
const WAIT_S: u64 = 4;
/// Tries before a phone gives up and the run fails: at 100 ms each, a minute and a half.
pub const TRIES_MAX: usize = 900;
/// Shortest pause between two tries, in milliseconds.
const PAUSE_MS_MIN: u64 = 20;
/// What is added to it at random, in milliseconds.
const PAUSE_MS_SPREAD: u64 = 160;
/// Looks of a phone that follows its touch; it then leaves, as a person would.
const LOOKS_MAX: usize = 60;
/// How long an app waits for its wallet's code, in seconds.
const CODE_S_MAX: u64 = 2;
/// Tries to get a code from the wallet before a person takes the card.
const WALLET_TRIES_MAX: usize = 5;

/// All phones of a run; cheap to share.
pub struct Phones<'a> {
    pub stage: &'a Stage,
    pub book: &'a Book,
    pub client: reqwest::Client,
}

/// What a phone shows: a code, or who its member is and what shall happen.
struct Shown {
    rail: Rail,
    text: String,
    action: Option<&'static str>,
    amount: i64,
}

/// A request that can be sent again and again.
struct Request {
    key: String,
    rail: Rail,
    body: Value,
    wait: Option<u64>,
}

impl<'a> Phones<'a> {
    /// Makes the phones' network.
    ///
    /// # Errors
    /// When the machinery refuses.
    pub fn new(stage: &'a Stage, book: &'a Book) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(ANSWER_S_MAX));
        Ok(Self { stage, book, client: client.no_proxy().build()? })
    }

    /// Makes one payment, to its acknowledgement and as far as its manner goes.
    ///
    /// # Errors
    /// When a program refuses what a well-made phone does.
    pub async fn pay(&self, payment: &Payment) -> anyhow::Result<()> {
        let mut dice = Dice::new(payment.seed);
        let mut first = self.shown(payment, &mut dice).await?;
        if first.rail != Rail::Points {
            self.book.remember_code(&first.text);
        }
        let mut sale = None;
        if payment.manner == Manner::PaysSale {
            (first.amount, sale) = self.open_sale(payment, &mut dice).await?;
        }
        let mut shown = vec![first];
        if payment.manner == Manner::Both {
            shown.push(points(plan::points_amount(&mut dice), &mut dice));
        }
        let wait = (payment.manner == Manner::Waits).then_some(WAIT_S);
        let request = self.request(payment, &shown, sale.as_deref(), wait);
        self.remark(payment, &request.key);
        if payment.manner == Manner::NeverSends {
            self.book.acknowledged();
            return Ok(());
        }
        let first = if payment.manner == Manner::Doubles {
            let (mut left, mut right) = (dice.clone(), Dice::new(dice.roll()));
            let (one, other) = tokio::join!(
                self.until_answered(&request, &mut left),
                self.until_answered(&request, &mut right)
            );
            other?;
            one?
        } else {
            self.until_answered(&request, &mut dice).await?
        };
        self.book.acknowledged();
        match payment.manner {
            Manner::Plain | Manner::Waits | Manner::Doubles | Manner::NeverSends => Ok(()),
            Manner::Follows | Manner::PaysSale | Manner::Both => {
                self.follow(&request, first, &mut dice).await.map(drop)
            }
            Manner::GetsBack => {
                let seen = self.follow(&request, first, &mut dice).await?;
                let paid = seen.transactions.iter().find(|one| one.state.word() == APPROVED);
                let Some(paid) = paid else { return Ok(()) };
                self.give_back(payment, self.stage.app(request.rail), paid, &mut dice).await
            }
            Manner::Cancels => {
                self.cancel(&request, &first).await;
                self.follow(&request, first, &mut dice).await.map(drop)
            }
            Manner::Reuses => {
                let again = self.request(payment, &shown, None, None);
                self.reuse(&again, &mut dice).await
            }
        }
    }

    /// Notes what is special about a payment, for the count of faults.
    fn remark(&self, payment: &Payment, key: &str) {
        if let CodeWish::Magic(name) = payment.code {
            self.book.manner(key, name);
        }
        if let Some(word) = payment.manner.word() {
            self.book.manner(key, word);
        }
    }

    fn request(
        &self,
        payment: &Payment,
        shown: &[Shown],
        sale: Option<&str>,
        wait: Option<u64>,
    ) -> Request {
        let terminal = terminal_of(payment.place);
        let key = Uuid::new_v4().to_string();
        let mut body = json!({"terminal_id": terminal});
        for Shown { rail, text, action, amount } in shown {
            let app = self.stage.app(*rail).app().as_str();
            if let Some(action) = action {
                body["membership"] = json!({"app_id": app, "member_id": text, "action": action});
                if *amount > 0 {
                    body["membership"]["points"] = json!(amount);
                }
            } else {
                body["payment"] = json!({"app_id": app, "code": text});
                match sale {
                    Some(sale) => body["sale_id"] = json!(sale),
                    None => {
                        body["payment"]["amount"] = json!(amount);
                        body["payment"]["currency"] = json!("KRW");
                    }
                }
            }
            self.book.asked(Asked {
                key: key.clone(),
                app: app.to_owned(),
                terminal: terminal.clone(),
                code_sha: plain_digest(text),
                uses: if *rail == Rail::Points { Uses::Often } else { Uses::Once },
                amount: *amount,
            });
        }
        let rail = shown.first().map_or(payment.rail, |first| first.rail);
        Request { key, rail, body, wait }
    }

    /// Makes what the phone shows. A wallet that gives no code is left for the card, where the
    /// terminal takes one.
    async fn shown(&self, payment: &Payment, dice: &mut Dice) -> anyhow::Result<Shown> {
        let Payment { amount, rail, .. } = *payment;
        let plain = |rail, text| Shown { rail, text, action: None, amount };
        if let CodeWish::Magic(name) = payment.code {
            return Ok(plain(rail, format!("{name}-{}", random_text(16)?)));
        }
        let tills = matches!(payment.place, Place::Till(_));
        match rail {
            Rail::Card => Ok(plain(rail, card_code()?)),
            Rail::Wallet => match self.wallet_code(dice, tills).await {
                Some(code) => Ok(plain(rail, code)),
                None if tills => anyhow::bail!("the wallet gives no code"),
                None => Ok(plain(Rail::Card, card_code()?)),
            },
            Rail::Points => Ok(points(amount, dice)),
        }
    }

    /// Gets a code as the phone's app does. The wallet may be down just now.
    async fn wallet_code(&self, dice: &mut Dice, tills: bool) -> Option<String> {
        let url = format!("http://{}/v1/codes", self.stage.addresses.wallet);
        for _ in 0..if tills { TRIES_MAX } else { WALLET_TRIES_MAX } {
            let asked = self.client.post(&url).json(&json!({"life_ms": CODE_LIFE_MS}));
            let asked = asked.timeout(Duration::from_secs(CODE_S_MAX)).send();
            if let Ok(answer) = asked.await
                && answer.status().is_success()
                && let Ok(issued) = answer.json::<Value>().await
                && let Some(code) = issued["code"].as_str()
            {
                return Some(code.to_owned());
            }
            self.pause(dice).await;
        }
        None
    }

    /// Sends the same request until it is acknowledged.
    async fn until_answered(
        &self,
        request: &Request,
        dice: &mut Dice,
    ) -> anyhow::Result<TouchAnswer> {
        for _ in 0..TRIES_MAX {
            match self.attempt(request).await? {
                Answered::Taken(answer) => return Ok(answer),
                Answered::Refused { status, code } if later(status, &code) => {
                    self.book.retried(&code);
                }
                Answered::Refused { status, code } => {
                    anyhow::bail!("key {} was refused with {status} {code}", request.key)
                }
                Answered::Nothing(why) => self.book.retried(why),
            }
            self.pause(dice).await;
        }
        anyhow::bail!("key {} was not acknowledged in {TRIES_MAX} tries", request.key)
    }

    async fn attempt(&self, request: &Request) -> anyhow::Result<Answered> {
        let url = format!("http://{}/v1/touches", self.stage.phones());
        let token = self.stage.app(request.rail).token()?;
        let mut post = self.client.post(url).bearer_auth(token).json(&request.body);
        post = post.header("Idempotency-Key", &request.key);
        if let Some(seconds) = request.wait {
            post = post.header("Prefer", format!("wait={seconds}"));
        }
        match post.send().await {
            Ok(response) => self.read(&request.key, response).await,
            Err(fault) => Ok(Answered::Nothing(word_of(&fault))),
        }
    }

    async fn read(&self, key: &str, response: Response) -> anyhow::Result<Answered> {
        let status = response.status();
        // The head has come and the body has not: as good as no answer.
        let Ok(body) = response.bytes().await else { return Ok(Answered::Nothing("cut")) };
        if status.is_success() {
            let answer: TouchAnswer = serde_json::from_slice(&body)
                .with_context(|| format!("key {key}: the answer {status} cannot be read"))?;
            self.tell(key, &answer);
            return Ok(Answered::Taken(answer));
        }
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        let code = problem["code"].as_str().unwrap_or("none").to_owned();
        Ok(Answered::Refused { status, code })
    }

    fn tell(&self, key: &str, answer: &TouchAnswer) {
        if answer.transactions.is_empty() {
            self.book.surprise(format!("key {key} was answered without a transaction"));
        }
        for one in &answer.transactions {
            self.book.told(told(key, one));
        }
    }

    /// Looks again and again, and returns what was seen last.
    async fn follow(
        &self,
        request: &Request,
        first: TouchAnswer,
        dice: &mut Dice,
    ) -> anyhow::Result<TouchAnswer> {
        let url = format!("http://{}/v1/touches/{}", self.stage.phones(), first.touch_id);
        let mut newest = first;
        for _ in 0..LOOKS_MAX {
            if newest.transactions.iter().all(|one| is_final(one.state.word())) {
                return Ok(newest);
            }
            self.pause(dice).await;
            let token = self.stage.app(request.rail).token()?;
            let Ok(response) = self.client.get(&url).bearer_auth(token).send().await else {
                continue;
            };
            if let Answered::Taken(answer) = self.read(&request.key, response).await? {
                newest = answer;
            }
        }
        Ok(newest)
    }

    /// A wish: it may come too late or meet a dead gateway.
    async fn cancel(&self, request: &Request, first: &TouchAnswer) {
        let Some(one) = first.transactions.first() else { return };
        let (base, id) = (self.stage.phones(), one.transaction_id);
        let Ok(token) = self.stage.app(request.rail).token() else { return };
        let url = format!("http://{base}/v1/transactions/{id}/cancel");
        let sent = self.client.post(url).bearer_auth(token).send().await;
        let Ok(response) = sent else { return };
        if response.status().is_success()
            && let Ok(answer) = response.json::<TransactionAnswer>().await
        {
            self.book.told(told(&request.key, &answer));
        }
    }

    /// The code was taken under another key: only `duplicate_code` is right.
    async fn reuse(&self, request: &Request, dice: &mut Dice) -> anyhow::Result<()> {
        for _ in 0..TRIES_MAX {
            match self.attempt(request).await? {
                Answered::Refused { code, .. } if code == "duplicate_code" => {
                    self.book.reuse_refused();
                    return Ok(());
                }
                Answered::Refused { status, code } if later(status, &code) => {}
                Answered::Refused { status, code } => {
                    anyhow::bail!("a code used again was refused with {status} {code}")
                }
                Answered::Taken(_) => anyhow::bail!("a code was taken twice, key {}", request.key),
                Answered::Nothing(_) => {}
            }
            self.pause(dice).await;
        }
        anyhow::bail!("a code used again was not answered, key {}", request.key)
    }

    pub async fn pause(&self, dice: &mut Dice) {
        pause(PAUSE_MS_MIN + dice.below(PAUSE_MS_SPREAD)).await;
    }
}

/// Whether the same request may be sent again later.
pub fn later(status: StatusCode, code: &str) -> bool {
    // A token is refused and a sale seems over while a clock is wrong.
    let wait = [StatusCode::REQUEST_TIMEOUT, StatusCode::UNAUTHORIZED];
    status.is_server_error() || wait.contains(&status) || ["busy", "sale_not_open"].contains(&code)
}

pub fn word_of(fault: &reqwest::Error) -> &'static str {
    if fault.is_connect() {
        "refused"
    } else if fault.is_timeout() {
        "silent"
    } else {
        "cut"
    }
}

/// What a member wants with so many points.
fn points(amount: i64, dice: &mut Dice) -> Shown {
    let text = member(dice.below(MEMBERS));
    let (action, amount) = match dice.below(20) {
        0..=10 => ("accrue", amount),
        11..=17 => ("redeem", amount),
        _ => ("balance", 0),
    };
    Shown { rail: Rail::Points, text, action: Some(action), amount }
}

/// Writes down what one answer says of a transaction.
pub fn told(key: &str, one: &TransactionAnswer) -> Told {
    let back = matches!(one.kind, Some(TransactionKind::Refund | TransactionKind::Void));
    Told {
        key: key.to_owned(),
        transaction: one.transaction_id.to_string(),
        state: one.state.word().to_owned(),
        amount: if back { -one.amount } else { one.amount },
        currency: one.currency.to_string(),
    }
}
