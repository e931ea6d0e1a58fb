//! `proauthd identity check`: what signing in would be, for who has just set it up.

use clap::Subcommand;
use proauth_interface::IdentityReport;
use serde_json::{Value, json};

use super::ask::Asker;
use super::failure::Failure;
use super::screen::{Screen, wrapped};
use super::{Common, output};

/// Look at how people sign in to enroll
#[derive(Debug, Subcommand)]
#[command(after_help = "Example: proauthd identity check")]
pub enum Identity {
    /// Ask the identity provider what it offers, and say what would be asked of whom (as root)
    #[command(after_help = "Example: proauthd identity check\n\n\
        Nobody signs in for it. Whether the provider knows the client id and its secret shows at \
        the first `proauthd enroll` only.")]
    Check {},
}

impl Identity {
    /// Prints it; it is a failure if nobody could enroll this way.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let Self::Check {} = self;
        let asker = Asker::connect(common)?;
        let mut interrupt = asker.listen()?;
        let report =
            asker.ask_far(&mut interrupt, async |daemon| daemon.check_identity().await)??;
        if common.json {
            output::line(as_json(&report))?;
        } else {
            let columns = Screen::here().columns();
            let lines = describe(&report);
            lines
                .iter()
                .flat_map(|line| fitted(line, columns))
                .try_for_each(output::line)?;
        }
        verdict(&report)
    }
}

/// A way to sign in, as the report has it.
struct Flow<'a> {
    title: &'a str,
    endpoint: &'a str,
    client_id: &'a str,
    has_secret: bool,
    /// The key of the client id.
    key: &'a str,
    /// What an issuer that cannot do this has none of.
    endpoint_name: &'a str,
}

impl Flow<'_> {
    /// Why nobody can sign in this way.
    fn obstacle(&self) -> Option<String> {
        if self.client_id.is_empty() {
            let key = self.key;
            Some(format!("no client id: set {key} to sign in this way"))
        } else if self.endpoint.is_empty() {
            let name = self.endpoint_name;
            Some(format!("the issuer has no {name}: it does not do this"))
        } else {
            None
        }
    }

    fn describe(&self) -> Vec<String> {
        let mut lines = vec![format!("{}:", self.title)];
        if !self.endpoint.is_empty() {
            lines.push(format!("  asks {}", self.endpoint));
        }
        if !self.client_id.is_empty() {
            let secret = match self.has_secret {
                true => "a secret was found",
                false => "NO secret was found",
            };
            lines.push(format!("  as {}", self.client_id));
            lines.push(format!("  {secret}"));
        }
        lines.extend(self.obstacle().map(|why| format!("  DOES NOT WORK: {why}")));
        lines
    }
}

fn flows(report: &IdentityReport) -> [Flow<'_>; 2] {
    [
        Flow {
            title: "Signing in on another device (proauthd enroll)",
            endpoint: &report.device_authorization_endpoint,
            client_id: &report.device_client_id,
            has_secret: report.device_client_secret,
            key: "identity.device_client_id",
            endpoint_name: "device authorization endpoint",
        },
        Flow {
            title: "Signing in in a browser here (proauthd enroll --browser)",
            endpoint: &report.authorization_endpoint,
            client_id: &report.browser_client_id,
            has_secret: report.browser_client_secret,
            key: "identity.browser_client_id",
            endpoint_name: "authorization endpoint",
        },
    ]
}

/// Why whoever signs in may not enroll.
fn closed(report: &IdentityReport) -> Option<&'static str> {
    let IdentityReport {
        allowed_domains,
        users,
        templates,
        any_account,
        ..
    } = report;
    if allowed_domains.is_empty() && *users == 0 && !any_account {
        Some("nobody may enroll: set identity.allowed_domains or identity.users")
    } else if *users == 0 && templates.is_empty() {
        Some("nobody has an account: set identity.users or identity.templates")
    } else {
        None
    }
}

fn describe(report: &IdentityReport) -> Vec<String> {
    let mut lines = vec![
        format!("Issuer: {}", report.issuer),
        format!("  asked for: {}", report.scopes.join(" ")),
        format!("  tokens from {}", report.token_endpoint),
        format!("  signed with {}", listed(&report.algorithms)),
    ];
    lines.extend(flows(report).iter().flat_map(Flow::describe));
    lines.push("Who may enroll:".to_owned());
    lines.push(match report.any_account {
        true => "  any account of this issuer (identity.any_account)".to_owned(),
        false => format!("  domains: {}", listed(&report.allowed_domains)),
    });
    lines.push(format!("  in identity.users: {}", report.users));
    let template = |template: &String| format!("  template for {template}");
    lines.extend(report.templates.iter().map(template));
    lines.extend(closed(report).map(|why| format!("  DOES NOT WORK: {why}")));
    lines
}

