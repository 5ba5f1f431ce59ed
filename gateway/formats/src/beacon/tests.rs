mod advertisement;
mod eddystone;
mod properties;
