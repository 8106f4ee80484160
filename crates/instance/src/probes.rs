//! Startup, liveness and readiness, as the kubelet asks for them.
