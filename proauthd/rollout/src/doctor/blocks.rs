//! Whether the blocks of our tools are whole.

use std::fs;

use crate::messages::doctor_system as say;
use crate::{Finding, Host, block};

const FOLDERS: [&str; 3] = ["/etc/pam.d", "/etc/ssh", "/etc/ssh/sshd_config.d"];

/// The files that have a block which is not whole.
pub fn look(host: &Host) -> Vec<Finding> {
    FOLDERS
        .iter()
        .flat_map(|folder| broken(host, folder))
        .collect()
}

fn broken(host: &Host, folder: &str) -> Vec<Finding> {
    let entries = fs::read_dir(host.path(folder)).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let complaint = |name: String| {
        let file = format!("{folder}/{name}");
        let text = host.read(&file).ok()?;
        let why = block::without_blocks(&text).err()?;
        Some(say::block_broken(&file, &why.to_string()))
    };
    names.filter_map(complaint).collect()
}
