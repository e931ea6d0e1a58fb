//! The house of docs/architecture.md stands as it is drawn there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proauth_e2e::repository;

/// Crates that speak HTTP, TLS or DNS, by the beginnings of their names.
const NETWORK: [&str; 24] = [
    "actix",
    "axum",
    "boring",
    "curl",
    "h2",
    "h3",
    "hickory",
    "http",
    "hyper",
    "isahc",
    "native-tls",
    "openidconnect",
    "openssl",
    "quinn",
    "reqwest",
    "ring",
    "rustls",
    "schannel",
    "surf",
    "tonic",
    "trust-dns",
    "ureq",
    "warp",
    "webpki",
];

#[test]
fn core_has_no_io_no_async_and_no_clock() {
    let tree = packages("proauth-core");
    for crate_name in ["tokio", "zbus", "serde"] {
        assert!(
            !tree.contains(crate_name),
            "proauth-core depends on {crate_name}"
        );
    }
    for file in sources("proauthd/core/src") {
        for forbidden in [
            "std::fs",
            "std::io",
            "std::net",
            "SystemTime",
            "Instant::now",
        ] {
            assert!(
                !text(&file).contains(forbidden),
                "{} uses {forbidden}",
                file.display()
            );
        }
    }
}

#[test]
fn the_root_daemon_links_no_network_code() {
    assert_eq!(network_crates("proauthd"), BTreeSet::new());
}

#[test]
fn network_code_is_seen_where_there_is_some() {
    let seen = network_crates("proauth-idp");
    for crate_name in ["http", "ring", "rustls", "ureq"] {
        assert!(
            seen.contains(crate_name),
            "{crate_name} is not among {seen:?}"
        );
    }
}

#[test]
fn the_module_links_neither_core_nor_network_code_nor_a_subscriber() {
    let tree = packages("pam_proauth");
    for crate_name in [
        "proauth-core",
        "proauthd",
        "tracing-subscriber",
        "env_logger",
        "log4rs",
    ] {
        assert!(
            !tree.contains(crate_name),
            "pam_proauth depends on {crate_name}"
        );
    }
    assert_eq!(network_crates("pam_proauth"), BTreeSet::new());
}

#[test]
fn the_module_starts_no_thread_through_the_features_of_its_crates() {
    let features = cargo(&[
        "tree",
        "-p",
        "pam_proauth",
        "-e",
        "normal,features",
        "--prefix=none",
    ]);
    let has = |feature: &str| features.lines().any(|line| line.starts_with(feature));
    assert!(
        has("zbus feature \"tokio\""),
        "zbus no longer runs on tokio"
    );
    assert!(
        !has("zbus feature \"default-rt\""),
        "zbus runs on a process-wide runtime"
    );
    assert!(
        !has("zbus feature \"blocking-api\""),
        "zbus has its blocking API"
    );
    assert!(
        !has("tokio feature \"rt-multi-thread\""),
        "tokio may start worker threads"
    );
}

#[test]
fn the_crates_of_ours_depend_on_each_other_only_as_drawn() {
    let allowed: [(&str, &[&str]); 7] = [
        ("proauth-core", &[]),
        ("proauth-interface", &[]),
        ("pam_proauth", &["proauth-interface"]),
        ("proauth-idp", &["proauth-interface"]),
        ("proauth-rollout", &[]),
        (
            "proauthd",
            &["proauth-core", "proauth-interface", "proauth-rollout"],
        ),
        ("proauth-e2e", &["proauth-interface"]),
    ];
    let ours: BTreeSet<&str> = allowed.iter().map(|(name, _)| *name).collect();
    for (name, may_use) in allowed {
        for used in packages(name)
            .iter()
            .filter(|used| ours.contains(used.as_str()))
        {
            assert!(
                used == name || may_use.contains(&used.as_str()),
                "{name} depends on {used}"
            );
        }
    }
    let members = metadata();
    for name in members.iter().map(|(name, _)| name) {
        assert!(
            ours.contains(name.as_str()),
            "{name} is a new crate: draw its arrows here"
        );
    }
}

