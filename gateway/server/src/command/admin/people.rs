//! `admin operator …` and what operators do about devices whose journal is not believed.
//!
//! Owns these words' effects and lists. Resolving exceptions is not here: it needs two people with
//! tokens of their own, on the operator's listener. Read by [`super`].

use super::words::OperatorWord;
use super::{TOKEN_CHARACTERS, make, now};
use baton_core::relay::plan::Executor;
use baton_gateway::vault::{plain_digest, random_text};
use baton_protocol::enrol::Role;
use baton_records::Records;
use baton_records::admin::Change;
use baton_records::exceptions::DeviceJournal;
use std::collections::BTreeSet;

/// Bytes of a reason: a few sentences in the history.
const REASON_BYTES_MAX: usize = 500;

pub async fn operator(records: &Records, who: &str, word: OperatorWord) -> anyhow::Result<()> {
    match word {
        OperatorWord::Add { name } => {
            let token = random_text(TOKEN_CHARACTERS)?;
            let token_digest = plain_digest(&token);
            make(records, who, Change::OperatorAdd { name, token_digest, at: now() }).await?;
            println!("token (shown once): {token}");
            Ok(())
        }
        OperatorWord::List => {
            let operators = records.directory().await?.operators;
            let names: BTreeSet<_> = operators.values().collect();
            names.into_iter().for_each(|name| println!("{name}"));
            Ok(())
        }
        OperatorWord::Remove { name } => {
            make(records, who, Change::OperatorRemove { name, at: now() }).await
        }
    }
}

pub async fn accept(
    records: &Records,
    who: &str,
    device: Executor,
    reason: String,
) -> anyhow::Result<()> {
    let plain = !reason.trim().is_empty() && !reason.chars().any(char::is_control);
    if !plain || reason.len() > REASON_BYTES_MAX {
        anyhow::bail!("say the reason on one line of at most {REASON_BYTES_MAX} bytes");
    }
    if records.device_journal(&device).await?.suspected.is_none() {
        anyhow::bail!("nothing was changed: the journal of {device} is not suspected");
    }
    make(records, who, Change::JournalAccept { device, reason, at: now() }).await
}

pub async fn devices(records: &Records, role: Role) -> anyhow::Result<()> {
    let directory = records.directory().await?;
    for (device, row) in &directory.devices {
        let id = match (device, role) {
            (Executor::Terminal(id), Role::Terminal) => id.as_str(),
            (Executor::Agent(id), Role::Agent) => id.as_str(),
            _ => continue,
        };
        let enrolled = if row.public_key.is_some() { "enrolled" } else { "not enrolled" };
        let journal = sentence(&records.device_journal(device).await?);
        println!("{id}   shop {}, {:?}, {enrolled}, {journal}", row.shop, row.standing);
    }
    Ok(())
}

fn sentence(journal: &DeviceJournal) -> String {
    let held = journal.head.as_ref().map_or(0, |head| head.seq);
    match &journal.suspected {
        Some((why, since, said)) => format!(
            "journal SUSPECT since {}: it is {} ({} records, the gateway knows {held}); \
             look, then `accept` it or enrol the device again",
            since.ms(),
            why.word(),
            said.seq
        ),
        None => format!("journal of {held} records"),
    }
}
