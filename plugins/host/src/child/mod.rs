//! The plugin's own process, seen from inside.
//!
//! Owns the hidden argument by which a program becomes the process of one plugin: one file to
//! install, and both ends are always of one version. It takes its socket and the library's memory
//! as standard input and output, encloses itself, loads, and serves until the socket ends.
//! Reading order: [`enclose`], then [`serve`].

mod door;
mod enclose;
mod serve;

use crate::library::Library;
use crate::settings::Limits;
use std::ffi::OsString;

/// The hidden argument. What follows it are the limits, in the order of [`arguments`].
const CHILD_ARGUMENT: &str = "baton-plugin-child";

/// Becomes a plugin's process if the program was started as one; otherwise returns at once.
///
/// **Order** the first thing that `main` does: no threads, no open files, no runtime before it.
pub fn run_child_if_asked() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some(CHILD_ARGUMENT) {
        return;
    }
    let numbers: Vec<u64> = arguments.map_while(|one| one.parse().ok()).collect();
    if let [memory_bytes_max, cpu_s_max, calls_max] = numbers.as_slice() {
        let calls_max = usize::try_from(*calls_max).unwrap_or(1);
        let limits = Limits {
            memory_bytes_max: *memory_bytes_max,
            cpu_s_max: *cpu_s_max,
            calls_max,
            ..Limits::default()
        };
        live(&limits);
    }
    std::process::exit(1);
}

/// Returns the arguments of a plugin's process.
pub(crate) fn arguments(limits: &Limits) -> [OsString; 4] {
    [
        CHILD_ARGUMENT.into(),
        limits.memory_bytes_max.to_string().into(),
        limits.cpu_s_max.to_string().into(),
        limits.calls_max.to_string().into(),
    ]
}

fn live(limits: &Limits) {
    let Ok(own) = enclose::take_descriptors() else { return };
    let Ok(pipe) = serve::Pipe::new(own.socket) else { return };
    if enclose::limit(limits).is_err() {
        return pipe.tell_unloadable("its process cannot be limited");
    }
    let library = match Library::load(own.library) {
        Ok(library) => library,
        Err(cause) => return pipe.tell_unloadable(&cause.to_string()),
    };
    if enclose::shut().is_err() {
        return pipe.tell_unloadable("its process cannot be shut");
    }
    match library.describe() {
        Ok(description) => pipe.serve(library, description, limits.calls_max),
        Err(_) => pipe.tell_unloadable("it does not describe itself"),
    }
}
