//! What is not copied: what belongs to the running server and what it makes anew when it starts.

/// What becomes of an entry of a directory that is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Copy,
    /// The directory itself, and nothing in it.
    Empty,
    Skip,
}

/// Directories whose contents are of no use, at any depth.
const EMPTIED: &[&str] = &[
    "pg_dynshmem",
    "pg_notify",
    "pg_replslot",
    "pg_serial",
    "pg_stat_tmp",
    "pg_snapshots",
    "pg_subtrans",
];

/// Directories whose contents are of no use at the root of the data directory: logs, and WAL, which
/// the archive has.
const EMPTIED_AT_ROOT: &[&str] = &["pg_log", "log", "pg_xlog", "pg_wal"];

/// Names of no use at any depth.
const SKIPPED: &[&str] = &[
    "postgresql.auto.conf.tmp",
    "current_logfiles.tmp",
    "pg_internal.init",
    "postmaster.pid",
    "postmaster.opts",
    "recovery.conf",
    "standby.signal",
];

/// Names of no use at the root of the data directory. `pg_control` comes last and is added then;
/// the label is that of this backup, and a map would get in the way of the links.
const SKIPPED_AT_ROOT: &[&str] = &["global/pg_control", "backup_label", "tablespace_map"];

/// Judges an entry of the data directory by its path in it.
pub(super) fn in_data(path: &str, tablespaces: &[String]) -> Verdict {
    let root = |names: &[&str]| names.contains(&path);
    if root(SKIPPED_AT_ROOT) || tablespaces.iter().any(|space| space == path) {
        return Verdict::Skip;
    }
    if root(EMPTIED_AT_ROOT) {
        return Verdict::Empty;
    }
    anywhere(path)
}

/// Judges an entry of a tablespace by its path in it: only what is of this version of PostgreSQL.
pub(super) fn in_tablespace(path: &str, major: u32) -> Verdict {
    let top = path.split('/').next().unwrap_or(path);
    if !top.starts_with(&format!("PG_{major}_")) {
        return Verdict::Skip;
    }
    anywhere(path)
}

fn anywhere(path: &str) -> Verdict {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name.starts_with("pgsql_tmp") || SKIPPED.contains(&name) || is_temporary(folder, name) {
        return Verdict::Skip;
    }
    if EMPTIED.contains(&name) { Verdict::Empty } else { Verdict::Copy }
}

/// The relation of a temporary table: `base/5/t3_16384`.
fn is_temporary(folder: &str, name: &str) -> bool {
    let database = folder.rsplit('/').next().unwrap_or_default();
    let digit = |text: &str| text.bytes().next().is_some_and(|b| b.is_ascii_digit());
    let Some(rest) = name.strip_prefix('t') else { return false };
    // As the original matches: a digit after the t, and somewhere a digit after an underscore.
    let relation = rest.char_indices().any(|(at, c)| c == '_' && digit(&rest[at + 1..]));
    digit(database) && digit(rest) && relation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied() {
        let spaces = ["pg_tblspc/16386".to_owned(), "inside".to_owned()];
        for (path, expected) in [
            ("PG_VERSION", Verdict::Copy),
            ("base/1/1259", Verdict::Copy),
            ("base/1/t1259", Verdict::Copy),
            ("base/1/t3_16384", Verdict::Skip),
            ("base/1/t3_16384.1", Verdict::Skip),
            ("base/1/t3_16384_fsm", Verdict::Skip),
            ("base/a/t3_16384", Verdict::Copy),
            ("base/pgsql_tmp", Verdict::Skip),
            ("base/pgsql_tmp1.2", Verdict::Skip),
            ("base/1/pg_internal.init", Verdict::Skip),
            ("global/pg_internal.init", Verdict::Skip),
            ("global/pg_control", Verdict::Skip),
            ("other/global/pg_control", Verdict::Copy),
            ("pg_wal", Verdict::Empty),
            ("log", Verdict::Empty),
            ("dumps/log", Verdict::Copy),
            ("pg_replslot", Verdict::Empty),
            ("pg_stat", Verdict::Copy),
            ("pg_tblspc", Verdict::Copy),
            ("pg_tblspc/16386", Verdict::Skip),
            ("pg_tblspc/16387", Verdict::Copy),
            ("inside", Verdict::Skip),
            ("standby.signal", Verdict::Skip),
            ("recovery.signal", Verdict::Copy),
            ("postmaster.pid", Verdict::Skip),
            ("backup_label", Verdict::Skip),
            ("backup_label.old", Verdict::Copy),
            ("tablespace_map", Verdict::Skip),
            ("backup_manifest", Verdict::Copy),
            (".check-empty-wal-archive", Verdict::Copy),
            ("override.conf", Verdict::Copy),
            ("postgresql.auto.conf", Verdict::Copy),
            ("postgresql.auto.conf.tmp", Verdict::Skip),
        ] {
            assert_eq!(in_data(path, &spaces), expected, "{path}");
        }
        for (path, expected) in [
            ("PG_17_202406281", Verdict::Copy),
            ("PG_17_202406281/16385/16405", Verdict::Copy),
            ("PG_17_202406281/16385/t1_2", Verdict::Skip),
            ("PG_17_202406281/pgsql_tmp", Verdict::Skip),
            ("PG_18_202506291", Verdict::Skip),
            ("PG_18_202506291/5/16405", Verdict::Skip),
            ("lost+found", Verdict::Skip),
        ] {
            assert_eq!(in_tablespace(path, 17), expected, "{path}");
        }
    }
}
