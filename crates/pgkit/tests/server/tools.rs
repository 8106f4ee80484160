//! The programs of PostgreSQL, run by us.

use anyhow::Result;
use pgkit::children::Children;
use pgkit::control_data;
use pgkit::initdb::{Checksums, Initdb};
use postgres::control_data::ClusterState;
use postgres::wal_name::SegmentSize;

use crate::fixture::run_as;
use crate::postgres_server::PostgresHome;

#[tokio::test]
async fn a_new_data_directory_is_as_asked() -> Result<()> {
    let home = PostgresHome::new()?;
    let (children, run_as) = (Children::default(), run_as(&home));
    let initdb = Initdb {
        data_directory: home.path("data"),
        data_checksums: Checksums::On,
        segment_size: SegmentSize::new(1 << 20),
        encoding: Some("UTF8".to_owned()),
        options: vec!["--no-sync".to_owned(), "--no-locale".to_owned()],
        ..Initdb::default()
    };
    let tool = initdb.tool(home.program("initdb")).run_as(run_as);
    let output = tool.run(&children).await?;
    assert!(output.stdout.contains("creating configuration files ... ok"), "{output:?}");
    let program = home.program("pg_controldata");
    let (text, data) = control_data::read(program, &home.path("data"), run_as, &children).await?;
    assert!(text.starts_with("pg_control version number:"), "{text}");
    assert_eq!(data.state()?, ClusterState::ShutDown);
    assert_eq!(data.segment_size()?.bytes(), 1 << 20);
    assert!(data.checksums()? && data.minimum_recovery_end()?.is_none());
    assert_eq!(data.timeline()?.0, 1);
    assert_eq!(data.redo_wal_file()?.timeline(), data.timeline()?);
    assert_eq!(data.standby_settings()?.len(), 5);
    let again = tool.run(&children).await.unwrap_err().to_string();
    assert!(again.contains("initdb ended with exit status: 1"), "{again}");
    Ok(())
}
