//! What the token endpoint gives, and the client that asks it.

use std::fmt;

use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::{
    EndpointNotSet, EndpointSet, ErrorResponse, ErrorResponseType, ExtraTokenFields,
    RequestTokenError, StandardErrorResponse, StandardRevocableToken, StandardTokenResponse,
};
use proauth_interface::{IdentityError, SignIn};
use serde::{Deserialize, Serialize};

use crate::http::HttpError;
use crate::{messages, refusals};

/// The answer of the token endpoint.
pub type Tokens = StandardTokenResponse<IdTokenText, BasicTokenType>;

/// An OAuth client whose token endpoint is known.
pub type Client<HasAuthUrl = EndpointNotSet, HasDeviceUrl = EndpointNotSet> = oauth2::Client<
    BasicErrorResponse,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    HasAuthUrl,
    HasDeviceUrl,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The ID token as it came: it is read only when it is verified, so that whatever is wrong with it
/// has a sentence of its own.
#[derive(Deserialize, Serialize)]
pub struct IdTokenText {
    /// A JSON Web Token.
    pub id_token: Option<String>,
}

impl fmt::Debug for IdTokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdTokenText([redacted])")
    }
}

impl ExtraTokenFields for IdTokenText {}

/// What a failed request at one of the OAuth endpoints comes to.
pub fn failure<T>(
    error: RequestTokenError<HttpError, StandardErrorResponse<T>>,
    how: SignIn,
) -> IdentityError
where
    T: ErrorResponseType + fmt::Display + AsRef<str> + 'static,
    StandardErrorResponse<T>: ErrorResponse,
{
    match error {
        RequestTokenError::ServerResponse(said) => {
            let description = said.error_description().map(String::as_str);
            refusals::oauth(said.error().as_ref(), description, how)
        }
        RequestTokenError::Request(error) => messages::no_answer("the identity provider", &error),
        // Not what came: it may hold a token.
        RequestTokenError::Parse(..) => messages::strange_answer("it is not of the expected form"),
        RequestTokenError::Other(why) => messages::strange_answer(&why),
    }
}
