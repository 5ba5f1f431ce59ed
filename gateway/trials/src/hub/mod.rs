//! tmp
//! tmp
pub mod outcome; pub mod ours; pub mod scenario; pub mod server; pub mod traffic; pub mod world;
