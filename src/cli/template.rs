//! `status --format`: one line out of named fields, for prompts and status bars. Knows what a
//! template may say and how it is filled in; reads nothing. No field is somebody else's prose:
//! status bars give meaning to characters that a message of Google's may hold.

use std::str::FromStr;

use super::table::glyph;
use crate::domain::health::State;
use crate::domain::outlook;
use crate::domain::schedule::Policy;
use crate::domain::snapshot::AccountView;
use crate::domain::time::{Timestamp, rfc3339};
use crate::domain::wording;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Of(Field),
    Count(Count),
    /// The most urgent state of all that are shown.
    Worst,
    /// What is within, as a JSON string with its quotes.
    Json(Box<Self>),
}

/// What is said of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Email,
    Label,
    State,
    Glyph,
    Access,
    AccessExpiresAt,
    SignIn,
    SignInEndsAt,
    Client,
    Problem,
}

/// What is said of all that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    Accounts,
    Needing,
    Ending,
    Retrying,
    Fine,
}

const FIELDS: [(&str, Field); 10] = [
    ("email", Field::Email),
    ("label", Field::Label),
    ("state", Field::State),
    ("glyph", Field::Glyph),
    ("access", Field::Access),
    ("access_expires_at", Field::AccessExpiresAt),
    ("sign_in", Field::SignIn),
    ("sign_in_ends_at", Field::SignInEndsAt),
    ("client", Field::Client),
    ("problem", Field::Problem),
];

const COUNTS: [(&str, Count); 5] = [
    ("accounts", Count::Accounts),
    ("needing", Count::Needing),
    ("ending", Count::Ending),
    ("retrying", Count::Retrying),
    ("fine", Count::Fine),
];

const WORST: &str = "worst";

/// The end of `status --help`.
pub(super) const HELP: &str = "\
Fields of --format:
  {email} {label} {client}
  {state} {glyph}               one of the eleven states, and its sign
  {access} {access_expires_at}  time left of the access token, and its end
  {sign_in} {sign_in_ends_at}   how long the sign-in lasts, and its end if it is known
  {problem}                     Google's error code or one of gatepost's, or nothing
Counts of --format:
  {accounts}                    all that are shown
  {needing}                     a person must act: revoked, reauth, signed-out, blocked
  {ending} {retrying}           in these states
  {fine}                        the rest
  {worst}                       the most urgent state, or nothing where there is no account
{NAME:json} is the same as a JSON string, in quotes, for what reads JSON.
With a field it is one line for each account, most urgent first; with counts alone it is one
line. {{ and }} are braces. The exit code is status's own: `|| true` is for what hides or marks
a command that fails, as waybar does.

Examples:
  tmux      set -g status-right '#(gatepost status --format \"mail {needing}/{accounts}\")'
  waybar    gatepost status --format '{{\"text\":\"{needing}/{accounts}\",\"class\":{worst:json}}}' || true
  a shell   gatepost status --format '{email} {state} {access}'";

impl FromStr for Template {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (mut pieces, mut said) = (Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            said += before;
            if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
                said.push_str(&from[..1]);
                rest = after;
                continue;
            }
            let inner = from.strip_prefix('{').ok_or("a `}` without its `{`")?;
            let (name, after) = inner.split_once('}').ok_or("a `{` without its `}`")?;
            if !said.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut said)));
            }
            pieces.push(Piece::named(name)?);
            rest = after;
        }
        said += rest;
        if !said.is_empty() {
            pieces.push(Piece::Text(said));
        }
        Ok(Self(pieces))
    }
}

impl Piece {
    fn named(name: &str) -> Result<Self, String> {
        if let Some(inner) = name.strip_suffix(":json") {
            return Self::plain(inner).map(|piece| Self::Json(Box::new(piece)));
        }
        Self::plain(name)
    }

    fn plain(name: &str) -> Result<Self, String> {
        if name == WORST {
            return Ok(Self::Worst);
        }
        let field = FIELDS.iter().find(|(known, _)| *known == name);
        let count = COUNTS.iter().find(|(known, _)| *known == name);
        match (field, count) {
            (Some((_, field)), _) => Ok(Self::Of(*field)),
            (_, Some((_, count))) => Ok(Self::Count(*count)),
            (None, None) => Err(unknown(name)),
        }
    }

    /// Whether it is about one account, and needs a line for each.
    fn is_of_one(&self) -> bool {
        match self {
            Self::Of(_) => true,
            Self::Json(inner) => inner.is_of_one(),
            Self::Text(_) | Self::Count(_) | Self::Worst => false,
        }
    }

    fn fill(&self, filling: &Filling<'_>, view: Option<&AccountView>) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => filling.count(*count).to_string(),
            Self::Of(field) => view.map_or_else(String::new, |view| filling.of(*field, view)),
            Self::Worst => filling.worst().map_or("", State::as_str).to_owned(),
            Self::Json(inner) => serde_json::Value::from(inner.fill(filling, view)).to_string(),
        }
    }
}

