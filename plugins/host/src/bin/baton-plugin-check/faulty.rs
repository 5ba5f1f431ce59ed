//! A network that loses or changes answers when the kit says so.
//!
//! Owns the faults between a plugin and its server. The server itself is the provider's own and is
//! always told the truth. Next: [`crate::payments`].

use baton_plugin_api::documents::http::{Body, HttpFault, HttpOutcome, HttpRequest};
use baton_plugin_host::network::WebInvalid;
use baton_plugin_host::{Network, Web};
use futures_util::future::BoxFuture;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What happens to the next requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// The request arrives, its answer does not.
    AnswerLost,
    /// The request does not arrive.
    RequestLost,
    /// The answer ends in its middle.
    AnswerCut,
    /// The answer is that of a server which cannot tell.
    Unavailable,
    /// This number in the answer is one more.
    NumberChanged(i64),
}

#[derive(Debug)]
pub(crate) struct Faulty {
    web: Web,
    fault: Mutex<Fault>,
}

impl Faulty {
    pub(crate) fn new() -> Result<Self, WebInvalid> {
        Ok(Self { web: Web::new()?, fault: Mutex::new(Fault::None) })
    }

    pub(crate) fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    fn fault(&self) -> Fault {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Network for Faulty {
    fn send(&self, request: HttpRequest, within: Duration) -> BoxFuture<'_, HttpOutcome> {
        Box::pin(async move {
            let fault = self.fault();
            if fault == Fault::RequestLost {
                return HttpOutcome::Failed(HttpFault::maybe("no answer in time"));
            }
            spoiled(self.web.send(request, within).await, fault)
        })
    }
}

fn spoiled(outcome: HttpOutcome, fault: Fault) -> HttpOutcome {
    let HttpOutcome::Answered(mut answer) = outcome else { return outcome };
    match fault {
        Fault::None | Fault::RequestLost => {}
        Fault::AnswerLost => {
            return HttpOutcome::Failed(HttpFault::maybe("connection broke"));
        }
        Fault::AnswerCut => {
            let text = answer.body.text().unwrap_or_default();
            let half = text.chars().take(text.chars().count() / 2).collect();
            answer.body = Body::Text(half);
        }
        Fault::Unavailable => {
            answer.status = 503;
            answer.body = Body::Text("{}".to_owned());
        }
        Fault::NumberChanged(number) => {
            let text = answer.body.text().unwrap_or_default();
            let other = number.saturating_add(1).to_string();
            answer.body = Body::Text(text.replace(&number.to_string(), &other));
        }
    }
    HttpOutcome::Answered(answer)
}
