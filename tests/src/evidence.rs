//! Everything that may remain of a story: what was logged, files, and the daemon's memory.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::World;

/// Where something was found, and all that was there.
pub type Exhibit = (String, Vec<u8>);

impl World {
    /// All that was logged, byte for byte: by the daemon, sshd, the bus, to syslog and to journald.
    #[must_use]
    pub fn logs(&self) -> Vec<Exhibit> {
        let services = [
            ("daemon", &self.daemon),
            ("sshd", &self.sshd),
            ("bus", &self.bus),
        ];
        let said = services.into_iter().flat_map(|(name, service)| {
            let logs = service.logs().into_iter();
            logs.map(move |log| (format!("what the {name} said"), log.bytes()))
        });
        let syslog = ("syslog".to_owned(), self.syslog.log().bytes());
        let journal = self
            .journal
            .iter()
            .map(|journal| ("the journal".to_owned(), journal.log().bytes()));
        said.chain([syslog]).chain(journal).collect()
    }

    /// Every file that was written since the world was made, in it and in no other.
    ///
    /// # Panics
    /// If one cannot be read.
    #[must_use]
    pub fn written_files(&self) -> Vec<Exhibit> {
        // What was written over the machine's files lies beside the world's root: see world.sh.
        let mut files = Vec::new();
        collect(&self.path("/../upper"), "", &mut files);
        for own in ["/run", "/tmp", "/home", "/root", "/dev/shm"] {
            collect(&self.path(own), own, &mut files);
        }
        files
    }

    /// The memory of the running daemon that can be written to, and what it was started with.
    ///
    /// # Panics
    /// If it does not run.
    #[must_use]
    pub fn daemon_memory(&self) -> Vec<Exhibit> {
        let process = self.path(&format!("/proc/{}", self.daemon.pid()));
        let maps = fs::read_to_string(process.join("maps")).expect("the daemon runs");
        let memory = File::open(process.join("mem")).expect("root reads the daemon's memory");
        let mut exhibits = Vec::new();
        for line in maps.lines() {
            let mut words = line.split_whitespace();
            let range = words.next().expect("maps begin with a range");
            if !words.next().expect("then come rights").starts_with("rw") {
                continue;
            }
            let (from, to) = range.split_once('-').expect("a range has two ends");
            let address = |text| u64::from_str_radix(text, 16).expect("an address");
            let (from, to) = (address(from), address(to));
            let mut bytes = vec![0; usize::try_from(to - from).expect("it fits our memory")];
            // Some of the kernel's pages cannot be read.
            if memory.read_exact_at(&mut bytes, from).is_ok() {
                let used = bytes
                    .chunks(4096)
                    .filter(|page| page.iter().any(|&byte| byte != 0));
                exhibits.push((format!("memory {line}"), used.flatten().copied().collect()));
            }
        }
        for name in ["cmdline", "environ"] {
            let mut bytes = Vec::new();
            let mut file = File::open(process.join(name)).expect("the daemon runs");
            file.read_to_end(&mut bytes).expect("root reads it");
            exhibits.push((format!("the daemon's {name}"), bytes));
        }
        exhibits
    }
}

/// Reads all files in the folder `outside`, which is `inside` to the world.
fn collect(outside: &Path, inside: &str, files: &mut Vec<Exhibit>) {
    let entries = fs::read_dir(outside).unwrap_or_else(|e| panic!("{inside}: {e}"));
    for entry in entries {
        let entry = entry.expect("a folder can be listed");
        let (outside, name) = (entry.path(), entry.file_name());
        let inside = format!("{inside}/{}", name.to_string_lossy());
        let kind = entry.file_type().expect("it is still there");
        if kind.is_dir() {
            collect(&outside, &inside, files);
        } else if kind.is_file() {
            match fs::read(&outside) {
                Ok(bytes) => files.push((inside, bytes)),
                // It was for a moment only.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => panic!("{inside}: {error}"),
            }
        }
    }
}