fn listed(words: &[String]) -> String {
    match words {
        [] => "none".to_owned(),
        words => words.join(", "),
    }
}

/// A line that keeps its indentation where it has to be broken.
fn fitted(line: &str, columns: usize) -> Vec<String> {
    let text = line.trim_start();
    let indent = " ".repeat(line.len() - text.len());
    let lines = wrapped(&output::plain(text), columns.saturating_sub(indent.len()));
    lines
        .into_iter()
        .map(|line| format!("{indent}{line}"))
        .collect()
}

fn verdict(report: &IdentityReport) -> Result<(), Failure> {
    if let Some(why) = closed(report) {
        return Err(Failure::No(why.to_owned()));
    }
    let obstacles = flows(report).map(|flow| flow.obstacle());
    if obstacles.iter().all(Option::is_some) {
        return Err(Failure::No(
            "nobody can sign in: neither way works; set a client id (docs/enrollment.md)"
                .to_owned(),
        ));
    }
    Ok(())
}

fn as_json(report: &IdentityReport) -> Value {
    json!({
        "issuer": report.issuer,
        "device_authorization_endpoint": report.device_authorization_endpoint,
        "authorization_endpoint": report.authorization_endpoint,
        "token_endpoint": report.token_endpoint,
        "algorithms": report.algorithms,
        "device_client_id": report.device_client_id,
        "device_client_secret": report.device_client_secret,
        "browser_client_id": report.browser_client_id,
        "browser_client_secret": report.browser_client_secret,
        "scopes": report.scopes,
        "allowed_domains": report.allowed_domains,
        "users": report.users,
        "templates": report.templates,
        "any_account": report.any_account,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn google() -> IdentityReport {
        IdentityReport {
            issuer: "https://accounts.google.com".into(),
            device_authorization_endpoint: "https://oauth2.googleapis.com/device/code".into(),
            authorization_endpoint: "https://accounts.google.com/o/oauth2/v2/auth".into(),
            token_endpoint: "https://oauth2.googleapis.com/token".into(),
            algorithms: vec!["RS256".into()],
            device_client_id: "12345-abcde.apps.googleusercontent.com".into(),
            device_client_secret: true,
            scopes: ["openid", "email", "profile"].map(Into::into).into(),
            allowed_domains: vec!["example.com".into()],
            users: 1,
            templates: vec!["example.com: {local_part}".into()],
            ..IdentityReport::default()
        }
    }

    #[test]
    fn it_says_what_would_be_asked_of_whom_in_60_columns() {
        let expected = [
            "Issuer: https://accounts.google.com",
            "  asked for: openid email profile",
            "  tokens from https://oauth2.googleapis.com/token",
            "  signed with RS256",
            "Signing in on another device (proauthd enroll):",
            "  asks https://oauth2.googleapis.com/device/code",
            "  as 12345-abcde.apps.googleusercontent.com",
            "  a secret was found",
            "Signing in in a browser here (proauthd enroll --browser):",
            "  asks https://accounts.google.com/o/oauth2/v2/auth",
            "  DOES NOT WORK: no client id: set",
            "  identity.browser_client_id to sign in this way",
            "Who may enroll:",
            "  domains: example.com",
            "  in identity.users: 1",
            "  template for example.com: {local_part}",
        ];
        let lines = describe(&google());
        let lines: Vec<String> = lines.iter().flat_map(|line| fitted(line, 60)).collect();
        assert_eq!(lines, expected);
        assert!(verdict(&google()).is_ok());
    }

    #[test]
    fn an_issuer_without_a_device_endpoint_does_not_do_this() {
        let issuer = IdentityReport {
            device_authorization_endpoint: String::new(),
            ..google()
        };
        let line = "  DOES NOT WORK: the issuer has no device authorization endpoint: it does not \
                    do this";
        assert!(describe(&issuer).contains(&line.to_owned()));
        assert!(verdict(&issuer).is_err(), "the other way has no client id");
    }

    #[test]
    fn nobody_enrolls_where_nobody_is_named() {
        let nobody = IdentityReport {
            allowed_domains: Vec::new(),
            users: 0,
            ..google()
        };
        let unmapped = IdentityReport {
            users: 0,
            templates: Vec::new(),
            ..google()
        };
        for report in [nobody, unmapped] {
            let lines = describe(&report);
            assert!(
                lines
                    .iter()
                    .any(|line| line.starts_with("  DOES NOT WORK: nobody"))
            );
            assert!(verdict(&report).is_err());
        }
    }
}
