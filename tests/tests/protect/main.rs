//! `proauthd protect`: what it changes, how that is confirmed, and how it is put back.

mod looks;
mod roll_back;
