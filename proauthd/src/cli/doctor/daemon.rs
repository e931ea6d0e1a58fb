//! The bus, the daemon, and what it says of accounts and of signing in.

use std::os::unix::net::UnixStream;

use proauth_interface::Error;
use proauth_rollout::Finding;

use super::accounts;
use crate::cli::Common;
use crate::cli::ask::{Asker, own_name};
use crate::cli::failure::Failure;
use crate::messages::doctor as say;

/// All that needs the bus. `asks`: whether PAM asks for codes; `signs_in`: whether an identity
/// provider is configured.
pub fn look(common: &Common, asks: bool, signs_in: bool) -> Vec<Finding> {
    if let Err(why) = bus(&common.bus) {
        return vec![say::bus_dead(&common.bus, &why)];
    }
    let mut findings = vec![say::bus_right()];
    let asker = match Asker::connect(common) {
        Ok(asker) => asker,
        Err(failure) => {
            findings.push(say::daemon_dead(&sentence(failure)));
            return findings;
        }
    };
    // The account of whoever asks may be asked for by anybody.
    let own = own_name().and_then(|name| asker.ask(async |daemon| daemon.status(&name).await));
    match own {
        Ok(own) => {
            findings.push(say::daemon_right());
            findings.push(match own.clock_unsynchronised {
                true => say::clock_unsynchronised(),
                false => say::clock_right(),
            });
        }
        Err(Failure::Unreachable(why)) => {
            findings.push(say::daemon_dead(&why));
            return findings;
        }
        // It answers, at least.
        Err(_) => findings.push(say::daemon_right()),
    }
    match asker.try_ask(async |daemon| daemon.list().await) {
        Ok(Ok(list)) => findings.extend(accounts::look(&list, asks)),
        Ok(Err(error)) => findings.push(unlisted(error)),
        Err(failure) => findings.push(say::accounts_unanswered(&sentence(failure))),
    }
    findings.extend(match signs_in {
        true => identity(&asker),
        false => Some(say::identity_none()),
    });
    findings
}

/// Whether anybody listens there.
fn bus(address: &str) -> Result<(), String> {
    let first = address.split(';').next().unwrap_or_default();
    let path = first.strip_prefix("unix:path=");
    let path = path.map(|path| path.split(',').next().unwrap_or_default());
    match path {
        Some(path) => UnixStream::connect(path)
            .map(drop)
            .map_err(|e| e.to_string()),
        // Whatever it is: connecting to it says more.
        None => Ok(()),
    }
}

fn unlisted(error: Error) -> Finding {
    match Failure::from(error) {
        Failure::NotAllowed(_) => say::accounts_hidden(),
        failure => say::accounts_unanswered(&sentence(failure)),
    }
}

fn identity(asker: &Asker) -> Option<Finding> {
    match asker.try_ask(async |daemon| daemon.check_identity().await) {
        Ok(Ok(report)) => Some(say::identity_right(&report.issuer)),
        Ok(Err(Error::NotConfigured(_))) => Some(say::identity_none()),
        Ok(Err(error)) => match Failure::from(error) {
            Failure::NotAllowed(_) => None,
            failure => Some(say::identity_wrong(&sentence(failure))),
        },
        Err(failure) => Some(say::identity_wrong(&sentence(failure))),
    }
}

fn sentence(failure: Failure) -> String {
    match failure {
        Failure::No(sentence)
        | Failure::Usage(sentence)
        | Failure::Unreachable(sentence)
        | Failure::NotAllowed(sentence)
        | Failure::Unable(sentence) => sentence,
        _ => "it was interrupted".to_owned(),
    }
}
