//! What is written for the server: configuration, access rules, certificates.
