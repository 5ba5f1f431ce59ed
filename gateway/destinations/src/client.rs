//! One door to a destination, whichever way it speaks.
//!
//! Owns the choice between the ways and nothing else. Next: `iso8583/mod.rs`, `http/mod.rs` and
//! `plugin/mod.rs`.

use crate::ask::{Authorize, GiveBack, Inquire, Limits, Reverse};
use crate::day::Day;
use crate::fault::{ClientInvalid, Unreachable};
use crate::http::HttpClient;
use crate::iso8583::IsoClient;
use crate::iso8583::dialect::Dialect;
use crate::late::LateAnswers;
use crate::notice::Notices;
use crate::plugin::PluginClient;
use crate::reconcile::{CutOver, Reconcile, Reconciles, Reconciliation, Settlement, Unreconciled};
use crate::secret::Secret;
use baton_plugin_host::Plugins;
use baton_protocol::target::{Profile, Target, Way};
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, Verdict};
use std::fmt;
use std::sync::Arc;

/// A client of one destination. Cheap to clone; clones share connections.
///
/// **Order** make and use it inside a tokio runtime. The ISO 8583 line belongs to the runtime in
/// which it was opened.
#[derive(Clone)]
pub struct Client {
    way: ClientWay,
}

#[derive(Clone)]
enum ClientWay {
    Iso8583(Arc<IsoClient>),
    Http(Arc<HttpClient>),
    Plugin(Arc<PluginClient>),
}

impl Client {
    /// Makes a client where no plugins are; connects nothing yet.
    ///
    /// # Errors
    /// [`ClientInvalid`] when the target cannot be dialled as written, or is a plugin's.
    pub fn new(
        target: &Target,
        secret: Option<Secret>,
        limits: Limits,
    ) -> Result<Self, ClientInvalid> {
        Self::through(target, secret, limits, None)
    }

    /// Makes a client that may ask one of these plugins; starts and connects nothing yet. A plugin
    /// that is added later is found then.
    ///
    /// # Errors
    /// [`ClientInvalid`] when the target cannot be dialled as written.
    pub fn through(
        target: &Target,
        secret: Option<Secret>,
        limits: Limits,
        plugins: Option<&Arc<Plugins>>,
    ) -> Result<Self, ClientInvalid> {
        let way = match &target.way {
            Way::Iso8583 { address } => {
                let profile = target.profile.as_ref().map(Profile::as_str);
                let dialect = Dialect::of(profile, secret.as_ref())?;
                ClientWay::Iso8583(Arc::new(IsoClient::new(address, dialect, limits)?))
            }
            Way::Http { base_url } => {
                let profile = target.profile.as_ref();
                let client = HttpClient::new(base_url, profile, secret, limits)?;
                ClientWay::Http(Arc::new(client))
            }
            Way::Plugin { name } => {
                let absent = || ClientInvalid::PluginsAbsent { plugin: name.clone() };
                let plugins = Arc::clone(plugins.ok_or_else(absent)?);
                ClientWay::Plugin(Arc::new(PluginClient::new(name.clone(), plugins, limits)))
            }
        };
        Ok(Self { way })
    }

    /// Makes sure that the destination can be asked: opens the connection, signs on, and checks a
    /// line that was idle.
    ///
    /// # Errors
    /// [`Unreachable`]: nothing of a transaction was sent.
    /// **Repeat** cheap while the connection stands.
    pub async fn prepare(&self) -> Result<(), Unreachable> {
        match &self.way {
            ClientWay::Iso8583(client) => client.prepare().await,
            ClientWay::Http(client) => client.prepare().await,
            ClientWay::Plugin(client) => client.prepare().await,
        }
    }

    /// Asks whether the destination is alive, with a message that belongs to no transaction.
    ///
    /// # Errors
    /// [`Unreachable`] when it does not answer.
    pub async fn echo(&self) -> Result<(), Unreachable> {
        match &self.way {
            ClientWay::Iso8583(client) => client.echo().await,
            ClientWay::Http(client) => client.echo().await,
            // The contract has no greeting; a process that runs is what can be known.
            ClientWay::Plugin(client) => client.prepare().await,
        }
    }

    /// Returns the answers that nobody waits for any more, from now on; only ISO 8583 has any.
    #[must_use]
    pub fn late(&self) -> Option<LateAnswers> {
        match &self.way {
            ClientWay::Iso8583(client) => Some(client.late()),
            ClientWay::Http(_) | ClientWay::Plugin(_) => None,
        }
    }

