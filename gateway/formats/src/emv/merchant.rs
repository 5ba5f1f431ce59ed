//! What a merchant-presented code says, when it keeps the rules.
//!
//! Owns the typed reading and writing. Unreserved templates and reserved ids are carried along
//! unread. Next: [`super::consumer`], the code of the other side.

use super::amount::Amount;
use super::fault::{Place, QrFault};
use super::id::Id;
use super::object::{Object, Template};
use super::payload::{Initiation, Payload, Tip};

/// What a detail says when the consumer is to be asked for it (EMVCo MPM 1.1, 4.8.1).
pub const ASK_CONSUMER: &str = "***";

/// Where the money goes; a code names at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// 02 to 25: an account that the card network of this id defines.
    Network(Object),
    /// 26 to 51: an account whose owner is named in it.
    Owned(Template),
}

/// The merchant's name in its own writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// ISO 639 code.
    pub code: String,
    /// The name.
    pub name: String,
    /// The city.
    pub city: Option<String>,
}

/// A part of the additional data (EMVCo MPM 1.1, table 3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// 01: number of the bill.
    Bill,
    /// 02: mobile number to top up or pay for.
    Mobile,
    /// 03: the store.
    Store,
    /// 04: loyalty number.
    Loyalty,
    /// 05: the merchant's or acquirer's reference.
    Reference,
    /// 06: the customer, as the merchant knows them.
    Customer,
    /// 07: the terminal.
    Terminal,
    /// 08: what the payment is for.
    Purpose,
    /// 09: what the app should tell: address, mobile number, e-mail.
    Requests,
    /// 10: the merchant's tax number.
    TaxNumber,
    /// 11: medium, place and presence.
    Channel,
}

impl Detail {
    /// Returns the id inside the additional data.
    #[must_use]
    pub const fn id(self) -> Id {
        match self {
            Self::Bill => Id::at(1),
            Self::Mobile => Id::at(2),
            Self::Store => Id::at(3),
            Self::Loyalty => Id::at(4),
            Self::Reference => Id::at(5),
            Self::Customer => Id::at(6),
            Self::Terminal => Id::at(7),
            Self::Purpose => Id::at(8),
            Self::Requests => Id::at(9),
            Self::TaxNumber => Id::at(10),
            Self::Channel => Id::at(11),
        }
    }
}

/// A code's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant {
    /// Whether it is for one payment; a code that does not say is taken as static.
    pub initiation: Option<Initiation>,
    /// Where the money goes.
    pub accounts: Vec<Account>,
    /// ISO 18245 category.
    pub category: u16,
    /// ISO 4217 number of the currency.
    pub currency: u16,
    /// The amount; without one the consumer enters it.
    pub amount: Option<Amount>,
    /// What the consumer pays on top.
    pub tip: Option<Tip>,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// The name, in Latin letters.
    pub name: String,
    /// The city, in Latin letters.
    pub city: String,
    /// Postal code.
    pub postal: Option<String>,
    /// Additional data.
    pub additional: Option<Template>,
    /// Name and city in the merchant's language.
    pub language: Option<Language>,
    /// Unreserved templates (80 to 99) and reserved ids (65 to 79).
    pub others: Vec<Object>,
}

impl Merchant {
    /// Reads a code.
    ///
    /// # Errors
    /// As [`Payload::check`].
    pub fn read(payload: &Payload) -> Result<Self, QrFault> {
        payload.check()?;
        let text = |id| payload.text(id).map(str::to_owned);
        let must = |id| text(id).ok_or(QrFault::Missing { place: Place::outer(id) });
        let missing = |id| QrFault::Missing { place: Place::outer(id) };
        let all = payload.objects().iter();
        let accounts = all.clone().filter(|object| is_account(object.id)).map(account);
        Ok(Self {
            initiation: payload.initiation()?,
            accounts: accounts.collect::<Result<_, _>>()?,
            category: payload.category()?.ok_or(missing(Id::CATEGORY))?,
            currency: payload.currency()?.ok_or(missing(Id::CURRENCY))?,
            amount: payload.amount()?,
            tip: payload.tip()?,
            country: must(Id::COUNTRY)?,
            name: must(Id::NAME)?,
            city: must(Id::CITY)?,
            postal: text(Id::POSTAL),
            additional: payload.template(Id::ADDITIONAL)?,
            language: payload.template(Id::LANGUAGE)?.as_ref().map(language).transpose()?,
            others: all.filter(|object| object.id > Id::LANGUAGE).cloned().collect(),
        })
    }

