//! A booted Debian with the packages at hand, and people who log in there.

use std::collections::VecDeque;
use std::ops::Deref;

use proauth_e2e::{Booted, Device, LetIn, Refused};

/// Debian, and those of its people who have not logged in yet.
pub struct Machine {
    booted: Booted,
    people: VecDeque<(String, Device)>,
}

/// What apt is told, beside what an administrator types.
const APT: &str = "
    export DEBIAN_FRONTEND=noninteractive
    apt() { apt-get -q -y -o Dpkg::Use-Pty=0 \"$@\" 2>&1; }
";

/// Puts the PAM files and sshd's lines in place, as the README has it.
const BY_HAND: &str = r#"
    examples=/usr/share/doc/proauth/examples
    mkdir -p /root/before-proauth
    cp -a /etc/pam.d/sshd /etc/pam.d/sudo /etc/pam.d/sudo-i /root/before-proauth/
    install -m 644 $examples/pam/sshd-key-and-code /etc/pam.d/sshd
    install -m 644 $examples/pam/sudo /etc/pam.d/sudo
    install -m 644 $examples/ssh/proauth.conf /etc/ssh/sshd_config.d/00-proauth.conf
    sshd -t
    systemctl restart ssh
"#;

/// Takes that back.
const BY_HAND_BACK: &str = "
    cp -a /root/before-proauth/* /etc/pam.d/
    rm /etc/ssh/sshd_config.d/00-proauth.conf
    systemctl restart ssh
";

/// The same, as the tools of ProAuth write it: in blocks that a removal takes out.
const IN_BLOCKS: &str = r##"
    in_place_of() {
        awk -v line="$2" -v block="$3" '
            $0 == line { printf "# BEGIN proauth\n%s#was# %s\n# END proauth\n", block, $0; next }
            { print }' "/etc/pam.d/$1" >/etc/pam.d/.new
        cp /etc/pam.d/.new "/etc/pam.d/$1"
        rm /etc/pam.d/.new
    }
    in_place_of sshd "@include common-auth" "auth required pam_proauth.so first_factor=publickey max_tries=3
auth required pam_permit.so
"
    in_place_of sshd "account    required     pam_nologin.so" "account required pam_nologin.so
account required pam_proauth.so need_code
"
    in_place_of sudo "@include common-auth" "auth requisite pam_unix.so
auth required pam_proauth.so first_factor=password max_tries=3
auth required pam_permit.so
account required pam_proauth.so
"
    {
        echo "# BEGIN proauth"
        grep -v "^#" /usr/share/doc/proauth/examples/ssh/proauth.conf
        echo "# END proauth"
    } >/etc/ssh/sshd_config.d/00-proauth.conf
    sshd -t
    systemctl restart ssh
"##;

impl Machine {
    /// Debian, as it was installed.
    pub fn boot() -> Self {
        Self {
            booted: Booted::debian(),
            people: VecDeque::new(),
        }
    }

    /// Installs the package `name` with apt, in one of three versions: "older", "today", "newer".
    pub fn install(&self, name: &str, version: &str) -> String {
        let install = r#"apt install --allow-downgrades "/checkout/target/packages/$1/$0"_*.deb"#;
        self.sh(&(APT.to_owned() + install), &[name, version])
    }

    /// `apt-get` with these arguments: whether it succeeded, and what it said.
    pub fn apt(&self, arguments: &[&str]) -> (bool, String) {
        let script = APT.to_owned() + r#"apt "$@""#;
        let ran = self.run(None, &[&["sh", "-ec", &script, "sh"], arguments].concat());
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        (ran.status.success(), said)
    }

    /// As [`Machine::apt`], where it must succeed.
    pub fn apt_succeeds(&self, arguments: &[&str]) -> String {
        let (succeeded, said) = self.apt(arguments);
        assert!(succeeded, "apt-get {arguments:?}: {said}");
        said
    }

    /// Adds `count` people, and enrolls them.
    pub fn enroll_people(&mut self, count: usize) {
        let first = self.people.len();
        let names: Vec<String> = (first..first + count)
            .map(|n| format!("person{n}"))
            .collect();
        let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
        self.add_users(&borrowed);
        for name in names {
            let device = self.enroll(&name);
            self.people.push_back((name, device));
        }
    }

    /// The next of them, who has not logged in yet.
    pub fn somebody(&mut self) -> (String, Device) {
        self.people.pop_front().expect("enough were enrolled")
    }

    /// Has sshd and sudo ask for codes, by files that an administrator put there.
    pub fn protect_by_hand(&self) {
        self.sh(BY_HAND, &[]);
    }

    /// Puts back what was there.
    pub fn unprotect_by_hand(&self) {
        self.sh(BY_HAND_BACK, &[]);
    }

    /// Has sshd and sudo ask for codes, by blocks in the files that are there.
    pub fn protect_in_blocks(&self) {
        self.sh(IN_BLOCKS, &[]);
    }

    /// Every PAM file and what is in it.
    pub fn pam(&self) -> String {
        self.sh("cd /etc/pam.d && sha256sum *", &[])
    }

    /// Sees that sshd and sudo let in with a code, once, and not with another.
    pub fn assert_asks_for_codes(&mut self) {
        let (name, mut device) = self.somebody();
        assert_eq!(self.ssh(&name, &[&device.wrong_code()]), Refused);
        let code = device.next_code();
        assert_eq!(self.ssh(&name, &[&code]), LetIn, "{}", self.journal());
        assert_eq!(self.ssh(&name, &[&code]), Refused, "a replay");
        assert_eq!(self.sudo(&name, &[&code]), Refused, "a replay elsewhere");
        let code = device.next_code();
        assert_eq!(self.sudo(&name, &[&code]), LetIn, "{}", self.journal());
    }

    /// Sees that sshd and sudo let in without.
    pub fn assert_asks_for_no_codes(&self) {
        assert_eq!(self.ssh("alice", &[]), LetIn);
        assert_eq!(self.sudo("alice", &[]), LetIn);
    }

    /// Has a removal wait for nobody: whoever typed a wrong code is taken to be typing for two
    /// minutes more. The logins under way are the storm's.
    pub fn forget_who_types(&self) {
        self.sh("systemctl restart proauthd", &[]);
    }

    /// Whether the daemon runs, in systemd's word.
    pub fn state(&self) -> String {
        let state = self.run(None, &["systemctl", "is-active", "proauthd"]);
        String::from_utf8_lossy(&state.stdout).trim().to_owned()
    }

    /// What was logged since it was booted.
    pub fn journal(&self) -> String {
        self.sh("journalctl --quiet --boot --no-pager --lines=60", &[])
    }
}

impl Deref for Machine {
    type Target = Booted;

    fn deref(&self) -> &Booted {
        &self.booted
    }
}

impl Machine {
    /// Boots it again.
    pub fn reboot(&mut self) {
        self.booted.reboot();
    }
}
