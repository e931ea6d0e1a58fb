//! `proauthd doctor`, on the mistakes that people make, and on machines that are right.

mod corpus;
mod documents;
mod healthy;
mod holes;
mod rows;
mod sick;
mod stage;
