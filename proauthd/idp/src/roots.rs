//! Whose certificates are believed: those of a file that is named, or else the machine's.

use std::fs::File;
use std::io::Read;

use proauth_interface::IdentityError;
use ureq::tls::{Certificate, PemItem, parse_pem};

use crate::messages;

/// Where Debian and Fedora, and their like, keep the certificates that the machine believes.
const SYSTEM: [&str; 2] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
];

/// Larger than any bundle, in bytes.
const LARGEST: u64 = 8 * 1024 * 1024;

/// The certificates of `file`, and no others; of the machine where that is empty.
///
/// # Errors
/// If there are none.
pub fn read(file: &str) -> Result<Vec<Certificate<'static>>, IdentityError> {
    let text = if file.is_empty() {
        SYSTEM
            .iter()
            .find_map(|bundle| read_file(bundle).ok())
            .ok_or_else(messages::no_system_roots)?
    } else {
        read_file(file).map_err(|error| messages::ca_file_unreadable(file, &error))?
    };
    let certificates: Vec<_> = parse_pem(&text).filter_map(certificate).collect();
    if certificates.is_empty() {
        return Err(messages::no_certificates(file));
    }
    Ok(certificates)
}

fn read_file(path: &str) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut text)?;
    Ok(text)
}

fn certificate(item: Result<PemItem<'static>, ureq::Error>) -> Option<Certificate<'static>> {
    match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    }
}
