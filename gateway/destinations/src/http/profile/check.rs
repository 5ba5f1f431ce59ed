//! From the file to a profile that can be used: every key read, every promise checked.
//!
//! Owns what an operation must carry and what its answers must repeat, so that a profile which
//! could charge twice or believe a stranger's answer is refused before anything is asked. Next:
//! [`super::request`].

use super::amount::AmountForm;
use super::fault::{Key, ProfileFault};
use super::file::{ActionWords, EchoFile, OperationFile, ProfileFile, RepeatsFile};
use super::json::Pointer;
use super::request::{Parts, Request};
use super::rules::{ChargeMeans, InquiryMeans, Meaning, ReversalMeans, Rule, statuses};
use super::sign::Seal;
use super::template::{Headers, Template, Vocabulary};
use super::word::{AMOUNTS, CURRENCIES, Kind, ORIGINALS, SECRETS, TRANSACTION, Word};
use baton_protocol::money::Currency;
use std::collections::BTreeMap;

/// The word that says: the answers do not name the transaction.
const NONE: &str = "none";

/// Another provider's interface.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) currency: Option<Currency>,
    pub(super) sign: Option<Seal>,
    pub(super) verify: Option<Seal>,
    /// Whether nothing can be asked without the provisioned secret.
    pub(super) needs_secret: bool,
    /// Whether a header carries the secret itself.
    pub(super) sends_secret: bool,
    pub(super) authorize: Option<Operation<ChargeMeans>>,
    pub(super) membership: Option<(ActionWords, Operation<ChargeMeans>)>,
    pub(super) balance: Option<Operation<ChargeMeans>>,
    pub(super) inquire: Option<Operation<InquiryMeans>>,
    pub(super) reverse: Option<Operation<ReversalMeans>>,
    pub(super) refund: Option<Operation<ChargeMeans>>,
    pub(super) void: Option<Operation<ChargeMeans>>,
    pub(super) echo: Option<Echo>,
}

/// A message that belongs to no transaction.
#[derive(Debug)]
pub(super) struct Echo {
    pub(super) request: Request,
    /// The statuses of a provider that is well.
    pub(super) alive: Option<Vec<u16>>,
}

/// One question and what its answers mean.
#[derive(Debug)]
pub(super) struct Operation<M> {
    pub(super) kind: Kind,
    pub(super) request: Request,
    pub(super) repeats: Repeats,
    pub(super) reference: Option<Pointer>,
    pub(super) balance: Option<Pointer>,
    pub(super) rules: Vec<Rule<M>>,
}

/// Where an answer repeats what was asked.
#[derive(Debug)]
pub(super) struct Repeats {
    pub(super) transaction: Option<(Pointer, Template)>,
    pub(super) inquiry: Option<Pointer>,
    pub(super) amount: Option<AmountPlace>,
}

/// Where an answer names its amount, and how.
#[derive(Debug)]
pub(super) struct AmountPlace {
    pub(super) pointer: Pointer,
    pub(super) form: AmountForm,
    /// Nothing where the currency is the profile's own, or points.
    pub(super) currency: Option<Pointer>,
}

/// What all operations share.
struct Shared<'f> {
    headers: &'f BTreeMap<String, String>,
    currency: Option<Currency>,
    inquires: bool,
}

impl Profile {
    /// Reads and checks the text of a profile.
    pub(super) fn read(text: &str) -> Result<Self, ProfileFault> {
        let file: ProfileFile =
            toml::from_str(text).map_err(|fault| ProfileFault::unreadable(text, &fault))?;
        let shared = Shared {
            headers: &file.headers,
            currency: file.currency,
            inquires: file.inquire.is_some(),
        };
        let mut profile = Self {
            currency: file.currency,
            sign: None,
            verify: file.verify.as_ref().map(Seal::of_answers).transpose()?,
            needs_secret: false,
            sends_secret: false,
            authorize: Operation::read(Kind::Authorize, file.authorize.as_ref(), &shared)?,
            membership: membership(file.membership.as_ref(), &shared)?,
            balance: Operation::read(Kind::Balance, file.balance.as_ref(), &shared)?,
            inquire: Operation::read(Kind::Inquire, file.inquire.as_ref(), &shared)?,
            reverse: Operation::read(Kind::Reverse, file.reverse.as_ref(), &shared)?,
            refund: Operation::read(Kind::Refund, file.refund.as_ref(), &shared)?,
            void: Operation::read(Kind::Void, file.void.as_ref(), &shared)?,
            echo: echo(file.echo.as_ref(), &shared)?,
        };
        if let Some(sign) = &file.sign {
            profile.sign = Some(Seal::of_requests(sign, profile.shared_headers())?);
        }
        let sends_secret =
            profile.requests().flat_map(Request::words).any(|word| SECRETS.contains(&word));
        profile.sends_secret = sends_secret;
        profile.needs_secret =
            profile.sends_secret || profile.sign.is_some() || profile.verify.is_some();
        if profile.authorize.is_none() && profile.membership.is_none() && profile.balance.is_none()
        {
            let what = "missing: without it, `membership` or `balance` nothing can be asked";
            return Err(Key::root("authorize").wrong(what));
        }
        Ok(profile)
    }

