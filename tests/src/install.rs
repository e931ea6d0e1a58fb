//! ProAuth, installed in a world as its packages will install it, and what tests need beside it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::{Builder, Namespace, SshdPam, google, identity};

/// The password of every user in a world.
pub const PASSWORD: &str = "correct horse battery staple";

/// The same as `/etc/shadow` has it; cheap, since every login checks it.
pub(crate) const PASSWORD_HASH: &str =
    "$5$rounds=1000$proauth.e2e$3HbtFqxuaKhh9.SSk/TGogWCEhhP0r0ERqiaqZnuVc6";

/// The private key that opens every user's account in a world, to sshd's eyes. root has it.
pub(crate) const KEY: &str = "/run/e2e/key";

/// What the ssh client is told, whatever the machine's configuration says.
const SSH_CONFIG: &str = "\
IdentityFile /run/e2e/key
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile /dev/null
StrictHostKeyChecking no
NumberOfPasswordPrompts 1
LogLevel ERROR
";

/// The directories in which Debian and its like keep PAM modules.
const SECURITY: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
];

/// What sshd is told beside our lines, whatever the machine's configuration says.
const SSHD_CONFIG: &str = "\
Include /etc/ssh/sshd_config.d/*.conf
ListenAddress 127.0.0.1
UseDNS no
# For bursts of logins.
MaxStartups 1000
";

/// Lets every user of a world use sudo.
const SUDOERS: &str = "Defaults lecture = never\n%e2e ALL=(ALL:ALL) ALL\n";

/// Lets everybody do everything on the bus, for what the daemon and the module must hold alone.
const LAX_POLICY: &str = r#"<busconfig>
  <policy context="mandatory">
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow send_requested_reply="false" send_type="method_return"/>
    <allow receive_sender="*"/>
    <allow receive_requested_reply="false"/>
    <allow eavesdrop="true"/>
  </policy>
</busconfig>
"#;

/// A PAM service that asks for the code and nothing else.
const CODE_ONLY: &str = "auth required pam_proauth.so nodelay\naccount required pam_permit.so\n";

/// The root of the repository.
///
/// # Panics
/// Never: this crate lies in it.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crate lies in it")
        .to_owned()
}

/// The file `name` of the release build, in `$PROAUTH_ARTEFACTS` or `target/release`.
///
/// # Panics
/// If it has not been built.
#[must_use]
pub fn artefact(name: &str) -> PathBuf {
    let folder = std::env::var_os("PROAUTH_ARTEFACTS")
        .map_or_else(|| repository().join("target/release"), PathBuf::from);
    let file = folder.join(name);
    assert!(
        file.exists(),
        "{} is missing: tests/run builds it, as does `cargo build --release --locked -p {}`",
        file.display(),
        name.trim_start_matches("lib").trim_end_matches(".so"),
    );
    file
}

/// Puts everything in its place, before anything is started.
pub(crate) fn install(namespace: &Namespace, builder: &Builder) {
    let place = Place { namespace };
    // A machine may have ProAuth already, but a world begins without it.
    place.remove("/etc/proauth");
    place.remove("/var/lib/proauth");
    place.directory("/run/e2e", 0o755);
    place.directory("/run/dbus", 0o755);
    place.directory("/run/sshd", 0o755);
    place.text("/etc/hosts", "127.0.0.1 localhost testhost\n", 0o644);
    place.text("/run/e2e/dialogue.exp", include_str!("dialogue.exp"), 0o644);

    proauth(&place, builder);
    if builder.identity {
        identity::install(namespace, &place);
        google::install(namespace, &place);
    }
    sshd(&place, builder.sshd);
    sudo(&place);
    for (service, stack) in &builder.pam {
        place.text(&format!("/etc/pam.d/{service}"), stack, 0o644);
    }
}

