//! How to make an OAuth client at Google, in six steps, in the console's current words.

#[derive(Debug)]
pub struct Step {
    pub title: &'static str,
    pub about: &'static str,
    pub url: &'static str,
}

pub const STEPS: [Step; 6] = [
    Step {
        title: "Make a project",
        about: "Any name will do. It is free; no billing is needed.",
        url: "https://console.cloud.google.com/projectcreate",
    },
    Step {
        title: "Enable the Gmail API",
        about: "IMAP and SMTP work without it; gatepost likes to ask it whether a mailbox answers.",
        url: "https://console.cloud.google.com/flows/enableapi?apiid=gmail.googleapis.com",
    },
    Step {
        title: "Google Auth Platform: Get started",
        about: "An app name, your address, audience External (Internal only in an organisation of your own), agree, Create.",
        url: "https://console.cloud.google.com/auth/overview",
    },
    Step {
        title: "Audience: Publish app",
        about: "Left in Testing, every sign-in ends after 7 days and only test users get in. No verification is needed; Google warns about your own app: Advanced, then Go to it.",
        url: "https://console.cloud.google.com/auth/audience",
    },
    Step {
        title: "Clients: Create client",
        about: "Application type Desktop app, any name, Create.",
        url: "https://console.cloud.google.com/auth/clients",
    },
    Step {
        title: "Download JSON, at once",
        about: "The secret is not shown again. Then come back here: a file in your Downloads folder is found by itself.",
        url: "https://console.cloud.google.com/auth/clients",
    },
];
