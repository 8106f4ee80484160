//! The instance manager: PID 1 of every PostgreSQL pod, and the steps of its jobs.
