mod codec;
mod properties;
mod stream;
mod words;
