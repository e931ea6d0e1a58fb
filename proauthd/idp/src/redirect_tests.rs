use super::*;

fn expected(names_issuer: bool) -> Expected {
    Expected {
        state: CsrfToken::new("right".into()),
        issuer: "https://issuer.example".into(),
        names_issuer,
    }
}

fn judge(line: &str) -> Result<Answer, Wrong> {
    expected(false).judge(&format!("{line}\r\nHost: 127.0.0.1\r\n\r\n"))
}

#[test]
fn the_right_state_brings_the_code() {
    let answer = judge("GET /?code=c%2F1&state=right HTTP/1.1");
    assert_eq!(answer, Ok(Ok("c/1".to_owned())));
}

#[test]
fn whatever_else_comes_is_a_stray() {
    for line in [
        "GET /?code=c&state=wrong HTTP/1.1",
        "GET /?code=c&state=righ HTTP/1.1",
        "GET /?code=c&state= HTTP/1.1",
        "GET /?code=c HTTP/1.1",
        "GET /?code=c&state=right&state=right HTTP/1.1",
        "GET /?code=c&code=d&state=right HTTP/1.1",
        "GET /?code=c&error=access_denied&state=right HTTP/1.1",
        "GET /?state=right HTTP/1.1",
        "GET /other?code=c&state=right HTTP/1.1",
        "GET /favicon.ico HTTP/1.1",
        "POST /?code=c&state=right HTTP/1.1",
        "HEAD /?code=c&state=right HTTP/1.1",
        "GET http://127.0.0.1/?code=c&state=right HTTP/1.1",
        "GET /?code=c&state=right",
        "",
    ] {
        assert_eq!(judge(line), Err(Wrong::Stray), "{line}");
    }
}

#[test]
fn a_no_brings_its_reason() {
    let answer = judge("GET /?error=access_denied&error_description=not+you&state=right HTTP/1.1");
    let no = No {
        error: "access_denied".to_owned(),
        description: Some("not you".to_owned()),
    };
    assert_eq!(answer, Ok(Err(no)));
    let stray = judge("GET /?error=access_denied&state=wrong HTTP/1.1");
    assert_eq!(stray, Err(Wrong::Stray), "nobody else can say no");
}

#[test]
fn another_issuer_ends_the_sign_in() {
    let line = |iss| format!("GET /?code=c&state=right{iss} HTTP/1.1\r\n\r\n");
    let own = line("&iss=https%3A%2F%2Fissuer.example");
    let other = line("&iss=https%3A%2F%2Fevil.example");
    let none = line("");
    for (names_issuer, head, answer) in [
        (true, &own, Ok(Ok("c".to_owned()))),
        (false, &own, Ok(Ok("c".to_owned()))),
        (false, &none, Ok(Ok("c".to_owned()))),
        (true, &none, Err(Wrong::MixedUp)),
        (true, &other, Err(Wrong::MixedUp)),
        (false, &other, Err(Wrong::MixedUp)),
    ] {
        assert_eq!(expected(names_issuer).judge(head), answer, "{head}");
    }
}

/// Sends `request` and gives what came back.
async fn visit(address: &Url, request: &str) -> String {
    let port = address.port().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn strays_get_a_400_and_the_answer_still_counts() {
    let redirect = Redirect::listen().await.unwrap();
    let address = redirect.address().clone();
    let waiting = tokio::spawn(redirect.wait(expected(false)));
    for _ in 0..3 * CONNECTIONS {
        let answer = visit(&address, "GET /?code=x&state=wrong HTTP/1.1\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        let endless = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(2 * HEAD));
        let answer = visit(&address, &endless).await;
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    // Held open, and silent.
    let _silent = TcpStream::connect(("127.0.0.1", address.port().unwrap())).await;
    let answer = visit(&address, "GET /?code=c&state=right HTTP/1.1\r\n\r\n").await;
    assert!(answer.contains("You can close this page"), "{answer}");
    assert_eq!(waiting.await.unwrap().unwrap(), Ok("c".to_owned()));
    let gone = TcpStream::connect(("127.0.0.1", address.port().unwrap())).await;
    assert!(gone.is_err(), "it ends after one success");
}

#[tokio::test]
async fn however_many_connect_and_say_nothing_the_browser_gets_in() {
    let redirect = Redirect::listen().await.unwrap();
    let address = redirect.address().clone();
    let port = address.port().unwrap();
    let waiting = tokio::spawn(redirect.wait(expected(false)));
    let mut silent = Vec::new();
    for _ in 0..4 * CONNECTIONS {
        silent.push(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    }
    // Behind them all, it would wait for four times the time that each has.
    let visit = visit(&address, "GET /?code=c&state=right HTTP/1.1\r\n\r\n");
    let answer = timeout(2 * CONNECTION, visit).await.unwrap();
    assert!(answer.contains("You can close this page"), "{answer}");
    assert_eq!(waiting.await.unwrap().unwrap(), Ok("c".to_owned()));
}
