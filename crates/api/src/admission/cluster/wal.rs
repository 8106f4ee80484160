//! How much WAL is kept, and whether its volume can hold that.

use postgres::size::Size;

use super::{View, parameters, storage};
use crate::admission::Errors;

const MIN: (&str, &str) = ("min_wal_size", "80MB");
const MAX: (&str, &str) = ("max_wal_size", "1GB");

pub(super) fn check(view: &View<'_>, errors: &mut Errors) {
    if view.version.is_none() {
        return;
    }
    let (min, max) = (size(view, MIN, errors), size(view, MAX, errors));
    if let (Some(min), Some(max)) = (min, max)
        && min.bytes() >= max.bytes()
    {
        errors.invalid(
            parameters::path(MIN.0),
            view.parameter(MIN.0).unwrap_or(MIN.1),
            format!("it is not smaller than max_wal_size ({} when not set)", MAX.1),
            "lower it, or raise max_wal_size",
        );
    }
    let volume = view.spec.wal_storage.as_ref().and_then(storage::size);
    let Some(volume) = volume else { return };
    for ((name, _), size) in [(MIN, min), (MAX, max)] {
        if let (Some(value), Some(size)) = (view.parameter(name), size)
            && volume.compare_f64(size.bytes()).is_le()
        {
            errors.invalid(
                parameters::path(name),
                value,
                "the WAL volume is not larger than that",
                "lower it, or enlarge spec.walStorage",
            );
        }
    }
}

fn size(view: &View<'_>, (name, default): (&str, &str), errors: &mut Errors) -> Option<Size> {
    let value = view.parameter(name).unwrap_or(default);
    match Size::parse(value) {
        Ok(size) => Some(size),
        Err(error) => {
            let remedy = "write a size such as 512MB";
            errors.invalid(parameters::path(name), value, error.to_string(), remedy);
            None
        }
    }
}