/// `proauthd`, the module, the bus policy and the config.
fn proauth(place: &Place, builder: &Builder) {
    place.copy(&artefact("proauthd"), "/usr/bin/proauthd", 0o755);
    let security = SECURITY.map(|folder| format!("{folder}/security"));
    let security = security
        .iter()
        .find(|folder| place.outside(&format!("{folder}/pam_unix.so")).exists())
        .expect("PAM modules lie where Debian puts them");
    let module = format!("{security}/pam_proauth.so");
    place.copy(&artefact("libpam_proauth.so"), &module, 0o644);
    place.text("/etc/pam.d/code-only", CODE_ONLY, 0o644);

    let policy = "/usr/share/dbus-1/system.d/org.proauth.Daemon1.conf";
    if builder.lax_bus {
        place.text(policy, LAX_POLICY, 0o644);
    } else {
        place.copy(
            &repository().join("config/dbus/org.proauth.Daemon1.conf"),
            policy,
            0o644,
        );
    }

    place.directory("/etc/proauth", 0o755);
    place.directory("/var/lib/proauth", 0o700);
    let config = "/etc/proauth/proauthd.toml";
    match &builder.config {
        Some(text) => place.text(config, text, 0o644),
        None if builder.identity => place.text(config, identity::IDENTITY, 0o644),
        None => place.copy(&repository().join("config/proauthd.toml"), config, 0o644),
    }
}

/// Our lines for sshd, its PAM stack, and a client that has the key.
fn sshd(place: &Place, stack: SshdPam) {
    place.remove("/etc/ssh/sshd_config.d");
    place.directory("/etc/ssh/sshd_config.d", 0o755);
    place.text("/etc/ssh/sshd_config", SSHD_CONFIG, 0o644);
    place.text("/etc/ssh/ssh_config", SSH_CONFIG, 0o644);
    let shipped = fs::read_to_string(repository().join("config/ssh/proauth.conf"))
        .expect("config/ssh/proauth.conf can be read");
    let (lines, stack) = match stack {
        SshdPam::KeyAndCode => (shipped, "sshd-key-and-code"),
        SshdPam::PasswordAndCode => (choose_password(&shipped), "sshd-password-and-code"),
    };
    place.text("/etc/ssh/sshd_config.d/00-proauth.conf", &lines, 0o644);
    place.copy(
        &repository().join("config/pam").join(stack),
        "/etc/pam.d/sshd",
        0o644,
    );
}

/// Does what the comments in the file say to do for a password and a code.
fn choose_password(shipped: &str) -> String {
    let key = "\nAuthenticationMethods publickey,keyboard-interactive\n";
    let password = "\n#AuthenticationMethods keyboard-interactive\n";
    assert!(
        shipped.contains(key) && shipped.contains(password),
        "config/ssh/proauth.conf changed"
    );
    shipped
        .replacen(key, "\n", 1)
        .replacen(password, &password.replace('#', ""), 1)
}

fn sudo(place: &Place) {
    place.copy(
        &repository().join("config/pam/sudo"),
        "/etc/pam.d/sudo",
        0o644,
    );
    place.text("/etc/sudoers.d/e2e", SUDOERS, 0o440);
}

/// The files of a world, as they are reached from outside.
pub(crate) struct Place<'n> {
    namespace: &'n Namespace,
}

impl Place<'_> {
    /// The file that is `from` in the repository.
    pub(crate) fn shipped(&self, from: &str, inside: &str) {
        self.copy(&repository().join(from), inside, 0o644);
    }

    /// The program that was built as `name`.
    pub(crate) fn program(&self, name: &str, inside: &str) {
        let folder = inside.rsplit_once('/').expect("an absolute path").0;
        fs::create_dir_all(self.outside(folder)).unwrap_or_else(|e| panic!("{folder}: {e}"));
        self.copy(&artefact(name), inside, 0o755);
    }

    fn outside(&self, inside: &str) -> PathBuf {
        self.namespace.path(inside)
    }

    fn remove(&self, inside: &str) {
        // What is not there is gone already.
        let _ = fs::remove_dir_all(self.outside(inside));
    }

    pub(crate) fn directory(&self, inside: &str, mode: u32) {
        fs::create_dir_all(self.outside(inside)).unwrap_or_else(|e| panic!("{inside}: {e}"));
        self.mode(inside, mode);
    }

    pub(crate) fn text(&self, inside: &str, text: &str, mode: u32) {
        fs::write(self.outside(inside), text).unwrap_or_else(|e| panic!("{inside}: {e}"));
        self.mode(inside, mode);
    }

    fn copy(&self, from: &Path, inside: &str, mode: u32) {
        fs::copy(from, self.outside(inside))
            .unwrap_or_else(|e| panic!("{} to {inside}: {e}", from.display()));
        self.mode(inside, mode);
    }

    pub(crate) fn mode(&self, inside: &str, mode: u32) {
        fs::set_permissions(self.outside(inside), fs::Permissions::from_mode(mode))
            .unwrap_or_else(|e| panic!("{inside}: {e}"));
    }
}
