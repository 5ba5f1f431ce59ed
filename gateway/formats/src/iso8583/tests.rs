mod codec;
mod properties;
mod rows;
mod stream;
mod words;