#[test]
fn store_and_bus_do_not_know_each_other() {
    for (room, other) in [("store", "crate::bus"), ("bus", "crate::store")] {
        for file in sources(&format!("proauthd/src/{room}")) {
            assert!(
                !text(&file).contains(other),
                "{} uses {other}",
                file.display()
            );
        }
    }
}

#[test]
fn unsafe_code_lives_in_one_file_of_the_module() {
    let uses_unsafe = |file: &PathBuf| {
        text(file).lines().any(|line| {
            let code = line.split("//").next().unwrap_or_default();
            [
                "unsafe {",
                "unsafe fn",
                "unsafe impl",
                "unsafe extern",
                "unsafe(",
            ]
            .iter()
            .any(|keyword| code.contains(keyword))
        })
    };
    // This file has the words, but forbids what they mean.
    let this = Path::new("tests/architecture.rs");
    let files: Vec<PathBuf> = all_sources()
        .into_iter()
        .filter(|file| !file.ends_with(this))
        .filter(uses_unsafe)
        .collect();
    assert!(
        files
            .iter()
            .all(|file| file.starts_with(repository().join("pam_proauth/src"))),
        "unsafe outside the module: {files:?}"
    );
    assert!(files.len() <= 1, "unsafe in more than one file: {files:?}");
}

#[test]
fn files_are_small() {
    let mut lengths: Vec<(usize, PathBuf)> = all_sources()
        .into_iter()
        .map(|file| (text(&file).lines().count(), file))
        .collect();
    lengths.sort();
    let (longest, file) = lengths.last().expect("there are sources");
    assert!(*longest <= 500, "{} has {longest} lines", file.display());
    let (median, _) = lengths[lengths.len() / 2];
    assert!(median <= 200, "the median file has {median} lines");
}

#[test]
fn no_room_is_called_common_utils_or_helpers() {
    let crates = metadata().into_iter().map(|(name, _)| name);
    let rooms = all_sources().into_iter().flat_map(|file| {
        let inside = file
            .strip_prefix(repository())
            .expect("it lies in there")
            .to_owned();
        inside
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect::<Vec<_>>()
    });
    for name in crates.chain(rooms) {
        let words: Vec<&str> = name.trim_end_matches(".rs").split(['-', '_']).collect();
        for forbidden in ["common", "util", "utils", "helper", "helpers", "misc"] {
            assert!(!words.contains(&forbidden), "a room is called {name}");
        }
    }
}

/// The names of all that `package` links, itself included, on this platform.
fn packages(package: &str) -> BTreeSet<String> {
    cargo(&["tree", "-p", package, "-e", "normal", "--prefix=none"])
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

fn network_crates(package: &str) -> BTreeSet<String> {
    let mut found = packages(package);
    found.retain(|name| NETWORK.iter().any(|network| is_of_family(name, network)));
    found
}

/// Whether `name` is `family`, or `family-…`, or `family_…`.
fn is_of_family(name: &str, family: &str) -> bool {
    name.strip_prefix(family)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

/// Name and folder of each crate in the workspace.
fn metadata() -> Vec<(String, PathBuf)> {
    let json = cargo(&["metadata", "--format-version=1", "--no-deps"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("cargo speaks JSON");
    let packages = json["packages"].as_array().expect("there are packages");
    packages
        .iter()
        .map(|package| {
            let field = |name: &str| package[name].as_str().expect("it is text").to_owned();
            let manifest = PathBuf::from(field("manifest_path"));
            (
                field("name"),
                manifest.parent().expect("it is a file").to_owned(),
            )
        })
        .collect()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--locked")
        .current_dir(repository())
        .output()
        .expect("cargo starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo speaks UTF-8")
}

/// The Rust files of every crate.
fn all_sources() -> BTreeSet<PathBuf> {
    metadata()
        .into_iter()
        .flat_map(|(_, folder)| rust_files(&folder))
        .collect()
}

/// The Rust files under `folder` of the repository, of which there are some.
fn sources(folder: &str) -> Vec<PathBuf> {
    let files = rust_files(&repository().join(folder));
    assert!(!files.is_empty(), "{folder} has moved");
    files
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries
        .map(|entry| entry.expect("a folder can be read").path())
        .flat_map(|path| {
            if path.is_dir() {
                rust_files(&path)
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                vec![path]
            } else {
                Vec::new()
            }
        })
        .collect()
}

fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}
