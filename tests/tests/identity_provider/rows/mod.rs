//! The rows.

mod answers;
mod good;
mod network;
pub mod tokens;

use crate::row::Row;

/// All of them.
pub fn all() -> Vec<Row> {
    [good::all(), tokens::all(), answers::all(), network::all()].concat()
}
