//! Keys that are sealed to this machine by systemd: to its TPM where it has one, else to the host
//! key on its disk. The unit has them unsealed when it starts the daemon (systemd-creds(1)).

use std::fs::{self, DirBuilder, File};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::messages;
use crate::store::key::{MasterKey, sync_folder_of};
use crate::store::keyring::{CREDENTIAL, SEALED_CREDENTIALS, next_to};

/// There while systemd is the service manager (sd_booted(3)).
const BOOTED: &str = "/run/systemd/system";

const CREDS: &str = "/usr/bin/systemd-creds";

/// The place of the sealed key.
pub fn place() -> PathBuf {
    Path::new(SEALED_CREDENTIALS).join(CREDENTIAL)
}

/// Seals `key` and puts it at the place of the next key, durable when this returns. A key that does
/// not come out again, in the very way in which the unit gets it, is not left there: a credential
/// that cannot be unsealed would keep the daemon from starting.
///
/// # Errors
/// Why that is not possible, as a clause.
pub fn seal_next(key: &MasterKey) -> Result<(), String> {
    check_unit()?;
    let next = next_to(&place());
    // No name that the unit looks for.
    let draft = next.with_extension("draft");
    let mut folder = DirBuilder::new();
    let made = folder
        .recursive(true)
        .mode(0o700)
        .create(SEALED_CREDENTIALS);
    made.map_err(|error| messages::key_not_written(&draft, &error))?;
    encrypt(key, &draft)?;
    let holds = |found: Option<MasterKey>| found.is_some_and(|it| it.as_bytes() == key.as_bytes());
    if !holds(unseal(&draft)) {
        return Err(messages::seal_does_not_hold());
    }
    let publish = || {
        File::open(&draft)?.sync_all()?;
        fs::rename(&draft, &next)?;
        sync_folder_of(&next)
    };
    publish().map_err(|error| messages::key_not_written(&next, &error))?;
    if !holds(as_unit_gets_it()) {
        let _ = fs::remove_file(&next);
        return Err(messages::seal_does_not_hold());
    }
    Ok(())
}

/// Restarts the hooks if they run, so that what hides the key from their programs hides the new one:
/// moving a file over one that is hidden takes the cover away. Nothing without systemd.
///
/// # Errors
/// What systemctl said.
pub fn restart_hooks() -> Result<(), String> {
    if !Path::new(BOOTED).exists() {
        return Ok(());
    }
    let mut command = Command::new("/usr/bin/systemctl");
    command.args(["--no-ask-password", "try-restart", "proauthd-hooks.service"]);
    run(&mut command, None).map(drop)
}

/// The key that is sealed at `path`, if there is one that can be unsealed.
pub fn unseal(path: &Path) -> Option<MasterKey> {
    if !path.exists() {
        return None;
    }
    let mut command = Command::new(CREDS);
    command.args(["decrypt", "--name="]).arg(path).arg("-");
    run(&mut command, None)
        .ok()
        .and_then(|key| MasterKey::from_bytes(&key))
}

/// No name goes into what is sealed: the file is moved from one name to another later. No PCRs: the
/// chip alone must do, since the next firmware would otherwise lock everybody out.
fn encrypt(key: &MasterKey, to: &Path) -> Result<(), String> {
    let has_tpm = run(Command::new(CREDS).args(["--quiet", "has-tpm2"]), None).is_ok();
    let seal = |with: &str| {
        let mut command = Command::new(CREDS);
        command
            .args(["encrypt", "--name=", "--tpm2-pcrs=", with, "-"])
            .arg(to);
        run(&mut command, Some(key.as_bytes())).map(drop)
    };
    if has_tpm && seal("--with-key=host+tpm2").is_ok() {
        return Ok(());
    }
    seal("--with-key=host").map_err(|said| messages::systemd_tool_failed("systemd-creds", &said))
}

/// The key at the place of the next one, found and unsealed by the service manager itself.
fn as_unit_gets_it() -> Option<MasterKey> {
    let name = next_to(Path::new(CREDENTIAL));
    let name = name.to_str()?;
    let mut command = Command::new("/usr/bin/systemd-run");
    command
        .args(["--quiet", "--wait", "--pipe", "--collect"])
        .arg(format!("--property=LoadCredentialEncrypted={name}"))
        .args(["/bin/sh", "-c"])
        .arg(format!("cat \"$CREDENTIALS_DIRECTORY/{name}\""));
    run(&mut command, None)
        .ok()
        .and_then(|key| MasterKey::from_bytes(&key))
}

/// Whether the next start of the daemon would find what is sealed here.
fn check_unit() -> Result<(), String> {
    if !Path::new(BOOTED).exists() {
        return Err(messages::no_systemd());
    }
    let (sealed, plain) = (
        credentials_of_unit("LoadCredentialEncrypted")?,
        credentials_of_unit("LoadCredential")?,
    );
    let next = next_to(Path::new(CREDENTIAL));
    let names = [Some(CREDENTIAL), next.to_str()].into_iter().flatten();
    let is_taken = |name: &str| {
        let mut all = sealed.iter().chain(&plain).filter(|(id, _)| id == name);
        // Where the source is the name, systemd looks for it in its stores.
        sealed.contains(&(name.to_owned(), name.to_owned()))
            && all.all(|(_, source)| source == name)
    };
    match names.into_iter().all(is_taken) {
        true => Ok(()),
        false => Err(messages::unit_takes_no_credential()),
    }
}

/// Names and sources of the credentials in a setting of the daemon's unit.
fn credentials_of_unit(setting: &str) -> Result<Vec<(String, String)>, String> {
    #[derive(Deserialize)]
    struct Property {
        data: Vec<(String, String)>,
    }
    let mut command = Command::new("/usr/bin/busctl");
    command
        .args(["--json=short", "get-property", "org.freedesktop.systemd1"])
        .arg("/org/freedesktop/systemd1/unit/proauthd_2eservice")
        .args(["org.freedesktop.systemd1.Service", setting]);
    let failed = |said: &str| messages::systemd_tool_failed("busctl", said);
    let said = run(&mut command, None).map_err(|said| failed(&said))?;
    let property: Property =
        serde_json::from_slice(&said).map_err(|error| failed(&error.to_string()))?;
    Ok(property.data)
}

/// Runs `command` with `input`, and gives its output; where it fails, what it said.
fn run(command: &mut Command, input: Option<&[u8]>) -> Result<Zeroizing<Vec<u8>>, String> {
    let said = |error: std::io::Error| error.to_string();
    let mut child = command
        .env_clear()
        .env("LANG", "C.UTF-8")
        .stdin(if input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(said)?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        // So little fits into the pipe, whether it is read or not.
        stdin.write_all(input).map_err(said)?;
    }
    let output = child.wait_with_output().map_err(said)?;
    match output.status.success() {
        true => Ok(Zeroizing::new(output.stdout)),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}