    /// Headers that every request of this profile has; the type of an absent body is empty.
    fn shared_headers(&self) -> Headers {
        let mut requests = self
            .requests()
            .map(|request| request.header_names().map(str::to_owned).collect::<Vec<_>>());
        let mut shared = requests.next().unwrap_or_default();
        for names in requests {
            shared.retain(|name| names.contains(name));
        }
        shared.extend(["accept", "content-type"].map(str::to_owned));
        Headers::Named(shared)
    }

    fn requests(&self) -> impl Iterator<Item = &Request> {
        let charges = [&self.authorize, &self.balance, &self.refund, &self.void];
        let charges = charges.into_iter().flatten().map(|operation| &operation.request);
        charges
            .chain(self.membership.iter().map(|(_, operation)| &operation.request))
            .chain(self.inquire.iter().map(|operation| &operation.request))
            .chain(self.reverse.iter().map(|operation| &operation.request))
            .chain(self.echo.iter().map(|echo| &echo.request))
    }
}

fn membership(
    file: Option<&OperationFile>,
    shared: &Shared<'_>,
) -> Result<Option<(ActionWords, Operation<ChargeMeans>)>, ProfileFault> {
    let Some(operation) = Operation::read(Kind::Membership, file, shared)? else {
        return Ok(None);
    };
    let words = file.and_then(|file| file.words.clone());
    let Some(words) = words else {
        let what = "missing: say how the provider calls `accrue` and `redeem`";
        return Err(Key::root("membership").at("words").wrong(what));
    };
    if words.accrue == words.redeem {
        let what = "both actions have one word, so one would do the other";
        return Err(Key::root("membership").at("words").wrong(what));
    }
    Ok(Some((words, operation)))
}

fn echo(file: Option<&EchoFile>, shared: &Shared<'_>) -> Result<Option<Echo>, ProfileFault> {
    let Some(file) = file else { return Ok(None) };
    let request = Request::read(Kind::Echo, &Parts::of_echo(file), shared.headers)?;
    let key = Key::root(Kind::Echo.name()).at("status");
    let alive = file.status.as_ref().map(|status| statuses(&key, status)).transpose()?;
    Ok(Some(Echo { request, alive }))
}

impl<M: Meaning> Operation<M> {
    fn read(
        kind: Kind,
        file: Option<&OperationFile>,
        shared: &Shared<'_>,
    ) -> Result<Option<Self>, ProfileFault> {
        let Some(file) = file else { return Ok(None) };
        let at = Key::root(kind.name());
        foreign_keys(&at, kind, file)?;
        let request = Request::read(kind, &Parts::of_operation(file), shared.headers)?;
        carries(&at, kind, &request.words(), shared)?;
        let repeats = repeats(&at.at("repeats"), kind, &file.repeats, shared.currency)?;
        let rules = Rule::read_all(kind, &file.answer)?;
        let reference = pointer(&at.at("reference"), file.reference.as_deref())?;
        let balance = pointer(&at.at("balance"), file.balance.as_deref())?;
        if reference.is_none() && !matches!(kind, Kind::Balance | Kind::Reverse) {
            let what = "missing: where an approval has the provider's own number";
            return Err(at.at("reference").wrong(what));
        }
        if balance.is_none() && kind == Kind::Balance {
            return Err(at.at("balance").wrong("missing: where the answer has the points"));
        }
        Ok(Some(Self { kind, request, repeats, reference, balance, rules }))
    }
}

