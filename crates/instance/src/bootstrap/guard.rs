//! What to do with data that is there before a bootstrap begins: it is never built on, and never
//! lost if it may be somebody's.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use pgkit::control_data;
use pgkit::tool::ToolError;
use thiserror::Error;

use super::Site;

/// Why the place for the new data cannot be cleared.
#[derive(Debug, Error)]
pub enum GuardError {
    #[error("cannot look for {path}")]
    Look { path: PathBuf, source: io::Error },
    #[error("cannot tell whether {path} holds a database")]
    Undecided { path: PathBuf, source: ToolError },
    #[error("cannot move {path} aside to {aside}")]
    Move { path: PathBuf, aside: PathBuf, source: io::Error },
    #[error("cannot remove the unfinished data in {path}")]
    Remove { path: PathBuf, source: io::Error },
}

/// What is found where the data shall go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    /// It has a control file: a database, which may be somebody's.
    Database,
    /// What an attempt left that did not come to its end.
    Remains,
}

/// Makes sure that neither the data directory nor the WAL directory is there.
///
/// # Errors
/// When what is there cannot be judged, moved or removed; then it is as it was.
pub async fn clear(site: &Site, now: Timestamp) -> Result<(), GuardError> {
    let places = [Some(&site.paths.data), site.wal.as_ref()];
    let places: Vec<&Path> = places.into_iter().flatten().map(PathBuf::as_path).collect();
    match find(site, &places).await? {
        Found::Nothing => Ok(()),
        Found::Database => {
            for path in places {
                move_aside(path, now)?;
            }
            Ok(())
        }
        Found::Remains => {
            for path in places {
                remove(path)?;
            }
            Ok(())
        }
    }
}

async fn find(site: &Site, places: &[&Path]) -> Result<Found, GuardError> {
    let mut any = false;
    for path in places {
        any |= exists(path)?;
    }
    if !any {
        return Ok(Found::Nothing);
    }
    let program = site.programs.get("pg_controldata");
    match control_data::read(program, &site.paths.data, site.run_as, &site.children).await {
        Ok(_) => Ok(Found::Database),
        // Only its own refusal says that there is no database; it may as well not have run at all.
        Err(ToolError::Failed { status, .. }) if status.code() == Some(1) => Ok(Found::Remains),
        Err(source) => Err(GuardError::Undecided { path: site.paths.data.clone(), source }),
    }
}

fn exists(path: &Path) -> Result<bool, GuardError> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(GuardError::Look { path: path.to_owned(), source }),
    }
}

fn move_aside(path: &Path, now: Timestamp) -> Result<(), GuardError> {
    if !exists(path)? {
        return Ok(());
    }
    let mut aside = path.as_os_str().to_owned();
    aside.push(now.strftime("_%Y%m%dT%H%M%SZ").to_string());
    let aside = PathBuf::from(aside);
    tracing::warn!(path = %path.display(), aside = %aside.display(), "there is a database already, moving it aside");
    std::fs::rename(path, &aside).map_err(|source| GuardError::Move {
        path: path.to_owned(),
        aside,
        source,
    })
}

fn remove(path: &Path) -> Result<(), GuardError> {
    if !exists(path)? {
        return Ok(());
    }
    tracing::warn!(path = %path.display(), "removing what an unfinished attempt left");
    std::fs::remove_dir_all(path)
        .map_err(|source| GuardError::Remove { path: path.to_owned(), source })
}
