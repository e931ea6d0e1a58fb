//! pam_proauth(8): docs/pam.md as a man page.

use super::markdown;
use super::roff::{Page, bold, plain};

const DOCUMENT: &str = include_str!("../../../docs/pam.md");

/// The page.
pub fn page(date: &str) -> String {
    let what = "PAM module that asks for a rotating code";
    let mut page = Page::new("pam_proauth", 8, date, what);
    page.section("Description");
    markdown::write(&mut page, DOCUMENT);
    page.section("Files");
    page.item(&[bold("/usr/share/doc/proauth/examples/pam")]);
    page.item_paragraph(&plain("PAM files to put in place, called config/pam above"));
    see_also(&mut page, "proauthd(8), proauthd.toml(5), pam.d(5)");
    page.finish()
}

/// Other pages, and where the documents are that our own name.
pub fn see_also(page: &mut Page, others: &str) {
    page.section("See also");
    page.paragraph(&plain(others));
    page.paragraph(&format!(
        "{} has the documents that are named here (codes.md and so on).",
        bold("/usr/share/doc/proauth/docs")
    ));
}
