//! Backups on a real Kubernetes with a real S3: what is archived, and what can be restored.

mod wal;
