//! A bundle as a file: JSON in the shape that the independent verifier reads.
//!
//! Owns the names of the fields; hashes and ids are hexadecimal. Next: [`super::beacon`].

use anyhow::{Context, bail};
use baton_core::raffle::draw::tree::Neighbour;
use baton_core::raffle::draw::{Bundle, Digest, Proof, Ticket};
use baton_protocol::ids::{RaffleId, TicketId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A bundle as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Document {
    /// The name of the draw.
    pub id: String,
    /// The sale.
    pub sale: String,
    /// Ticket and holder, in the order of the list.
    pub tickets: Vec<(String, String)>,
    /// The root.
    pub root: String,
    /// How many tickets there are.
    pub n: u64,
    /// The beacon's round.
    pub round: u64,
    /// When the round was published. **Units** seconds since 1970.
    pub round_time: i64,
    /// The beacon's number.
    pub beacon: String,
    /// The beacon's signature, from which the number follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// The server's number.
    pub server_seed: String,
    /// What the server said of it.
    pub server_commit: String,
    /// The seed.
    pub seed: String,
    /// The beginning of the order.
    pub order_prefix: Vec<u32>,
    /// A proof for one ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Way>,
}

/// A proof as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Way {
    /// The ticket's place.
    pub index: u32,
    /// Its leaf.
    pub leaf: String,
    /// The neighbours, `L` before and `R` after.
    pub path: Vec<(String, String)>,
}

/// What a file tells beside the draw.
#[derive(Debug, Clone)]
pub struct Told {
    /// The name of the draw.
    pub id: String,
    /// The beacon's signature.
    pub signature: Option<String>,
}

impl Document {
    /// Writes a bundle.
    #[must_use]
    pub fn of(bundle: &Bundle, told: Told) -> Self {
        let ticket = |one: &Ticket| (one.id.uuid().simple().to_string(), one.holder.to_string());
        Self {
            id: told.id,
            sale: bundle.sale.uuid().simple().to_string(),
            tickets: bundle.tickets.iter().map(ticket).collect(),
            root: bundle.root.to_string(),
            n: bundle.count,
            round: bundle.round,
            round_time: bundle.round_time_s,
            beacon: bundle.randomness.to_string(),
            signature: told.signature,
            server_seed: bundle.server.to_string(),
            server_commit: bundle.server_commitment.to_string(),
            seed: bundle.seed.to_string(),
            order_prefix: bundle.order.clone(),
            proof: bundle.proof.as_ref().map(Way::of),
        }
    }

    /// Reads the bundle.
    ///
    /// # Errors
    /// Names the field that cannot be read.
    pub fn bundle(&self) -> anyhow::Result<Bundle> {
        let sale: RaffleId = self.sale.parse().context("sale")?;
        let tickets = self.tickets.iter().zip(0_usize..).map(|((id, holder), place)| {
            let id: TicketId = id.parse().with_context(|| format!("id of ticket {place}"))?;
            let holder = digest(holder, &format!("holder of ticket {place}"))?;
            Ok(Ticket { id, holder })
        });
        Ok(Bundle {
            sale,
            tickets: tickets.collect::<anyhow::Result<Vec<Ticket>>>()?,
            count: self.n,
            root: digest(&self.root, "root")?,
            round: self.round,
            round_time_s: self.round_time,
            randomness: digest(&self.beacon, "beacon")?,
            server: digest(&self.server_seed, "server_seed")?,
            server_commitment: digest(&self.server_commit, "server_commit")?,
            seed: digest(&self.seed, "seed")?,
            order: self.order_prefix.clone(),
            proof: self.proof.as_ref().map(Way::proof).transpose()?,
        })
    }
}

impl Way {
    fn of(proof: &Proof) -> Self {
        let step = |(side, hash): &(Neighbour, Digest)| {
            let side = match side {
                Neighbour::Left => "L",
                Neighbour::Right => "R",
            };
            (side.to_owned(), hash.to_string())
        };
        let path = proof.path.iter().map(step).collect();
        Self { index: proof.index, leaf: proof.leaf.to_string(), path }
    }

    fn proof(&self) -> anyhow::Result<Proof> {
        let path = self.path.iter().map(|(side, hash)| {
            let side = match side.as_str() {
                "L" => Neighbour::Left,
                "R" => Neighbour::Right,
                other => bail!("proof: a side is L or R, not {other}"),
            };
            Ok((side, digest(hash, "hash of the proof")?))
        });
        let path = path.collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Proof { index: self.index, leaf: digest(&self.leaf, "leaf of the proof")?, path })
    }
}

fn digest(text: &str, field: &str) -> anyhow::Result<Digest> {
    text.parse().with_context(|| field.to_owned())
}

/// Reads hexadecimal digits.
///
/// # Errors
/// An odd number of digits, or something else than digits.
pub fn bytes(text: &str) -> anyhow::Result<Vec<u8>> {
    let digits: Vec<char> = text.chars().collect();
    if !digits.len().is_multiple_of(2) {
        bail!("an odd number of hex digits");
    }
    let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
    pairs.map(|pair| u8::from_str_radix(&pair, 16).context("no hex digit")).collect()
}

/// Reads one bundle, or all under "cases".
///
/// # Errors
/// What is no JSON, or lacks a field.
pub fn read_all(text: &str) -> anyhow::Result<Vec<Document>> {
    let mut value: Value = serde_json::from_str(text)?;
    match value.get_mut("cases").map(Value::take) {
        Some(cases) => Ok(serde_json::from_value(cases)?),
        None => Ok(vec![serde_json::from_value(value)?]),
    }
}
