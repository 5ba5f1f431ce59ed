//! The grammar of `admin`: every word with its arguments, and the sentences it answers with.
//!
//! Owns parsing and shape; ids are checked by their types. Read by [`super`].

use super::code::CodeWord;
use super::destination::DestinationWord;
use super::plugin::PluginWord;
use super::sightings::SightingsLine;
use super::webhook::WebhookWord;
use baton_core::relay::lookup;
use baton_protocol::ids::{
    AgentId, AppId, DestinationId, OperatorName, ShopId, TerminalId, TransactionId,
};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Changes and shows the tables.
#[derive(Args)]
pub struct Admin {
    /// The configuration file; it says where the database is.
    #[arg(long, env = "BATON_CONFIG", global = true)]
    pub config: Option<PathBuf>,
    /// Who makes the change; it stands in the history.
    #[arg(long, env = "USER", default_value = "operator", global = true)]
    pub who: String,
    #[command(subcommand)]
    pub word: Word,
}

#[derive(Subcommand)]
pub enum Word {
    /// Shops and the tokens of their order systems.
    #[command(subcommand)]
    Shop(ShopWord),
    /// Relay terminals.
    #[command(subcommand)]
    Terminal(TerminalWord),
    /// POS agents.
    #[command(subcommand)]
    Agent(AgentWord),
    /// People who look after exceptions.
    #[command(subcommand)]
    Operator(OperatorWord),
    /// Table 1: pairs a terminal with an agent.
    Pair { terminal: TerminalId, agent: AgentId },
    /// Table 1: makes a terminal standalone.
    Unpair { terminal: TerminalId },
    /// Payment and membership servers.
    #[command(subcommand)]
    Destination(DestinationWord),
    /// Providers' plugins in the folder of the configuration.
    #[command(subcommand)]
    Plugin(PluginWord),
    /// Table 2: apps and their keys.
    #[command(subcommand)]
    App(AppWord),
    /// Whose a code is that a terminal's scanner read.
    #[command(subcommand)]
    Code(CodeWord),
    /// Shows what a shop's terminals heard of beacons in the last half minute.
    Sightings(SightingsLine),
    /// Receivers of events.
    #[command(subcommand)]
    Webhook(WebhookWord),
    /// Lists what is in doubt and what calls for people, oldest first.
    Exceptions,
    /// Shows one transaction: where it stands, its steps, and what was said about it.
    Transaction { id: TransactionId },
    /// Shows both tables.
    Tables,
    /// Shows who changed what, newest first.
    History,
}

#[derive(Subcommand)]
pub enum ShopWord {
    /// Adds a shop.
    Add {
        id: ShopId,
        /// The name over its door.
        #[arg(long)]
        name: String,
    },
    /// Makes a token for its order system; shown once.
    Token { id: ShopId },
}

#[derive(Subcommand)]
pub enum OperatorWord {
    /// Adds a person; the token is shown once.
    Add { name: OperatorName },
    /// Lists the people.
    List,
    /// Takes the token away; the name is never given to anybody else.
    Remove { name: OperatorName },
}

#[derive(Subcommand)]
pub enum TerminalWord {
    /// Adds a terminal, standalone until it is paired.
    Add {
        id: TerminalId,
        #[arg(long)]
        shop: ShopId,
        /// Who names the amount when no sale is open.
        #[arg(long, value_enum, default_value_t = AmountFrom::Phone)]
        amount_from: AmountFrom,
    },
    /// Makes a one-time code with which the device makes itself known.
    Enrol { id: TerminalId },
    /// Lists all, with what is known of their journals.
    List,
    /// Takes its journal as it is, although the gateway knew a longer or another one.
    Accept {
        id: TerminalId,
        /// Why; it stands in the history.
        #[arg(long)]
        reason: String,
    },
    /// Stops it and cuts its connection.
    Suspend { id: TerminalId },
    /// Lets it go on.
    Resume { id: TerminalId },
}

#[derive(Subcommand)]
pub enum AgentWord {
    /// Adds an agent.
    Add {
        id: AgentId,
        #[arg(long)]
        shop: ShopId,
    },
    /// Makes a one-time code with which the agent makes itself known.
    Enrol { id: AgentId },
    /// Lists all, with what is known of their journals.
    List,
    /// Takes its journal as it is, although the gateway knew a longer or another one.
    Accept {
        id: AgentId,
        /// Why; it stands in the history.
        #[arg(long)]
        reason: String,
    },
    /// Stops it and cuts its connection.
    Suspend { id: AgentId },
    /// Lets it go on.
    Resume { id: AgentId },
}

#[derive(Subcommand)]
pub enum AppWord {
    /// Adds an app with the public key that signs its tokens.
    Add {
        id: AppId,
        #[arg(long)]
        destination: DestinationId,
        /// The public key in PEM.
        #[arg(long)]
        key: PathBuf,
        /// EdDSA or ES256; no other is taken for this key.
        #[arg(long, default_value = "EdDSA")]
        algorithm: String,
        /// The `kid` that its tokens carry.
        #[arg(long, default_value = "1")]
        key_id: String,
    },
    /// Makes an Ed25519 key pair, for trying.
    Key {
        /// The private key's file; the public one goes beside it.
        #[arg(long)]
        out: PathBuf,
    },
    /// Signs a phone token, for trying; real ones are signed by the app's own backend.
    Token {
        id: AppId,
        /// The private key in PEM.
        #[arg(long)]
        key: PathBuf,
        /// The `kid` that the app was added with.
        #[arg(long, default_value = "1")]
        key_id: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum AmountFrom {
    Phone,
    Sale,
}

impl From<AmountFrom> for lookup::AmountFrom {
    fn from(from: AmountFrom) -> Self {
        match from {
            AmountFrom::Phone => Self::Phone,
            AmountFrom::Sale => Self::Sale,
        }
    }
}
