//! Bad input gets a clear answer, and loses nothing: codes, names of users, configurations.

mod codes;
mod configs;
mod names;
mod reloads;
