//! Signing in with a browser on this machine: the authorization code grant with PKCE, redirected to
//! the loopback address (RFC 8252).

use std::time::Duration;

use oauth2::{AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl};
use openidconnect::Nonce;
use proauth_interface::{Claims, Grant, IdentityError, SignIn};
use tokio::time::timeout;

use crate::discovery::Issuer;
use crate::redirect::{Expected, Redirect};
use crate::{address, messages, refusals, tokens, verify};

/// As long as somebody has to sign in, in seconds.
const LIFETIME: u32 = 10 * 60;

/// A sign-in that has begun.
pub struct Browser {
    issuer: Issuer,
    redirect: Redirect,
    redirect_url: RedirectUrl,
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

impl Browser {
    /// Listens for the browser, and says where to send it. Its number in the grant is up to the
    /// caller.
    ///
    /// # Errors
    /// If nothing can be listened to, or the issuer's address cannot be opened.
    pub async fn begin(issuer: Issuer) -> Result<(Grant, Self), IdentityError> {
        let redirect = Redirect::listen().await;
        let redirect = redirect.map_err(|error| messages::cannot_listen(&error))?;
        let redirect_url = RedirectUrl::from_url(redirect.address().clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = Nonce::new_random();
        let client = issuer
            .client()
            .set_auth_uri(issuer.metadata.authorization_endpoint().clone())
            .set_redirect_uri(redirect_url.clone());
        let (url, state) = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(issuer.scopes())
            .set_pkce_challenge(challenge)
            .add_extra_param("nonce", nonce.secret())
            .url();
        let uri = address::for_people(url.as_str());
        let grant = Grant {
            id: 0,
            uri: uri.ok_or_else(|| messages::unfit_for_people("an address"))?,
            complete_uri: String::new(),
            code: String::new(),
            expires_in: LIFETIME,
        };
        let browser = Self {
            issuer,
            redirect,
            redirect_url,
            state,
            nonce,
            verifier,
        };
        Ok((grant, browser))
    }

    /// Waits until somebody has signed in.
    ///
    /// # Errors
    /// If nobody does, or whoever does is not to be believed.
    pub async fn finish(self) -> Result<Claims, IdentityError> {
        let lifetime = Duration::from_secs(LIFETIME.into());
        timeout(lifetime, self.come_back())
            .await
            .unwrap_or_else(|_| Err(messages::expired()))
    }

    async fn come_back(self) -> Result<Claims, IdentityError> {
        let extra = self.issuer.metadata.additional_metadata();
        let expected = Expected {
            state: self.state,
            issuer: self.issuer.metadata.issuer().to_string(),
            names_issuer: extra.authorization_response_iss_parameter_supported == Some(true),
        };
        let code = match self.redirect.wait(expected).await? {
            Ok(code) => code,
            Err(no) => {
                let description = no.description.as_deref();
                return Err(refusals::oauth(&no.error, description, SignIn::Browser));
            }
        };
        let client = self.issuer.client().set_redirect_uri(self.redirect_url);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(self.verifier)
            .request_async(&self.issuer.http)
            .await
            .map_err(|error| tokens::failure(error, SignIn::Browser))?;
        verify::identify(&self.issuer, &tokens, Some(&self.nonce)).await
    }
}
