//! What holds for every object.
