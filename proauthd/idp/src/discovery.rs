//! An issuer, as its discovery document describes it, with all that is needed to sign in there.

use std::path::Path;

use oauth2::{AuthType, ClientId, ClientSecret, DeviceAuthorizationUrl, Scope, TokenUrl};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
    CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, DiscoveryError, IssuerUrl, JsonWebKeySet, ProviderMetadata,
};
use proauth_interface::{Discovered, IdentityError, Provider};
use serde::{Deserialize, Serialize};

use crate::http::{Http, HttpError};
use crate::tokens::Client;
use crate::{address, messages, secret, verify};

/// What the base standard leaves to others.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Extra {
    /// RFC 8628 section 4.
    pub device_authorization_endpoint: Option<DeviceAuthorizationUrl>,
    /// RFC 9207 section 3.
    pub authorization_response_iss_parameter_supported: Option<bool>,
}

impl AdditionalProviderMetadata for Extra {}

/// A discovery document.
pub type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// An issuer that was asked to describe itself, and whose addresses are all secure.
pub struct Issuer {
    /// As whom to ask it for what.
    pub provider: Provider,
    /// Its description, with its keys.
    pub metadata: Metadata,
    /// The way there.
    pub http: Http,
    /// Where tokens are.
    token_url: TokenUrl,
    secret: Option<ClientSecret>,
}

impl Issuer {
    /// Asks the issuer of `provider`. `credentials` is the folder of systemd's.
    ///
    /// # Errors
    /// If it cannot be asked, is not to be trusted, or has nothing to ask it with.
    pub async fn discover(
        provider: Provider,
        credentials: Option<&Path>,
    ) -> Result<Self, IdentityError> {
        if provider.client_id.is_empty() {
            return Err(messages::no_client_id());
        }
        let issuer = parse_issuer(&provider.issuer)?;
        let secret = secret::read(&provider, credentials)?;
        let http = Http::new(&provider)?;
        let metadata = Metadata::discover_async(issuer, &http)
            .await
            .map_err(|error| failure(&provider.issuer, error))?;
        require_secure(&metadata)?;
        let token_url = metadata.token_endpoint().cloned();
        Ok(Self {
            token_url: token_url.ok_or_else(messages::no_token_endpoint)?,
            provider,
            metadata,
            http,
            secret,
        })
    }

    /// What is told about it.
    pub fn describe(&self) -> Discovered {
        let named = self.metadata.id_token_signing_alg_values_supported();
        let taken = |algorithm: &&CoreJwsSigningAlgorithm| verify::ALGORITHMS.contains(algorithm);
        let device = self.device_endpoint().map(|url| url.to_string());
        Discovered {
            device_authorization_endpoint: device.map_or_else(String::new, shown),
            authorization_endpoint: shown(self.metadata.authorization_endpoint().to_string()),
            token_endpoint: shown(self.token_url.to_string()),
            algorithms: named.iter().filter(taken).map(verify::name).collect(),
            client_secret: self.secret.is_some(),
        }
    }

    /// The endpoint of RFC 8628, if it has one.
    pub fn device_endpoint(&self) -> Option<&DeviceAuthorizationUrl> {
        let extra = self.metadata.additional_metadata();
        extra.device_authorization_endpoint.as_ref()
    }

    /// The client that asks there.
    pub fn client(&self) -> Client {
        let client = oauth2::Client::new(ClientId::new(self.provider.client_id.clone()))
            .set_auth_type(self.auth_type())
            .set_token_uri(self.token_url.clone());
        match &self.secret {
            Some(secret) => client.set_client_secret(secret.clone()),
            None => client,
        }
    }

    /// What is asked for, `openid` included.
    pub fn scopes(&self) -> Vec<Scope> {
        let openid = std::iter::once("openid");
        let others = self.provider.scopes.iter().map(String::as_str);
        let others = others.filter(|scope| *scope != "openid");
        openid
            .chain(others)
            .map(|scope| Scope::new(scope.to_owned()))
            .collect()
    }

    /// Its keys as they are now.
    ///
    /// # Errors
    /// If they cannot be had.
    pub async fn fetch_keys(&self) -> Result<CoreJsonWebKeySet, IdentityError> {
        JsonWebKeySet::fetch_async(self.metadata.jwks_uri(), &self.http)
            .await
            .map_err(|error| failure(&self.provider.issuer, error))
    }

    /// How the client proves that it is one. In the body where that is taken: Google's device
    /// endpoint looks for the client id there.
    fn auth_type(&self) -> AuthType {
        let methods = self.metadata.token_endpoint_auth_methods_supported();
        let post = CoreClientAuthMethod::ClientSecretPost;
        if methods.is_some_and(|methods| methods.contains(&post)) {
            AuthType::RequestBody
        } else {
            AuthType::BasicAuth
        }
    }
}

/// An https address without query and fragment (OpenID Connect Discovery 1.0, section 2).
fn parse_issuer(text: &str) -> Result<IssuerUrl, IdentityError> {
    let issuer = IssuerUrl::new(text.to_owned()).map_err(|_| messages::bad_issuer(text))?;
    let url = issuer.url();
    if !address::is_secure(url) || url.query().is_some() || url.fragment().is_some() {
        return Err(messages::bad_issuer(text));
    }
    Ok(issuer)
}

/// All that will be spoken to, or opened by people.
fn require_secure(metadata: &Metadata) -> Result<(), IdentityError> {
    let extra = metadata.additional_metadata();
    let device = extra.device_authorization_endpoint.as_ref();
    let endpoints = [
        (
            "authorization endpoint",
            Some(metadata.authorization_endpoint().url()),
        ),
        (
            "token endpoint",
            metadata.token_endpoint().map(|url| url.url()),
        ),
        ("device authorization endpoint", device.map(|url| url.url())),
        ("key set", Some(metadata.jwks_uri().url())),
    ];
    // An issuer out there does not send us to what listens on this machine.
    let is_outside = metadata.issuer().url().scheme() == "https";
    let is_fit = |url: &oauth2::url::Url| {
        address::is_secure(url) && (!is_outside || url.scheme() == "https")
    };
    for (name, url) in endpoints {
        if let Some(url) = url.filter(|url| !is_fit(url)) {
            return Err(messages::insecure_endpoint(name, url.as_str()));
        }
    }
    Ok(())
}

fn shown(address: String) -> String {
    crate::text::shown(&address, address::LONGEST)
}

fn failure(issuer: &str, error: DiscoveryError<HttpError>) -> IdentityError {
    match error {
        DiscoveryError::Request(error) => messages::no_answer(issuer, &error),
        DiscoveryError::Validation(why) => messages::other_issuer(&why),
        DiscoveryError::Parse(error) => messages::not_an_issuer(issuer, &error.to_string()),
        DiscoveryError::Response(_, _, why) => messages::not_an_issuer(issuer, &why),
        DiscoveryError::UrlParse(_) => messages::bad_issuer(issuer),
        // No request can be made of what it gives as an address.
        DiscoveryError::Other(_) => {
            let keys = "the address of its keys".to_owned();
            messages::no_answer(issuer, &HttpError::Insecure(keys))
        }
        error => messages::not_an_issuer(issuer, &error.to_string()),
    }
}
