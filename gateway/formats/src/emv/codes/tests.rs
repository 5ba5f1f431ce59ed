mod notation;
mod properties;
mod standard;
