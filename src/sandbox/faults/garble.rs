//! Right answers made subtly wrong. Only successful answers are touched: a refusal stays what it is.

use serde_json::{Map, Value, json};

use super::super::message::Reply;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Garble {
    ContentType,
    Truncate,
    Drop(&'static str),
    AsText(&'static str),
    Strangers,
}

impl Garble {
    pub(crate) fn apply(self, mut reply: Reply) -> Reply {
        if reply.status != 200 {
            return reply;
        }
        match self {
            Self::ContentType => reply.content_type = "text/plain; charset=utf-8".into(),
            Self::Truncate => {
                let half = reply.body.chars().count() / 2;
                reply.body = reply.body.chars().take(half).collect();
            }
            Self::Drop(name) => edit(&mut reply, |members| {
                members.remove(name);
            }),
            Self::AsText(name) => edit(&mut reply, |members| {
                if let Some(value) = members.get_mut(name) {
                    *value = value.to_string().into();
                }
            }),
            Self::Strangers => edit(&mut reply, |members| {
                members.insert("sandbox_extra".into(), json!({"nested": [1, null, "…"]}));
                members.insert("not_before_policy".into(), 0.into());
            }),
        }
        reply
    }
}

fn edit(reply: &mut Reply, change: impl FnOnce(&mut Map<String, Value>)) {
    if let Some(mut members) = reply.object() {
        change(&mut members);
        reply.body = format!("{:#}", Value::Object(members));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn garbled(how: Garble) -> Reply {
        how.apply(Reply::json(
            200,
            &json!({"expires_in": 3599, "token_type": "Bearer"}),
        ))
    }

    #[test]
    fn each_kind_spoils_one_thing() {
        let object = |how| garbled(how).object().unwrap();
        assert_eq!(object(Garble::Drop("token_type")).len(), 1);
        assert_eq!(object(Garble::AsText("expires_in"))["expires_in"], "3599");
        assert!(object(Garble::Strangers).contains_key("sandbox_extra"));
        assert!(garbled(Garble::Truncate).object().is_none());
        assert!(
            garbled(Garble::ContentType)
                .content_type
                .starts_with("text/plain")
        );
    }

    #[test]
    fn refusals_are_left_alone() {
        let refusal = Reply::json(400, &json!({"error": "invalid_grant"}));
        assert_eq!(Garble::Truncate.apply(refusal.clone()).body, refusal.body);
    }
}
