//! The one place that speaks HTTP: which addresses, through which proxy, how long and how much.
//!
//! Redirects are not followed: an issuer that moves says so in its discovery document. Nothing is
//! taken from the environment. Only bodies of a megabyte at most are read, and an exchange has one
//! deadline from the look-up of the name to the last byte, so that one that trickles ends, too.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use oauth2::http::{Method, Response};
use oauth2::url::Url;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use proauth_interface::{IdentityError, Provider};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Proxy};

use crate::{address, messages, roots};

/// As long as one exchange may take.
const EXCHANGE: Duration = Duration::from_secs(10);

/// As large as a body may be, in bytes. Discovery documents and key sets have some kilobytes.
const BODY: u64 = 1024 * 1024;

/// As large as all headers of an answer may be, in bytes.
const HEADERS: usize = 32 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The address is neither https nor on this machine.
    #[error("{0} is neither https nor on this machine")]
    Insecure(String),
    /// It points elsewhere.
    #[error("{0} redirects elsewhere")]
    Redirected(String),
    /// The body is larger than anybody needs.
    #[error("the answer is larger than a megabyte")]
    TooLarge,
    /// The certificate does not hold.
    #[error("the certificate is not to be trusted: {0}")]
    Certificate(String),
    /// What came is not HTTP.
    #[error("the answer is not HTTP: {0}")]
    Garbled(String),
    /// There was no whole answer in time.
    #[error("no answer within {} seconds", EXCHANGE.as_secs())]
    TooSlow,
    /// The issuer has a fault of its own, for now.
    #[error("it answers with status {0}")]
    Failing(u16),
    /// The network does not get there.
    #[error("{0}")]
    Network(String),
}

impl HttpError {
    /// Whether it may be over in a moment.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::TooSlow | Self::Failing(_) | Self::Network(_))
    }
}

/// An exchange under way.
pub type Exchange<'h> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'h>>;

/// A client for one sign-in.
#[derive(Debug, Clone)]
pub struct Http {
    /// Through the proxy, if there is one.
    outside: Agent,
    /// For http, which stays on this machine.
    inside: Agent,
}

impl Http {
    /// The client that `provider` describes.
    ///
    /// # Errors
    /// If its proxy or certificates cannot be used.
    pub fn new(provider: &Provider) -> Result<Self, IdentityError> {
        let proxy = proxy(&provider.proxy)?;
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots::read(
                &provider.ca_file,
            )?)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        Ok(Self {
            outside: agent(proxy, tls.clone()),
            inside: agent(None, tls),
        })
    }

    /// Sends `request` and reads the answer.
    ///
    /// # Errors
    /// [`HttpError`]. A status that says what is wrong with the request is an answer.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let agent = self.agent_for(&request)?;
        // Its own thread, of which there is a bounded number; it ends by its deadline.
        let exchange = tokio::task::spawn_blocking(move || exchange(&agent, request));
        exchange
            .await
            .unwrap_or_else(|error| Err(HttpError::Network(error.to_string())))
    }

    fn agent_for(&self, request: &HttpRequest) -> Result<Agent, HttpError> {
        let address = request.uri().to_string();
        match Url::parse(&address) {
            Ok(url) if !address::is_secure(&url) => Err(HttpError::Insecure(address)),
            Ok(url) if url.scheme() == "http" => Ok(self.inside.clone()),
            Ok(_) => Ok(self.outside.clone()),
            Err(_) => Err(HttpError::Insecure(address)),
        }
    }
}

impl<'h> AsyncHttpClient<'h> for Http {
    type Error = HttpError;
    type Future = Exchange<'h>;

    fn call(&'h self, request: HttpRequest) -> Exchange<'h> {
        Box::pin(self.send(request))
    }
}

/// `http://host:port`, or nothing.
fn proxy(address: &str) -> Result<Option<Proxy>, IdentityError> {
    if address.is_empty() {
        return Ok(None);
    }
    let is_http = Url::parse(address).is_ok_and(|url| url.scheme() == "http" && url.has_host());
    match Proxy::new(address) {
        Ok(proxy) if is_http => Ok(Some(proxy)),
        _ => Err(messages::bad_proxy(address)),
    }
}

fn agent(proxy: Option<Proxy>, tls: TlsConfig) -> Agent {
    Agent::config_builder()
        // Not that of the environment, which is the default.
        .proxy(proxy)
        .tls_config(tls)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(EXCHANGE))
        .max_response_header_size(HEADERS)
        .user_agent("proauth-idp")
        .build()
        .new_agent()
}

fn exchange(agent: &Agent, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let address = request.uri().to_string();
    let (head, body) = request.into_parts();
    let answer = if head.method == Method::GET {
        agent.run(oauth2::http::Request::from_parts(head, ()))
    } else {
        agent.run(oauth2::http::Request::from_parts(head, body))
    };
    let (head, mut body) = answer.map_err(explain)?.into_parts();
    if head.status.is_redirection() {
        return Err(HttpError::Redirected(address));
    }
    if head.status.is_server_error() {
        return Err(HttpError::Failing(head.status.as_u16()));
    }
    let body = body.with_config().limit(BODY).read_to_vec();
    let body = body.map_err(explain)?;
    if head.status.as_u16() == 429 && !says_why(&body) {
        return Err(HttpError::Failing(429));
    }
    Ok(Response::from_parts(head, body))
}

/// Whether a body is an error of OAuth: "slow down" comes with more than one status.
fn says_why(body: &[u8]) -> bool {
    serde_json::from_slice(body).is_ok_and(|body: serde_json::Value| body.get("error").is_some())
}

fn explain(error: ureq::Error) -> HttpError {
    match error {
        ureq::Error::BodyExceedsLimit(_) | ureq::Error::LargeResponseHeader(..) => {
            HttpError::TooLarge
        }
        ureq::Error::Timeout(_) => HttpError::TooSlow,
        ureq::Error::Rustls(error) => HttpError::Certificate(error.to_string()),
        ureq::Error::Protocol(error) => HttpError::Garbled(error.to_string()),
        ureq::Error::Io(error) => explain_io(&error),
        other => HttpError::Network(other.to_string()),
    }
}

/// rustls speaks through the stream that it guards.
fn explain_io(error: &io::Error) -> HttpError {
    let inside = error.get_ref().and_then(|inside| inside.downcast_ref());
    match inside {
        Some(refused @ rustls::Error::InvalidCertificate(_)) => {
            HttpError::Certificate(refused.to_string())
        }
        _ if error.kind() == io::ErrorKind::TimedOut => HttpError::TooSlow,
        _ => HttpError::Network(error.to_string()),
    }
}
