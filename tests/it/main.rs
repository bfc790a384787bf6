//! The only integration test binary: one module per folder of the source it drives.

mod vault;
