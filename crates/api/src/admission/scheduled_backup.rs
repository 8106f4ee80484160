//! What may stand in a ScheduledBackup.

use serde_json::Value;

use super::backup::Method;
use super::{Context, Errors, Outcome, document};
use crate::schedule::{self, Schedule};
use crate::scheduled_backup::ScheduledBackup;

/// Checks a schedule; `cnpg.io/validation` has no say here.
pub(super) fn validate(object: &Value, context: &Context) -> Outcome {
    let scheduled: ScheduledBackup = match document::read(object) {
        Ok(scheduled) => scheduled,
        Err(error) => return Outcome::unreadable(&error),
    };
    let spec = &scheduled.spec;
    let mut errors = Errors::default();
    let mut warnings = Vec::new();
    match spec.schedule.parse::<Schedule>() {
        Err(error) => errors.invalid(
            "spec.schedule",
            &spec.schedule,
            error.to_string(),
            "write six fields, seconds first, such as `0 0 3 * * *`",
        ),
        Ok(_) if schedule::field_count(&spec.schedule) != schedule::USUAL_FIELDS => {
            warnings.push(format!(
                "spec.schedule is {:?}, which has not six fields: the first field is the seconds",
                spec.schedule
            ));
        }
        Ok(_) => {}
    }
    Method {
        method: spec.method.as_ref(),
        online: spec.online,
        online_configuration: spec.online_configuration.as_ref(),
    }
    .check(context, &mut errors);
    Outcome { errors: errors.into_vec(), warnings }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn refusals_and_warnings() {
        let rows: [(&str, Value, &[&str], usize); 6] = [
            ("six fields", json!({"schedule": "0 0 3 * * *"}), &[], 0),
            ("five fields", json!({"schedule": "0 3 * * *"}), &[], 1),
            ("descriptor", json!({"schedule": "@daily"}), &[], 1),
            ("words", json!({"schedule": "x"}), &["spec.schedule"], 0),
            (
                "online",
                json!({"schedule": "@daily", "online": true, "method": "barmanObjectStore"}),
                &["spec.online"],
                1,
            ),
            (
                "no CRD",
                json!({"schedule": "0 0 0 * * *", "method": "volumeSnapshot"}),
                &["spec.method"],
                0,
            ),
        ];
        for (row, spec, errors, warnings) in rows {
            let object = json!({
                "metadata": {"name": "s", "annotations": {"cnpg.io/validation": "disabled"}},
                "spec": spec,
            });
            let outcome = validate(&object, &Context::default());
            let paths: Vec<_> = outcome.errors.iter().map(|error| error.path.as_str()).collect();
            assert_eq!(paths, errors, "{row}");
            assert_eq!(outcome.warnings.len(), warnings, "{row}");
        }
    }
}
