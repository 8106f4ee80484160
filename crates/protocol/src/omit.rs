//! What a writer leaves out: zero, false and nothing.

/// Whether the value is the one that stands for nothing.
pub fn zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
