//! The names of things: one newtype an idea, made by one macro in two forms.
//!
//! Owns how ids look on the wire. Ids of work (transaction, touch, sale) are UUIDs made by the side
//! that starts the work; ids of things that a person names (terminal, app, shop) are short texts.
//! None of them is a secret or a proof. Next: [`crate::money`].

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// A named id has at most this many bytes: it must fit an NFC tag's URI beside the host name.
pub const NAME_BYTES_MAX: usize = 64;

/// A text that is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a {kind}: use 1 to 64 letters, digits, '.', '_' or '-', starting with a letter or digit"
)]
pub struct IdInvalid {
    /// Which id was asked for.
    pub kind: &'static str,
}

macro_rules! id {
    (uuid $name:ident, $what:literal) => {
        #[doc = $what]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Returns the UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdInvalid;

            fn from_str(text: &str) -> Result<Self, IdInvalid> {
                let kind = stringify!($name);
                Uuid::try_parse(text).map(Self).map_err(|_| IdInvalid { kind })
            }
        }
    };
    (name $name:ident, $what:literal) => {
        #[doc = $what]
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdInvalid;

            fn from_str(text: &str) -> Result<Self, IdInvalid> {
                if name_valid(text) {
                    return Ok(Self(text.into()));
                }
                Err(IdInvalid { kind: stringify!($name) })
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdInvalid;

            fn try_from(text: String) -> Result<Self, IdInvalid> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.as_ref().to_owned()
            }
        }
    };
}

id!(uuid TransactionId, "One try to move money or points through one destination.");
id!(uuid TouchId, "What a phone starts at a terminal: one payment, one membership, or both.");
id!(uuid SaleId, "An amount that a merchant opened on a terminal for the next touch.");
id!(uuid RequestKey, "The phone's idempotency key: 128 random bits stored before sending.");
id!(uuid AskId, "One thing that a terminal asks its gateway for by itself.");
id!(uuid OrderId, "A purchase.");
id!(uuid MemberId, "A customer who is registered with the mall.");
id!(uuid CartId, "What one visitor of the mall is about to buy.");
id!(uuid InquiryId, "One read-only question to a destination; its answer carries it back.");
id!(uuid RaffleId, "One raffle sale; its sixteen bytes stand in every ticket's leaf.");
id!(uuid TicketId, "One ticket of a raffle sale.");
id!(uuid StepKey, "One step of a machine that moves money: with its key again, nothing moves.");
id!(name TerminalId, "A relay terminal, as its tag, QR or barcode names it.");
id!(name AgentId, "Baton's program beside one POS.");
id!(name AppId, "A payment or membership application on phones.");
id!(name DestinationId, "A payment or membership server.");
id!(name WebhookId, "A receiver of events, as the operator who added it names it.");
id!(name OperatorName, "A person who looks after exceptions; stands in the audit for ever.");
id!(name SupplierId, "A company that supplies goods to a shop.");
id!(name GoodsId, "Goods of one shop.");
id!(name OptionId, "One option of goods, as red-l: what has a price and a stock of its own.");
id!(name CouponCode, "The code of a coupon, as the customer types it.");
id!(name BankId, "An account at a bank that customers transfer money to.");
id!(name NoticeId, "A bank's own number of one credit on an account.");
id!(name StaffId, "A person who works for a shop of the mall.");
id!(name PersonId, "A person who buys, as the shop's members are named.");
id!(name HubId, "A regional hub server, as the operator who added it names it.");
id!(name CompanyId, "A company whose goods are delivered to nearby addresses.");
id!(name DriverId, "A driver, and the terminal in the driver's hand.");
id!(name ShopId, "A shop: the tenant to which terminals and agents belong.");

fn name_valid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else { return false };
    bytes.len() <= NAME_BYTES_MAX
        && first.is_ascii_alphanumeric()
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(b))
}