/// Refuses keys that would be ignored.
fn foreign_keys(at: &Key, kind: Kind, file: &OperationFile) -> Result<(), ProfileFault> {
    let repeats = &file.repeats;
    let no_amount = kind == Kind::Balance;
    let keys = [
        ("words", file.words.is_some() && kind != Kind::Membership),
        ("balance", file.balance.is_some() && kind != Kind::Balance),
        ("reference", file.reference.is_some() && matches!(kind, Kind::Balance | Kind::Reverse)),
        ("repeats.inquiry", repeats.inquiry.is_some() && kind != Kind::Inquire),
        ("repeats.amount", repeats.amount.is_some() && no_amount),
        ("repeats.currency", repeats.currency.is_some() && (no_amount || repeats.amount.is_none())),
    ];
    match keys.into_iter().find(|(_, foreign)| *foreign) {
        Some((name, _)) => {
            let what = format!("`{}` has no `{name}` here", kind.name());
            Err(name.split('.').fold(at.clone(), |key, part| key.at(part)).wrong(what))
        }
        None => Ok(()),
    }
}

/// Checks that a request says what it is about.
fn carries(at: &Key, kind: Kind, words: &[Word], shared: &Shared<'_>) -> Result<(), ProfileFault> {
    let originals = [ORIGINALS, &[Word::Reference]].concat();
    let undone = [TRANSACTION, &[Word::Reference]].concat();
    let points = [AMOUNTS, &[Word::Points]].concat();
    let one_currency = shared.currency.is_some();
    let currencies = if one_currency { None } else { Some(CURRENCIES) };
    let wanted: Vec<&[Word]> = match kind {
        Kind::Authorize => {
            let own: [&[Word]; 3] = [TRANSACTION, &[Word::Code], AMOUNTS];
            own.into_iter().chain(currencies).collect()
        }
        Kind::Membership => vec![TRANSACTION, &[Word::MemberId], &[Word::Action], &points],
        Kind::Balance => vec![&[Word::MemberId]],
        Kind::Inquire => vec![TRANSACTION],
        Kind::Reverse => vec![&undone],
        Kind::Refund => {
            let own: [&[Word]; 3] = [TRANSACTION, &originals, AMOUNTS];
            own.into_iter().chain(currencies).collect()
        }
        Kind::Void => vec![&originals],
        Kind::Echo => Vec::new(),
    };
    let missing = wanted.iter().find(|any| !any.iter().any(|word| words.contains(word)));
    if let Some(missing) = missing {
        let names: Vec<_> = missing.iter().map(|word| format!("`{{{}}}`", word.name())).collect();
        let what = format!("neither path, headers nor body carry {}", names.join(" or "));
        return Err(at.wrong(what));
    }
    if words.contains(&Word::Reference) && !shared.inquires {
        let what = "`{reference}` is what an inquiry finds; describe `inquire` too";
        return Err(at.wrong(what));
    }
    Ok(())
}

fn repeats(
    at: &Key,
    kind: Kind,
    file: &RepeatsFile,
    currency: Option<Currency>,
) -> Result<Repeats, ProfileFault> {
    let template = file.transaction_is.as_deref().unwrap_or("{transaction_id}");
    let vocabulary = Vocabulary::of(&[&kind.words()]);
    let template = Template::read(&at.at("transaction_is"), template, &vocabulary)?;
    if !template.names(TRANSACTION) && !template.names(ORIGINALS) {
        let what = "it must contain the transaction id";
        return Err(at.at("transaction_is").wrong(what));
    }
    let key = at.at("transaction");
    let transaction = match file.transaction.as_deref() {
        None => {
            let what = "missing: where the answer repeats the transaction id, or \"none\"";
            return Err(key.wrong(what));
        }
        Some(NONE) => None,
        Some(text) => Some((Pointer::read(&key, text)?, template)),
    };
    let inquiry = pointer(&at.at("inquiry"), file.inquiry.as_deref())?;
    Ok(Repeats { transaction, inquiry, amount: amount(at, kind, file, currency)? })
}

fn amount(
    at: &Key,
    kind: Kind,
    file: &RepeatsFile,
    known: Option<Currency>,
) -> Result<Option<AmountPlace>, ProfileFault> {
    let Some(pointer) = pointer(&at.at("amount"), file.amount.as_deref())? else {
        if matches!(kind, Kind::Reverse | Kind::Balance) {
            return Ok(None);
        }
        return Err(at.at("amount").wrong("missing: where the answer repeats the amount"));
    };
    let key = at.at("currency");
    let currency = self::pointer(&key, file.currency.as_deref())?;
    if currency.is_none() && known.is_none() && kind != Kind::Membership {
        let what = "missing: where the answer repeats the currency; or name the only one as \
                    `currency` at the top";
        return Err(key.wrong(what));
    }
    Ok(Some(AmountPlace { pointer, form: file.amount_form, currency }))
}

fn pointer(key: &Key, text: Option<&str>) -> Result<Option<Pointer>, ProfileFault> {
    text.map(|text| Pointer::read(key, text)).transpose()
}

#[cfg(test)]
mod tests;
