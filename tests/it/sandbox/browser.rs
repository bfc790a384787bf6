//! A browser without scripts and cookies: it reads a form, presses a button, and follows.

use super::journey::{Answer, Journey};

/// One page, with the hidden fields of the form that its buttons belong to.
pub(super) struct Page<'a> {
    journey: &'a Journey,
    pub(super) answer: Answer,
}

impl<'a> Page<'a> {
    pub(super) async fn open(journey: &'a Journey, url: &str) -> Self {
        let answer = Answer::of(journey.http.get(url).send().await.unwrap()).await;
        Self { journey, answer }
    }

    pub(super) fn shows(&self, text: &str) -> bool {
        self.answer.text.contains(text)
    }

    fn hidden(&self) -> Vec<(String, String)> {
        let form = self.answer.text.split("<form").nth(1).unwrap_or_default();
        form.split("<input type=\"hidden\"")
            .skip(1)
            .map(|field| (attribute(field, "name"), attribute(field, "value")))
            .collect()
    }

    /// Presses the button with that ID, with these fields filled in besides.
    pub(super) async fn press(self, id: &str, filled: &[(&str, &str)]) -> Page<'a> {
        let button = self
            .answer
            .text
            .split("<button")
            .find(|b| b.contains(&format!("id=\"{id}\"")));
        let button = button.unwrap_or_else(|| panic!("no #{id} on {}", self.answer.text));
        let mut form = self.hidden();
        if button.contains(" name=") {
            form.push((attribute(button, "name"), attribute(button, "value")));
        }
        form.extend(
            filled
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
        );
        let url = self.journey.url("/signin/oauth/consent");
        let request = self.journey.http.post(url).form(&form);
        let request = request.header("origin", self.journey.sandbox.base_url());
        Page {
            journey: self.journey,
            answer: Answer::of(request.send().await.unwrap()).await,
        }
    }

    /// Where the browser is sent back to.
    pub(super) fn redirect(&self) -> String {
        assert_eq!(self.answer.status, 302, "{}", self.answer.text);
        self.answer.headers["location"].to_str().unwrap().to_owned()
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let (_, rest) = tag.split_once(&format!("{name}=\"")).unwrap();
    let (value, _) = rest.split_once('"').unwrap();
    value
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
