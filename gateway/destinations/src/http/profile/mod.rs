//! Another provider's HTTP interface, by configuration.
//!
//! Owns one provider's requests and how its answers are read, as the target's profile says; the
//! page for the people who write one is `gateway/docs/destinations-http.md`. Reading order:
//!
//! - [`file`] (the keys), [`fault`] (what is wrong with one), [`check`] (what must be there);
//! - out: [`word`] and [`template`], [`facts`] with [`amount`] and [`nonce`], [`body`], [`sign`],
//!   [`request`];
//! - in: [`json`], [`rules`], [`answer`].
//!
//! Whatever no rule expects is doubt, never a decline.

mod amount;
mod answer;
mod body;
mod check;
mod facts;
mod fault;
mod file;
mod json;
mod nonce;
mod request;
mod rules;
mod sign;
mod template;
mod word;

use super::transport::{Arrived, Transport};
use crate::ask::{Authorize, GiveBack, Inquire, Reverse, Way};
use crate::clock;
use crate::fault::{Lost, Unreachable};
use crate::secret::Secret;
use answer::Read;
use baton_protocol::ids::InquiryId;
use baton_protocol::money::Currency;
use baton_protocol::work::{
    DeclineReason, InquiryAnswer, MembershipAction, ReversalAnswer, UnknownReason, Verdict, Work,
};
use check::{Echo, Operation, Profile};
use facts::Facts;
use fault::{Key, ProfileFault};
use request::{Request, Written, say_secret};
use reqwest::RequestBuilder;
use rules::ChargeMeans;
use template::Piece;
use word::Word;

/// Nothing was sent, and nothing will be: there is no way to say this to the provider.
const REFUSED: Verdict = Verdict::Declined { reason: DeclineReason::Refused };

/// A destination that speaks as its profile says.
pub(crate) struct ProfiledInterface {
    transport: Transport,
    profile: Profile,
    secret: Option<Secret>,
}

/// What an inquiry before a refund or a reversal found.
enum Original {
    /// No template needs it, or this is it.
    Reference(Option<String>),
    /// It cannot be found now; this is what was heard instead.
    Absent(InquiryAnswer),
}

impl ProfiledInterface {
    pub(super) fn new(
        transport: Transport,
        text: &str,
        secret: Option<Secret>,
    ) -> Result<Self, ProfileFault> {
        let profile = Profile::read(text)?;
        if let Some(secret) = &secret {
            for (name, seal) in [("sign", &profile.sign), ("verify", &profile.verify)] {
                if seal.as_ref().is_some_and(|seal| seal.key(secret).is_none()) {
                    let what = "the provisioned secret is not written like this";
                    return Err(Key::root(name).at("key").wrong(what));
                }
            }
            if profile.sends_secret && say_secret(secret).is_none() {
                let what = "the provisioned secret has characters that no header can carry";
                return Err(Key::root("headers").wrong(what));
            }
        }
        Ok(Self { transport, profile, secret })
    }

    /// Any answer of an HTTP server will do.
    pub(super) async fn prepare(&self) -> Result<(), Unreachable> {
        self.greet().await.map(drop)
    }

    /// One of the statuses that the profile names; without, any answer but that of a gateway which
    /// cannot reach its server, or of maintenance.
    pub(super) async fn echo(&self) -> Result<(), Unreachable> {
        let status = self.greet().await?;
        let named = self.profile.echo.as_ref().and_then(|echo| echo.alive.as_ref());
        let alive = match named {
            Some(named) => named.contains(&status),
            None => !(502..=504).contains(&status),
        };
        if alive { Ok(()) } else { Err(Unreachable::Silent) }
    }

    async fn greet(&self) -> Result<u16, Unreachable> {
        if !self.has_secret() {
            return Err(Unreachable::Refused);
        }
        let request = match &self.profile.echo {
            Some(Echo { request, .. }) => {
                let facts = Facts::of_nothing(clock::wall_ms());
                let written = self.write(request, &facts).map_err(|_| Unreachable::Refused)?;
                self.build(written)
            }
            None => self.transport.http().get(format!("{}/", self.transport.base_url())),
        };
        self.transport.greet(request).await
    }

