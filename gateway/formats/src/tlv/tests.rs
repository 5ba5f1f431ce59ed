mod properties;
mod reading;
mod writing;
