//! `proauthd enroll`: binds an authenticator to an account.

use clap::Args;
use proauth_interface::{EnrollRequest, Error, How, Progress, Purpose, Stage};
use serde_json::json;

use super::ask::{Asker, own_name};
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::screen::say;
use super::sign_in::{Errand, sign_in, unknown_answer};
use super::typed::{is_person, read_hidden, read_line_until};
use super::{Common, key, output, recovery_codes};

/// Bind an authenticator to an account
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  proauthd enroll                        yourself\n  \
    proauthd enroll --add tablet           one more device\n  \
    proauthd enroll --user alice --offline (as root) somebody who does not sign in\n\n\
    Without a terminal, codes are read from stdin, one a line: with --replace and --add a current \
    one first, then, after the key was printed, the first code of the new authenticator."
)]
pub struct Enroll {
    /// Account to enroll; your own unless you are root
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Sign in with a browser on this machine
    #[arg(long)]
    browser: bool,
    /// Do not sign in (as root)
    #[arg(long, conflicts_with_all = ["browser", "ticket", "any_identity"])]
    offline: bool,
    /// Bind it in place of the authenticator that there is, which works until then
    #[arg(long)]
    replace: bool,
    /// Bind it beside the authenticators that there are, under this name
    #[arg(long, value_name = "NAME", conflicts_with = "replace")]
    add: Option<String>,
    /// Ticket that an administrator gave you
    #[arg(long, value_name = "TICKET")]
    ticket: Option<String>,
    /// Accept whoever signs in (as root)
    #[arg(long)]
    any_identity: bool,
}

impl Enroll {
    /// Gets a secret, shows it, and binds it once its first code is right.
    pub fn run(self, common: &Common) -> Result<(), Failure> {
        let user = match &self.user {
            Some(user) => user.clone(),
            None => own_name()?,
        };
        let asker = Asker::connect(common)?;
        let mut interrupt = asker.listen()?;
        let begun = self.start(&asker, &mut interrupt, &user)?;
        match self.finish(&asker, &mut interrupt, &begun, common.json) {
            Ok(codes) => self.tell(common, &begun.user, &codes),
            Err(failure) => {
                asker.cancel(&begun.user);
                Err(match failure {
                    Failure::OutputClosed => {
                        Failure::No("nobody reads what is to be done; start again".into())
                    }
                    failure => failure,
                })
            }
        }
    }

    /// Begins it; a ticket that is missing is asked for.
    fn start(
        &self,
        asker: &Asker,
        interrupt: &mut Interrupt,
        user: &str,
    ) -> Result<Progress, Failure> {
        let mut request = self.request(user);
        if self.purpose() != Purpose::New {
            let prompt = format!("Current or recovery code of {user}: ");
            request.code = read_hidden(asker, interrupt, &prompt)?.to_string();
        }
        match begin(asker, interrupt, &request)? {
            Err(Error::TicketRejected(sentence)) if self.ticket.is_none() && is_person() => {
                output::note(sentence);
                request.ticket = read_line_until(asker, interrupt, "Ticket: ")?.to_string();
                Ok(begin(asker, interrupt, &request)??)
            }
            begun => Ok(begun?),
        }
    }

    /// Everything up to the first code that is right; gives the recovery codes.
    fn finish(
        &self,
        asker: &Asker,
        interrupt: &mut Interrupt,
        begun: &Progress,
        json: bool,
    ) -> Result<Vec<String>, Failure> {
        let signed_in;
        let progress = match Stage::from_wire(begun.stage) {
            Some(Stage::Secret) => begun,
            Some(Stage::SignIn) => {
                signed_in = sign_in(asker, interrupt, begun, self.errand(), json)?;
                &signed_in
            }
            None => return Err(unknown_answer()),
        };
        key::show(progress, json)?;
        key::confirm(asker, interrupt, &begun.user)
    }

    fn tell(&self, common: &Common, user: &str, codes: &[String]) -> Result<(), Failure> {
        if common.json {
            return output::line(json!({ "enrolled": true, "recovery_codes": codes }));
        }
        let done = match (self.purpose(), &self.add) {
            (Purpose::Add, Some(name)) => format!("{name} is an authenticator of {user} now."),
            (Purpose::Replace, _) => {
                format!("{user} has the new authenticator; the old one is of no use any more.")
            }
            _ => format!("{user} is enrolled."),
        };
        say(&format!("{done} This first code is used up."))?;
        match codes {
            [] => Ok(()),
            codes => recovery_codes::show(codes),
        }
    }

    fn request(&self, user: &str) -> EnrollRequest {
        EnrollRequest {
            user: user.to_owned(),
            how: self.how().to_wire(),
            purpose: self.purpose().to_wire(),
            name: self.add.clone().unwrap_or_default(),
            ticket: self.ticket.clone().unwrap_or_default(),
            code: String::new(),
            any_identity: self.any_identity,
        }
    }

    fn errand(&self) -> Errand {
        Errand {
            how: self.how(),
            purpose: self.purpose(),
            any_identity: self.any_identity,
        }
    }

    fn how(&self) -> How {
        match (self.offline, self.browser) {
            (true, _) => How::Offline,
            (false, true) => How::Browser,
            (false, false) => How::Configured,
        }
    }

    fn purpose(&self) -> Purpose {
        match (self.replace, &self.add) {
            (true, _) => Purpose::Replace,
            (false, Some(_)) => Purpose::Add,
            (false, None) => Purpose::New,
        }
    }
}

fn begin(
    asker: &Asker,
    interrupt: &mut Interrupt,
    request: &EnrollRequest,
) -> Result<Result<Progress, Error>, Failure> {
    asker.ask_far(interrupt, async |daemon| {
        daemon.start_enrollment(request).await
    })
}