    pub(super) async fn authorize(&self, ask: &Authorize) -> Verdict {
        let profile = &self.profile;
        let (operation, action) = match &ask.work {
            Work::Payment { .. } => (profile.authorize.as_ref(), None),
            Work::Membership { action: MembershipAction::Balance, .. } => {
                (profile.balance.as_ref(), None)
            }
            Work::Membership { action, .. } => match &profile.membership {
                Some((words, operation)) => {
                    let accrue = *action == MembershipAction::Accrue;
                    let word = if accrue { &words.accrue } else { &words.redeem };
                    (Some(operation), Some(word.as_str()))
                }
                None => (None, None),
            },
        };
        let asked = ask.work.amount();
        let operation = operation.filter(|_| self.deals_in(asked.currency));
        let Some(operation) = operation else { return REFUSED };
        let facts = Facts::of_authorize(ask, action);
        let heard = self.ask(&operation.request, &facts).await;
        heard_verdict(heard, |read| answer::verdict(operation, &facts, asked, read))
    }

    pub(super) async fn give_back(&self, ask: &GiveBack) -> Verdict {
        let operation = self.give_back_operation(ask.how);
        let operation = operation.filter(|_| self.deals_in(ask.amount.currency));
        let Some(operation) = operation else { return REFUSED };
        let GiveBack { transaction, original, amount, at_ms, .. } = *ask;
        let question = Inquire {
            inquiry: InquiryId::new(transaction.uuid()),
            transaction: original,
            terminal: ask.terminal.clone(),
            app: ask.app.clone(),
            amount,
            at_ms,
        };
        let reference = match self.original(&operation.request, &question).await {
            Original::Reference(reference) => reference,
            Original::Absent(heard) => return not_given_back(&heard),
        };
        let facts = Facts::of_give_back(ask, reference);
        let heard = self.ask(&operation.request, &facts).await;
        heard_verdict(heard, |read| answer::verdict(operation, &facts, ask.amount, read))
    }

    fn give_back_operation(&self, how: Way) -> Option<&Operation<ChargeMeans>> {
        match how {
            Way::Refund => self.profile.refund.as_ref(),
            Way::Void => self.profile.void.as_ref(),
        }
    }

    pub(super) async fn inquire(&self, ask: &Inquire) -> InquiryAnswer {
        let Some(operation) = &self.profile.inquire else { return InquiryAnswer::NoAnswer };
        let facts = Facts::of_inquire(ask);
        match self.ask(&operation.request, &facts).await {
            Ok(read) => answer::inquiry(operation, &facts, ask.amount.currency, &read),
            Err(_) => InquiryAnswer::NoAnswer,
        }
    }

    pub(super) async fn reverse(&self, ask: &Reverse) -> ReversalAnswer {
        let Some(operation) = &self.profile.reverse else { return ReversalAnswer::NoAnswer };
        let Reverse { transaction, amount, at_ms, .. } = *ask;
        let question = Inquire {
            inquiry: InquiryId::new(transaction.uuid()),
            transaction,
            terminal: ask.terminal.clone(),
            app: ask.app.clone(),
            amount,
            at_ms,
        };
        let reference = match self.original(&operation.request, &question).await {
            Original::Reference(reference) => reference,
            Original::Absent(heard) => return not_reversed(&heard),
        };
        let facts = Facts::of_reverse(ask, reference);
        match self.ask(&operation.request, &facts).await {
            Ok(read) => answer::reversal(operation, &facts, ask.amount, &read),
            Err(_) => ReversalAnswer::NoAnswer,
        }
    }

    /// Finds the provider's number of an original, where the request needs it.
    async fn original(&self, request: &Request, question: &Inquire) -> Original {
        if !request.words().contains(&Word::Reference) {
            return Original::Reference(None);
        }
        let heard = self.inquire(question).await;
        if let InquiryAnswer::Approved { reference, .. } = heard {
            return Original::Reference(Some(reference));
        }
        Original::Absent(heard)
    }

