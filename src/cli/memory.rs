//! Keeps what is in memory out of other hands: no core dump, and on Linux no debugger of the same
//! user, nor `/proc/PID/mem` and `/proc/PID/environ`. Whoever we start is not affected, but for the
//! core dumps, which they may allow themselves again.

use rustix::process::{Resource, getrlimit, setrlimit};

/// As early as can be: nothing secret has been read yet. A system that refuses is no worse off.
pub fn keep_memory_private() {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let mut limit = getrlimit(Resource::Core);
    limit.current = Some(0);
    let _ = setrlimit(Resource::Core, limit);
}
