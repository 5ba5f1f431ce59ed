mod editions;
mod http;
mod iso8583;
mod late;
mod parts;
mod profile;
mod profile_signed;
mod stage;
