//! A membership provider as a plugin: stamps on a card.
//!
//! Owns the translation between Baton's questions and the provider's HTTP interface. Whatever the
//! server leaves open is `Unknown`; nothing is repeated here. Reading order: this file, [`card`]
//! (what is said to the server), [`server`] (the small server to try it against).

pub mod card;
pub mod server;

use baton_plugin_api::documents::membership::{
    Balance, BalanceAnswer, InquirePoints, Move, PointsInquiryAnswer, PointsVerdict, Undo,
};
use baton_plugin_api::documents::{UndoAnswer, UnknownReason};
use baton_plugin_api::{Capabilities, Capability, Host, Level, Membership};
use card::{Asked, Way};

/// The plugin.
#[derive(Debug, Default)]
pub struct StampCard;

baton_plugin_api::export!(membership = StampCard);

impl Membership for StampCard {
    fn capabilities(&self) -> Capabilities {
        Capabilities::of(&[
            Capability::Idempotent,
            Capability::Inquiry,
            Capability::Reversal,
            Capability::Tombstone,
        ])
    }

    fn balance(&self, ask: &Balance, host: &Host<'_>) -> BalanceAnswer {
        match card::balance(host, ask.member_id.reveal()) {
            Ok(Asked::Done { points, .. }) => BalanceAnswer::Points { points },
            Ok(Asked::Declined { reason }) => BalanceAnswer::Declined { reason },
            Ok(_) | Err(_) => BalanceAnswer::NoAnswer,
        }
    }

    fn accrue(&self, ask: &Move, host: &Host<'_>) -> PointsVerdict {
        moved(ask, Way::Accrue, host)
    }

    fn redeem(&self, ask: &Move, host: &Host<'_>) -> PointsVerdict {
        moved(ask, Way::Redeem, host)
    }

    fn reserve(&self, ask: &Move, host: &Host<'_>) -> PointsVerdict {
        moved(ask, Way::Reserve, host)
    }

    fn release(&self, ask: &Undo, host: &Host<'_>) -> UndoAnswer {
        undone(ask, host)
    }

    fn cancel(&self, ask: &Undo, host: &Host<'_>) -> UndoAnswer {
        undone(ask, host)
    }

    fn inquire(&self, ask: &InquirePoints, host: &Host<'_>) -> PointsInquiryAnswer {
        let inquiry_id = ask.inquiry_id.clone();
        match card::lookup(host, &ask.transaction_id) {
            Ok(Asked::Done { transaction_id, points, reference, .. }) => {
                PointsInquiryAnswer::Approved { inquiry_id, transaction_id, points, reference }
            }
            Ok(Asked::Declined { reason }) => PointsInquiryAnswer::Declined {
                inquiry_id,
                transaction_id: ask.transaction_id.clone(),
                reason,
            },
            Ok(Asked::Undone { transaction_id }) => {
                PointsInquiryAnswer::Reversed { inquiry_id, transaction_id }
            }
            Ok(Asked::NotFound { transaction_id }) => {
                PointsInquiryAnswer::NotFound { inquiry_id, transaction_id }
            }
            Err(_) => PointsInquiryAnswer::NoAnswer,
        }
    }
}

fn moved(ask: &Move, way: Way, host: &Host<'_>) -> PointsVerdict {
    match card::moved(host, ask, way) {
        Ok(Asked::Done { transaction_id, points, reference, balance }) => {
            PointsVerdict::Approved { transaction_id, points, reference, balance }
        }
        Ok(Asked::Declined { reason }) => PointsVerdict::Declined { reason },
        Ok(_) => PointsVerdict::Unknown { reason: UnknownReason::Inconclusive },
        Err(reason) => {
            host.log(Level::Warn, "the stamp server left a transaction open");
            PointsVerdict::Unknown { reason }
        }
    }
}

fn undone(ask: &Undo, host: &Host<'_>) -> UndoAnswer {
    match card::undone(host, &ask.transaction_id) {
        Ok(Asked::Undone { transaction_id }) => UndoAnswer::Accepted { transaction_id },
        Ok(Asked::NotFound { transaction_id }) => UndoAnswer::OriginalUnknown { transaction_id },
        Ok(Asked::Declined { .. }) => {
            UndoAnswer::Refused { transaction_id: ask.transaction_id.clone() }
        }
        Ok(Asked::Done { .. }) | Err(_) => UndoAnswer::NoAnswer,
    }
}
