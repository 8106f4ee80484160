//! What is kept right inside the server: roles, passwords, extensions, slots.
