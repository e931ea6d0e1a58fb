//! Signing in on any other device: the device authorization grant of RFC 8628.

use std::time::Duration;

use oauth2::{AsyncHttpClient, HttpRequest, StandardDeviceAuthorizationResponse};
use proauth_interface::{Claims, Grant, IdentityError, SignIn};
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::time::{sleep, timeout};

use crate::discovery::Issuer;
use crate::http::{Exchange, Http, HttpError};
use crate::{address, messages, text, tokens, verify};

/// As long as a sign-in may last, in seconds, whatever the issuer says.
const LONGEST: u64 = 30 * 60;

/// As often as an issuer is asked at most, whatever it says.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// As long as the pause after a network fault grows.
const LONGEST_BACKOFF: Duration = Duration::from_secs(20);

/// As long as a code may be that people type, in characters.
const CODE: usize = 64;

/// A sign-in that has begun.
pub struct Device {
    issuer: Issuer,
    authorization: StandardDeviceAuthorizationResponse,
    lifetime: Duration,
}

impl Device {
    /// Asks `issuer` for a code. Its number in the grant is up to the caller.
    ///
    /// # Errors
    /// If it gives none that can be used.
    pub async fn begin(issuer: Issuer) -> Result<(Grant, Self), IdentityError> {
        let endpoint = issuer.device_endpoint().cloned();
        let endpoint = endpoint.ok_or_else(messages::no_device_endpoint)?;
        let client = issuer.client().set_device_authorization_url(endpoint);
        let authorization: StandardDeviceAuthorizationResponse = client
            .exchange_device_code()
            .add_scopes(issuer.scopes())
            .request_async(&issuer.http)
            .await
            .map_err(|error| tokens::failure(error, SignIn::Device))?;
        let seconds = authorization.expires_in().as_secs().clamp(1, LONGEST);
        let grant = shown(&authorization, seconds)?;
        let device = Self {
            issuer,
            authorization,
            lifetime: Duration::from_secs(seconds),
        };
        Ok((grant, device))
    }

    /// Waits until somebody has signed in.
    ///
    /// # Errors
    /// If nobody does, or whoever does is not to be believed.
    pub async fn finish(self) -> Result<Claims, IdentityError> {
        timeout(self.lifetime, self.poll())
            .await
            .unwrap_or_else(|_| Err(messages::expired()))
    }

    /// Asks again and again, as the issuer says how often. What may pass is waited out, for longer
    /// each time; what will not ends it.
    async fn poll(&self) -> Result<Claims, IdentityError> {
        let (report, mut faults) = mpsc::unbounded_channel();
        let http = Polling {
            http: &self.issuer.http,
            report,
        };
        // Nobody has signed in a moment after the code was made.
        sleep(self.authorization.interval().max(SHORTEST_INTERVAL)).await;
        let client = self.issuer.client();
        let tokens = client
            .exchange_device_access_token(&self.authorization)
            .set_max_backoff_interval(LONGEST_BACKOFF)
            .request_async(
                &http,
                |pause| sleep(pause.max(SHORTEST_INTERVAL)),
                Some(self.lifetime),
            );
        let tokens = tokio::select! {
            tokens = tokens => tokens.map_err(|error| tokens::failure(error, SignIn::Device))?,
            Some(fault) = faults.recv() => return Err(fatal(&fault)),
        };
        verify::identify(&self.issuer, &tokens, None).await
    }
}

/// The way out while polling. The library takes every fault for one that passes: one that does not
/// is reported, and never answered.
struct Polling<'h> {
    http: &'h Http,
    report: UnboundedSender<HttpError>,
}

impl<'h> AsyncHttpClient<'h> for Polling<'_> {
    type Error = HttpError;
    type Future = Exchange<'h>;

    fn call(&'h self, request: HttpRequest) -> Exchange<'h> {
        Box::pin(async move {
            match self.http.send(request).await {
                Err(fault) if !fault.may_pass() => {
                    let _ = self.report.send(fault);
                    std::future::pending().await
                }
                answer => answer,
            }
        })
    }
}

fn fatal(fault: &HttpError) -> IdentityError {
    messages::no_answer("the identity provider", fault)
}

/// What people are shown of it.
fn shown(
    authorization: &StandardDeviceAuthorizationResponse,
    seconds: u64,
) -> Result<Grant, IdentityError> {
    let uri = address::for_people(authorization.verification_uri());
    let complete = authorization.verification_uri_complete();
    let complete = complete.and_then(|uri| address::for_people(uri.secret()));
    let code = text::shown(authorization.user_code().secret(), CODE);
    if code.is_empty() {
        return Err(messages::unfit_for_people("a code"));
    }
    Ok(Grant {
        id: 0,
        uri: uri.ok_or_else(|| messages::unfit_for_people("an address"))?,
        complete_uri: complete.unwrap_or_default(),
        code,
        expires_in: u32::try_from(seconds).unwrap_or(u32::MAX),
    })
}
