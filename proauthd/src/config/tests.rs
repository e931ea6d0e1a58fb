//! Sentences about configurations, right and wrong.

use std::fs;

use tempfile::TempDir;

use super::*;

/// A folder with a configuration in it.
struct Folder(TempDir);

impl Folder {
    fn with(text: &str) -> Self {
        let folder = Self(TempDir::new().unwrap());
        fs::write(folder.main(), text).unwrap();
        folder
    }

    fn main(&self) -> PathBuf {
        self.0.path().join("proauthd.toml")
    }

    fn drop_in(self, name: &str, text: &str) -> Self {
        let folder = self.0.path().join("proauthd.toml.d");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), text).unwrap();
        self
    }

    fn config(&self) -> Config {
        load(Some(&self.main())).unwrap().config
    }

    fn refusal(&self) -> String {
        load(Some(&self.main())).unwrap_err().to_string()
    }
}

#[test]
fn an_empty_file_is_all_defaults() {
    let config = Folder::with("").config();
    assert_eq!(config.store, Path::new("/var/lib/proauth/proauth.db"));
    assert_eq!(config.key, Path::new("/etc/proauth/proauthd.key"));
    assert_eq!(config.parameters.period.get(), 30);
    assert_eq!(config.parameters.digits.get(), 6);
    assert_eq!(config.parameters.algorithm, Algorithm::Sha1);
    assert_eq!(config.parameters.skew, 1);
    assert_eq!(config.issuer, "ProAuth");
    assert_eq!(config.not_enrolled, NotEnrolled::Deny);
    assert_eq!(config.max_failures, 100);
    assert!(config.lockers.iter().any(|name| name == "swaylock"));
    assert_eq!(config.on_event, None);
}

#[test]
fn the_shipped_file_is_all_defaults_even_with_every_key_taken_out_of_its_comment() {
    let shipped = include_str!("../../../config/proauthd.toml");
    assert_eq!(Folder::with(shipped).config(), Folder::with("").config());
    let is_key = |line: &str| {
        line.starts_with("#    ")
            || (line.starts_with('#') && !line.starts_with("# ") && line != "#")
    };
    let live: Vec<_> = shipped
        .lines()
        .map(|line| {
            if is_key(line) && !line.contains("proauthd config") {
                &line[1..]
            } else {
                line
            }
        })
        .collect();
    assert!(
        live.iter().any(|line| line.starts_with("period")),
        "{live:?}"
    );
    assert_eq!(
        Folder::with(&live.join("\n")).config(),
        Folder::with("").config()
    );
}

#[test]
fn later_files_win_key_by_key() {
    let folder = Folder::with("[totp]\nperiod = 60\nskew = 2\n")
        .drop_in("20-b.toml", "[totp]\nskew = 0\n")
        .drop_in(
            "10-a.toml",
            "[totp]\nskew = 3\n[login]\nnot_enrolled = \"allow\"\n",
        )
        .drop_in("readme.txt", "not read");
    let config = folder.config();
    assert_eq!(
        (config.parameters.period.get(), config.parameters.skew),
        (60, 0)
    );
    assert_eq!(config.not_enrolled, NotEnrolled::Allow);
}

#[test]
fn a_later_file_can_take_the_program_back() {
    let folder = Folder::with("[hooks]\non_event = \"/usr/local/sbin/tell\"\n");
    assert_eq!(
        folder.config().on_event.as_deref(),
        Some(Path::new("/usr/local/sbin/tell"))
    );
    let folder = folder.drop_in("none.toml", "[hooks]\non_event = \"\"\n");
    assert_eq!(folder.config().on_event, None);
}

