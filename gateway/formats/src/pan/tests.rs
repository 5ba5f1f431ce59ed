mod numbers;
mod properties;
mod ranges;
mod search;
