//! SQL of the user that a new data directory begins with.

use std::io;
use std::path::{Path, PathBuf};

use pgkit::connection::Connection;
use thiserror::Error;

/// SQL for one database: statements, then the files of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scripts {
    pub statements: Vec<String>,
    pub folder: Option<PathBuf>,
}

/// All SQL, in the order in which it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostInit {
    /// For the database `postgres`.
    pub postgres: Scripts,
    /// For `template1`, before the database of the application is made from it.
    pub template: Scripts,
    /// For the database of the application.
    pub application: Scripts,
}

/// Why a script did not come to its end.
#[derive(Debug, Error)]
pub enum PostInitError {
    #[error("cannot read the scripts in {folder}")]
    Folder { folder: PathBuf, source: io::Error },
    #[error("cannot read the script {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot set the search path in database {database}")]
    SearchPath { database: String, source: tokio_postgres::Error },
    #[error("statement {number} of {field} failed in database {database}")]
    Statement {
        field: &'static str,
        number: usize,
        database: String,
        source: tokio_postgres::Error,
    },
    #[error("script {path} failed in database {database}")]
    Script { path: PathBuf, database: String, source: tokio_postgres::Error },
}

impl Scripts {
    /// Whether there is nothing to run.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn is_empty(&self) -> Result<bool, PostInitError> {
        Ok(self.statements.is_empty() && self.files()?.is_empty())
    }

    /// Runs everything in a session that is not used again.
    ///
    /// # Errors
    /// At the first script that fails.
    pub async fn run(
        &self,
        field: &'static str,
        database: &str,
        session: Connection,
    ) -> Result<(), PostInitError> {
        let client = session.client();
        let database = || database.to_owned();
        client
            .batch_execute("set search_path to \"$user\", public")
            .await
            .map_err(|source| PostInitError::SearchPath { database: database(), source })?;
        for (index, statement) in self.statements.iter().enumerate() {
            let number = index + 1;
            tracing::info!(field, number, database = database(), "running a statement");
            client.batch_execute(statement).await.map_err(|source| PostInitError::Statement {
                field,
                number,
                database: database(),
                source,
            })?;
        }
        for path in self.files()? {
            tracing::info!(path = %path.display(), database = database(), "running a script");
            let read = |source| PostInitError::Read { path: path.clone(), source };
            let script = std::fs::read_to_string(&path).map_err(read)?;
            client.batch_execute(&script).await.map_err(|source| PostInitError::Script {
                path: path.clone(),
                database: database(),
                source,
            })?;
        }
        Ok(())
    }

    /// The files of the folder, by their names; a folder that is not there has none.
    fn files(&self) -> Result<Vec<PathBuf>, PostInitError> {
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        match read_files(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            files => {
                files.map_err(|source| PostInitError::Folder { folder: folder.clone(), source })
            }
        }
    }
}

fn read_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