    async fn ask(&self, request: &Request, facts: &Facts<'_>) -> Result<Read, Lost> {
        if !self.has_secret() {
            return Err(Lost::NotSent);
        }
        let written = self.write(request, facts)?;
        let arrived = self.transport.send(self.build(written)).await?;
        if !self.proves_itself(&arrived, facts) {
            tracing::warn!(status = arrived.status, "the signature of this answer does not hold");
            return Err(Lost::Garbled);
        }
        Ok(Read::new(arrived.status, &arrived.body))
    }

    fn write(&self, request: &Request, facts: &Facts<'_>) -> Result<Written, Lost> {
        let (secret, seal) = (self.secret.as_ref(), self.profile.sign.as_ref());
        request.write(self.transport.base_url(), facts, secret, seal)
    }

    fn build(&self, written: Written) -> RequestBuilder {
        let Written { method, url, headers, body } = written;
        let request = self.transport.http().request(method, url).headers(headers);
        match body {
            Some(body) => request.body(body),
            None => request,
        }
    }

    /// Without `[verify]` every answer does.
    fn proves_itself(&self, arrived: &Arrived, facts: &Facts<'_>) -> bool {
        let Some(seal) = &self.profile.verify else { return true };
        let body = std::str::from_utf8(&arrived.body).ok();
        let header = |name: &str| arrived.headers.get(name).and_then(|value| value.to_str().ok());
        let (Some(secret), Some(body)) = (&self.secret, body) else { return false };
        let Some(value) = header(seal.header.as_str()) else { return false };
        seal.holds(secret, value, |piece| match piece {
            Piece::Word(Word::Status) => Some(arrived.status.to_string()),
            Piece::Word(word) => sign::say_body(*word, body).or_else(|| facts.say(*word)),
            Piece::Header(name) => header(name).map(str::to_owned),
            Piece::Text(text) => Some(text.clone()),
        })
    }

    fn has_secret(&self) -> bool {
        let has = self.secret.is_some() || !self.profile.needs_secret;
        if !has {
            tracing::warn!("the profile needs the destination's secret, and none is provisioned");
        }
        has
    }

    /// A provider that knows one currency would take 10 dollars for 10 won.
    fn deals_in(&self, currency: Currency) -> bool {
        currency == Currency::POINTS || self.profile.currency.is_none_or(|own| own == currency)
    }
}

fn heard_verdict(heard: Result<Read, Lost>, judge: impl FnOnce(&Read) -> Verdict) -> Verdict {
    match heard {
        Ok(read) => judge(&read),
        Err(Lost::Unsendable) => REFUSED,
        Err(lost) => Verdict::Unknown { reason: lost.reason() },
    }
}

/// Nothing was given back by this request, but an earlier one may have done it.
const fn not_given_back(heard: &InquiryAnswer) -> Verdict {
    let reason = match heard {
        InquiryAnswer::Declined { .. } | InquiryAnswer::ExpiredUnused | InquiryAnswer::NotFound => {
            UnknownReason::Inconclusive
        }
        InquiryAnswer::Approved { .. } | InquiryAnswer::NoAnswer => UnknownReason::Silent,
    };
    Verdict::Unknown { reason }
}

/// What is not there cannot be reversed, and is not remembered either.
const fn not_reversed(heard: &InquiryAnswer) -> ReversalAnswer {
    match heard {
        InquiryAnswer::Declined { reason: DeclineReason::Reversed } => ReversalAnswer::Accepted,
        InquiryAnswer::NotFound => ReversalAnswer::OriginalUnknown,
        InquiryAnswer::Declined { .. }
        | InquiryAnswer::ExpiredUnused
        | InquiryAnswer::Approved { .. }
        | InquiryAnswer::NoAnswer => ReversalAnswer::NoAnswer,
    }
}
