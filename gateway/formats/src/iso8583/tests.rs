mod classes;
mod codec;
mod mac;
mod properties;
mod rows;
mod stream;
mod words;