    /// Asks to charge. Never an error: what cannot be known is a verdict too.
    ///
    /// **Order** call [`Client::prepare`] first, and write down "submitted" between the two. A
    /// connection that breaks in between is opened once more as long as nothing was sent.
    pub async fn authorize(&self, ask: &Authorize) -> Verdict {
        match &self.way {
            ClientWay::Iso8583(client) => client.authorize(ask).await,
            ClientWay::Http(client) => client.authorize(ask).await,
            ClientWay::Plugin(client) => client.authorize(ask).await,
        }
    }

    /// Asks what became of a transaction.
    pub async fn inquire(&self, ask: &Inquire) -> InquiryAnswer {
        match &self.way {
            ClientWay::Iso8583(client) => client.inquire(ask).await,
            ClientWay::Http(client) => client.inquire(ask).await,
            ClientWay::Plugin(client) => client.inquire(ask).await,
        }
    }

    /// Asks to take a transaction back.
    pub async fn reverse(&self, ask: &Reverse) -> ReversalAnswer {
        match &self.way {
            ClientWay::Iso8583(client) => client.reverse(ask).await,
            ClientWay::Http(client) => client.reverse(ask).await,
            ClientWay::Plugin(client) => client.reverse(ask).await,
        }
    }
}

impl Client {
    /// Asks to give something back. Never an error: what cannot be known is a verdict too.
    ///
    /// **Order** as [`Client::authorize`].
    pub async fn give_back(&self, ask: &GiveBack) -> Verdict {
        match &self.way {
            ClientWay::Iso8583(client) => client.give_back(ask).await,
            ClientWay::Http(client) => client.give_back(ask).await,
            ClientWay::Plugin(client) => client.give_back(ask).await,
        }
    }
}

impl Client {
    /// Compares what both sides counted in a business day.
    ///
    /// **Order** when nothing of that day is in doubt any more; what is reversed later belongs to a
    /// later day. **Repeat** safe, see [`Reconcile`].
    pub async fn reconcile(&self, ask: &Reconcile) -> Reconciliation {
        match &self.way {
            ClientWay::Iso8583(client) => client.reconcile(ask).await,
            ClientWay::Http(_) => Reconciliation::NotReconciled(Unreconciled::NoWay),
            ClientWay::Plugin(client) => client.reconcile(ask).await,
        }
    }

    /// Returns whether and how this destination compares days, and when its day ends. A plugin is
    /// always asked; one that cannot compare says so.
    #[must_use]
    pub fn settlement(&self) -> Settlement {
        match &self.way {
            ClientWay::Iso8583(client) => client.settlement(),
            ClientWay::Http(_) => Settlement::default(),
            ClientWay::Plugin(_) => {
                Settlement { reconciles: Reconciles::ByRequest, ..Settlement::default() }
            }
        }
    }

    /// Tells the destination that a new business day begins; only ISO 8583 can say it.
    ///
    /// **Repeat** safe: the day is the key.
    pub async fn cut_over(&self, day: Day) -> CutOver {
        match &self.way {
            ClientWay::Iso8583(client) => client.cut_over(day).await,
            ClientWay::Http(_) | ClientWay::Plugin(_) => CutOver::NoWay,
        }
    }

    /// Returns what the destination says by itself, from now on; only ISO 8583 says anything.
    #[must_use]
    pub fn notices(&self) -> Option<Notices> {
        match &self.way {
            ClientWay::Iso8583(client) => Some(client.notices()),
            ClientWay::Http(_) | ClientWay::Plugin(_) => None,
        }
    }

    /// Signs off and asks nothing more, for all clones: when a destination is taken away, or the
    /// program ends. Questions that are open are still answered to whoever asked them.
    ///
    /// Takes a second at most. Where lines begin without a sign-on they end without a sign-off; a
    /// client that is only dropped cuts its lines. The other ways have nothing to end.
    pub async fn close(&self) {
        match &self.way {
            ClientWay::Iso8583(client) => client.close().await,
            ClientWay::Http(_) | ClientWay::Plugin(_) => {}
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.way {
            ClientWay::Iso8583(_) => "Client(iso8583)",
            ClientWay::Http(_) => "Client(http)",
            ClientWay::Plugin(_) => "Client(plugin)",
        })
    }
}
