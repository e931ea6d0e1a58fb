//! The files of PAM, and the module that they name.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::place;
use crate::messages::doctor_system as say;
use crate::pam::{Fault, Files, Phase, faults, has_ours, jobs, permits, stack};
use crate::{Finding, Host, Level};

const FOLDER: &str = "/etc/pam.d";
const MODULE: &str = "pam_proauth.so";

/// Services that are looked at even if they do not ask for codes.
const ALWAYS: [&str; 3] = ["sshd", "sudo", "sudo-i"];

/// Everything about PAM.
pub fn look(host: &Host) -> Vec<Finding> {
    let files = Files::of(host);
    let services: Vec<String> = files
        .services()
        .into_iter()
        .filter(|s| is_service(s))
        .collect();
    let asking: Vec<String> = services
        .iter()
        .filter(|s| asks(&files, s))
        .cloned()
        .collect();
    let mut faults_found: Vec<Fault> = Vec::new();
    for service in services
        .iter()
        .filter(|s| asking.contains(s) || ALWAYS.contains(&s.as_str()))
    {
        for fault in faults(&files, service).into_iter().chain(jobs(&files)) {
            // The module is missing once, however many lines name it.
            let is_same = |known: &Fault| {
                known.id == fault.id && (known.at == fault.at || fault.id == "pam.module-missing")
            };
            if !faults_found.iter().any(is_same) {
                faults_found.push(fault);
            }
        }
    }
    let mut findings: Vec<Finding> = faults_found.into_iter().map(Finding::from).collect();
    findings.extend(
        asking
            .iter()
            .flat_map(|service| buses(host, &files, service)),
    );
    findings.dedup();
    findings.extend(half_of_sudo(&services, &asking));
    findings.extend(
        services
            .iter()
            .filter_map(|service| upper_case(host, service)),
    );
    findings.extend(other(&files));
    findings.extend(module(host, &files, &asking));
    findings.extend(place::look(host, FOLDER));
    if !asking.is_empty() && findings.iter().all(|finding| finding.level == Level::Green) {
        findings.insert(0, say::pam_right(&asking));
    }
    if asking.is_empty() {
        findings.push(say::pam_unused());
    }
    findings
}

/// Not what others include, and no copy that somebody kept.
fn is_service(name: &str) -> bool {
    let part = [
        "common-",
        "system-auth",
        "password-auth",
        "fingerprint-auth",
        "smartcard-auth",
    ];
    let is_part = part.iter().any(|part| name.starts_with(part)) || name == "postlogin";
    !is_part && !name.contains(['.', '~'])
}

fn asks(files: &Files, service: &str) -> bool {
    let ours = |phase| stack(files, service, phase).is_ok_and(|stack| has_ours(&stack));
    ours(Phase::Auth) || ours(Phase::Account)
}

/// Buses that our lines name, and that others than root could run: they would say yes to any code.
fn buses(host: &Host, files: &Files, service: &str) -> Vec<Finding> {
    let lines = [Phase::Auth, Phase::Account].into_iter();
    let lines = lines.flat_map(|phase| stack(files, service, phase).map_or(vec![], |s| s.entries));
    let mut findings = Vec::new();
    for line in lines.filter(|entry| entry.is_ours()) {
        let buses = line
            .arguments()
            .iter()
            .filter_map(|a| a.strip_prefix("bus="));
        let foreign = buses
            .flat_map(|bus| bus.split(';'))
            .filter(|bus| is_foreign(host, bus));
        findings.extend(foreign.map(|bus| say::foreign_bus(&line.at(), bus)));
    }
    findings
}

fn is_foreign(host: &Host, bus: &str) -> bool {
    let path = bus.strip_prefix("unix:path=").unwrap_or_default();
    let path = Path::new(path.split(',').next().unwrap_or_default());
    let mut folders = path.ancestors().skip(1);
    !path.is_absolute() || folders.any(|folder| place::complaint(&host.path(folder)).is_some())
}

fn half_of_sudo(services: &[String], asking: &[String]) -> Option<Finding> {
    let both = ["sudo", "sudo-i"];
    if !both
        .iter()
        .all(|name| services.iter().any(|service| service == name))
    {
        return None;
    }
    let asks = both.map(|name| asking.iter().any(|service| service == name));
    match asks {
        [true, false] => Some(say::sudo_half("sudo", "sudo-i")),
        [false, true] => Some(say::sudo_half("sudo-i", "sudo")),
        _ => None,
    }
}

fn upper_case(host: &Host, service: &str) -> Option<Finding> {
    let file = format!("{FOLDER}/{service}");
    let is_upper = service.chars().any(char::is_uppercase);
    let names_us = || {
        let text = host.read(&file).unwrap_or_default();
        String::from_utf8_lossy(&text).contains(MODULE)
    };
    (is_upper && names_us()).then(|| say::upper_case(&file))
}

fn other(files: &Files) -> Option<Finding> {
    let stack = stack(files, "other", Phase::Auth).ok()?;
    permits(&stack).then(say::other_permits)
}

fn module(host: &Host, files: &Files, asking: &[String]) -> Vec<Finding> {
    let Some(file) = files.module(MODULE) else {
        // That a line names it in vain is said of the line.
        return Vec::from_iter(asking.is_empty().then(say::module_absent));
    };
    let path = host.path(&file);
    let mut findings =
        place::complaint(&path).map_or_else(Vec::new, |why| vec![say::writable(&file, &why)]);
    match (kind(&path), kind(Path::new("/proc/self/exe"))) {
        (Some(theirs), Some(own)) if theirs == own => {}
        (Some(_), None) => {}
        _ => findings.push(say::wrong_architecture(&file)),
    }
    if findings.is_empty() {
        findings.push(say::module_right(&file));
    }
    findings
}

/// What an ELF file says it is for: class, byte order and machine (gABI, "ELF Header").
fn kind(path: &Path) -> Option<(u8, u8, [u8; 2])> {
    // Opening anything else may wait.
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mut header = [0; 20];
    fs::File::open(path).ok()?.read_exact(&mut header).ok()?;
    match header {
        [0x7f, b'E', b'L', b'F', class, order, .., one, other] => {
            Some((class, order, [one, other]))
        }
        _ => None,
    }
}
