//! Answers to the byte, as no honest server would send them: encodings, lengths, nesting, redirects,
//! cookies, numbers and names. Each is a row of the table; none may cost a grant.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use super::rows::{Row, Trouble, fine, passing};

/// Serves these bytes to whoever asks, and gives its address. `PORT` in them is its own. Should
/// what was sent come to `/elsewhere`, or a cookie come back, it answers so that the row fails.
pub(super) fn serve(answer: &[u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = filled_in(answer, port);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            std::thread::spawn(move || converse(stream, &answer));
        }
    });
    format!("http://127.0.0.1:{port}")
}

fn filled_in(answer: &[u8], port: u16) -> Vec<u8> {
    let Some(at) = answer.windows(4).position(|four| four == b"PORT") else {
        return answer.to_vec();
    };
    [
        &answer[..at],
        port.to_string().as_bytes(),
        &answer[at + 4..],
    ]
    .concat()
}

fn converse(mut stream: TcpStream, answer: &[u8]) {
    let mut heard = Vec::new();
    let mut buffer = [0; 4096];
    // The form is the last thing of the request, and its secret the last but one.
    while !String::from_utf8_lossy(&heard).contains("grant_type=refresh_token") {
        match stream.read(&mut buffer) {
            Ok(read) if read > 0 => heard.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
    let heard = String::from_utf8_lossy(&heard).to_lowercase();
    if heard.contains("/elsewhere") || heard.contains("\ncookie:") {
        let fault = r#"{"error":"org_internal"}"#;
        let _ = stream.write_all(&message("403 Forbidden", "", fault.as_bytes()));
        return;
    }
    let _ = stream.write_all(answer);
    let _ = stream.flush();
}

fn message(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn ok(headers: &str, body: impl AsRef<[u8]>) -> Trouble {
    Trouble::Wire(message("200 OK", headers, body.as_ref()))
}

fn raw(head: &str, body: &str) -> Trouble {
    Trouble::Wire(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}").into_bytes())
}

/// A good answer, with this changed in it.
fn with(name: &str, value: Value) -> String {
    let mut answer = json!({ "access_token": "ya29.SANDBOX", "expires_in": 3599 });
    answer[name] = value;
    answer.to_string()
}

fn good() -> String {
    with("token_type", json!("Bearer"))
}

pub(super) fn rows() -> Vec<Row> {
    let tables = [
        nesting_and_names(),
        encodings(),
        headers(),
        lengths(),
        redirects(),
        lifetimes(),
        tokens(),
    ];
    tables.into_iter().flatten().collect()
}

const NOT_JSON: &str = "other than Google's JSON";

fn nesting_and_names() -> Vec<Row> {
    let brackets = "[".repeat(100_000);
    let braces = r#"{"a":"#.repeat(100_000);
    let inside = format!(r#"{{"access_token":"ya29.a","x":{brackets}"#);
    let refusal = format!(r#"{{"error":"invalid_grant","x":{braces}"#);
    let refusal = message("400 Bad Request", "", refusal.as_bytes());
    let twice = r#"{"access_token":"ya29.a","access_token":"ya29.b","expires_in":3599}"#;
    vec![
        passing("100,000 brackets", ok("", &brackets), "not-json", NOT_JSON),
        passing("100,000 braces", ok("", &braces), "not-json", NOT_JSON),
        passing(
            "deep in a token's answer",
            ok("", inside),
            "not-json",
            NOT_JSON,
        ),
        passing(
            "deep in a refusal",
            Trouble::Wire(refusal),
            "not-json",
            NOT_JSON,
        ),
        passing(
            "two tokens of one name",
            ok("", twice),
            "not-json",
            "no access token",
        ),
        passing(
            "more behind the end",
            ok("", format!("{}{}", good(), good())),
            "not-json",
            NOT_JSON,
        ),
        passing(
            "zeros behind the end",
            ok("", format!("{}\0\0", good())),
            "not-json",
            NOT_JSON,
        ),
    ]
}

fn encodings() -> Vec<Row> {
    let utf16: Vec<u8> = good().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = format!("\u{feff}{}", good());
    let latin = b"{\"error\":\"invalid_grant\",\"error_description\":\"r\xe9voqu\xe9\"}";
    // `{}` as gzip has it; a bomb is the same to whoever does not unpack.
    let packed =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\0\0\0";
    vec![
        passing(
            "UTF-16",
            ok("Content-Type: application/json; charset=utf-16\r\n", utf16),
            "not-json",
            NOT_JSON,
        ),
        passing("a byte order mark", ok("", marked), "not-json", NOT_JSON),
        passing(
            "a refusal in Latin-1",
            Trouble::Wire(message("400 Bad Request", "", latin)),
            "not-json",
            NOT_JSON,
        ),
        passing(
            "packed, though nobody asked for that",
            ok("Content-Encoding: gzip\r\n", packed),
            "not-json",
            NOT_JSON,
        ),
        fine(
            "called packed, and it is not",
            ok("Content-Encoding: gzip\r\n", good()),
            "ready",
            "",
            "",
        ),
        fine(
            "a charset that nobody has heard of",
            ok(
                "Content-Type: application/json; charset=klingon\r\n",
                good(),
            ),
            "ready",
            "",
            "",
        ),
        passing(
            "JSON that calls itself a web page",
            Trouble::Wire(
                format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: Text/HTML;x\r\nConnection: close\r\n\r\n{}",
                    good()
                )
                .into_bytes(),
            ),
            "not-json",
            "a web page came back",
        ),
    ]
}

fn headers() -> Vec<Row> {
    let many = "X-More: and more\r\n".repeat(20_000);
    let wide = format!("X-Wide: {}\r\n", "w".repeat(2 << 20));
    let interim = "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n".repeat(3);
    let go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    let before = |interim: &str| {
        let answer = message("200 OK", "", good().as_bytes());
        Trouble::Wire([interim.as_bytes(), &answer].concat())
    };
    let sorry = message("503 Sorry", "Set-Cookie: track=you; Path=/\r\n", b"{}");
    vec![
        fine(
            "a cookie",
            ok("Set-Cookie: track=you\r\n", good()),
            "ready",
            "",
            "",
        ),
        // It is asked twice within the time; the second time without the cookie.
        passing(
            "a cookie to come back with",
            Trouble::Wire(sorry),
            "server-error",
            "503",
        ),
        fine(
            "go on, although nobody waited",
            before(go_on),
            "ready",
            "",
            "",
        ),
        fine("hints before the answer", before(&interim), "ready", "", ""),
        passing(
            "20,000 header lines",
            ok(&many, good()),
            "unreachable",
            "127.0.0.1",
        ),
        passing(
            "a header of 2 MiB",
            ok(&wide, good()),
            "unreachable",
            "127.0.0.1",
        ),
    ]
}

fn lengths() -> Vec<Row> {
    let good = good();
    let size = format!("{:x}", good.len());
    let chunked = "Transfer-Encoding: chunked\r\nConnection: close";
    let lost = |name, trouble| passing(name, trouble, "unreachable", "127.0.0.1");
    vec![
        fine(
            "chunks with names and a trailer",
            raw(
                chunked,
                &format!("{size};name=\"v\"\r\n{good}\r\n0\r\nX-Late: yes\r\n\r\n"),
            ),
            "ready",
            "",
            "",
        ),
        lost(
            "a chunk larger than a number can be",
            raw(
                chunked,
                &format!("fffffffffffffffff\r\n{good}\r\n0\r\n\r\n"),
            ),
        ),
        lost(
            "a chunk of no number",
            raw(chunked, &format!("-{size}\r\n{good}\r\n0\r\n\r\n")),
        ),
        lost(
            "two lengths",
            raw("Content-Length: 7\r\nContent-Length: 9", &good),
        ),
        lost("a length of no number", raw("Content-Length: -1", &good)),
        fine(
            "bytes behind the length",
            raw(
                &format!("Content-Length: {}\r\nConnection: close", good.len()),
                &format!("{good}HTTP/1.1 400 Bad\r\n\r\n"),
            ),
            "ready",
            "",
            "",
        ),
    ]
}

/// The form that was sent holds the refresh token; it goes nowhere else.
fn redirects() -> Vec<Row> {
    let to = "Location: http://localhost:PORT/elsewhere\r\n";
    [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ]
    .into_iter()
    .map(|status| {
        let answer = message(status, to, good().as_bytes());
        passing(
            status,
            Trouble::Wire(answer),
            "not-json",
            "a redirect came back",
        )
    })
    .collect()
}

fn lifetimes() -> Vec<Row> {
    let beyond = r#"{"access_token":"ya29.SANDBOX","expires_in":1e400}"#;
    let mut rows = vec![passing(
        "a lifetime beyond all numbers",
        ok("", beyond),
        "not-json",
        NOT_JSON,
    )];
    for (name, life) in [
        ("a lifetime with a fraction", json!(3599.7)),
        ("a lifetime of great size", json!(1e300)),
        ("a lifetime that is true", json!(true)),
        ("a lifetime that is a list", json!([3599])),
        ("a lifetime in words", json!("soon")),
        ("a lifetime of nothing", Value::Null),
    ] {
        rows.push(fine(
            name,
            ok("", with("expires_in", life)),
            "ready",
            "",
            "",
        ));
    }
    rows
}

fn tokens() -> Vec<Row> {
    let token = |token: &str| ok("", with("access_token", json!(token)));
    let unusable = |name, what| passing(name, token(what), "not-json", "no usable token");
    let long = format!("ya29.{}", "x".repeat(128 << 10));
    vec![
        unusable("a token with a zero", "ya29.\0"),
        unusable("a token that moves the cursor", "ya29.\u{1b}[2J"),
        unusable("a token with a letter that no header takes", "ya29.é"),
        unusable("a token with a space", "ya29.a b"),
        fine("a token of 128 KiB", token(&long), "ready", "", ""),
        passing(
            "a refresh token of two lines",
            ok("", with("refresh_token", json!("1//a\n1//b"))),
            "not-json",
            "no usable token",
        ),
        fine(
            "scopes as a list",
            ok(
                "",
                with("scope", json!(["openid", "https://mail.google.com/"])),
            ),
            "ready",
            "",
            "",
        ),
        fine(
            "no scopes at all",
            ok("", with("scope", json!("  "))),
            "ready",
            "",
            "",
        ),
        fine(
            "scopes that write on the screen",
            ok("", with("scope", json!("openid \u{1b}]0;owned\u{7}"))),
            "limited",
            "scopes-missing",
            "",
        ),
    ]
}
