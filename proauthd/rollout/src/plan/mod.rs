//! What is to change: from the bytes of files to the bytes of files.

mod words;

pub use words::{FirstFactor, Service, Unknown};
