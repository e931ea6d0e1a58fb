//! Enrolling by signing in: real oidc-provider as Google, real pages in a real browser.

mod abandoned;
mod again;
mod booted;
mod configs;
mod endings;
mod forms;
mod help;
mod overruled;
mod phone;
mod strangers;
mod tickets;
mod together;
mod walls;