#[test]
fn a_mistake_is_named_with_its_line_and_column() {
    for (text, place, word) in [
        ("[totp]\nperiods = 30\n", ":2:1:", "periods"),
        ("\n\n[other]\n", ":3:2:", "other"),
        ("[totp]\nperiod = \"x\"\n", ":2:10:", "invalid type"),
        ("[totp]\nperiod = -30\n", ":2:10:", "15 to 300"),
        ("[totp]\n  digits = 5\n", ":2:12:", "6, 7 or 8"),
        ("[totp]\nalgorithm = \"MD5\"\n", ":2:13:", "SHA256"),
        ("[totp]\nskew = 11\n", ":2:8:", "0 to 10"),
        ("[totp]\nissuer = \"a:b\"\n", ":2:10:", "colon"),
        ("[login]\nnot_enrolled = \"maybe\"\n", ":2:16:", "maybe"),
        ("[login]\nmax_failures = 101\n", ":2:16:", "5 to 100"),
        (
            "[login]\nlockers = [\"Sway Lock\"]\n",
            ":2:11:",
            "lower case",
        ),
        ("[store]\npath = \"here\"\n", ":2:8:", "begin with /"),
        ("[hooks]\non_event = \"mail\"\n", ":2:12:", "begin with /"),
        ("[hooks]\nprogram = \"/x\"\n", ":2:1:", "program"),
        (
            "[identity]\nissuer = \"http://idp.example\"\n",
            ":2:10:",
            "https://",
        ),
        (
            "[identity]\nissuer = \"http://127.0.0.1.example\"\n",
            ":2:10:",
            "https://",
        ),
        ("[identity]\nproxy = \"socks\"\n", ":2:9:", "http://"),
        ("[identity]\nca_file = \"ca\"\n", ":2:11:", "begin with /"),
        (
            "[identity]\ndevice_client_id = \"a b\"\n",
            ":2:20:",
            "spaces",
        ),
        ("[identity]\nscopes = [\"a b\"]\n", ":2:10:", "one by one"),
        ("[identity]\nuser_claim = \"\"\n", ":2:14:", "claim"),
        (
            "[identity]\nallowed_domains = [\"@x\"]\n",
            ":2:19:",
            "domain",
        ),
        ("[identity.users]\n\"a b\" = \"alice\"\n", ":2:1:", "ASCII"),
        (
            "[identity.users]\n\"a@b\" = \"a b\"\n",
            ":2:9:",
            "account name",
        ),
        (
            "[identity.templates]\n\"x.y\" = \"alice\"\n",
            ":2:9:",
            "{local_part}",
        ),
        (
            "[identity.users]\n\"a@b.c\" = \"alice\"\n\"A@b.c\" = \"bob\"\n",
            ":1:1:",
            "twice",
        ),
        ("[enrollment]\nself_enroll = \"yes\"\n", ":2:15:", "yes"),
        ("[enrollment]\nrequire_ticket = 1\n", ":2:18:", "boolean"),
        ("[store\n", ":1:7:", ""),
    ] {
        let folder = Folder::with(text);
        let refusal = folder.refusal();
        let start = format!("{}{place}", folder.main().display());
        assert!(refusal.starts_with(&start), "{text:?}: {refusal}");
        assert!(refusal.contains(word), "{text:?}: {refusal}");
        assert!(!refusal.contains('\n'), "{refusal}");
    }
}

#[test]
fn what_does_not_go_together_is_a_mistake_in_a_sentence() {
    for (text, word) in [
        (
            "[identity]\nany_account = true\nallowed_domains = [\"example.com\"]\n",
            "choose one",
        ),
        (
            "[identity.templates]\n\"example.com\" = \"{local_part}\"\n",
            "not in identity.allowed_domains",
        ),
        (
            "[identity.users]\n\"a@b.c\" = \"alice\"\n\"A@b.d\" = \"alice\"\n",
            "one account",
        ),
        (
            "[identity]\nallowed_domains = [\"a.b\", \"c.d\"]\n[identity.templates]\n\
             \"a.b\" = \"{local_part}\"\n\"c.d\" = \"c{local_part}\"\n",
            "the same account",
        ),
    ] {
        let refusal = Folder::with(text).refusal();
        assert!(refusal.contains(word), "{text:?}: {refusal}");
    }
}

#[test]
fn only_of_google_is_the_hosted_domain_looked_at_unless_told_so() {
    let claim = |text: &str| Folder::with(text).config().identity.domain_claim;
    assert_eq!(claim(""), "hd");
    assert_eq!(claim("[identity]\nissuer = \"https://idp.example\"\n"), "");
    assert_eq!(claim("[identity]\ndomain_claim = \"\"\n"), "");
}

#[test]
fn tables_of_later_files_add_to_earlier_ones() {
    let folder = Folder::with("[identity.users]\n\"a@b.c\" = \"alice\"\n\"d@b.c\" = \"dora\"\n")
        .drop_in("x.toml", "[identity.users]\n\"A@b.c\" = \"al\"\n");
    let config = folder.config();
    let users: Vec<_> = config.identity.policy.rules().users.values().collect();
    assert_eq!(format!("{users:?}"), "[\"al\", \"dora\"]");
}

#[test]
fn a_mistake_in_a_drop_in_names_that_file() {
    let folder = Folder::with("").drop_in("x.toml", "nonsense = 1\n");
    assert!(
        folder.refusal().contains("proauthd.toml.d/x.toml:1:1:"),
        "{}",
        folder.refusal()
    );
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let absent = Path::new("/nonexistent/proauthd.toml");
    assert!(matches!(
        load(Some(absent)).unwrap_err(),
        ConfigError::Unreadable(..)
    ));
}

#[test]
fn what_is_allowed_but_not_advised_is_warned_of() {
    let warned = |text: &str| {
        load(Some(&Folder::with(text).main()))
            .unwrap()
            .warnings
            .len()
    };
    assert_eq!(warned(""), 0);
    assert_eq!(warned("[identity.users]\n\"a@b.c\" = \"alice\"\n"), 1);
    assert_eq!(warned("[totp]\nperiod = 60\n"), 1);
    assert_eq!(
        warned("[totp]\nperiod = 60\ndigits = 8\nalgorithm = \"SHA512\"\n"),
        3
    );
}
