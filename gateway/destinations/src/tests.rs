mod http;
mod iso8583;
mod parts;
mod stage;
