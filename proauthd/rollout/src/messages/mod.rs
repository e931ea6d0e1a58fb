//! Every sentence of this crate that people read: what happened, and what to do next. One file for
//! each of its parts.

mod protect;

pub use protect::*;