    /// Writes the code, its objects in ascending order.
    ///
    /// # Errors
    /// As [`Payload::with`] and [`Payload::check`]: nothing is written that breaks a rule.
    pub fn payload(&self) -> Result<Payload, QrFault> {
        let optional = |payload: Payload, id, value: Option<String>| match value {
            Some(value) => payload.with(id, &value),
            None => Ok(payload),
        };
        let mut payload = Payload::default();
        payload = optional(payload, Id::INITIATION, self.initiation.map(initiation))?;
        for account in &self.accounts {
            payload = match account {
                Account::Network(object) => payload.with(object.id, &object.value)?,
                Account::Owned(template) => payload.with(template.id(), &template.to_value())?,
            };
        }
        payload = payload.with(Id::CATEGORY, &format!("{:04}", self.category))?;
        payload = payload.with(Id::CURRENCY, &format!("{:03}", self.currency))?;
        payload = optional(payload, Id::AMOUNT, self.amount.map(|amount| amount.to_string()))?;
        for (id, value) in self.tip.map(tip).into_iter().flatten() {
            payload = optional(payload, id, value)?;
        }
        payload = payload.with(Id::COUNTRY, &self.country)?;
        payload = payload.with(Id::NAME, &self.name)?.with(Id::CITY, &self.city)?;
        payload = optional(payload, Id::POSTAL, self.postal.clone())?;
        let additional = self.additional.as_ref().map(Template::to_value);
        payload = optional(payload, Id::ADDITIONAL, additional)?;
        let language = self.language.as_ref().map(language_template).transpose()?;
        payload = optional(payload, Id::LANGUAGE, language.map(|template| template.to_value()))?;
        for object in &self.others {
            payload = payload.with(object.id, &object.value)?;
        }
        payload.check()?;
        Ok(payload)
    }

    /// Looks up a part of the additional data. [`ASK_CONSUMER`] asks the consumer for it.
    #[must_use]
    pub fn detail(&self, detail: Detail) -> Option<&str> {
        self.additional.as_ref().and_then(|template| template.text(detail.id()))
    }

    /// Looks up the account of an owner; domains are compared without regard to case.
    #[must_use]
    pub fn account_of(&self, owner: &str) -> Option<&Template> {
        self.accounts.iter().find_map(|account| match account {
            Account::Owned(template) => {
                let same = template.owner().is_some_and(|name| name.eq_ignore_ascii_case(owner));
                same.then_some(template)
            }
            Account::Network(_) => None,
        })
    }
}

fn is_account(id: Id) -> bool {
    (Id::NETWORK_FIRST..=Id::ACCOUNT_LAST).contains(&id)
}

fn account(object: &Object) -> Result<Account, QrFault> {
    if object.id < Id::ACCOUNT_FIRST {
        return Ok(Account::Network(object.clone()));
    }
    Template::parse(object.id, &object.value).map(Account::Owned)
}

fn language(template: &Template) -> Result<Language, QrFault> {
    let text = |id| template.text(id).map(str::to_owned);
    let must = |id| text(id).ok_or(QrFault::Missing { place: Place::part(template.id(), id) });
    Ok(Language { code: must(Id::at(0))?, name: must(Id::at(1))?, city: text(Id::at(2)) })
}

fn language_template(language: &Language) -> Result<Template, QrFault> {
    let template = Template::new(Id::LANGUAGE);
    let template = template.with(Id::at(0), &language.code)?.with(Id::at(1), &language.name)?;
    match &language.city {
        Some(city) => template.with(Id::at(2), city),
        None => Ok(template),
    }
}

fn initiation(initiation: Initiation) -> String {
    let digits = match initiation {
        Initiation::Static => "11",
        Initiation::Dynamic => "12",
    };
    digits.to_owned()
}

fn tip(tip: Tip) -> [(Id, Option<String>); 3] {
    let (indicator, fixed, percent) = match tip {
        Tip::Asked => ("01", None, None),
        Tip::Fixed(fee) => ("02", Some(fee.to_string()), None),
        Tip::Percent { hundredths } => {
            ("03", None, Amount::of_minor(i64::from(hundredths), 2).map(|part| part.to_string()))
        }
    };
    [(Id::TIP, Some(indicator.to_owned())), (Id::FEE_FIXED, fixed), (Id::FEE_PERCENT, percent)]
}