fn unknown(name: &str) -> String {
    let wanted = name.to_lowercase();
    let likeness = |known: &str| strsim::jaro_winkler(known, &wanted);
    let fields = FIELDS.iter().map(|(known, _)| *known);
    let counts = COUNTS.iter().map(|(known, _)| *known);
    let known = fields.chain(counts).chain([WORST]);
    let nearest = known
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|known| likeness(known) > 0.7);
    match nearest {
        Some(nearest) => format!("there is no field {{{name}}}; did you mean {{{nearest}}}?"),
        None => format!("there is no field {{{name}}}; `gatepost status --help` lists them"),
    }
}

/// What a template is filled in with.
pub(super) struct Filling<'a> {
    pub(super) shown: &'a [&'a AccountView],
    pub(super) policy: &'a Policy,
    pub(super) now: Timestamp,
    pub(super) ascii: bool,
}

impl Template {
    /// Whole lines.
    pub(super) fn fill(&self, filling: &Filling<'_>) -> String {
        if !self.0.iter().any(Piece::is_of_one) {
            return self.line(filling, None);
        }
        let lines = filling.shown.iter();
        lines.map(|view| self.line(filling, Some(view))).collect()
    }

    fn line(&self, filling: &Filling<'_>, view: Option<&AccountView>) -> String {
        let pieces = self.0.iter();
        let mut line: String = pieces.map(|piece| piece.fill(filling, view)).collect();
        line.push('\n');
        line
    }
}

impl Filling<'_> {
    fn of(&self, field: Field, view: &AccountView) -> String {
        let (facts, state) = (&view.facts, view.state(self.policy, self.now));
        match field {
            Field::Email => view.email.clone(),
            Field::Label => view.label.clone().unwrap_or_default(),
            Field::State => state.as_str().to_owned(),
            Field::Glyph => glyph(state, self.ascii).to_string(),
            Field::Access => wording::access(facts.access.map(|access| access.left(self.now))),
            Field::AccessExpiresAt => moment(facts.access.map(|access| access.expires_at)),
            Field::SignIn => wording::sign_in(facts, self.now),
            Field::SignInEndsAt => moment(outlook::end(facts)),
            Field::Client => view.client.clone().unwrap_or_default(),
            Field::Problem => {
                let problem = view.problem(self.policy, self.now);
                problem.map(|problem| problem.code).unwrap_or_default()
            }
        }
    }

    fn worst(&self) -> Option<State> {
        let states = self.shown.iter().map(|v| v.state(self.policy, self.now));
        states.min()
    }

    fn count(&self, count: Count) -> usize {
        let states = self.shown.iter().map(|v| v.state(self.policy, self.now));
        states.filter(|state| count.covers(*state)).count()
    }
}

impl Count {
    fn covers(self, state: State) -> bool {
        let kind = match state {
            State::Revoked | State::Reauth | State::SignedOut | State::Blocked => Self::Needing,
            State::Ending => Self::Ending,
            State::Retrying => Self::Retrying,
            State::Limited | State::Paused | State::Expired | State::Due | State::Ready => {
                Self::Fine
            }
        };
        self == Self::Accounts || self == kind
    }
}

fn moment(at: Option<Timestamp>) -> String {
    at.map(rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of_nobody(template: &str) -> Result<String, String> {
        let template: Template = template.parse()?;
        Ok(template.fill(&Filling {
            shown: &[],
            policy: &Policy::default(),
            now: crate::domain::time::from_millis(0),
            ascii: false,
        }))
    }

    #[test]
    fn braces_and_counts() {
        assert_eq!(
            of_nobody("mail {needing}/{accounts}").unwrap(),
            "mail 0/0\n"
        );
        assert_eq!(of_nobody("{{\"n\":{fine}}}").unwrap(), "{\"n\":0}\n");
        assert_eq!(of_nobody("").unwrap(), "\n");
        assert_eq!(
            of_nobody("{email} {needing}").unwrap(),
            "",
            "nobody, no line"
        );
        assert_eq!(of_nobody("{worst}{worst:json}").unwrap(), "\"\"\n");
        assert_eq!(of_nobody("{needing:json}").unwrap(), "\"0\"\n");
    }

    #[test]
    fn what_is_no_template() {
        for (template, why) in [
            ("{stat}", "there is no field {stat}; did you mean {state}?"),
            (
                "{Needed}",
                "there is no field {Needed}; did you mean {needing}?",
            ),
            (
                "{zzz}",
                "there is no field {zzz}; `gatepost status --help` lists them",
            ),
            (
                "{labl:json}",
                "there is no field {labl}; did you mean {label}?",
            ),
            ("a {email", "a `{` without its `}`"),
            ("a } b", "a `}` without its `{`"),
        ] {
            assert_eq!(of_nobody(template).unwrap_err(), why, "{template}");
        }
    }

    #[test]
    fn every_state_is_counted_once_and_every_name_is_in_the_help() {
        let kinds = [Count::Needing, Count::Ending, Count::Retrying, Count::Fine];
        for state in State::ALL {
            assert!(Count::Accounts.covers(state));
            assert_eq!(kinds.iter().filter(|kind| kind.covers(state)).count(), 1);
        }
        let fields = FIELDS.iter().map(|(name, _)| name);
        for name in fields.chain(COUNTS.iter().map(|(name, _)| name)) {
            assert!(HELP.contains(&format!("{{{name}}}")), "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_template_or_refused(text in "[{}a-z é]{0,24}") {
            let _ = of_nobody(&text);
        }
    }
}
