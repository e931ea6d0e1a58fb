//! An enrollment, from who asks for it to a secret that is handed out.
//!
//! It begins with `start_enrollment`, which finds out what has to be proven; where that is a
//! sign-in, `wait_for_sign_in` hands out the secret after it. `confirmation` is its end.

use proauth_core::enrollment::{Contradiction, Pending, Purpose};
use proauth_core::identity::Identity;
use proauth_core::{AccountName, AuthenticatorName, Typed};
use proauth_interface::{EnrollRequest, Error, How, Progress, SignIn};
use zbus::Connection;

use super::enrollments::{self, Place, Terms};
use super::progress::sign_in_progress;
use super::sign_in::SigningIn;
use super::subject::{Found, Subject};
use super::{Account, Daemon, clock, new_secret, no_randomness};
use crate::config::SelfEnroll;
use crate::{audit, messages};

/// Who asks for an enrollment.
pub struct Applicant<'a> {
    /// The uid.
    pub uid: u32,
    /// The connection to the bus: with it ends what it started.
    pub connection: &'a str,
    /// Where the one who asks is logged in from; empty where that is not known.
    pub origin: String,
    /// The bus, to ask the identity process.
    pub bus: &'a Connection,
}

/// How somebody is to prove that the account is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    SignIn(SignIn),
    /// A ticket, or being root.
    Enough,
}

impl Daemon {
    /// Begins what `request` asks for.
    ///
    /// # Errors
    /// If it is not allowed, something is missing or wrong, or something fails.
    pub async fn start_enrollment(
        &self,
        applicant: &Applicant<'_>,
        request: &EnrollRequest,
    ) -> Result<Progress, Error> {
        let found = self.find(&request.user).await?;
        let account = found.account()?.clone();
        let (how, purpose) = wishes(applicant.uid, request)?;
        self.check_standing(&found, &purpose, applicant.uid)?;
        let proof = self.proof(applicant.uid, how, &account.name)?;
        let terms = Terms {
            caller: applicant.uid,
            origin: applicant.origin.clone(),
            ticket: self.check_ticket(applicant.uid, request, &found)?,
        };
        let signs_in = matches!(proof, Proof::SignIn(_));
        let place =
            self.enrollments
                .reserve(&account.name, applicant.connection, signs_in, terms)?;
        audit::enrollment_started(&account.name, applicant.uid, &applicant.origin);
        let typed = (purpose != Purpose::New).then(|| Typed::parse(&request.code));
        let Proof::SignIn(how) = proof else {
            if let Some(typed) = typed {
                self.prove(applicant.uid, &found, &typed).await?;
            }
            return self.skip_sign_in(applicant, place, &account, purpose);
        };
        // Before a code is used up for what cannot be.
        let mut signing_in = self
            .begin_sign_in(
                applicant.bus,
                how,
                &account.name,
                purpose,
                request.any_identity,
            )
            .await?;
        if let Some(typed) = typed {
            signing_in.recovery_code = self.prove_for_now(applicant.uid, &found, typed).await?;
        }
        let progress = sign_in_progress(&account.name, &applicant.origin, &signing_in);
        let kept = place.keep(enrollments::Stage::SignIn(signing_in.into()));
        kept.ok_or_else(|| messages::nothing_pending(account.name.as_str()))?;
        Ok(progress)
    }

    /// How far the enrollment of `user` is that `connection` started, as soon as somebody has
    /// signed in, or after some seconds.
    ///
    /// # Errors
    /// If nothing is under way, or whoever signed in may not; then it is over.
    pub async fn wait_for_sign_in(&self, connection: &str, user: &str) -> Result<Progress, Error> {
        let found = self.find(user).await?;
        let name = found.name()?;
        let over = || messages::nothing_pending(&found.key);
        let signing_in = self.enrollments.signing_in(connection, name);
        let (signing_in, terms) = signing_in.ok_or_else(over)?;
        let answer = tokio::select! {
            answer = signing_in.wait() => answer,
            () = self.enrollments.wait_for_end_of(name, &signing_in) => return Err(over()),
        };
        let outcome = match answer {
            Ok(None) => return Ok(sign_in_progress(name, &terms.origin, &signing_in)),
            Ok(Some(claims)) => {
                self.accept_claims(&found, &claims, &signing_in, &terms)
                    .await
            }
            Err(failed) => {
                audit::sign_in_failed(name, terms.caller, &failed);
                Err(failed)
            }
        };
        let pending = outcome.inspect_err(|_| self.enrollments.give_up(name, &signing_in))?;
        let progress = self.secret_progress(&pending, &terms.origin);
        let handed_out = self.enrollments.hand_out(&signing_in, pending);
        handed_out.ok_or_else(over)?;
        Ok(progress)
    }

    /// Forgets what `connection` started for `user`.
    ///
    /// # Errors
    /// If it started nothing.
    pub async fn cancel_enrollment(&self, connection: &str, user: &str) -> Result<(), Error> {
        let found = self.find(user).await?;
        match self.enrollments.end(connection, found.name()?) {
            true => audit::enrollment_abandoned(found.name()?),
            false => return Err(messages::nothing_pending(&found.key)),
        }
        Ok(())
    }

    /// Forgets everything that `connection`, which has left the bus, had started.
    pub fn connection_gone(&self, connection: &str) {
        for name in self.enrollments.end_all_of(connection) {
            audit::enrollment_abandoned(&name);
        }
    }

    /// Whether anything that `connection` started is under way.
    pub fn has_enrollments_of(&self, connection: &str) -> bool {
        self.enrollments.has_any_of(connection)
    }

