//! `proauthd protect`: what it changes, how that is confirmed, and how it is put back.

mod bad_input;
mod confirm;
mod debian;
mod looks;
mod roll_back;
