//! What the metadata server knows, as a tree of names, and how a path finds its way in it: a leaf
//! as text, a branch as the list of what is in it, or all of it as JSON. Pure.

use serde_json::{Map, Value, json};

const ROOT: &str = "/computeMetadata/v1";

/// Who the child is. Libraries take it for a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub email: String,
    pub scopes: Vec<String>,
    pub project: Option<String>,
    pub project_number: Option<String>,
}

#[derive(Debug)]
pub(super) struct Tree(Value);

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Text(String),
    Json(String),
    /// What changes with the hour is not in the tree.
    Token,
    Nothing,
}

impl Tree {
    pub(super) fn of(identity: &Identity) -> Self {
        let account = json!({
            "aliases": ["default"],
            "email": identity.email,
            "scopes": identity.scopes,
        });
        let mut project = Map::new();
        if let Some(number) = &identity.project_number {
            project.insert("numeric-project-id".into(), json!(number));
        }
        // Google takes the number wherever it takes the name.
        if let Some(id) = identity
            .project
            .as_ref()
            .or(identity.project_number.as_ref())
        {
            project.insert("project-id".into(), json!(id));
        }
        Self(json!({
            "instance": {
                "service-accounts": { "default": account.clone(), identity.email.as_str(): account },
            },
            "project": project,
            // One library's spelling, and the others'.
            "universe": {
                "universe-domain": "googleapis.com",
                "universe_domain": "googleapis.com",
            },
        }))
    }

    pub(super) fn find(&self, path: &str, query: &str) -> Found {
        if path == "/" {
            return Found::Text("computeMetadata/\n".into());
        }
        // The only mark in a path that libraries are known to write in two ways.
        let path = path.replace("%40", "@");
        let Some(below) = path.strip_prefix(ROOT) else {
            return match path.as_str() {
                "/computeMetadata" | "/computeMetadata/" => Found::Text("v1/\n".into()),
                _ => Found::Nothing,
            };
        };
        if !below.is_empty() && !below.starts_with('/') {
            return Found::Nothing;
        }
        let mut names: Vec<&str> = below.split('/').filter(|name| !name.is_empty()).collect();
        let wants_token = matches!(names[..], ["instance", "service-accounts", _, "token"]);
        if wants_token {
            names.pop();
        }
        let node = names.iter().try_fold(&self.0, |node, name| node.get(*name));
        match node {
            None => Found::Nothing,
            Some(_) if wants_token => Found::Token,
            Some(node) if is_recursive(query) => Found::Json(in_camel_case(node).to_string()),
            Some(node) => Found::Text(listed(node)),
        }
    }
}

fn is_recursive(query: &str) -> bool {
    url::form_urlencoded::parse(query.as_bytes()).any(|(name, value)| {
        let yes = ["true", "1", "yes"];
        name == "recursive" && yes.iter().any(|word| value.eq_ignore_ascii_case(word))
    })
}

fn listed(node: &Value) -> String {
    let lines = |lines: &mut dyn Iterator<Item = String>| lines.map(|l| l + "\n").collect();
    match node {
        Value::Object(branch) => lines(&mut branch.iter().map(|(name, below)| {
            let slash = if below.is_object() { "/" } else { "" };
            format!("{name}{slash}")
        })),
        Value::Array(words) => lines(&mut words.iter().filter_map(|w| Some(w.as_str()?.into()))),
        leaf => leaf.as_str().unwrap_or_default().to_owned(),
    }
}

fn in_camel_case(node: &Value) -> Value {
    let Value::Object(branch) = node else {
        return node.clone();
    };
    let renamed = branch
        .iter()
        .map(|(name, below)| (camel(name), in_camel_case(below)));
    Value::Object(renamed.collect())
}

/// An address stays as it is.
fn camel(name: &str) -> String {
    if name.contains('@') {
        return name.to_owned();
    }
    let mut words = name.split(['-', '_']);
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |so_far, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        so_far + &head.to_ascii_uppercase() + tail
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        Tree::of(&Identity {
            email: "a-na@gmail.com".into(),
            scopes: vec!["https://mail.google.com/".into(), "openid".into()],
            project: Some("mail-desk".into()),
            project_number: Some("1234".into()),
        })
    }

    fn text(path: &str) -> String {
        match tree().find(&format!("{ROOT}{path}"), "") {
            Found::Text(text) => text,
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn leaves_and_lists_are_text() {
        let account = "/instance/service-accounts/default";
        assert_eq!(
            tree().find("/", ""),
            Found::Text("computeMetadata/\n".into())
        );
        assert_eq!(text(""), "instance/\nproject/\nuniverse/\n");
        assert_eq!(text("/instance"), "service-accounts/\n");
        assert_eq!(
            text("/instance/service-accounts/"),
            "a-na@gmail.com/\ndefault/\n"
        );
        assert_eq!(text(&format!("{account}/email")), "a-na@gmail.com");
        assert_eq!(
            text(&format!("{account}/scopes")),
            "https://mail.google.com/\nopenid\n"
        );
        assert_eq!(
            text("/instance/service-accounts/a-na%40gmail.com/aliases"),
            "default\n"
        );
        assert_eq!(text("/project/project-id"), "mail-desk");
        assert_eq!(text("/project/numeric-project-id"), "1234");
        assert_eq!(text("/universe/universe-domain"), "googleapis.com");
        assert_eq!(text("/universe/universe_domain"), "googleapis.com");
    }

    #[test]
    fn all_of_a_branch_is_json() {
        let path = format!("{ROOT}/instance/service-accounts/default/");
        let Found::Json(json) = tree().find(&path, "recursive=true") else {
            panic!("no JSON")
        };
        assert_eq!(
            json,
            r#"{"aliases":["default"],"email":"a-na@gmail.com","scopes":["https://mail.google.com/","openid"]}"#
        );
        let Found::Json(all) = tree().find(&format!("{ROOT}/"), "alt=json&recursive=YES") else {
            panic!("no JSON")
        };
        let all: Value = serde_json::from_str(&all).unwrap();
        assert_eq!(all["project"]["numericProjectId"], "1234");
        assert!(all["instance"]["serviceAccounts"]["a-na@gmail.com"].is_object());
    }

    #[test]
    fn tokens_are_of_this_account_only() {
        let at = |who: &str| {
            let path = format!("{ROOT}/instance/service-accounts/{who}/token");
            tree().find(&path, "scopes=openid")
        };
        assert_eq!(at("default"), Found::Token);
        assert_eq!(at("a-na%40gmail.com"), Found::Token);
        assert_eq!(at("bob@gmail.com"), Found::Nothing);
        for nowhere in ["/computeMetadata/v1beta1/", "/computeMetadata/v12", "/x"] {
            assert_eq!(tree().find(nowhere, ""), Found::Nothing, "{nowhere}");
        }
        let identity = format!("{ROOT}/instance/service-accounts/default/identity");
        assert_eq!(tree().find(&identity, "audience=x"), Found::Nothing);
    }
}