    /// Returns when nothing that `connection` started is under way any more.
    pub async fn wait_for_ends_of(&self, connection: &str) {
        self.enrollments.wait_for_ends_of(connection).await;
    }

    /// Whether the account is at a point from which `purpose` leads on.
    fn check_standing(&self, found: &Found, purpose: &Purpose, caller: u32) -> Result<(), Error> {
        let subject = match caller {
            0 => self.load(found)?,
            _ => self.load_for_login(found)?,
        };
        match (subject, purpose) {
            (Subject::Suspended, _) => Err(messages::suspended(&found.key)),
            (Subject::Changed, _) => Err(messages::account_changed(&found.key)),
            (Subject::Enrolled(_), Purpose::New) => Err(messages::already_enrolled(&found.key)),
            (Subject::Enrolled(stored), Purpose::Add(name)) => {
                let room = stored.value.authenticators.has_room_for(name);
                room.map_err(|why| messages::contradiction(&found.key, why.into()))
            }
            (Subject::NotEnrolled(_), Purpose::Replace | Purpose::Add(_)) => {
                Err(messages::nothing_to_add_to(&found.key))
            }
            (Subject::Enrolled(_) | Subject::NotEnrolled(_) | Subject::Unknown(_), _) => Ok(()),
        }
    }

    /// What has to be proven, as the configuration has it.
    fn proof(&self, caller: u32, how: How, name: &AccountName) -> Result<Proof, Error> {
        let config = self.config();
        let is_root = caller == 0;
        let sign_in = match (how, config.self_enroll) {
            (How::Offline, _) => return Ok(Proof::Enough),
            (_, SelfEnroll::No) if !is_root => {
                return Err(messages::no_self_enrollment(name.as_str()));
            }
            (How::Configured, SelfEnroll::Ticket) if !is_root => return Ok(Proof::Enough),
            (How::Browser, SelfEnroll::Ticket) if !is_root => return Err(messages::no_sign_in()),
            (How::Configured, _) => SignIn::Device,
            (How::Browser, _) => SignIn::Browser,
        };
        if !config.identity.policy.is_open() {
            return Err(messages::closed());
        }
        Ok(Proof::SignIn(sign_in))
    }

    /// The version of the ticket, where one is needed or given.
    fn check_ticket(
        &self,
        caller: u32,
        request: &EnrollRequest,
        found: &Found,
    ) -> Result<Option<u64>, Error> {
        let config = self.config();
        let needed = config.require_ticket || config.self_enroll == SelfEnroll::Ticket;
        match request.ticket.as_str() {
            "" if caller == 0 || !needed => Ok(None),
            "" => Err(messages::ticket_needed(&found.key)),
            ticket => self.ticket_for(caller, found, ticket).map(Some),
        }
    }

    /// The secret of somebody who proved enough without signing in.
    fn skip_sign_in(
        &self,
        applicant: &Applicant<'_>,
        place: Place,
        account: &Account,
        purpose: Purpose,
    ) -> Result<Progress, Error> {
        let pending = self.new_pending(account, purpose, None)?;
        let progress = self.secret_progress(&pending, &applicant.origin);
        let kept = place.keep(enrollments::Stage::Secret(pending.into()));
        kept.ok_or_else(|| messages::nothing_pending(account.name.as_str()))?;
        Ok(progress)
    }

    /// A secret for who signed in, if the account is theirs.
    async fn accept_claims(
        &self,
        found: &Found,
        claims: &proauth_interface::Claims,
        signing_in: &SigningIn,
        terms: &Terms,
    ) -> Result<Pending, Error> {
        let account = found.account()?;
        self.refuse_suspended(found, terms.caller)?;
        let identity = self.judge_claims(claims, account, signing_in.any_identity, terms.caller)?;
        let overridden = signing_in.any_identity;
        let pending =
            self.new_pending(account, signing_in.purpose.clone(), Some(identity.clone()))?;
        let (existing, _) = self.present_record(found)?;
        pending.fits(existing.as_ref()).map_err(|why| {
            if why == Contradiction::OtherIdentity {
                audit::another_subject(&account.name, terms.caller, &identity);
            }
            messages::contradiction(&found.key, why)
        })?;
        if let Some(recovery_code) = &signing_in.recovery_code {
            self.prove(terms.caller, found, recovery_code).await?;
        }
        audit::signed_in(&account.name, terms.caller, &identity, overridden);
        Ok(pending)
    }

    fn new_pending(
        &self,
        account: &Account,
        purpose: Purpose,
        identity: Option<Identity>,
    ) -> Result<Pending, Error> {
        let secret = new_secret().map_err(|error| no_randomness(&error))?;
        Ok(Pending::start(
            account.name.clone(),
            account.uid,
            purpose,
            identity,
            secret,
            self.config().parameters,
            clock::now(),
        ))
    }
}

/// What `request` asks for, where `caller` may.
fn wishes(caller: u32, request: &EnrollRequest) -> Result<(How, Purpose), Error> {
    use proauth_interface::Purpose as Wire;
    let how = How::from_wire(request.how).ok_or_else(messages::unknown_request)?;
    if how == How::Offline && caller != 0 {
        return Err(messages::only_root("--offline"));
    }
    if request.any_identity && caller != 0 {
        return Err(messages::only_root("--any-identity"));
    }
    let purpose = match Wire::from_wire(request.purpose) {
        Some(Wire::New) => Purpose::New,
        Some(Wire::Replace) => Purpose::Replace,
        Some(Wire::Add) => AuthenticatorName::parse(&request.name)
            .map(Purpose::Add)
            .map_err(|_| messages::bad_authenticator_name(&request.name))?,
        None => return Err(messages::unknown_request()),
    };
    Ok((how, purpose))
}
