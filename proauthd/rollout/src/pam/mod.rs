//! Stacks of PAM: read as libpam reads them, and judged by what they let through.

mod account;
mod arguments;
mod code;
mod control;
mod dispatch;
mod explore;
mod faults;
mod files;
mod jobs;
mod line;
mod modules;
mod stack;

pub use arguments::first_factor;
pub use code::Code;
pub use dispatch::dispatch;
pub use faults::{Fault, faults, has_ours, permits, proves};
pub use files::Files;
pub use jobs::jobs;
pub use stack::{Entry, PamError, Phase, Stack, What, stack};

#[cfg(test)]
mod tests;
