//! The tokens with which one cluster hands its role to another.

use api::promotion_token::{PromotionToken, TokenError};

use super::View;
use crate::output::{Hue, Rows};

pub(super) fn demotion(view: &View<'_>) -> Option<String> {
    let token = view.facts.status.demotion_token.as_deref()?;
    Some(section(view, "Demotion token", token))
}

pub(super) fn promotion(view: &View<'_>) -> Option<String> {
    let token = view.facts.spec().replica.as_ref()?.promotion_token.as_deref()?;
    let used = view.facts.status.last_promotion_token.as_deref() == Some(token);
    (!used).then(|| section(view, "Promotion token", token))
}

fn section(view: &View<'_>, title: &str, text: &str) -> String {
    let mut rows = Rows::default();
    match PromotionToken::parse(text) {
        Ok(token) => valid(view, &mut rows, text, &token),
        Err(TokenError::Empty(field)) => {
            rows.pair("Token", text);
            let why = format!("not valid: invalid promotion token ({field} is empty)");
            rows.pair("Validity", view.paint(Hue::Red, why));
        }
        Err(error) => {
            let step = match &error {
                TokenError::Base64(_) => "Base64",
                TokenError::Json(_) | TokenError::Empty(_) => "JSON",
            };
            let why = format!(
                "(invalid format: invalid promotion token ({step} decoding failed): {error})"
            );
            rows.pair("Token", format_args!("{text} {}", view.paint(Hue::Red, why)));
        }
    }
    view.title(Hue::Green, title) + &rows.render()
}

fn valid(view: &View<'_>, rows: &mut Rows, text: &str, token: &PromotionToken) {
    let verdict = match view.facts.primary() {
        Some((_, report)) if report.system_id == token.system_identifier => {
            view.paint(Hue::Green, "(ok)")
        }
        Some(_) => view.paint(Hue::Red, "(invalid)"),
        None => view.paint(Hue::Red, "(no primary have been found)"),
    };
    rows.pair("Token", text);
    rows.pair("Validity", view.paint(Hue::Green, "valid"));
    rows.pair("Latest checkpoint's TimeLineID", &token.timeline);
    rows.pair("Latest checkpoint's REDO WAL file", &token.redo_wal_file);
    rows.pair("Latest checkpoint's REDO location", &token.redo_location);
    rows.pair("Database system identifier", format_args!("{} {verdict}", token.system_identifier));
    rows.pair("Time of latest checkpoint", &token.checkpoint_time);
    rows.pair("Version of the operator", &token.operator_version);
}
