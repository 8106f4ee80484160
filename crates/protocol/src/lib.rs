//! The JSON that operator, instance manager and plugin exchange: pure.
//!
//! Every document has the keys, the order and the omissions that readers of other versions know;
//! keys that we do not know are passed over.

pub mod archive;
pub mod backup;
pub mod envelope;
pub mod leadership;
mod omit;
pub mod promotion_token;
pub mod sec1;
pub mod status;
mod text;
