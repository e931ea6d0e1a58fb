//! Whose phone is enrolled: the account of who runs this.

use proauth_interface::{AccountStatus, Error};
use serde_json::json;

use super::super::Common;
use super::super::ask::Asker;
use super::super::failure::Failure;
use super::facts;
use super::people::Way;
use super::person::{Meaning, Person, Question};
use crate::messages;

/// The account of who is logged in, or the one that they name.
///
/// # Errors
/// If there is none.
pub fn find(
    person: &mut Person,
    common: &Common,
    given: Option<&str>,
) -> Result<AccountStatus, Failure> {
    let logged_in = facts::logged_in();
    let question = Question {
        flag: "--user",
        given: given.map(str::to_owned).or_else(|| logged_in.clone()),
        about: messages::SETUP_ACCOUNT,
        prompt: "Account",
        proposal: only_enrolled(common)?,
    };
    let account = person.ask(&question, |name| look_up(common, name))?;
    let known = given.is_none() && logged_in.is_some();
    let found = json!({ "step": "account", "user": account.user });
    person.done(&found, &messages::setup_account(&account.user, known))?;
    if account.uid == 0 {
        person.tell(messages::SETUP_ROOT)?;
    }
    Ok(account)
}

/// The account that a run before this one has enrolled, if there is no other.
fn only_enrolled(common: &Common) -> Result<Option<String>, Failure> {
    let accounts = Asker::connect(common)?.ask(async |daemon| daemon.list().await)?;
    let mut enrolled = accounts.into_iter().filter(|account| account.enrolled);
    let first = enrolled.next().map(|account| account.user);
    Ok(first.filter(|_| enrolled.next().is_none()))
}

fn look_up(common: &Common, name: &str) -> Meaning<AccountStatus> {
    let status = Asker::connect(common)?.try_ask(async |daemon| daemon.status(name).await)?;
    match status {
        Ok(account) if !account.enrolled && account.account == "gone" => {
            Ok(Err(messages::setup_no_such_user(name)))
        }
        Ok(account) => Ok(Ok(account)),
        Err(Error::NoSuchUser(sentence) | Error::InvalidArgument(sentence)) => Ok(Err(sentence)),
        Err(error) => Err(error.into()),
    }
}

/// Has them bind their phone, unless that was done.
///
/// # Errors
/// If they do not.
pub fn enroll(person: &mut Person, account: &AccountStatus, way: Way) -> Result<(), Failure> {
    let user = &account.user;
    let done = json!({ "step": "enroll", "user": user, "enrolled": true });
    if account.enrolled {
        return person.done(&done, &messages::setup_enrolled_already(user));
    }
    let mut words = vec!["enroll", "--user", user];
    if way == Way::Offline {
        words.push("--offline");
    }
    person.run_or_end(&words)?;
    person.done(&done, messages::SETUP_KEEP_CODES)
}
