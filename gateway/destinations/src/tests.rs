mod http;
mod iso8583;
mod late;
mod parts;
mod stage;
