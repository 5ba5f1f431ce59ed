//! How much a stranger may ask, send, or hold open: every limit of the two listeners.
//!
//! Owns names, defaults and units. `config/gateway.toml` says beside each what happens past it;
//! [`crate::edges`] and [`crate::http::border`] hold them.

use serde::{Deserialize, Serialize};

/// The limits; the text of each setting is in `config/gateway.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections to the public listener, in all.
    pub connections_max: usize,
    /// Connections to the public listener from one address.
    pub connections_per_address_max: usize,
    /// Connections to the operator's listener, in all.
    pub operator_connections_max: usize,
    /// How long a connection may take for the head of a request, in milliseconds.
    pub request_head_ms: u64,
    /// The largest head of a request, in bytes of header names and values.
    pub head_bytes_max: usize,
    /// The most headers of a request.
    pub headers_max: usize,
    /// How long the body of a request may take, in milliseconds.
    pub request_body_ms: u64,
    /// The largest body of a request, in bytes.
    pub body_bytes_max: usize,
    /// How deep a JSON body may be nested.
    pub json_depth_max: usize,
    /// The most keys of one JSON object.
    pub json_keys_max: usize,
    /// The most items of one JSON array.
    pub json_items_max: usize,
    /// How long a whole request may take until its answer begins, in milliseconds.
    pub request_ms: u64,
    /// How long an idle connection is kept, in milliseconds.
    pub idle_ms: u64,
    /// How long a client may leave an answer unread, in milliseconds.
    pub unread_ms: u32,
    /// Requests in flight on the public listener.
    pub requests_in_flight_max: usize,
    /// Touches that wait for their first commit.
    pub touches_unwritten_max: usize,
    /// Batches that may wait for the writer before new touches are refused.
    pub writer_batches_waiting_max: usize,
    /// Requests a second of one app, and of one shop, on average.
    pub caller_requests_per_s: u32,
    /// Requests that one app or one shop may make at once.
    pub caller_requests_burst: u32,
    /// Event streams of phones, in all.
    pub event_streams_max: usize,
    /// Event streams of one touch.
    pub event_streams_per_touch_max: usize,
    /// How long one event stream is held open, in milliseconds.
    pub event_stream_ms: u64,
    /// How long a device may take to greet on its new link, in milliseconds.
    pub link_greeting_ms: u64,
    /// Links that have not greeted, in all.
    pub link_greetings_max: usize,
    /// The largest message of a device, in bytes.
    pub link_message_bytes_max: usize,
    /// How long a stop waits for running requests, in seconds.
    pub stop_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 8_192,
            connections_per_address_max: 1_024,
            operator_connections_max: 64,
            request_head_ms: 5_000,
            head_bytes_max: 16_384,
            headers_max: 64,
            request_body_ms: 5_000,
            body_bytes_max: 16_384,
            json_depth_max: 8,
            json_keys_max: 64,
            json_items_max: 64,
            request_ms: 40_000,
            idle_ms: 75_000,
            unread_ms: 30_000,
            requests_in_flight_max: 4_096,
            touches_unwritten_max: 256,
            writer_batches_waiting_max: 2_048,
            caller_requests_per_s: 1_000,
            caller_requests_burst: 2_000,
            event_streams_max: 2_048,
            event_streams_per_touch_max: 4,
            event_stream_ms: 600_000,
            link_greeting_ms: 5_000,
            link_greetings_max: 256,
            link_message_bytes_max: 16_384,
            stop_s: 3,
        }
    }
}
