//! The three modules, each set up as its manual advises against replays and guessing.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use proauth_e2e::{AtHand, Authenticator, World};

/// Where the peers keep their secrets.
const FOLDER: &str = "/etc/peers";

/// What `google-authenticator -t -d -r 3 -R 30 -w 3` writes after the secret, and one scratch
/// code.
const GOOGLE_OPTIONS: &str = "\" RATE_LIMIT 3 30\n\" DISALLOW_REUSE\n\" TOTP_AUTH\n20040229\n";

/// A PAM module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Module {
    /// `pam_proauth`.
    ProAuth,
    /// `pam_google_authenticator`.
    Google,
    /// `pam_oath`.
    Oath,
}

impl Module {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; 3] = [Self::ProAuth, Self::Google, Self::Oath];

    /// Fails unless the peers are installed.
    pub fn assert_installed(world: &World) {
        for (file, package) in [
            ("pam_google_authenticator.so", "libpam-google-authenticator"),
            ("pam_oath.so", "libpam-oath"),
        ] {
            let found = world.run(&["find", "/usr/lib", "-name", file]).stdout;
            assert_ne!(found, "", "{file} is missing: install {package}");
        }
    }

    /// Enrolls `user`, and hands out what they have in their hands then.
    pub fn enroll(self, world: &World, user: &str) -> AtHand {
        if self == Self::ProAuth {
            let (authenticator, recovery_codes) = world.enroll_with_codes(user);
            return AtHand::new(authenticator, recovery_codes);
        }
        // Of RFC 6238, appendix B.
        let uri = "otpauth://totp/peer?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let authenticator = Authenticator::scan(uri, &world.clock);
        let scratch_codes = match self {
            Self::Google => vec!["20040229".to_owned()],
            _ => Vec::new(),
        };
        let text = match self {
            Self::Google => format!("{}\n{GOOGLE_OPTIONS}", authenticator.secret),
            // The plus: another module judges the password.
            _ => format!("HOTP/T30/6 {user} + {}\n", hex(b"12345678901234567890")),
        };
        fs::create_dir_all(world.path(FOLDER)).expect("the world can be written to");
        let file = world.path(&format!("{FOLDER}/{user}"));
        fs::write(&file, text).expect("the world can be written to");
        fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("it is ours");
        AtHand::new(authenticator, scratch_codes)
    }

    /// Its line in a PAM file.
    pub fn line(self, arguments: &str) -> String {
        match self {
            Self::ProAuth => format!("auth required pam_proauth.so {arguments}"),
            Self::Google => format!(
                "auth required pam_google_authenticator.so secret={FOLDER}/${{USER}} user=root \
                 {arguments}"
            ),
            // Takes password and code together without being told to.
            Self::Oath => format!(
                "auth required pam_oath.so usersfile={FOLDER}/${{USER}} window=1 digits=6 {}",
                arguments.replace("forward_pass", "")
            ),
        }
    }

    /// Whether it has recovery codes.
    pub fn has_recovery_codes(self) -> bool {
        self != Self::Oath
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
