//! What a backup is asked for, in the options of the program that took backups before us: people
//! and their programs look for them in the log.

use api::object_store::DataOptions;

/// The line of the log that they stand in.
pub(super) const BEGINS: &str = "Starting barman-cloud-backup";

/// The options, in the order in which that program was given them.
pub(super) fn of(data: &DataOptions, name: &str) -> Vec<String> {
    let mut options = Vec::new();
    options.extend(data.compression.iter().map(|codec| format!("--{codec}")));
    let encryption = data.encryption.iter();
    options.extend(encryption.flat_map(|how| ["--encryption".to_owned(), how.to_string()]));
    if data.immediate_checkpoint == Some(true) {
        options.push("--immediate-checkpoint".to_owned());
    }
    options.extend(data.jobs.iter().flat_map(|jobs| ["--jobs".to_owned(), jobs.to_string()]));
    for option in &data.additional_command_args {
        let key = |option: &str| option.split('=').next().unwrap_or_default().to_owned();
        if !options.iter().any(|known| key(known) == key(option)) {
            options.push(option.clone());
        }
    }
    options.extend(["--name".to_owned(), name.to_owned()]);
    options
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_wish_is_told() {
        let data = |data| serde_json::from_value::<DataOptions>(data).unwrap();
        assert_eq!(of(&data(json!({})), "b"), ["--name", "b"]);
        let full = data(json!({"compression": "gzip", "encryption": "AES256", "jobs": 4,
            "immediateCheckpoint": true, "additionalCommandArgs":
                ["--read-timeout=59", "--jobs=8", "--read-timeout=1"]}));
        assert_eq!(
            of(&full, "b").join(" "),
            "--gzip --encryption AES256 --immediate-checkpoint --jobs 4 --read-timeout=59 --name b"
        );
    }
}
