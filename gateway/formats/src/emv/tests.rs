mod amounts;
mod consumer;
mod merchant;
mod payload;
mod properties;
