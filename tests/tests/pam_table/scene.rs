//! One handle of libpam, from `pam_start_confdir` to `pam_end`.

use std::fmt::Debug;

use proauth_e2e::{Heard, PamCode, ScriptedHost};

use crate::actor::Actor;
use crate::row::{Host, Step};
use crate::stage::Stage;

/// Where the PAM files are.
const CONFDIR: &str = "/run/e2e/pam_table";

/// What libpam makes of two seconds: up to half more or less.
const TWO_SECONDS: std::ops::RangeInclusive<u32> = 1_000_000..=3_000_000;

/// A handle that is open.
pub struct Scene {
    host: ScriptedHost,
}

impl Scene {
    /// `pam_start_confdir`, with these lines as the only PAM file.
    pub fn open(stage: &Stage, host: Host, lines: &str, user: &str) -> Result<Self, String> {
        let service = if host == Host::Locker {
            "swaylock"
        } else {
            "sshd"
        };
        let folder = stage.world.path(CONFDIR);
        std::fs::create_dir_all(&folder).expect("the world can be written to");
        std::fs::write(folder.join(service), format!("{lines}\n")).expect("likewise");
        let mut process = match host {
            Host::Sshd | Host::Mute => stage.world.scripted_host(),
            Host::Locker => stage.world.scripted_host_by(user),
        };
        process.start_confdir(service, user, CONFDIR, host != Host::Mute);
        let mut scene = Self { host: process };
        scene.expect("returns PAM_SUCCESS")?;
        Ok(scene)
    }

    /// A whole login with nothing to see but its end.
    pub fn log_in(&mut self, address: &str, typed: &str, code: PamCode) -> Result<(), String> {
        if !address.is_empty() {
            self.host.set_item("rhost", address);
            self.expect("returns PAM_SUCCESS")?;
        }
        self.host.authenticate(false);
        loop {
            match self.host.hear() {
                Heard::Asks { .. } => self.host.types(typed),
                Heard::Says { .. } => {}
                Heard::Returned { code: returned, .. } if returned == code => return self.end(),
                other => return same(&code.to_string(), &sight(&other)),
            }
        }
    }

    /// The next step.
    pub fn go_on(&mut self, step: Step, actor: &Actor) -> Result<(), String> {
        self.act(step, actor);
        to_be_seen(step, actor).map_or(Ok(()), |expected| self.expect(&expected))
    }

    /// Does what the host or its user does in `step`.
    fn act(&mut self, step: Step, actor: &Actor) {
        let host = &mut self.host;
        match step {
            Step::SetRhost(address) => host.set_item("rhost", address),
            Step::SetUser(user) => host.set_item("user", user),
            Step::PutEnv(variable) => host.putenv(variable),
            Step::Authenticate => host.authenticate(false),
            Step::AuthenticateSilently => host.authenticate(true),
            Step::AcctMgmt => host.acct_mgmt(),
            Step::Types(typed) => host.types(&actor.types(typed)),
            Step::RepliesNull => host.replies_null(),
            Step::HangsUp => host.hangs_up(),
            _ => {}
        }
    }

    /// `pam_end`.
    pub fn end(&mut self) -> Result<(), String> {
        self.host.end();
        self.expect("returns PAM_SUCCESS")
    }

    fn expect(&mut self, expected: &str) -> Result<(), String> {
        same(expected, &sight(&self.host.hear()))
    }
}

/// What is to be seen of `step`, in words.
fn to_be_seen(step: Step, actor: &Actor) -> Option<String> {
    Some(match step {
        Step::SetRhost(_) | Step::SetUser(_) | Step::PutEnv(_) => "returns PAM_SUCCESS".to_owned(),
        Step::Asked(text) => format!("asks {text:?}"),
        Step::AskedAloud(text) => format!("asks aloud {text:?}"),
        Step::Told(text) => format!("tells {text:?}"),
        Step::Warned(text) => format!("warns {text:?}"),
        Step::Token(typed) => {
            let token = format!("PAM_AUTHTOK is \"{}\"", actor.types(typed));
            format!("tells {token:?}")
        }
        Step::NoToken => "tells \"PAM_AUTHTOK is not set\"".to_owned(),
        Step::Returns(code) => format!("returns {code}"),
        Step::Delays(code) => format!("returns {code} after 2 s"),
        _ => return None,
    })
}

/// What was seen, in words.
fn sight(heard: &Heard) -> String {
    match heard {
        Heard::Says { error: true, text } => format!("warns {text:?}"),
        Heard::Says { error: false, text } => format!("tells {text:?}"),
        Heard::Asks { echo: true, text } => format!("asks aloud {text:?}"),
        Heard::Asks { echo: false, text } => format!("asks {text:?}"),
        Heard::Returned { code, delay: 0 } => format!("returns {code}"),
        Heard::Returned { code, delay } if TWO_SECONDS.contains(delay) => {
            format!("returns {code} after 2 s")
        }
        Heard::Returned { code, delay } => format!("returns {code} after {delay} µs"),
        Heard::Died(signal) => format!("dies of signal {signal:?}"),
    }
}

/// Whether what is seen is what was to be seen.
pub fn same<T: PartialEq + Debug + ?Sized>(expected: &T, seen: &T) -> Result<(), String> {
    if expected == seen {
        return Ok(());
    }
    Err(format!("expected {expected:?}, seen {seen:?}"))
}
