//! A destination that speaks HTTP and JSON: wallets, payment providers and membership servers.
//!
//! Owns the choice between Baton's own interface and one that a profile describes. Reading order:
//! [`transport`] (how long, how much, never twice), [`own`] with [`wire`], [`signature`] and
//! [`answer`], then the folder [`profile`].

mod answer;
mod own;
mod profile;
pub mod signature;
mod transport;
pub mod wire;

use crate::ask::{Authorize, GiveBack, Inquire, Limits, Reverse};
use crate::fault::{ClientInvalid, Unreachable};
use crate::secret::Secret;
use baton_protocol::target::Profile;
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, Verdict};
use own::OwnInterface;
use profile::ProfiledInterface;
use transport::Transport;

pub(crate) enum HttpClient {
    Own(OwnInterface),
    Profiled(Box<ProfiledInterface>),
}

impl HttpClient {
    pub(crate) fn new(
        base_url: &str,
        profile: Option<&Profile>,
        secret: Option<Secret>,
        limits: Limits,
    ) -> Result<Self, ClientInvalid> {
        let transport = Transport::new(base_url, limits)?;
        let Some(profile) = profile else {
            return Ok(Self::Own(OwnInterface::new(transport, secret)));
        };
        let interface = ProfiledInterface::new(transport, profile.as_str(), secret)
            .map_err(|fault| ClientInvalid::ProfileInvalid { reason: fault.to_string() })?;
        Ok(Self::Profiled(Box::new(interface)))
    }

    pub(crate) async fn prepare(&self) -> Result<(), Unreachable> {
        match self {
            Self::Own(interface) => interface.prepare().await,
            Self::Profiled(interface) => interface.prepare().await,
        }
    }

    pub(crate) async fn echo(&self) -> Result<(), Unreachable> {
        match self {
            Self::Own(interface) => interface.echo().await,
            Self::Profiled(interface) => interface.echo().await,
        }
    }

    pub(crate) async fn authorize(&self, ask: &Authorize) -> Verdict {
        match self {
            Self::Own(interface) => interface.authorize(ask).await,
            Self::Profiled(interface) => interface.authorize(ask).await,
        }
    }

    pub(crate) async fn give_back(&self, ask: &GiveBack) -> Verdict {
        match self {
            Self::Own(interface) => interface.give_back(ask).await,
            Self::Profiled(interface) => interface.give_back(ask).await,
        }
    }

    pub(crate) async fn inquire(&self, ask: &Inquire) -> InquiryAnswer {
        match self {
            Self::Own(interface) => interface.inquire(ask).await,
            Self::Profiled(interface) => interface.inquire(ask).await,
        }
    }

    pub(crate) async fn reverse(&self, ask: &Reverse) -> ReversalAnswer {
        match self {
            Self::Own(interface) => interface.reverse(ask).await,
            Self::Profiled(interface) => interface.reverse(ask).await,
        }
    }
}
