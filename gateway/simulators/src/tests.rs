mod book;
mod magic;
mod membership;
mod pos;
mod restart;
mod speed;
mod stage;
mod wallet;
