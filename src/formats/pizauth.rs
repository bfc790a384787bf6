//! pizauth's configuration: accounts and their clients. The tokens live in the memory of its
//! server; what `pizauth dump` writes of them only pizauth itself can read.

use zeroize::Zeroizing;

use super::{ClientFile, FormatError, Held, Part, another_host};
use crate::domain::address;
use crate::domain::client::ClientKind;
use crate::domain::secret::Secret;
use crate::domain::wording::is_terminal_safe;

pub(super) fn looks_like(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    lines.any(|line| line.starts_with("account ") && line.contains('"'))
        && text.contains("token_uri")
}

pub(super) fn read(text: &str) -> Result<Vec<Part>, FormatError> {
    let mut words = Words { text, at: 0 };
    let mut parts = Vec::new();
    while let Some(word) = words.next_word()? {
        if let Word::Name("account") = word {
            let name = words.text()?;
            words.sign('{')?;
            let account = words.fields()?;
            let held = Held::or_why(held(&account, &name));
            parts.push(Part::named(&name, held));
        } else {
            words.skip_setting()?;
        }
    }
    Ok(parts)
}

fn held(account: &[Field<'_>], name: &str) -> Result<Held, FormatError> {
    let token_uri = one(account, "token_uri").ok_or(FormatError::Missing("token_uri"))?;
    if let Err(why) = address::endpoint(token_uri) {
        let field = "token_uri";
        return Err(FormatError::BadAddress { field, why });
    }
    if let Some(host) = another_host(token_uri) {
        return Ok(Held::of_another(&host));
    }
    let needed = |field| match one(account, field) {
        None => Err(FormatError::Missing(field)),
        Some(value) if value.is_empty() || !value.bytes().all(|b| b.is_ascii_graphic()) => {
            Err(FormatError::BadValue(field))
        }
        Some(value) => Ok(value),
    };
    let client = ClientFile {
        kind: ClientKind::Installed,
        client_id: needed("client_id")?.to_owned(),
        secret: Secret::new(needed("client_secret")?),
        project: None,
        auth_uri: None,
        token_uri: Some(token_uri.to_owned()),
        redirect_uris: Vec::new(),
    };
    let account = [hint(account), one(account, "login_hint"), Some(name)];
    let account = account.into_iter().flatten().find(|who| who.contains('@'));
    let account = account
        .filter(|who| is_terminal_safe(who))
        .map(str::to_owned);
    Ok(Held::Client { client, account })
}

/// A setting and the texts in its value, however they are bracketed.
struct Field<'a> {
    name: &'a str,
    texts: Vec<Zeroizing<String>>,
}

fn texts<'a>(fields: &'a [Field<'_>], name: &str) -> Option<&'a [Zeroizing<String>]> {
    let field = fields.iter().find(|field| field.name == name)?;
    Some(&field.texts)
}

fn one<'a>(fields: &'a [Field<'_>], name: &str) -> Option<&'a str> {
    texts(fields, name)?.first().map(|text| text.as_str())
}

/// `auth_uri_fields = { "login_hint": "ana@example.com" };`
fn hint<'a>(fields: &'a [Field<'_>]) -> Option<&'a str> {
    let pairs = texts(fields, "auth_uri_fields")?.chunks(2);
    let mut hints = pairs.filter(|pair| pair[0].as_str() == "login_hint");
    hints.next()?.get(1).map(|text| text.as_str())
}

enum Word<'a> {
    Name(&'a str),
    Text(Zeroizing<String>),
    Sign(char),
}

/// The text word by word, without comments.
struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn broken(&self) -> FormatError {
        let lines = self.text[..self.at].matches('\n').count();
        FormatError::Syntax {
            what: "a configuration of pizauth",
            line: lines + 1,
        }
    }

    fn next_word(&mut self) -> Result<Option<Word<'a>>, FormatError> {
        loop {
            let rest = self.rest().trim_start();
            self.at = self.text.len() - rest.len();
            if !rest.starts_with("//") {
                break;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(None);
        };
        if first == '"' {
            return self.quoted().map(Word::Text).map(Some);
        }
        let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        let length = rest.find(ends).unwrap_or(rest.len());
        self.at += length.max(first.len_utf8());
        Ok(Some(match length {
            0 => Word::Sign(first),
            _ => Word::Name(&rest[..length]),
        }))
    }

    fn quoted(&mut self) -> Result<Zeroizing<String>, FormatError> {
        let rest = &self.rest()[1..];
        let mut text = Zeroizing::new(String::with_capacity(rest.find('"').unwrap_or(0)));
        let mut chars = rest.char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += i + 2;
                    return Ok(text);
                }
                '\\' => text.push(chars.next().ok_or_else(|| self.broken())?.1),
                c => text.push(c),
            }
        }
        Err(self.broken())
    }

    fn text(&mut self) -> Result<Zeroizing<String>, FormatError> {
        match self.next_word()? {
            Some(Word::Text(text)) => Ok(text),
            _ => Err(self.broken()),
        }
    }

    fn sign(&mut self, wanted: char) -> Result<(), FormatError> {
        match self.next_word()? {
            Some(Word::Sign(sign)) if sign == wanted => Ok(()),
            _ => Err(self.broken()),
        }
    }

    /// Up to the brace that closes the account.
    fn fields(&mut self) -> Result<Vec<Field<'a>>, FormatError> {
        let mut fields = Vec::new();
        loop {
            match self.next_word()? {
                Some(Word::Name(name)) => {
                    let texts = self.skip_setting()?;
                    fields.push(Field { name, texts });
                }
                Some(Word::Sign('}')) => return Ok(fields),
                _ => return Err(self.broken()),
            }
        }
    }

    /// Up to the semicolon that ends a setting; what is quoted in it is handed back.
    fn skip_setting(&mut self) -> Result<Vec<Zeroizing<String>>, FormatError> {
        let mut texts = Vec::new();
        loop {
            match self.next_word()? {
                Some(Word::Sign(';')) => return Ok(texts),
                Some(Word::Text(text)) => texts.push(text),
                Some(Word::Name(_) | Word::Sign(_)) => {}
                None => return Err(self.broken()),
            }
        }
    }
}
