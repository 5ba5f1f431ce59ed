//! D-Bus for a thread that may block: one call, one bounded wait, one answer.
//!
//! Owns the connection and its little runtime. May not know what is asked. Codes pass through the
//! messages of zbus, which are freed but not wiped. Next: [`super::tree`].

use crate::entry::seams::Fault;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use zbus::Connection;
use zbus::OwnedVariant;
use zbus::connection::Builder as Connecting;
use zbus::zvariant::Type;

/// How long one call may take, in milliseconds: seen are 0.2 to 3; a program that is busy or
/// stopped answers late, and then its field says what happened.
const CALL_MS: u64 = 700;
/// How long connecting may take, in milliseconds: the first caller starts the accessibility bus.
const CONNECT_MS: u64 = 3_000;
/// Where properties are asked for.
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Whom a call goes to.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The name on the bus.
    pub name: &'a str,
    /// The object.
    pub path: &'a str,
    /// The interface.
    pub interface: &'a str,
}

/// A connection to one bus.
#[derive(Debug)]
pub struct Bus {
    runtime: Runtime,
    connection: Connection,
    place: &'static str,
}

impl Bus {
    /// Connects to the bus of the login session.
    ///
    /// # Errors
    /// [`Fault`] where there is none.
    pub fn session() -> Result<Self, Fault> {
        Self::connect(Connecting::session(), "session bus")
    }

    /// Connects to the bus at an address.
    ///
    /// # Errors
    /// [`Fault`] where there is none.
    pub fn at(address: &str, place: &'static str) -> Result<Self, Fault> {
        Self::connect(Connecting::address(address), place)
    }

    /// Connects to a peer that speaks D-Bus without a bus's greeting.
    fn connect(connecting: Connecting<'_>, place: &'static str) -> Result<Self, Fault> {
        let broken = |what: String| Fault::Broken { place, what };
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|fault| broken(fault.to_string()))?;
        let limit = Duration::from_millis(CONNECT_MS);
        let connection = runtime
            .block_on(async { tokio::time::timeout(limit, connecting.build()).await })
            .map_err(|_| Fault::Silent(place))?
            .map_err(|fault| broken(fault.to_string()))?;
        Ok(Self { runtime, connection, place })
    }

    /// Calls a method and reads its answer.
    ///
    /// # Errors
    /// [`Fault::Silent`] without an answer in time, [`Fault::Gone`] where the object is no more.
    pub fn call<B, R>(&self, to: Target<'_>, method: &str, body: &B) -> Result<R, Fault>
    where
        B: Serialize + Type + Sync,
        R: DeserializeOwned + Type,
    {
        let asked =
            self.connection.call_method(Some(to.name), to.path, Some(to.interface), method, body);
        let limit = Duration::from_millis(CALL_MS);
        let answer = self
            .runtime
            .block_on(async { tokio::time::timeout(limit, asked).await })
            .map_err(|_| Fault::Silent(self.place))?
            .map_err(|fault| self.fault(&fault))?;
        answer.body().deserialize().map_err(|fault| self.fault(&fault))
    }

    /// Reads a property.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn property(&self, of: Target<'_>, name: &str) -> Result<OwnedVariant, Fault> {
        let to = Target { interface: PROPERTIES, ..of };
        self.call(to, "Get", &(of.interface, name))
    }

    fn fault(&self, fault: &zbus::Error) -> Fault {
        let what = fault.to_string();
        let gone =
            ["UnknownObject", "UnknownMethod", "ServiceUnknown", "NoReply", "NameHasNoOwner"];
        if gone.iter().any(|word| what.contains(word)) {
            return Fault::Gone("the control or its program");
        }
        Fault::Broken { place: self.place, what }
    }
}
