//! `grant_type=authorization_code`: a code, once, for tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::message::{Params, Reply};
use super::World;
use super::directory::{ClientKey, Standing};
use super::grants::{Challenge, Claim, Code};
use super::issue::Style;
use super::refusal::Refusal;
use crate::domain::time::Timestamp;

impl World {
    pub(crate) fn exchange(
        &mut self,
        client: ClientKey,
        params: &Params,
        style: Style,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        let text = params.get("code").ok_or(Refusal::Missing("code"))?;
        let redirect_uri = params.get("redirect_uri").ok_or(Refusal::RedirectMissing)?;
        let life = self.habits.code_life;
        let code = self
            .grants
            .codes
            .get_mut(text)
            .ok_or(Refusal::CodeMalformed)?;
        if code.client != client {
            return Err(Refusal::ForeignToken);
        }
        if std::mem::replace(&mut code.redeemed, true) {
            return Err(Refusal::CodeRedeemed);
        }
        if now - code.issued_at > life {
            return Err(Refusal::CodeExpired);
        }
        if code.redirect_uri != redirect_uri {
            return Err(Refusal::RedirectMismatch);
        }
        check_verifier(code.challenge.as_ref(), params.get("code_verifier"))?;
        let (account, nonce) = (code.account, code.nonce.clone());
        let gives_refresh = code.offline && code.consented;
        let offline = code.offline;
        if self.directory[account].standing != Standing::Active {
            return Err(Refusal::AccountDeleted);
        }
        let claim = self.claim_of(text);
        let access_token = self.mint_access(claim.clone(), offline, style, now);
        let mut members = self.token_members(&access_token, &claim, nonce.as_deref(), now);
        if gives_refresh {
            let project = self.directory[client].project;
            let life = self.sign_in_life(project, &claim.scopes);
            let token = self.mint_refresh(claim, now, life.map(|life| now + life), style, now);
            members.insert("refresh_token".into(), token.into());
            if let Some(life) = life {
                members.insert("refresh_token_expires_in".into(), life.num_seconds().into());
            }
        }
        Ok(Reply::json(200, &Value::Object(members)))
    }

    fn claim_of(&self, code: &str) -> Claim {
        let Code {
            grant,
            account,
            client,
            scopes,
            ..
        } = &self.grants.codes[code];
        Claim {
            grant: *grant,
            account: *account,
            client: *client,
            scopes: scopes.clone(),
            epoch: self.directory[*account].password_epoch,
        }
    }
}

fn check_verifier(challenge: Option<&Challenge>, verifier: Option<&str>) -> Result<(), Refusal> {
    let expected = match (challenge, verifier) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err(Refusal::VerifierNotNeeded),
        (Some(_), None) => return Err(Refusal::VerifierMissing),
        (Some(challenge), Some(verifier)) => match challenge {
            Challenge::Plain(expected) => expected == verifier,
            Challenge::S256(expected) => *expected == s256(verifier),
        },
    };
    expected.then_some(()).ok_or(Refusal::VerifierWrong)
}

fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_of_rfc_7636_fits_its_challenge() {
        let challenge = Challenge::S256("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into());
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let check = |challenge, verifier| check_verifier(challenge, verifier);
        assert_eq!(check(Some(&challenge), Some(verifier)), Ok(()));
        assert_eq!(
            check(Some(&challenge), Some("x")),
            Err(Refusal::VerifierWrong)
        );
        assert_eq!(check(Some(&challenge), None), Err(Refusal::VerifierMissing));
        assert_eq!(check(None, Some(verifier)), Err(Refusal::VerifierNotNeeded));
    }
}
