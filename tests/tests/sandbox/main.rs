//! The restrictions of our units, on a booted Debian: in force, and bearable.

mod rows;
mod unit;

mod scores;
mod table;
