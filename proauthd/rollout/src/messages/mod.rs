//! Every sentence of this crate that people read: what happened, and what to do next. One file for
//! each of its parts.

pub(crate) mod doctor_pam;
pub(crate) mod doctor_sshd;
pub(crate) mod doctor_system;
mod protect;
mod roll_back;

pub use protect::*;
pub(crate) use roll_back::*;
