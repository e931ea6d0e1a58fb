//! What would be asked of whom at a sign-in, for the administrator who has just set it up.

use proauth_interface::{Error, IdentityReport, SignIn};
use zbus::Connection;

use super::Daemon;

impl Daemon {
    /// Asks the issuer what it says of itself, and adds what the configuration makes of it.
    ///
    /// # Errors
    /// If the issuer cannot be asked.
    pub async fn identity_report(&self, bus: &Connection) -> Result<IdentityReport, Error> {
        let device = self.discover(bus, SignIn::Device).await?;
        let browser = self.discover(bus, SignIn::Browser).await?;
        let config = self.config();
        let identity = &config.identity;
        let rules = identity.policy.rules();
        Ok(IdentityReport {
            issuer: rules.issuer.clone(),
            device_authorization_endpoint: device.device_authorization_endpoint,
            authorization_endpoint: device.authorization_endpoint,
            token_endpoint: device.token_endpoint,
            algorithms: device.algorithms,
            device_client_id: identity.device.id.clone(),
            device_client_secret: device.client_secret,
            browser_client_id: identity.browser.id.clone(),
            browser_client_secret: browser.client_secret,
            scopes: identity.scopes.clone(),
            allowed_domains: rules
                .allowed_domains
                .iter()
                .map(ToString::to_string)
                .collect(),
            users: u32::try_from(rules.users.len()).unwrap_or(u32::MAX),
            templates: rules
                .templates
                .iter()
                .map(|(domain, template)| format!("{domain}: {template}"))
                .collect(),
            any_account: rules.any_account,
        })
    }
}
