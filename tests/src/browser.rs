//! A browser with somebody in front of it: headless Chromium, in a world.

use serde_json::{Value, json};

use crate::webdriver::{PORT, RELAY, WebDriver};
use crate::{Booted, World, google};

/// A window in which somebody reads pages, types and clicks. It takes any certificate, for it knows
/// nothing of the authority of the tests; what is tested does.
#[derive(Debug)]
pub struct Browser(WebDriver);

impl World {
    /// Opens a browser.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn browser(&self) -> Browser {
        self.chromedriver_started
            .get_or_init(|| self.chromedriver.start());
        let mut relay = self.command("bash");
        relay.args(["-c", RELAY, PORT]);
        Browser(WebDriver::open(&mut relay, &capabilities()))
    }
}

impl Booted {
    /// Opens a browser; once.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn browser(&self) -> Browser {
        let start = r#"
            systemd-run --quiet --unit=chromedriver chromedriver --port="$0"
            until bash -c 'exec 3<>/dev/tcp/127.0.0.1/$0' "$0" 2>/dev/null; do sleep 0.05; done
        "#;
        self.sh(start, &[PORT]);
        let mut relay = self.command(None, &["bash", "-c", RELAY, PORT]);
        Browser(WebDriver::open(&mut relay, &capabilities()))
    }
}

fn capabilities() -> Value {
    // Pages name style sheets elsewhere: it need not look for them.
    let known = google::HOSTS.join(", EXCLUDE ");
    let only = format!("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE {known}");
    // It runs as root.
    let arguments = ["--headless", "--disable-gpu", "--no-sandbox", &only];
    json!({
        "browserName": "chrome",
        "acceptInsecureCerts": true,
        "timeouts": {"implicit": 10_000, "pageLoad": 20_000},
        "goog:chromeOptions": {"args": arguments},
    })
}

impl Browser {
    /// Goes to `url`, as somebody who was never there.
    ///
    /// # Panics
    /// As all of these, if the page is not as expected.
    pub fn open(&mut self, url: &str) {
        let cookies = json!({"cmd": "Network.clearBrowserCookies", "params": {}});
        self.0.run("goog/cdp/execute", &cookies);
        self.0.run("url", &json!({ "url": url }));
    }

    /// Goes to `url`, types the code that a device shows, and says that it is that device.
    pub fn enter_code(&mut self, url: &str, code: &str) {
        self.submit_code(url, code);
        self.click("button[form='op.deviceConfirmForm']:not([name])");
    }

    /// The same, but says that it is not.
    pub fn disown_code(&mut self, url: &str, code: &str) {
        self.submit_code(url, code);
        self.click("button[form='op.deviceConfirmForm'][name=abort]");
        self.wait_for("interrupted");
    }

    /// Signs in as `login`, who is one of `tests/issuers/accounts.json`.
    pub fn sign_in(&mut self, login: &str) {
        self.fill("input[name=login]", login);
        self.fill("input[name=password]", "any does");
        self.click("form:has(input[name=login]) [type=submit]");
    }

    /// Lets ProAuth know who has signed in.
    pub fn consent(&mut self) {
        self.click("form:has(input[name=prompt][value=consent]) [type=submit]");
    }

    /// Does not.
    pub fn refuse(&mut self) {
        // There, and not at the page before.
        let consent = "input[name=prompt][value=consent]";
        let find = json!({"using": "css selector", "value": consent});
        self.0.run("element", &find);
        self.click("a[href$='/abort']");
    }

    /// All that somebody does whose device shows `code`, to the end.
    pub fn sign_in_for_device(&mut self, url: &str, code: &str, login: &str) {
        self.enter_code(url, code);
        self.sign_in(login);
        self.consent();
        self.wait_for("Sign-in Success");
    }

    /// Waits for a page that says `text`, which has no apostrophe.
    pub fn wait_for(&mut self, text: &str) {
        let path = format!("//body[contains(., '{text}')]");
        self.0
            .run("element", &json!({"using": "xpath", "value": path}));
    }

    /// What the page says.
    #[must_use]
    pub fn text(&mut self) -> String {
        let script = json!({"script": "return document.body.innerText", "args": []});
        let text = self.0.run("execute/sync", &script);
        text.as_str().expect("a page is text").to_owned()
    }

    fn submit_code(&mut self, url: &str, code: &str) {
        self.open(url);
        self.fill("input[name=user_code]", code);
        self.click("button[form='op.deviceInputForm']");
    }

    fn fill(&mut self, css: &str, text: &str) {
        self.0.run_on(css, "value", &json!({ "text": text }));
    }

    fn click(&mut self, css: &str) {
        self.0.run_on(css, "click", &json!({}));
    }
}
