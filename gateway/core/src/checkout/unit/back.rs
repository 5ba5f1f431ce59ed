//! The reverse direction: the shopper asks the unit, after the app has checked its signature.
//!
//! Owns what may be told: only of burnt items, of no event that an open run has shown, and only
//! after the device key passed; so whoever is not the person learns nothing of use. A false
//! statement is denied. What truly proves the page is the passkey's origin; this is the part that a
//! person sees.

use super::{BackAnswer, BackQuestion, Effect, Opening, Refusal, Unit};
use crate::checkout::ids::{ItemId, SessionId};
use crate::checkout::item::Truth;
use crate::checkout::risk::factor::{Factor, Outcome as FactorOutcome};
use crate::checkout::risk::score::Answered;

/// Questions that the shopper may ask in a run. Source: checkout specification, reverse direction.
pub const BACK_QUESTIONS_MAX: u32 = 2;

/// Why the unit does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTold {
    /// The device key did not pass in this session.
    #[error("the unit answers only after the device key passed")]
    NoDeviceKey,
    /// The item was not shown in an earlier run.
    #[error("the unit answers only of what was asked in an earlier run")]
    NotBurnt,
    /// The shopper has asked enough.
    #[error("the unit answers {BACK_QUESTIONS_MAX} questions of a run")]
    Enough,
    /// The unit holds only tags of it, so it can confirm or deny and not tell.
    #[error("the unit does not know this text, it can only confirm or deny it")]
    OnlyTags,
}

impl Unit {
    pub(super) fn asked_back(
        &mut self,
        session: SessionId,
        item: ItemId,
        question: BackQuestion,
    ) -> Result<Vec<Effect>, Refusal> {
        let run = self.runs.get(&session).ok_or(Refusal::SessionUnknown(session))?;
        if run.opening.factors.get(&Factor::DeviceKey) != Some(&FactorOutcome::Passed) {
            return Err(NotTold::NoDeviceKey.into());
        }
        if run.told_back >= BACK_QUESTIONS_MAX {
            return Err(NotTold::Enough.into());
        }
        let burnt = self.bank.lookup_burnt(item).ok_or(NotTold::NotBurnt)?;
        if self.runs.values().any(|run| run.events.contains(&burnt.event)) {
            return Err(NotTold::NotBurnt.into());
        }
        let answer = match (question, &burnt.truth) {
            (BackQuestion::IsIt(Answered::Right), _) => BackAnswer::Confirmed,
            (BackQuestion::IsIt(Answered::Wrong), _) => BackAnswer::Denied,
            (BackQuestion::Tell, Truth::Tags(_)) => return Err(NotTold::OnlyTags.into()),
            (BackQuestion::Tell, Truth::Option(_) | Truth::OfEvent(_)) => {
                BackAnswer::OfEvent(burnt.event)
            }
        };
        if let Some(run) = self.runs.get_mut(&session) {
            run.told_back = run.told_back.saturating_add(1);
        }
        Ok(vec![Effect::SayBack { session, item, answer }])
    }
}

/// Returns what the unit signs and the app checks: each part with its length before it, so that no
/// two sessions have the same bytes.
#[must_use]
pub fn transcript(opening: &Opening) -> Vec<u8> {
    let amount = format!("{} {}", opening.amount.minor, opening.amount.currency);
    let session = opening.session.0.to_be_bytes();
    let parts: [&[u8]; 5] = [
        b"baton-approval-1",
        &session,
        opening.origin.as_bytes(),
        opening.shop.as_str().as_bytes(),
        amount.as_bytes(),
    ];
    parts
        .into_iter()
        .flat_map(|part| {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes();
            length.into_iter().chain(part.iter().copied())
        })
        .collect()
}
